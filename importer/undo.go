package importer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/contactsync/contactsync/importer/apply"
	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/stop"

	"github.com/contactsync/contactsync/mapping/lookup"
)

// undoing is the state of one Undo: a run whose rows are the contacts that another run wrote.
type undoing struct {
	*run
	target  ledger.Run
	index   int32 // of the target in the history
	grounds map[int64]*ground
	items   []*undoItem
	looks   int // how often the organisations were looked at again
}

// Undo takes a run back: it deletes what that run created, and restores what it updated or deleted from the images that
// the ledger holds. A contact that has changed since the target ended is left alone and told. Only what the ledger knows
// the target to have created is ever deleted.
//
// An undo is a run of its own, with stop and ctx as in [Job.Run]. What an earlier undo has taken back is not taken back
// again. The job's inputs must be empty, and its About.Job that of the target.
func (j *Job) Undo(ctx, stop context.Context, target ledger.Run) Result {
	own := *j
	passes := own.time()
	j = &own
	quit, end := j.quitting(ctx, stop)
	defer end()
	u := &undoing{run: &run{Job: j, runs: &history.Runs{}, quit: quit, passTimes: passes, names: check.NewNames(nil, check.Range{}), columns: check.NewColumns(nil)}, target: target, grounds: map[int64]*ground{}}
	u.checker, u.resend = check.Checker{Key: j.key(), Match: j.Match}, u.sentFor
	defer u.release()
	return u.noteEnd(u.do(stop))
}

// do is the undo between what is made ready for it and what is noted of its end.
func (u *undoing) do(stop context.Context) Result {
	err := u.prepare(stop)
	if err != nil && !reportable(err) {
		return Result{Err: err}
	}
	u.stopped = err
	if u.homeless && u.claimFolder() != nil {
		return Result{Err: u.stopped}
	}
	set, err := u.createReport()
	if err != nil {
		return Result{Err: err}
	}
	if u.stopped == nil {
		u.stopped = u.apply(stop)
	}
	if u.stopped != nil && !reportable(u.stopped) {
		return Result{Err: errors.Join(u.stopped, set.Abort())}
	}
	return u.finish(set)
}

// prepare finds out what there is to be taken back, and decides on each of it.
func (u *undoing) prepare(stop context.Context) error {
	ctx, cancel := context.WithCancelCause(u.quit)
	defer cancel(nil)
	defer context.AfterFunc(stop, func() { cancel(context.Cause(stop)) })()
	err := u.survey(ctx)
	if err != nil && stop.Err() != nil {
		return context.Cause(stop)
	}
	return err
}

func (u *undoing) survey(ctx context.Context) error {
	if err := u.findOrganisations(ctx); err != nil || len(u.territories) == 0 {
		return err
	}
	if err := u.nameOrganisations(ctx); err != nil {
		return err
	}
	// A run that is waited for may have written on until it ended.
	if err := u.lock(ctx, u.findOrganisations); err != nil {
		return err
	}
	if err := u.begin(ctx); err != nil {
		return err
	}
	countries, err := u.countryTable(ctx)
	if err != nil {
		return err
	}
	if err := u.recollect(ctx); err != nil {
		return err
	}
	if err := u.useRules(lookup.Countries(countries), lookup.Types(u.TypeIDs, false)); err != nil {
		return err
	}
	u.index = u.runs.Index(u.target.ID)
	u.target = u.runs.Run(u.index)
	if !u.DryRun {
		if err := u.settleEarlier(ctx); err != nil {
			return err
		}
	}
	if err := u.collect(ctx); err != nil {
		return ledger.Unreadable(err)
	}
	if err := u.look(ctx); err != nil {
		return err
	}
	u.findSeconds()
	for _, item := range u.items {
		item.decision = u.judge(item)
	}
	u.goOn()
	return nil
}

// findOrganisations learns from the ledger where the target wrote.
func (u *undoing) findOrganisations(ctx context.Context) error {
	if u.territories == nil {
		u.territories = map[int64]*territory{}
	}
	elsewhere := ""
	for a, err := range u.Ledger.Outcomes(ctx, u.target.ID) {
		switch {
		case err != nil:
			return ledger.Unreadable(err)
		case a.Row.Scope.Host == u.Host:
			u.addTerritory(a.Row.Scope.Org, "")
		default:
			elsewhere = a.Row.Scope.Host
		}
	}
	if len(u.territories) == 0 && elsewhere != "" {
		return &stop.UsageError{
			Message: fmt.Sprintf("run %s wrote to the API at %s, and this is the one at %s", u.target.ID, elsewhere, u.Host),
			Hint:    "name the API that the run wrote to with --api-url",
		}
	}
	return nil
}

// nameOrganisations learns the name of the caller's own organisation; of others the API tells none.
func (u *undoing) nameOrganisations(ctx context.Context) error {
	my, err := u.Directory.MyOrganisation(ctx)
	var refusal *outcome.Refusal
	if errors.As(err, &refusal) {
		return &stop.Error{
			Cause: stop.CauseForbidden, Message: "the API does not tell the application token's own organisation", Err: err,
			Hint: "check --api-url, and that the token is that of an application of this organisation",
		}
	}
	if t := u.territories[my.ID]; err == nil && t != nil {
		t.name = my.Name
	}
	return err
}

// ground is what an undo knows of one organisation.
type ground struct {
	*territory
	there    map[int64]bool           // what it has
	raw      map[int64]contact.Stored // what of it counts, as it was shown
	existing *remote.Index
	// shown is how contacts looked when a run had ended, by run; baseline are the ids that there were before the target
	// wrote anything, ascending.
	shown    map[string]map[int64]contact.FieldHashes
	baseline []int64
	// back are the last attempts of earlier undos, by what was done to which contact; touched the last run behind the
	// target that updated or deleted a contact; known the creates of later runs, by content.
	back    map[deed]backed
	touched map[int64]int32
	known   map[contact.Hash]ledger.Attempt
	// undeletes are the ids that this undo is to delete, and restored those that earlier ones made anew.
	undeletes, restored map[int64]bool
	external            map[int64]contact.Hash // of the job's contacts
}

// deed is something that an undo does to a contact: one that it makes anew is named by its old id.
type deed struct {
	action outcome.Action
	id     int64
}

// backed is an attempt of an earlier undo.
type backed struct {
	ledger.Ref
	run      int32
	at       time.Time
	status   outcome.Status
	id       int64
	attempts int
	unclear  int
	isOpen   bool // nobody knows whether it took effect
}

// look lists what the organisations have, and makes it ready to be asked.
func (u *undoing) look(ctx context.Context) error {
	if err := u.list(ctx, u.keeper); err != nil {
		return err
	}
	u.learnTypes()
	for _, org := range u.orgs() {
		g := u.grounds[org]
		g.raw = make(map[int64]contact.Stored, len(g.found))
		for _, s := range g.found {
			g.raw[s.ID] = s
		}
		g.there = make(map[int64]bool, len(g.shownIDs))
		for _, id := range g.shownIDs {
			g.there[id] = true
		}
		g.shownIDs = nil
		if g.refused == nil {
			if err := u.lookForRecent(ctx, g); err != nil {
				return err
			}
		}
		g.existing = remote.NewIndex(u.key(), u.Match, u.checker.Rules, org, g.found)
		g.found = nil
	}
	return nil
}

// lookForRecent asks for the contacts that the target made so short a time ago that a listing may not show them yet.
func (u *undoing) lookForRecent(ctx context.Context, g *ground) error {
	for _, item := range u.items {
		if item.org != g.scope.Org || item.did != outcome.Create || item.id == 0 || item.at.Before(u.runs.Recently) {
			continue
		}
		if _, listed := g.raw[item.id]; listed || g.before.Deleted[item.id] {
			continue
		}
		s, there, err := u.Directory.Contact(ctx, item.org, item.id)
		if err != nil {
			return err
		}
		if there {
			g.raw[s.ID], g.found = s, append(g.found, s)
			g.there[s.ID] = true
		}
	}
	return nil
}

// apply takes back what is to be taken back, if nothing speaks against it.
func (u *undoing) apply(stop context.Context) error {
	if stop.Err() != nil {
		return context.Cause(stop)
	}
	if u.Confirm != nil {
		if err := u.askLeave(stop, u.preview()); err != nil {
			return err
		}
	}
	if u.DryRun || len(u.territories) == 0 {
		return nil
	}
	abort, cancel := u.aborting(stop)
	defer cancel()
	if err := u.beginRun(); err != nil {
		return err
	}
	err := u.send(stop, abort)
	if flushErr := u.Ledger.Flush(context.WithoutCancel(u.quit)); flushErr != nil && err == nil {
		err = ledger.Unwritable(flushErr)
	}
	if err == nil {
		err = u.verify(stop)
	}
	return err
}

// aborting is the context of requests under way: it ends some time after stop.
func (u *undoing) aborting(stop context.Context) (abort context.Context, end func()) {
	abort, cancel := context.WithCancelCause(u.quit)
	detach := context.AfterFunc(stop, func() {
		grace := time.AfterFunc(u.Grace, func() { cancel(context.Cause(stop)) })
		context.AfterFunc(abort, func() { grace.Stop() })
	})
	return abort, func() {
		detach()
		cancel(nil)
	}
}

// goOn takes over what an undo that was cut off has done already, and closes the target: nothing goes on with a run that
// is taken back.
func (u *undoing) goOn() {
	u.continues, u.prior = map[int32]bool{}, map[int]prior{}
	if !u.target.Closed {
		u.continues[u.index] = true
	}
	for _, item := range u.items {
		switch d := item.decision; d.verdict {
		case undoCarried:
			u.continues[d.earlier.run] = true
			u.carried = append(u.carried, ledger.Resumed{Seq: item.seq, From: d.earlier.Ref})
		case undoWrite:
			if d.earlier.attempts > 0 {
				u.prior[item.seq] = prior{attempts: d.earlier.attempts, unclear: d.earlier.unclear}
			}
		}
	}
}

// writes counts what is to be sent.
func (u *undoing) writes() int {
	n := 0
	for _, item := range u.items {
		if item.decision.verdict == undoWrite {
			n++
		}
	}
	return n
}

// runner sends, and bears as many failures as any run does.
func (u *undoing) runner() *apply.Runner {
	return &apply.Runner{
		API: u.API, Ledger: u.recorder(), Concurrency: u.Concurrency, Log: u.Log,
		MaxFailures: max(u.MaxFailures.Of(u.writes()), u.leastFailures()),
		Done:        func(s outcome.Status) { u.Progress.Row(s) },
		Doubt:       u.doubt,
	}
}

// has reports whether a contact is there now.
func (g *ground) has(id int64) bool {
	return g.there[id]
}

// laidBefore reports whether a contact was there before the target wrote anything.
func (g *ground) laidBefore(id int64) bool {
	_, found := slices.BinarySearch(g.baseline, id)
	return found
}
