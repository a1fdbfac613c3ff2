package importer

import (
	"context"
	"slices"

	"github.com/contactsync/contactsync/importer/apply"
	"github.com/contactsync/contactsync/importer/contact"
)

// A 201 whose Location is missing or odd has made a contact that nobody knows the id of until the run lists at its end.
// Where lost rows are looked for before that, such a contact must not be taken for one of theirs: two people may share a
// mailbox, and a key is all that a changed contact is recognised by. So those rows claim what equals them too.

// withNameless adds to lost rows those of their organisation that were made without telling an id.
func (r *run) withNameless(ctx context.Context, t *territory, lost []apply.Lost) ([]apply.Lost, error) {
	if len(lost) == 0 {
		return lost, nil
	}
	all := slices.Clone(lost)
	seen := map[contact.Hash]bool{}
	t.mu.Lock()
	all = append(all, t.nameless...)
	t.mu.Unlock()
	for _, l := range all {
		seen[l.Content] = true
	}
	for _, a := range t.before.Unnamed(seen) {
		before, err := t.baselines.Before(ctx, a)
		if err != nil {
			return nil, err
		}
		all = append(all, apply.Lost{
			Run: a.Run, Seq: a.Seq, Org: t.scope.Org, Made: true, Attempts: 1 + a.UnclearAttempts(), Fingerprint: a.Row.Fingerprint, Before: before,
		})
	}
	return all, nil
}

// namelessOf is a row of this run that was made without telling an id.
func (r *run) namelessOf(t *territory, c apply.Change) apply.Lost {
	return apply.Lost{
		Run: r.About.ID, Seq: c.Seq, Org: c.Org, Made: true, Attempts: 1 + c.Unclear, Fingerprint: c.Fingerprint,
		Before: func(id int64) bool { return t.listed[id] },
	}
}

// ofLost are the verdicts on rows of which nobody knew whether they were made.
func ofLost(verdicts []apply.Verdict) []apply.Verdict {
	return slices.DeleteFunc(verdicts, func(v apply.Verdict) bool { return v.Lost.Made })
}
