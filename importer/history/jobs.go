package history

import (
	"context"
	"iter"
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
	// External is the hash of the rows' own id that the job knows it by; zero: it knows it by none. ExternalID is the id: see
	// WithIDs.
	External   contact.Hash
	ExternalID string
}

// OwnedIn reads what belongs to jobs in an organisation: to each of the names that did anything there.
func OwnedIn(ctx context.Context, book Ledger, s ledger.Scope, names ...string) (map[string]Owned, error) {
	c, err := readClaims(ctx, book, s, asItIs, names...)
	if err != nil {
		return nil, err
	}
	owned := make(map[string]Owned, len(names))
	for _, name := range names {
		if !c.did[name] {
			continue
		}
		of := Owned{Scope: s}
		for _, id := range slices.Sorted(c.contacts(name)) {
			contact := OwnedContact{ID: id}
			if external, known := c.links[name].KnownBy(id); known {
				contact.External = external
			}
			of.Contacts = append(of.Contacts, contact)
		}
		owned[name] = of
	}
	return owned, nil
}

// CountIn is how many contacts of an organisation belong to jobs: to each of the names that did anything there.
func CountIn(ctx context.Context, book Ledger, s ledger.Scope, names ...string) (map[string]int, error) {
	c, err := readClaims(ctx, book, s, asItIs)
	if err != nil {
		return nil, err
	}
	counts := make(map[string]int, len(names))
	for _, name := range names {
		if c.did[name] {
			counts[name] = c.count(name)
		}
	}
	return counts, nil
}

// idsAtOnce is how many ids are read and opened together.
const idsAtOnce = 1024

// WithIDs yields the contacts with the rows' own ids that the job knows them by; an error comes last. An id is empty where the
// ledger does not keep it: it was noted by a version that kept none, and no run has come upon its row since.
func (o Owned) WithIDs(ctx context.Context, book ledger.Ledger) iter.Seq2[OwnedContact, error] {
	return func(yield func(OwnedContact, error) bool) {
		for page := range slices.Chunk(o.Contacts, idsAtOnce) {
			hashes := make([]contact.Hash, 0, len(page))
			for _, c := range page {
				if c.External != (contact.Hash{}) {
					hashes = append(hashes, c.External)
				}
			}
			kept, err := book.KeptIDs(ctx, hashes)
			if err != nil {
				yield(OwnedContact{}, err)
				return
			}
			for _, c := range page {
				c.ExternalID, _ = ledger.KeptID{Hash: c.External, Sealed: kept[c.External]}.Open(book.Key())
				if !yield(c, nil) {
					return
				}
			}
		}
	}
}

// claims are what all jobs have in an organisation.
type claims struct {
	owners owners // of a run of no job, so that each job is another one
	did    map[string]bool
	links  map[string]*Org // by which ids those jobs know contacts for which that was asked
}

// asItIs is the job that a job's runs are those of.
func asItIs(job string) string { return job }

// readClaims reads which contacts of an organisation belong to which jobs, and by which ids those that are linked know contacts. job
// is whose runs the runs of a job are taken for.
func readClaims(ctx context.Context, book Ledger, s ledger.Scope, job func(string) string, linked ...string) (*claims, error) {
	c := newClaims(linked...)
	// Who still has what, and who wrote it last, is not asked.
	return c, c.read(ctx, book, s, job, func(id int64) {
		delete(c.owners.holding, id)
		delete(c.owners.writers, id)
	})
}

func newClaims(linked ...string) *claims {
	c := &claims{owners: newOwners(""), did: map[string]bool{}, links: map[string]*Org{}}
	for _, name := range linked {
		c.links[name] = &Org{byExternal: map[contact.Hash]link{}, externalOf: map[int64]contact.Hash{}}
	}
	return c
}

// read reads the history of an organisation; then is told the contact of each attempt.
func (c *claims) read(ctx context.Context, book Ledger, s ledger.Scope, job func(string) string, then func(id int64)) error {
	runs, err := book.Runs(ctx)
	if err != nil {
		return err
	}
	all := runsOf(runs, "")
	for a, err := range book.History(ctx, s) {
		if err != nil {
			return err
		}
		at := all.at[a.Run]
		if all.list[at].Simulated {
			continue
		}
		name := job(all.list[at].Job)
		c.did[name] = true
		c.owners.note(a, name, at)
		if o := c.links[name]; o != nil {
			o.noteLink(a, at)
		}
		if a.Result != nil {
			then(a.Result.Receipt.ContactID)
		}
	}
	return nil
}

// contacts are those that belong to a job.
func (c *claims) contacts(job string) iter.Seq[int64] {
	return func(yield func(int64) bool) {
		for id, set := range c.owners.others {
			if c.owners.sets.has(set, job) && !yield(id) {
				return
			}
		}
	}
}

func (c *claims) count(job string) (n int) {
	for range c.contacts(job) {
		n++
	}
	return n
}

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

// ForgetIDs makes a job know its contacts by no ids of the rows' own any more, as [RenameJob], and tells of how many contacts it
// knew one.
func ForgetIDs(ctx context.Context, book ledger.Ledger, job string, allow func([]Job) error) (forgotten int, err error) {
	scopes, unlock, err := lockJobs(ctx, book, allow)
	defer unlock()
	if err != nil {
		return 0, err
	}
	for _, s := range scopes {
		c, err := readClaims(ctx, book, s, asItIs, job)
		if err != nil {
			return 0, err
		}
		forgotten += c.links[job].countIDs()
	}
	return forgotten, book.ForgetIDs(ctx, job)
}
