package apply

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/settle"
	"github.com/contactsync/contactsync/importer/stop"
)

// Source gives the changes that are to be sent.
type Source interface {
	// Changes yields what is to be sent of the rows that are wanted, in their order. again tells what was sent for a row
	// that is sent again; pace is called before each change is decided on, and waits for the request budget.
	Changes(ctx context.Context, wanted check.Selection, again func(seq int) (plan.Attempts, bool), pace func() error) iter.Seq2[Step, error]
	// Refresh looks at the organisations again, at the beginning of a new window of the budget: what is different there now,
	// and is not ours, changes what is still to be sent. saw is told what each organisation shows.
	Refresh(ctx context.Context, ours func(org int64) map[int64]bool, saw func(org int64, ids []int64)) error
}

// Step is one change of a source, or (Instead) how it ends without being sent.
type Step struct {
	Change  plan.Change
	Instead *ledger.Result
}

// Config is what a delivery is made of.
type Config struct {
	API       API
	Directory remote.Contacts
	// Outcomes are what the ledger has of this run.
	Outcomes func() iter.Seq2[ledger.Attempt, error]
	Recorder *Recorder
	World    *plan.World
	// Concurrency is how many changes are under way at once, MaxFailures how many failed rows the run bears, and MaxAttempts
	// how often a row is sent, over all runs that go on with it.
	Concurrency, MaxFailures, MaxAttempts int
	// Noun is what a change is about, in messages: a row, or a contact.
	Noun string
	// Settle is how long after the end of an attempt whose answer was lost its contact's absence may count as proof.
	Settle time.Duration
	// Listed is when the organisations were listed.
	Listed time.Time
	// Pace waits until the request budget lets a request leave, and tells whether it had to wait for a new window of that
	// length; nil never waits.
	Pace func(ctx context.Context) (waited bool, window time.Duration, err error)
	// Done is told each row's end. Called from many goroutines.
	Done func(outcome.Status)
	Log  zerolog.Logger
}

// Delivery sends the changes of a run until none of them is in doubt.
type Delivery struct {
	Config
	runner *Runner
	sites  map[int64]*site
	listed time.Time // when the organisations were listed last

	lostAt map[int]time.Time     // by row: when an answer of this run was lost first
	before map[int]plan.Attempts // by row that is sent again: what was sent for it in this run too
	sent   Sent
}

// Sent is how a delivery ended.
type Sent struct {
	// Lost tells that an answer of this run was lost, Uncertain that it could not be found out what became of the request.
	Lost, Uncertain bool
	// Held counts the rows that were not sent because a row with the same key is in doubt.
	Held int
}

// New makes a delivery.
func New(c Config) *Delivery {
	d := &Delivery{Config: c, sites: map[int64]*site{}, listed: c.Listed, lostAt: map[int]time.Time{}, before: map[int]plan.Attempts{}}
	for org, o := range c.World.Orgs {
		d.sites[org] = newSite(o, settle.Describer(c.World.Rules, c.World.Key, c.World.Match, org))
	}
	d.runner = &Runner{
		API: c.API, Ledger: (*noting)(d), Concurrency: c.Concurrency, MaxFailures: c.MaxFailures, Log: c.Log, Done: c.Done,
		Doubt: func(ch plan.Change, id int64) string { return d.sites[ch.Org].doubt(ch, id) },
	}
	return d
}

// Sent is what has come of it so far.
func (d *Delivery) Sent() Sent { return d.sent }

// Claimed are the contacts of an organisation that are known to be somebody's: those that runs of this ledger made.
func (d *Delivery) Claimed(org int64) map[int64]bool { return d.sites[org].claimed() }

// noting is the delivery as the ledger of its runner.
type noting Delivery

// Intend notes an attempt before it leaves.
func (d *noting) Intend(ctx context.Context, c plan.Change, attempt int) error {
	if c.Action == outcome.Create {
		d.sites[c.Org].begin(c.Seq)
	}
	return d.Recorder.Intend(ctx, c, attempt)
}

// Settle notes how a change ended.
func (d *noting) Settle(ctx context.Context, c plan.Change, o outcome.Outcome) error {
	result := resultOf(c, o)
	if o.Status == outcome.Created {
		d.sites[c.Org].created(d.Recorder.Run, c, o.Receipt.ContactID, result.At)
	}
	return d.Recorder.Record(ctx, c.Seq, result)
}

// Deliver sends what a source has, finds out what became of requests whose answers were lost, and sends those that did not
// happen once more, until nothing is left that could be sent. stopping and abort are those of [Runner.Run].
func (d *Delivery) Deliver(stopping, abort context.Context, s Source) error {
	pace := func() error { return d.pace(stopping, s) }
	pending, err := d.runner.Run(stopping, abort, d.changes(stopping, abort, s, check.Selection{}, pace))
	for err == nil && len(pending.Lost)+len(pending.Held) > 0 {
		again := map[int]bool{}
		if err = d.settle(stopping, pending.Lost, again); err != nil {
			break
		}
		if len(again) == 0 && len(pending.Lost) == 0 {
			// Nothing was found out in this round, so what holds these rows back stays.
			if err = d.leaveHeld(abort, s, pending.Held); err != nil {
				return err
			}
			break
		}
		for _, seq := range pending.Held {
			again[seq] = true
		}
		pending, err = d.runner.Run(stopping, abort, d.changes(stopping, abort, s, check.RowsOf(again), pace))
	}
	if err != nil {
		return err
	}
	return d.runner.Outage() // before anything else is sent: nobody knows how some rows end
}

// changes yields the changes that are to be sent, and notes those that end without.
func (d *Delivery) changes(stopping, abort context.Context, s Source, wanted check.Selection, pace func() error) iter.Seq2[plan.Change, error] {
	return func(yield func(plan.Change, error) bool) {
		for step, err := range s.Changes(abort, wanted, d.attempts, pace) {
			if err == nil && step.Instead != nil {
				if err = d.Recorder.Note(stopping, step.Change, *step.Instead); err == nil {
					d.Done(step.Instead.Status)
					continue
				}
			}
			if !yield(step.Change, err) || err != nil {
				return
			}
		}
	}
}

// attempts is what was sent for a row that is sent again; false if it is not.
func (d *Delivery) attempts(seq int) (before plan.Attempts, again bool) {
	before, again = d.before[seq]
	return before, again
}

// pace waits with the next row while the request budget is spent. When a new window begins the organisations are looked at
// again first, once a window: what somebody else has done while we waited must not be done twice, or run over.
func (d *Delivery) pace(ctx context.Context, s Source) error {
	if d.Pace == nil {
		return nil
	}
	waited, window, err := d.Pace(ctx)
	if err != nil || !waited || time.Since(d.listed) < window {
		return err
	}
	d.listed = time.Now()
	return s.Refresh(ctx, d.Claimed, func(org int64, ids []int64) { d.sites[org].saw(ids) })
}

// settle finds out what became of the rows in doubt and adds to again those that are to be sent once more. It waits
// once for all of them.
func (d *Delivery) settle(stopping context.Context, lost []settle.InDoubt, again map[int]bool) error {
	disputed, err := d.disputes(stopping)
	if err != nil {
		return err
	}
	byOrg := map[int64][]settle.InDoubt{}
	for _, l := range slices.Concat(lost, disputed) {
		d.noteLost(l)
		l.Run = d.Recorder.Run
		s := d.sites[l.Org]
		if l.Action != outcome.Create {
			if err := d.reread(stopping, s, l, again); err != nil {
				return err
			}
			continue
		}
		l.Before = s.org.Now.Has
		byOrg[l.Org] = append(byOrg[l.Org], l)
	}
	for _, org := range slices.Sorted(maps.Keys(byOrg)) {
		findings, err := d.find(stopping, d.sites[org], byOrg[org])
		if err != nil {
			return err
		}
		for _, f := range findings {
			if err := d.conclude(stopping, f, again); err != nil {
				return err
			}
		}
	}
	return nil
}

// disputes makes rows whose contact an answer to another row has named too ones that are looked for like that one: which
// of the two answers was right is not known.
func (d *Delivery) disputes(ctx context.Context) ([]settle.InDoubt, error) {
	open := false
	for _, s := range d.sites {
		open = open || s.hasDisputes()
	}
	if !open {
		return nil, nil
	}
	var lost []settle.InDoubt
	for a, err := range d.Outcomes() {
		if err != nil {
			return nil, ledger.Unreadable(err)
		}
		s := d.sites[a.Row.Scope.Org]
		if a.Action != outcome.Create || a.Status() != outcome.Created || !s.disputes(a.Result.Receipt.ContactID, a.Seq) {
			continue
		}
		lost = append(lost, disputedOf(a))
	}
	for _, l := range lost {
		result := ledger.Result{Status: outcome.Uncertain, Code: outcome.CodeDoubted, Detail: l.Doubt, Receipt: l.Receipt, At: time.Now()}
		if err := d.Recorder.Record(ctx, l.Seq, result); err != nil {
			return nil, ledger.Unwritable(err)
		}
	}
	for _, s := range d.sites {
		s.forgetDisputed()
	}
	return lost, nil
}

// noteLost takes note of when a row's answer was lost first.
func (d *Delivery) noteLost(l settle.InDoubt) {
	d.sent.Lost = true
	if _, ok := d.lostAt[l.Seq]; !ok {
		d.lostAt[l.Seq] = l.Ended
	}
}

func (d *Delivery) settler(s *site) *settle.Settler {
	return &settle.Settler{Directory: d.Directory, Describe: s.describe, Wait: d.Settle, Looks: d.MaxAttempts, Saw: s.saw}
}

// find asks the organisation what became of rows in doubt. Where that can't be found out all of them stay unknown, and the
// run goes on.
func (d *Delivery) find(stopping context.Context, s *site, lost []settle.InDoubt) ([]settle.Finding, error) {
	org := s.org.Scope.Org
	d.Log.Info().Int64("org", org).Int("rows", len(lost)).Dur("settle", d.Settle).
		Msg("answers were lost: what became of these rows is found out by listing")
	witnesses, unnamed := s.madeHere()
	all, err := settle.WithUnnamed(stopping, lost, unnamed, s.org.Before, s.org.Baselines)
	var findings []settle.Finding
	if err == nil {
		findings, err = d.settler(s).Settle(stopping, org, all, witnesses, s.claimed())
	}
	if stopping.Err() != nil {
		return nil, context.Cause(stopping)
	}
	if err == nil || stop.IsLocal(err) {
		return settle.OfLost(findings), err
	}
	d.Log.Warn().Int64("org", org).Err(err).Msg("what became of rows whose answers were lost can't be found out")
	findings = make([]settle.Finding, len(lost))
	for i, l := range lost {
		findings[i] = settle.Finding{InDoubt: l, Unasked: stop.Of(err)}
	}
	return findings, nil
}

// reread finds out what became of a change or delete by reading its contact.
func (d *Delivery) reread(stopping context.Context, s *site, l settle.InDoubt, again map[int]bool) error {
	f, err := d.settler(s).Reread(stopping, l)
	if stopping.Err() != nil {
		return context.Cause(stopping)
	}
	if err != nil {
		d.Log.Warn().Int64("org", l.Org).Err(err).Msg("what became of a change whose answer was lost can't be found out")
		f.Unasked = stop.Of(err)
	}
	return d.conclude(stopping, f, again)
}

// conclude writes what was found out of a row into the ledger. A row that is not there is sent once more, unless it
// has been sent often enough.
func (d *Delivery) conclude(ctx context.Context, f settle.Finding, again map[int]bool) error {
	seq := f.InDoubt.Seq
	result := settle.Result(f, time.Now())
	attempts := f.InDoubt.Receipt.Attempts
	excuse := f.Unasked
	switch {
	case f.Presence == settle.Absent && attempts >= d.MaxAttempts:
		if !d.runner.AnsweredSince(d.lostAt[seq]) { // not this row only: nothing was answered
			excuse = unanswered(attempts)
		}
		result.Status, result.Code = outcome.Failed, outcome.CodeGaveUp
		result.Detail = fmt.Sprintf("sent %d times, each time without an answer; it is known that %s", attempts, f.InDoubt.Action.WasNot(f.InDoubt.Target))
	case f.Presence == settle.Absent:
		again[seq] = true
		d.before[seq] = plan.Attempts{Sent: attempts, Unclear: f.InDoubt.Attempts}
	case f.Presence == settle.Present:
		d.sites[f.InDoubt.Org].belongs(f.ID)
	default:
		d.sent.Uncertain = true
	}
	if err := d.Recorder.Record(ctx, seq, result); err != nil {
		return ledger.Unwritable(err)
	}
	if f.Presence != settle.Unknown {
		d.runner.Release(f.InDoubt.Key)
	}
	switch {
	case again[seq]:
		return nil
	case excuse != nil:
		d.runner.Excuse(result.Status, excuse)
		return nil
	}
	return d.runner.Count(result.Status)
}

func unanswered(attempts int) *stop.Error {
	return &stop.Error{
		Cause: stop.CauseOutage, Message: fmt.Sprintf("the API answered no request for some of the rows, each of which was sent %d times", attempts),
		Hint: "run the same command again when the API is back; it goes on where this run stopped",
	}
}

// leaveHeld notes the rows that were not sent because nobody knows what became of a row with the same key.
func (d *Delivery) leaveHeld(whole context.Context, s Source, held []int) error {
	ctx := context.WithoutCancel(whole)
	left := map[int]bool{}
	for _, seq := range held {
		left[seq] = true
	}
	for c, err := range d.changes(ctx, ctx, s, check.RowsOf(left), func() error { return nil }) {
		if err != nil {
			return err
		}
		err = d.Recorder.Note(ctx, c, ledger.Result{
			Status: outcome.NotAttempted, Code: outcome.CodeHeld, At: time.Now(),
			Detail:  "not sent: nobody knows yet what became of a " + d.Noun + " with the same key",
			Receipt: outcome.Receipt{Effect: outcome.EffectNone, Attempts: c.Attempts},
		})
		if err != nil {
			return err
		}
		d.sent.Held++
		if err := d.runner.Count(outcome.NotAttempted); err != nil {
			return err
		}
	}
	return nil
}
