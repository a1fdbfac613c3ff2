package history

import (
	"context"
	"slices"

	"github.com/contactsync/contactsync/importer/ledger"
)

// Baselines tell which contacts an organisation showed before the first write of earlier runs. Each is read once.
type Baselines struct {
	book  Ledger
	scope ledger.Scope
	byRun map[string][]int64
}

// NewBaselines returns those of one organisation.
func NewBaselines(book Ledger, s ledger.Scope) *Baselines {
	return &Baselines{book: book, scope: s, byRun: map[string][]int64{}}
}

// Before tells which contacts were listed before the first write of the run that made an attempt.
func (b *Baselines) Before(ctx context.Context, a ledger.Attempt) (func(id int64) bool, error) {
	run := a.Run
	if a.Origin != "" {
		run = a.Origin
	}
	ids, ok := b.byRun[run]
	if !ok {
		var err error
		if ids, _, err = b.book.BaselineOf(ctx, run, b.scope); err != nil {
			return nil, ledger.Unreadable(err)
		}
		b.byRun[run] = ids
	}
	return func(id int64) bool {
		_, found := slices.BinarySearch(ids, id)
		return found
	}, nil
}
