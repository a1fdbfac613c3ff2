package history

import (
	"context"
	"maps"
	"slices"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
)

// Job is the name that a recurring job's runs go by.
type Job struct {
	Name string
	// Runs counts those that began, also those that were removed since. Rehearsals do not count.
	Runs int
	// Last is the newest of them, Good the newest that wrote and ended well; nil: none did.
	Last ledger.Run
	Good *ledger.Run
}

// JobsOf are the jobs that runs go by, in the order of their names. Runs are in the order in which they began.
func JobsOf(runs []ledger.Run) []Job {
	jobs := map[string]*Job{}
	for _, r := range runs {
		if r.Job == "" || r.Simulated {
			continue
		}
		j := jobs[r.Job]
		if j == nil {
			j = &Job{Name: r.Job}
			jobs[r.Job] = j
		}
		j.Runs++
		j.Last = r
		if isGood(r) {
			j.Good = &r
		}
	}
	list := make([]Job, 0, len(jobs))
	for _, name := range slices.Sorted(maps.Keys(jobs)) {
		list = append(list, *jobs[name])
	}
	return list
}

// Owned is what belongs to a job in an organisation, as far as the ledger knows.
type Owned struct {
	Scope    ledger.Scope
	Contacts []OwnedContact // by their numbers
}

// OwnedContact is a contact that belongs to a job.
type OwnedContact struct {
	ID int64
	// External is the hash of the rows' own id that the job knows it by; zero: it knows it by none.
	External contact.Hash
}

// OwnedIn reads what belongs to jobs in an organisation: to each of the names that did anything there.
func OwnedIn(ctx context.Context, book Ledger, s ledger.Scope, names ...string) (map[string]Owned, error) {
	orgs, err := jobsIn(ctx, book, s, names...)
	if err != nil {
		return nil, err
	}
	owned := make(map[string]Owned, len(orgs))
	for name, o := range orgs {
		of := Owned{Scope: s, Contacts: make([]OwnedContact, 0, o.countMembers())}
		for _, id := range slices.Sorted(o.Members()) {
			c := OwnedContact{ID: id}
			if external, known := o.KnownBy(id); known {
				c.External = external
			}
			of.Contacts = append(of.Contacts, c)
		}
		owned[name] = of
	}
	return owned, nil
}

// jobsIn reads of an organisation, for each job of these names that did anything there, which contacts belong to it, and by
// which ids it knows contacts; nothing else is in what it returns.
func jobsIn(ctx context.Context, book Ledger, s ledger.Scope, names ...string) (map[string]*Org, error) {
	runs, err := book.Runs(ctx)
	if err != nil {
		return nil, err
	}
	all := runsOf(runs, "")
	found, orgs := map[string]*Org{}, make(map[string]*Org, len(names))
	for _, job := range names {
		orgs[job] = &Org{
			runs: &Runs{list: all.list, at: all.at, job: job}, key: book.Key(), owners: newOwners(job),
			byExternal: map[contact.Hash]link{}, externalOf: map[int64]contact.Hash{},
		}
	}
	for a, err := range book.History(ctx, s) {
		if err != nil {
			return nil, err
		}
		at := all.at[a.Run]
		job := all.list[at].Job
		if all.list[at].Simulated {
			continue
		}
		for _, o := range orgs { // what one job adopts is no other one's any more
			o.owners.note(a, job, at)
		}
		if o := orgs[job]; o != nil {
			found[job] = o
			o.noteLink(a, at)
		}
	}
	return found, nil
}

// countMembers counts the contacts that belong to the run's job.
func (o *Org) countMembers() int { return len(o.owners.own) }

// countIDs counts the contacts that a job knows by an id of the rows' own.
func (o *Org) countIDs() (n int) {
	for range o.IDs() {
		n++
	}
	return n
}

// RenameJob gives a job another name, with all that belongs to it, unless allow, which is shown the jobs that there are, says no.
// Nobody else may work on the organisations meanwhile: the error is a [*ledger.HeldError] if somebody does.
func RenameJob(ctx context.Context, book ledger.Ledger, from, to string, allow func([]Job) error) error {
	_, unlock, err := lockJobs(ctx, book, allow)
	defer unlock()
	if err != nil {
		return err
	}
	return book.RenameJob(ctx, from, to)
}

// lockJobs locks all organisations, and asks whether the jobs are as somebody who wants to change one thinks.
func lockJobs(ctx context.Context, book ledger.Ledger, allow func([]Job) error) (scopes []ledger.Scope, unlock func(), err error) {
	scopes, unlock, err = lockAll(ctx, book)
	if err != nil {
		return nil, unlock, err
	}
	runs, err := book.Runs(ctx) // after the locks: who still had one may have changed one
	if err == nil {
		err = allow(JobsOf(runs))
	}
	return scopes, unlock, err
}

// Merged is what became of two jobs that are one.
type Merged struct {
	// Gone are the contacts that belonged to the job which is gone, Other those of the other one, All those that are one job's now.
	Gone, Other, All int
	// Differ counts the ids of rows' own by which the two jobs knew different contacts.
	Differ int
}

// MergeJobs makes all that belongs to a job another job's, as [RenameJob].
func MergeJobs(ctx context.Context, book ledger.Ledger, from, into string, allow func([]Job) error) (m Merged, err error) {
	scopes, unlock, err := lockJobs(ctx, book, allow)
	defer unlock()
	if err != nil {
		return m, err
	}
	for _, s := range scopes {
		jobs, err := jobsIn(ctx, book, s, from, into)
		if err != nil {
			return m, err
		}
		m.add(jobs[from], jobs[into])
		if err := holdBoth(ctx, book, s, from, into); err != nil {
			return m, err
		}
	}
	if err := book.RenameJob(ctx, from, into); err != nil {
		return m, err
	}
	for _, s := range scopes {
		jobs, err := jobsIn(ctx, book, s, into)
		if err != nil {
			return m, err
		}
		if o := jobs[into]; o != nil {
			m.All += o.countMembers()
		}
	}
	return m, nil
}

// holdBoth makes what the rows of two jobs are about that of both: of one job only what its newest run noted counts. Kept from
// going on it has held too much, until the next run of either.
func holdBoth(ctx context.Context, book ledger.Ledger, s ledger.Scope, names ...string) error {
	runs, err := book.Runs(ctx)
	if err != nil {
		return err
	}
	noted, err := book.HeldIn(ctx, s)
	if err != nil {
		return err
	}
	all, newest := runsOf(runs, ""), map[string]string{}
	for _, id := range noted {
		if job := all.list[all.at[id]].Job; slices.Contains(names, job) {
			newest[job] = id
		}
	}
	if len(newest) < len(names) {
		return nil
	}
	var held []int64
	for _, run := range newest {
		ids, err := book.HeldBy(ctx, run, s)
		if err != nil {
			return err
		}
		held = append(held, ids...)
	}
	for _, run := range newest {
		if err := book.Hold(ctx, run, s, held); err != nil {
			return err
		}
	}
	return nil
}

// add counts what two jobs have in an organisation; nil: nothing.
func (m *Merged) add(from, into *Org) {
	if from != nil {
		m.Gone += from.countMembers()
	}
	if into != nil {
		m.Other += into.countMembers()
	}
	if from == nil || into == nil {
		return
	}
	for id, external := range from.IDs() {
		if other := into.LinkedTo(external); other != 0 && other != id {
			m.Differ++
		}
	}
}

// ForgetIDs makes a job know its contacts by no ids of the rows' own any more, as [RenameJob], and tells of how many contacts it
// knew one.
func ForgetIDs(ctx context.Context, book ledger.Ledger, job string, allow func([]Job) error) (forgotten int, err error) {
	scopes, unlock, err := lockJobs(ctx, book, allow)
	defer unlock()
	if err != nil {
		return 0, err
	}
	for _, s := range scopes {
		jobs, err := jobsIn(ctx, book, s, job)
		if err != nil {
			return 0, err
		}
		if o := jobs[job]; o != nil {
			forgotten += o.countIDs()
		}
	}
	return forgotten, book.ForgetIDs(ctx, job)
}
