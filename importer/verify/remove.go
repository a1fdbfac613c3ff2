package verify

import (
	"context"
	"time"

	"github.com/contactsync/contactsync/importer/apply"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/settle"
	"github.com/contactsync/contactsync/importer/wait"
)

// Deleter deletes one contact.
type Deleter interface {
	DeleteContact(ctx context.Context, org, id int64, h remote.Hooks) (outcome.Receipt, error)
}

// Remover deletes the second contacts that requests of ours made late, where the user wants that. It numbers its deletes.
type Remover struct {
	Directory remote.Contacts
	API       Deleter
	// Record writes where the run has the row: today's, or an earlier one.
	Record   func(ctx context.Context, run string, seq int, r ledger.Result) error
	Recorder *apply.Recorder
	World    *plan.World
	Pauses   Pauses
	// MaxAttempts is how often a delete is sent.
	MaxAttempts int
	// Last is the number of the last change of the run; those of deletes stand behind it.
	Last int
}

// became is what has become of a second contact that was to be deleted.
type became int

const (
	left    became = iota // it was not deleted, or the API refused that
	gone                  // it is not there any more
	unclear               // deletes left, none was answered, and it was still there when it was looked for
)

func (b became) status() outcome.Status {
	switch b {
	case gone:
		return outcome.Deleted
	case unclear:
		return outcome.Uncertain
	}
	return outcome.Failed
}

// RemoveEarlier deletes the second contacts that earlier runs have told of. What is to be told of their rows now is returned by
// organisation and content of the row.
func (m *Remover) RemoveEarlier(stopping context.Context) (map[int64]map[contact.Hash][]outcome.Note, error) {
	told := map[int64]map[contact.Hash][]outcome.Note{}
	for _, org := range m.World.Numbers() {
		o := m.World.Orgs[org]
		for _, l := range o.Late {
			of := lateTold{survivor: l.Attempt.Result.Receipt.ContactID}
			for _, id := range l.Seconds {
				became, err := m.remove(stopping, o, l.Attempt, id)
				if err != nil {
					return told, err
				}
				of.add(id, became)
			}
			if told[org] == nil {
				told[org] = map[contact.Hash][]outcome.Note{}
			}
			told[org][l.Attempt.Row.Content] = of.among(nil)
			result := *l.Attempt.Result
			result.Notes = of.among(result.Notes)
			if err := m.Record(context.WithoutCancel(stopping), l.Attempt.Run, l.Attempt.Seq, result); err != nil {
				return told, ledger.Unwritable(err)
			}
		}
	}
	return told, nil
}

// remove deletes the second contact of a row, after the first one was seen to be there and the second one to be what
// was sent: somebody may have begun to use either. A delete whose answer is lost may be sent again, after a look at
// what it did.
func (m *Remover) remove(stopping context.Context, o *plan.Org, a ledger.Attempt, id int64) (became, error) {
	org := o.Scope.Org
	if _, there, err := m.Directory.Contact(stopping, org, a.Result.Receipt.ContactID); err != nil || !there {
		return left, err
	}
	there, equal, err := m.lookAt(stopping, o, a, id)
	if err != nil {
		return left, err
	}
	if !there {
		return gone, nil
	}
	if !equal {
		return left, nil
	}
	m.Last++
	change := plan.Change{
		Seq: m.Last, Org: org, Action: outcome.Delete, Target: id, Fingerprint: a.Row.Fingerprint, Occurrence: plan.OccurrenceOf(id),
	}
	for pause := m.Pauses.First; ; pause = m.Pauses.after(pause) {
		receipt := m.send(stopping, &change)
		if receipt.Attempts == 0 && receipt.Effect != outcome.EffectDone {
			return unlessSent(change), nil // nothing left
		}
		b := gone
		switch receipt.Effect {
		case outcome.EffectDone:
		case outcome.EffectUnknown:
			if err := wait.Sleep(stopping, pause); err != nil {
				return unclear, err
			}
			if there, equal, err = m.lookAt(stopping, o, a, id); err != nil {
				return unclear, err
			}
			if there {
				b = unclear
			}
		default:
			b = left
		}
		receipt.Attempts = change.Attempts
		result := ledger.Result{Status: b.status(), Receipt: receipt, At: time.Now()}
		if err := m.Recorder.Record(stopping, change.Seq, result); err != nil {
			return b, err
		}
		if b != unclear || !equal || change.Attempts >= max(1, m.MaxAttempts) {
			return b, nil
		}
		change.Unclear++
	}
}

// unlessSent is what has become of a contact whose delete could not be sent, or not once more.
func unlessSent(c plan.Change) became {
	if c.Attempts > 0 {
		return unclear
	}
	return left
}

// lookAt tells whether a second contact is there, and still equal to what was sent.
func (m *Remover) lookAt(stopping context.Context, o *plan.Org, a ledger.Attempt, id int64) (there, equal bool, err error) {
	org := o.Scope.Org
	second, there, err := m.Directory.Contact(stopping, org, id)
	describe := settle.Describer(m.World.Rules, m.World.Key, m.World.Match, org)
	return there, there && describe(second).Content == a.Row.Content, err
}

// send sends one delete, and counts it. Of why it was not done nothing counts but what is known of its effect.
func (m *Remover) send(stopping context.Context, change *plan.Change) outcome.Receipt {
	sent := change.Attempts
	receipt, _ := m.API.DeleteContact(stopping, change.Org, change.Target, remote.Hooks{
		Before: func(ctx context.Context) error { return m.Recorder.Intend(ctx, *change, sent+1) },
		After:  func() {},
	})
	change.Attempts += receipt.Attempts
	return receipt
}
