package importer

import (
	"context"
	"slices"
	"time"

	"github.com/contactsync/contactsync/importer/apply"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/remote"
)

// twinsTold is what is told of the second contacts of one row.
type twinsTold struct {
	survivor int64
	// left still stand, unclear among them after deletes that nobody answered; removed do not.
	removed, left, unclear []int64
}

func (t *twinsTold) add(id int64, f twinFate) {
	switch f {
	case twinGone:
		t.removed = append(t.removed, id)
	case twinUnclear:
		t.unclear = append(t.unclear, id)
		t.left = append(t.left, id)
	case twinLeft:
		t.left = append(t.left, id)
	}
}

// among puts what is to be told in the place of what notes said of it before.
func (t *twinsTold) among(notes []outcome.Note) []outcome.Note {
	notes = slices.DeleteFunc(slices.Clone(notes), func(n outcome.Note) bool { return n.Code == outcome.CodeTwice || n.Code == outcome.CodeTwiceUnclear })
	for _, told := range []struct {
		code string
		ids  []int64
	}{{outcome.CodeTwice, t.left}, {outcome.CodeTwiceUnclear, t.unclear}, {outcome.CodeTwiceRemoved, t.removed}} {
		if len(told.ids) > 0 {
			notes = append(notes, outcome.Note{Code: told.code, IDs: append([]int64{t.survivor}, told.ids...)})
		}
	}
	return notes
}

// tellTwins notes that a contact stands twice, and deletes the second one where the user wants that.
func (v *verifier) tellTwins(stop context.Context, a ledger.Attempt, twins []int64) error {
	told := twinsTold{survivor: a.Result.Receipt.ContactID}
	// Each unclear attempt made one contact at most. Of more than that, somebody else made some, and nobody can tell which.
	ours := len(twins) <= a.Unclear
	for _, id := range twins {
		fate := twinLeft
		if v.RemoveTwins && ours {
			var err error
			if fate, err = v.removeTwin(stop, a, id); err != nil {
				return err
			}
		}
		told.add(id, fate)
	}
	a.Result.Notes = told.among(a.Result.Notes)
	if err := v.settle(a); err != nil {
		return ledger.Unwritable(err)
	}
	return nil
}

// removeEarlierTwins deletes the second contacts that earlier runs have told of, where the user wants that.
func (r *run) removeEarlierTwins(stop context.Context) error {
	if !r.RemoveTwins {
		return nil
	}
	for _, org := range r.orgs() {
		t := r.territories[org]
		v := &verifier{run: r, t: t}
		for _, l := range t.late {
			a := l.Attempt
			told := twinsTold{survivor: a.Result.Receipt.ContactID}
			for _, id := range l.Seconds {
				fate, err := v.removeTwin(stop, a, id)
				if err != nil {
					return err
				}
				told.add(id, fate)
			}
			if err := r.noteRemoved(t, a, told); err != nil {
				return ledger.Unwritable(err)
			}
		}
	}
	return nil
}

// noteRemoved writes what became of second contacts where the earlier run has the row, and into today's report.
func (r *run) noteRemoved(t *territory, a ledger.Attempt, told twinsTold) error {
	t.notes[a.Row.Content] = told.among(nil)
	result := *a.Result
	result.Notes = told.among(result.Notes)
	return r.Ledger.Record(context.WithoutCancel(r.quit), a.Run, a.Seq, result)
}

// twinFate is what became of a second contact that was to be deleted.
type twinFate int

const (
	twinLeft    twinFate = iota // it was not deleted, or the API refused that
	twinGone                    // it is not there any more
	twinUnclear                 // deletes left, none was answered, and it was still there when it was looked for
)

// removeTwin deletes the second contact of a row, after the first one was seen to be there and the second one to be what
// was sent: somebody may have begun to use either. A delete whose answer is lost may be sent again, after a look at
// what it did.
func (v *verifier) removeTwin(stop context.Context, a ledger.Attempt, id int64) (twinFate, error) {
	org := v.t.scope.Org
	if _, there, err := v.Directory.Contact(stop, org, a.Result.Receipt.ContactID); err != nil || !there {
		return twinLeft, err
	}
	there, equal, err := v.lookAtTwin(stop, a, id)
	if err != nil {
		return twinLeft, err
	}
	if !there {
		return twinGone, nil
	}
	if !equal {
		return twinLeft, nil
	}
	v.twinDeletes++
	change := apply.Change{
		Seq: len(v.verdicts) - 1 + len(v.deletions) + len(v.deleted) + v.twinDeletes, Org: org, Action: outcome.Delete, Target: id, Fingerprint: a.Row.Fingerprint,
	}
	for pause := v.pause(); ; pause = v.longer(pause) {
		receipt := v.deleteTwin(stop, &change)
		if receipt.Attempts == 0 && receipt.Effect != outcome.EffectDone {
			return unlessSent(change), nil // nothing left
		}
		fate := twinGone
		switch receipt.Effect {
		case outcome.EffectDone:
		case outcome.EffectUnknown:
			if err := sleepFor(stop, pause); err != nil {
				return twinUnclear, err
			}
			if there, equal, err = v.lookAtTwin(stop, a, id); err != nil {
				return twinUnclear, err
			}
			if there {
				fate = twinUnclear
			}
		default:
			fate = twinLeft
		}
		receipt.Attempts = change.Attempts
		result := ledger.Result{Status: fate.status(), Receipt: receipt, At: time.Now()}
		if err := v.Ledger.Record(context.WithoutCancel(v.quit), v.About.ID, change.Seq, result); err != nil {
			return fate, err
		}
		if fate != twinUnclear || !equal || change.Attempts >= max(1, v.MaxAttempts) {
			return fate, nil
		}
		change.Unclear++
	}
}

// unlessSent is the fate of a twin whose delete could not be sent, or not once more.
func unlessSent(c apply.Change) twinFate {
	if c.Attempts > 0 {
		return twinUnclear
	}
	return twinLeft
}

func (f twinFate) status() outcome.Status {
	switch f {
	case twinGone:
		return outcome.Deleted
	case twinUnclear:
		return outcome.Uncertain
	}
	return outcome.Failed
}

// lookAtTwin tells whether a second contact is there, and still equal to what was sent.
func (v *verifier) lookAtTwin(stop context.Context, a ledger.Attempt, id int64) (there, equal bool, err error) {
	twin, there, err := v.Directory.Contact(stop, v.t.scope.Org, id)
	return there, there && v.describer(v.t)(twin).Content == a.Row.Content, err
}

// deleteTwin sends one delete, and counts it. Of why it was not done nothing counts but what is known of its effect.
func (v *verifier) deleteTwin(stop context.Context, change *apply.Change) outcome.Receipt {
	sent := change.Attempts
	receipt, _ := v.API.DeleteContact(stop, change.Org, change.Target, remote.Hooks{
		Before: func(ctx context.Context) error {
			return v.Ledger.Intend(ctx, (&recorder{run: v.run}).intent(*change, sent+1))
		},
		After: func() {},
	})
	change.Attempts += receipt.Attempts
	return receipt
}
