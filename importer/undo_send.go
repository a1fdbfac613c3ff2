package importer

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"time"

	"github.com/contactsync/contactsync/importer/apply"
	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
)

// send takes back what is to be taken back, finds out what became of requests whose answers were lost, and sends those
// once more that are known not to have happened.
func (u *undoing) send(stop, abort context.Context) error {
	if u.writes() == 0 {
		return nil
	}
	u.Progress.Start(PassSend, u.writes())
	defer u.Progress.End()
	runner := u.runner()
	pending, err := runner.Run(stop, abort, u.changes(stop, check.Selection{}))
	for err == nil && len(pending.Lost)+len(pending.Held) > 0 {
		again := map[int]bool{}
		if err = u.settleRound(stop, runner, pending.Lost, again); err != nil {
			break
		}
		if len(again) == 0 && len(pending.Lost) == 0 {
			if err = u.leaveHeld(runner, pending.Held); err == nil {
				err = runner.Outage()
			}
			return err
		}
		for _, seq := range pending.Held {
			again[seq] = true
		}
		pending, err = runner.Run(stop, abort, u.changes(stop, check.RowsOf(again)))
	}
	if err == nil {
		err = runner.Outage()
	}
	return err
}

// changes yields what is to be sent of the items that are wanted.
func (u *undoing) changes(stop context.Context, wanted check.Selection) iter.Seq2[apply.Change, error] {
	return func(yield func(apply.Change, error) bool) {
		for _, item := range u.items {
			if item.decision.verdict != undoWrite || !wanted.Holds(item.seq) {
				continue
			}
			if err := u.pace(stop); err != nil {
				yield(apply.Change{}, err)
				return
			}
			u.judgeAnew(item)
			if item.decision.verdict != undoWrite {
				u.Progress.Row(outcome.Exists)
				continue
			}
			c, err := u.changeOf(item)
			if !yield(c, err) || err != nil {
				return
			}
		}
	}
}

// pace waits with the next contact while the request budget is spent. When a new window begins the organisations are
// looked at again first: what somebody has changed while we waited must not be run over.
func (u *undoing) pace(ctx context.Context) error {
	if u.Pace == nil {
		return nil
	}
	waited, window, err := u.Pace(ctx)
	if err != nil || !waited || time.Since(u.listedAt) < window {
		return err
	}
	if err := u.lookAgain(ctx); err != nil {
		return err
	}
	u.Log.Info().Int("organisations", len(u.territories)).Msg("looked again at the beginning of a new window of the request budget")
	return nil
}

// lookAgain looks anew.
func (u *undoing) lookAgain(ctx context.Context) error {
	u.looks++
	return u.look(ctx)
}

// judgeAnew decides again about a contact that is to be changed or deleted, if it has been looked at since. One that is
// made anew stands in nobody's way.
func (u *undoing) judgeAnew(item *undoItem) {
	if u.looks == 0 || item.did == outcome.Delete {
		return
	}
	item.decision = u.judge(item)
}

// changeOf is what takes back what the target did to one contact. Nothing is deleted of which the ledger does not say
// that the target made it.
func (u *undoing) changeOf(item *undoItem) (apply.Change, error) {
	g, d := u.grounds[item.org], item.decision
	before := u.prior[item.seq]
	c := apply.Change{
		Seq: item.seq, Org: item.org, Action: d.action, Target: item.id, Fields: d.fields(),
		Attempts: before.attempts, Unclear: before.unclear,
	}
	now, _ := g.existing.ByID(item.id)
	switch {
	case d.action == outcome.Delete && item.did != outcome.Create:
		return c, fmt.Errorf("contact %d was not made by run %s and must not be deleted", item.id, u.target.ID)
	case d.action == outcome.Delete:
		c.Was, c.Fingerprint = now.ContentHash(u.key(), item.org), u.sentOfItem(item, now)
	case d.action == outcome.Update:
		c.Contact = wasOf(*item.before)
		becomes := plan.With(now, u.checker.Rules.Normalise(*item.before), c.Fields)
		c.Was, c.Fingerprint = now.ContentHash(u.key(), item.org), u.sentOfItem(item, becomes)
		c.Becomes = c.Content
	default:
		c.Contact = wasOf(*item.before)
		c.Fingerprint = u.sentOfItem(item, u.checker.Rules.Normalise(*item.before))
		c.External = g.external[item.id]
		return c, nil
	}
	image, err := json.Marshal(g.raw[item.id])
	if err != nil {
		return c, fmt.Errorf("keeping contact %d as it is before it is changed: %w", item.id, err)
	}
	c.Image = image
	return c, nil
}

// leaveHeld notes the contacts that were not made anew because nobody knows what became of one with the same key.
func (u *undoing) leaveHeld(runner *apply.Runner, held []int) error {
	ctx := context.WithoutCancel(u.quit)
	w := u.recorder()
	for _, seq := range held {
		c, err := u.changeOf(u.items[seq-1])
		if err != nil {
			return err
		}
		if err := w.Intend(ctx, c, c.Attempts); err != nil {
			return ledger.Unwritable(err)
		}
		err = u.Ledger.Record(ctx, u.About.ID, seq, ledger.Result{
			Status: outcome.NotAttempted, Code: outcome.CodeHeld, At: time.Now(),
			Detail:  "not sent: nobody knows yet what became of a contact with the same key",
			Receipt: outcome.Receipt{Effect: outcome.EffectNone, Attempts: c.Attempts},
		})
		if err != nil {
			return ledger.Unwritable(err)
		}
		u.held++
		if err := runner.Count(outcome.NotAttempted); err != nil {
			return err
		}
	}
	return nil
}

func (u *undoing) recorder() undoRecorder { return undoRecorder{recorder{run: u.run}} }

// undoRecorder writes what an undo does into the ledger. Two contacts of the same content are two rows there, since each
// is a contact of its own: what becomes of one says nothing about the other.
type undoRecorder struct{ recorder }

func (w undoRecorder) Intend(ctx context.Context, c apply.Change, attempt int) error {
	w.beginAttempt(c)
	i := w.intent(c, attempt)
	i.Row.Occurrence = int(c.Target & math.MaxInt32)
	return w.intend(ctx, i)
}

func (w undoRecorder) Settle(ctx context.Context, c apply.Change, o outcome.Outcome) error {
	return w.recorder.Settle(ctx, c, o)
}

// sentFor yields what was sent for contacts that were restored or made anew.
func (u *undoing) sentFor(wanted check.Selection) iter.Seq2[sentAgain, error] {
	return func(yield func(sentAgain, error) bool) {
		for _, item := range u.items {
			if item.before == nil || !wanted.Holds(item.seq) {
				continue
			}
			if !yield(sentAgain{item.seq, u.checker.Rules.Normalise(*item.before)}, nil) {
				return
			}
		}
	}
}
