package history

import (
	"context"
	"maps"
	"slices"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// Merged is what became of two jobs that are one.
type Merged struct {
	// Gone are the contacts that belonged to the job which is gone, Other those of the other one, All those that are one job's now.
	Gone, Other, All int
	// Differ counts the ids of rows' own by which the two jobs knew different contacts.
	Differ int
}

// MergeJobs makes all that belongs to a job another job's, as [RenameJob].
func MergeJobs(ctx context.Context, book ledger.Ledger, from, into string, allow func([]Job) error) (Merged, error) {
	m := merger{book: book, from: from, into: into}
	scopes, unlock, err := lockJobs(ctx, book, allow)
	defer unlock()
	if err != nil {
		return m.Merged, err
	}
	for _, s := range scopes {
		if err := m.prepare(ctx, s); err != nil {
			return m.Merged, err
		}
	}
	return m.Merged, book.RenameJob(ctx, from, into)
}

// merger makes one job of two. What it writes before the runs have one name is true as long as they have two: should it be kept from
// going on, each job has for a while what it would have had after its next run anyway, or somewhat more.
type merger struct {
	Merged
	book       ledger.Ledger
	from, into string
}

func (m *merger) prepare(ctx context.Context, s ledger.Scope) error {
	runs, err := m.book.Runs(ctx)
	if err != nil {
		return err
	}
	c := newClaims(m.from, m.into)
	if err := c.owners.loadHeld(ctx, m.book, runsOf(runs, ""), s); err != nil {
		return err
	}
	if err := c.read(ctx, m.book, s, asItIs, func(int64) {}); err != nil {
		return err
	}
	all := map[int64]bool{}
	for _, name := range []string{m.from, m.into} {
		for id := range c.contacts(name) {
			all[id] = true
		}
	}
	m.Gone, m.Other, m.All = m.Gone+c.count(m.from), m.Other+c.count(m.into), m.All+len(all)
	for id, external := range c.links[m.from].IDs() {
		if other := c.links[m.into].LinkedTo(external); other != 0 && other != id {
			m.Differ++
		}
	}
	if err := m.hold(ctx, s, c, runs, all); err != nil {
		return err
	}
	return m.keep(ctx, s, all)
}

// hold makes what the newest rows of either job are about all that belongs to both: of a job only its newest run counts, and how
// many nights a contact is missing for is counted anew, since runs of the other job are no nights that it was missing for.
func (m *merger) hold(ctx context.Context, s ledger.Scope, c *claims, runs []ledger.Run, all map[int64]bool) error {
	w := &c.owners
	held := slices.Collect(maps.Keys(all))
	for id, set := range w.holding {
		if w.sets.has(set, m.from) || w.sets.has(set, m.into) {
			held = append(held, id)
		}
	}
	for _, name := range []string{m.from, m.into} {
		if at, listed := w.lists[name]; listed {
			if err := m.book.Hold(ctx, runs[at].ID, s, held); err != nil {
				return err
			}
		}
	}
	return nil
}

// keep takes out of the ledger what would say that contacts belong to nobody once both jobs are one: that one of the two let go of
// what the other had, or gave it back.
func (m *merger) keep(ctx context.Context, s ledger.Scope, all map[int64]bool) error {
	later, err := readClaims(ctx, m.book, s, func(job string) string {
		if job == m.from {
			return m.into
		}
		return job
	})
	if err != nil {
		return err
	}
	for id := range later.contacts(m.into) {
		delete(all, id)
	}
	if len(all) == 0 {
		return nil
	}
	runs, err := m.book.Runs(ctx)
	if err != nil {
		return err
	}
	known := runsOf(runs, "")
	var attempts []ledger.Attempt
	for a, err := range m.book.History(ctx, s) {
		if err != nil {
			return err
		}
		job := known.list[known.at[a.Run]].Job
		code := OwnershipOf(a)
		if (job == m.from || job == m.into) && (code == outcome.CodeLetGo || code == outcome.CodeGivenBack) && all[a.Result.Receipt.ContactID] {
			attempts = append(attempts, a)
		}
	}
	for _, a := range attempts {
		code := OwnershipOf(a)
		a.Result.Notes = slices.DeleteFunc(a.Result.Notes, func(n outcome.Note) bool { return n.Code == code })
		if err := m.book.Record(ctx, a.Run, a.Seq, *a.Result); err != nil {
			return err
		}
	}
	return nil
}
