package settle

import (
	"context"
	"slices"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/ledger"
)

// A 201 whose Location is missing or odd has made a contact that nobody knows the id of until the run lists at its end.
// Where rows in doubt are looked for before that, such a contact must not be taken for one of theirs: two people may share a
// mailbox, and a key is all that a changed contact is recognised by. So those rows claim what equals them too.

// WithUnnamed adds to rows in doubt those of their organisation that were made without telling an id: those of this run, and
// those of earlier ones.
func WithUnnamed(ctx context.Context, lost, ours []InDoubt, before *history.Org, baselines *history.Baselines) ([]InDoubt, error) {
	if len(lost) == 0 {
		return lost, nil
	}
	all := slices.Concat(lost, ours)
	seen := map[contact.Hash]bool{}
	for _, l := range all {
		seen[l.Content] = true
	}
	for _, a := range before.Unnamed(seen) {
		listed, err := baselines.Before(ctx, a)
		if err != nil {
			return nil, err
		}
		all = append(all, MadeBy(a, listed))
	}
	return all, nil
}

// MadeBy is an attempt that made a contact without telling its id. before tells what was listed before it.
func MadeBy(a ledger.Attempt, before func(id int64) bool) InDoubt {
	return InDoubt{
		Run: a.Run, Seq: a.Seq, Org: a.Row.Scope.Org, Made: true, Attempts: 1 + a.UnclearAttempts(), Fingerprint: a.Row.Fingerprint, Before: before,
	}
}

// OfLost are the findings on rows of which nobody knew whether they were made.
func OfLost(findings []Finding) []Finding {
	return slices.DeleteFunc(findings, func(f Finding) bool { return f.InDoubt.Made })
}
