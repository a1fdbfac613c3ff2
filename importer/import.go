package importer

import (
	"cmp"
	"context"
	"iter"
	"time"

	"github.com/contactsync/contactsync/importer/apply"
	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/dedupe"
	"github.com/contactsync/contactsync/importer/diff"
	"github.com/contactsync/contactsync/importer/ending"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/plan/planfile"
	"github.com/contactsync/contactsync/importer/question"
	"github.com/contactsync/contactsync/importer/result"
	"github.com/contactsync/contactsync/importer/shape"
	"github.com/contactsync/contactsync/importer/stop"
	"github.com/contactsync/contactsync/importer/survey"
	"github.com/contactsync/contactsync/importer/verify"
	"github.com/contactsync/contactsync/mapping/lookup"
	"github.com/contactsync/contactsync/report"
)

// Import takes the rows of inputs to an organisation; with Sync set it also changes and deletes contacts, and without a
// Directory it only checks the rows.
type Import struct {
	Base
	Inputs []check.Input
	// Org is the organisation of rows that name none; 0 is the caller's own.
	Org   int64
	Rules survey.Rules
	// OnDuplicate says which of several rows that are the same contact counts; empty is the first one.
	OnDuplicate dedupe.OnDuplicate
	Rows        check.Range
	// Sync is what a sync decides beyond an import; nil: an import.
	Sync *diff.Options
	// Recreate makes contacts anew that an earlier run made and that somebody has deleted since.
	Recreate bool
	// RemoveLate deletes the second contact that a late commit of a request of ours made, instead of only telling of it.
	RemoveLate bool
	Limits     plan.Limits
	Shape      shape.Rule
	// Planning keeps the plan; the zero value does not.
	Planning planfile.Planning
	// Accepted takes the accepted contacts, normalised; nil: nobody wants them.
	Accepted result.ContactWriter
}

// Run does the import. When stopping is cancelled, with a *stop.Error as cause, nothing more is sent, what is under way may
// end within the grace time, and the report is completed; a run that only looks ends soon, without one. When ctx is
// cancelled everything ends at once: what is under way is in doubt, the ledger knows it, and there is no report.
func (j *Import) Run(ctx, stopping context.Context) ending.Result {
	own := *j // what a stage makes of the options holds in this run only
	j = &own
	quit, end := quitting(ctx, stopping, &j.Base)
	defer end()
	for _, in := range j.Inputs {
		in.Source.Use(in.Mapping.Used())
	}
	s, e := stagesOf(&j.Base, j.Rules, j.Sync)
	s.KeepsHashes = j.Planning.IsWanted()
	defer s.Locks.Release()
	found := s.NewFound()
	result := j.run(quit, stopping, s, e, found)
	return e.Note(quit, found.Begun, result)
}

// run is the import in the order of its stages; what each of them is given is what those before it returned. A stage that
// ends the run ends the sending: the rows are told of all the same, where they can be.
func (j *Import) run(quit, stopping context.Context, s *survey.Survey, e *ending.Ending, found *survey.Found) ending.Result {
	rows, err := j.survey(quit, stopping, s, found)
	stopped := check.Changed(err)
	if stopped != nil && !reportable(stopped) {
		return ending.Ended(stopped)
	}
	set, err := e.Create(j.Inputs, stopped)
	if err != nil || set == nil {
		return ending.Ended(cmp.Or(err, stopped))
	}
	p, err := j.plan(quit, stopping, rows, found, e)
	if err == nil {
		if stopped = cmp.Or(stopped, p.Ended); stopped == nil {
			err = p.NeedRows()
		}
	}
	if err != nil {
		return ending.Ended(err, set.Abort())
	}
	j.tellShort(p)
	sent := sent{world: found.World}
	switch {
	case stopped != nil:
	case j.Offline():
		stopped = p.GuardRows(j.Limits)
	default:
		sent, err = j.send(quit, stopping, p, found, e)
		if stopped = check.Changed(err); stopped != nil && !reportable(stopped) {
			return ending.Ended(stopped, set.Abort())
		}
	}
	return j.report(quit, set, p, found, sent, stopped, e)
}

// survey makes what rows are checked by, with what the platform says where the run has one.
func (j *Import) survey(quit, stopping context.Context, s *survey.Survey, found *survey.Found) (check.Checker, error) {
	rows := check.Checker{Inputs: j.Inputs, Range: j.Rows, Key: keyOf(&j.Base), Match: j.Match, Org: j.Org}
	rules := s.Rules
	var err error
	if rows.Rules, err = rules.Make(lookup.Offline(), lookup.Types(j.TypeIDs, false)); err != nil {
		return rows, err
	}
	found.World.Rules = rows.Rules
	if err := rules.NeedType(j.Inputs, rows.Rules.Types); err != nil {
		return rows, err
	}
	if j.Offline() {
		return rows, nil
	}
	if j.Planning, err = j.Planning.Bind(keyOf(&j.Base)); err != nil {
		return rows, err
	}
	err = learn(quit, stopping, func(ctx context.Context) error { return s.Import(ctx, found, rows) })
	rows.Rules, rows.Existing = found.World.Rules, found.World.Existing()
	if found.Home != 0 {
		rows.Org = found.Home
	}
	return rows, err
}

// plan makes the plan: the first pass over the rows.
func (j *Import) plan(quit, stopping context.Context, rows check.Checker, found *survey.Found, e *ending.Ending) (*plan.Plan, error) {
	// What was read is told of once stopping is cancelled, and not a million rows that nothing will be done for. A run that
	// ended before it read anything has the grace time to tell of as many rows as it can.
	grace := time.Duration(0)
	if stopping.Err() != nil {
		grace = j.Grace
	}
	reading, end := until(quit, stopping, grace)
	defer end()
	e.Passes.Start(ending.PassCheck, 0)
	p, err := plan.Make(quit, reading, rows, found.World, plan.Options{
		Sync: j.Sync, OnDuplicate: j.OnDuplicate, Recreate: j.Recreate, DryRun: j.DryRun,
	}, func() { e.Passes.Row("") })
	e.Passes.End()
	return p, err
}

// tellShort tells which of several inputs end before the range of rows that the run takes.
func (j *Import) tellShort(p *plan.Plan) {
	for _, i := range p.Short() {
		_, n := p.Inputs[i].Source.Sum()
		j.Log.Warn().Int("input", i+1).Int("rows", n).Int("from", j.Rows.From).
			Msg("an input has fewer rows than --rows begins with, so that none of it is taken")
	}
}

// sent is what sending leaves for the report.
type sent struct {
	world    *plan.World
	told     map[int64]map[contact.Hash][]outcome.Note // of contacts that stood twice, in the place of the world's notes
	stored   outcome.Stored
	tookOver bool
	held     int
}

// notesOf are what is known of the contact of a row by its content.
func (s sent) notesOf(org int64, content contact.Hash) []outcome.Note {
	if told, ok := s.told[org][content]; ok {
		return told
	}
	return s.world.Orgs[org].Notes[content]
}

// send does what the plan says, if nothing speaks against it.
func (j *Import) send(quit, stopping context.Context, p *plan.Plan, found *survey.Found, e *ending.Ending) (sent, error) {
	s := sent{world: found.World, stored: outcome.Stored{}}
	if err := survey.ConfirmMissing(stopping, j.Directory, p.Missing); err != nil {
		return s, err
	}
	if err := j.pass(quit, stopping, p, found); err != nil || j.DryRun {
		return s, err
	}
	abort, end := until(quit, stopping, j.Grace)
	defer end()
	recorder := recorderOf(&j.Base)
	if err := recorder.Begin(quit, found.World, p.Continues, p.Resumed); err != nil {
		return s, err
	}
	s.tookOver = true
	if err := recorder.NotePlan(quit, p, found.World, j.Limits.Deletes); err != nil {
		return s, err
	}
	remover := j.remover(p, found.World)
	if remover != nil {
		var err error
		if s.told, err = remover.RemoveEarlier(stopping); err != nil {
			return s, err
		}
	}
	if p.Writes() == 0 && len(p.Continues) == 0 {
		return s, nil
	}
	d := newDelivery(quit, &j.Base, found, p.Writes(), "row")
	err := j.deliver(quit, stopping, abort, p, found, d, e)
	s.held = d.Sent().Held
	if err = ledger.Flushed(quit, j.Ledger, err); err != nil {
		return s, err
	}
	return s, j.verify(quit, stopping, p, found, d, remover, s.stored)
}

// pass is what stands between the plan and the first write: the saved plan if there is one, the limits, the plan that is to
// be saved, and the question.
func (j *Import) pass(quit, stopping context.Context, p *plan.Plan, found *survey.Found) error {
	var now planfile.File
	if j.Planning.IsWanted() {
		var err error
		made := found.Listed.UTC().Format(time.RFC3339)
		if now, err = planfile.Of(quit, p, found.World, j.About, j.Host, made, j.Planning.Options); err != nil {
			return err
		}
	}
	held, err := j.Shape.Hold(p, found.World, j.About, j.Limits)
	if err == nil {
		limits := plan.LimitsOf(j.Limits, found.World, j.About.Job, j.About.Simulated)
		err = stop.Together(j.Planning.Hold(now, p, found.World), p.Guard(limits, held.Exceeded...))
	}
	if err != nil {
		return err
	}
	if stopping.Err() != nil {
		return context.Cause(stopping)
	}
	if j.Planning.Save != nil {
		if err := j.Planning.Save(now); err != nil {
			return &planfile.SaveError{Err: err}
		}
	}
	if j.Confirm == nil {
		return nil
	}
	preview, err := question.OfPlan(quit, p, found.World, j.About.Job)
	if err != nil {
		return err
	}
	preview.Shape = held.Note
	return askerOf(&j.Base).Ask(stopping, preview)
}

// deliver sends the rows, and then the deletes. Rows that failed, or of which nobody knows how they ended, keep their
// contacts.
func (j *Import) deliver(quit, stopping, abort context.Context, p *plan.Plan, found *survey.Found, d *apply.Delivery, e *ending.Ending) error {
	e.Passes.Start(ending.PassSend, p.Writes())
	defer e.Passes.End()
	rows := apply.RowsOf(p, found.World, j.Directory, found.Wanted.Wants, j.Log)
	if err := d.Deliver(stopping, abort, rows); err != nil || len(p.Deletes) == 0 {
		return err
	}
	protected, err := apply.ProtectFailed(quit, p, outcomesOf(quit, &j.Base, true))
	if err != nil {
		return err
	}
	return d.Deliver(stopping, abort, apply.DeletesOf(p, protected, rows))
}

// remover deletes contacts that stand twice; nil: the user does not want that.
func (j *Import) remover(p *plan.Plan, w *plan.World) *verify.Remover {
	if !j.RemoveLate {
		return nil
	}
	return &verify.Remover{
		Directory: j.Directory, API: j.API, Record: j.Ledger.Record, Recorder: recorderOf(&j.Base), World: w, Pauses: verify.PausesOf(j.Settle),
		MaxAttempts: j.MaxAttempts, Last: p.Len() + len(p.Deletes) + len(p.Deleted) + len(p.LetGo),
	}
}

func (j *Import) verify(quit, stopping context.Context, p *plan.Plan, found *survey.Found, d *apply.Delivery, remover *verify.Remover, stored outcome.Stored) error {
	closing := newClosing(quit, &j.Base, found.World, d, p.Counts[plan.InDoubt] > 0)
	closing.Remover, closing.Differs = remover, stored.Add
	closing.Base = func(org, id int64) (contact.FieldHashes, bool) {
		if agreed, ok := p.Agreed[org][id]; ok {
			return agreed, true
		}
		if m := found.World.Orgs[org].Match; m != nil {
			base, ok := m.Base[id]
			return base, ok
		}
		return contact.FieldHashes{}, false
	}
	closing.Written = func(wanted check.Selection) iter.Seq2[verify.Written, error] {
		return verify.WrittenBy(quit, p, wanted)
	}
	return closing.Run(stopping)
}

// report makes the last pass and completes the report.
func (j *Import) report(
	quit context.Context, set *report.Set, p *plan.Plan, found *survey.Found, s sent, stopped error, e *ending.Ending,
) ending.Result {
	return e.Complete(quit, set, stopped, func() (ending.Counted, error) {
		e.Passes.Start(ending.PassReport, p.Len())
		defer e.Passes.End()
		last := result.Report{
			Plan: p, World: found.World, Outcomes: outcomesOf(quit, &j.Base, found.Begun), Notes: s.notesOf, Offline: j.Offline(), DryRun: j.DryRun,
			OnDuplicate: j.OnDuplicate, RemovesLate: j.RemoveLate, TookOver: s.tookOver, Stored: s.stored, Stopped: stopped, Accepted: j.Accepted,
			See: e.Passes.Row, OwnID: ledger.OpenIDs(quit, j.Ledger),
		}
		counts, err := last.Write(quit, set)
		return ending.Counted{
			Rows: counts.Rows, Late: counts.Late || found.Late, Unmapped: p.Columns.Values(), Held: s.held, Stopped: counts.Stopped,
			Shape:   j.Shape.Keep(p, found.World, j.About, j.Limits),
			Summary: func(sum *report.Summary) { counts.Summarise(sum, p, found.World) },
		}, err
	})
}
