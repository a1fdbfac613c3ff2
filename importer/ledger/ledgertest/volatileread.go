package ledgertest

import (
	"context"
	"iter"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/memory"
	"github.com/contactsync/contactsync/importer/outcome"
)

// History implements [ledger.Ledger].
func (v *Volatile) History(ctx context.Context, s ledger.Scope) iter.Seq2[ledger.Attempt, error] {
	return v.attempts(func(m *memory.Ledger) iter.Seq2[ledger.Attempt, error] { return m.History(ctx, s) })
}

// Outcomes implements [ledger.Ledger].
func (v *Volatile) Outcomes(ctx context.Context, run string) iter.Seq2[ledger.Attempt, error] {
	return v.attempts(func(m *memory.Ledger) iter.Seq2[ledger.Attempt, error] { return m.Outcomes(ctx, run) })
}

func (v *Volatile) attempts(of func(*memory.Ledger) iter.Seq2[ledger.Attempt, error]) iter.Seq2[ledger.Attempt, error] {
	return func(yield func(ledger.Attempt, error) bool) {
		m, err := v.memory()
		if err != nil {
			yield(ledger.Attempt{}, err)
			return
		}
		for a, err := range of(m) {
			if !yield(a, err) {
				return
			}
		}
	}
}

// Count implements [ledger.Ledger].
func (v *Volatile) Count(ctx context.Context, run string) (map[outcome.Status]int, error) {
	m, err := v.memory()
	if err != nil {
		return nil, err
	}
	return m.Count(ctx, run)
}
