// Package plan decides once for every row what becomes of it, and holds the decisions as data. It is pure but for reading the
// rows: no network, no clock, no logging.
package plan

import (
	"slices"
	"strings"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/dedupe"
	"github.com/contactsync/contactsync/importer/diff"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// Options are what the user decided about what is to be done.
type Options struct {
	// Sync is what a sync decides beyond an import; nil: an import.
	Sync *diff.Options
	// OnDuplicate says which of several rows that are the same contact counts; empty is the first one.
	OnDuplicate dedupe.OnDuplicate
	// Recreate makes contacts anew that an earlier run made and that somebody has deleted since.
	Recreate bool
	DryRun   bool
}

// Attempts are what was sent for a row before, over all runs: requests, and those of them whose answers were lost.
type Attempts struct{ Sent, Unclear int }

// Missing is a contact that a row to be created had, as the ledger knows, and that is not listed.
type Missing struct{ Org, ID int64 }

// Link says that a contact is to be known as a row's: by the row's own id, so that it is still recognised when its e-mail or
// name changes, or as one that belongs to the job.
type Link struct {
	Contact int64
	Take    diff.Take
}

// Plan is what is to be done, row by row. It is made by [Make] and only read after.
type Plan struct {
	// Inputs are those of the run, without columns that turned out to number something else than people; Rows are their rows
	// as they count.
	Inputs []check.Input
	Rows   *check.Checker
	// Names tell how messages call rows, Columns what stands in columns that go nowhere, Groups which rows are the same
	// contact.
	Names   *check.Names
	Columns *check.Columns
	Groups  *dedupe.Groups
	// Counts are how many rows each was decided for.
	Counts [verbs]int
	// Deletes are the contacts that no row has any more, Resumed what is taken over from the runs in Continues, which have
	// also done the deletes of Deleted.
	Deletes, Deleted []Delete
	Resumed          []ledger.Resumed
	Continues        []int32
	// ResumedAs counts the rows of Resumed by how they ended there, Compared those of an import that have a contact, and Differing those
	// of them that are not as it is.
	ResumedAs           map[outcome.Status]int
	Compared, Differing int
	// Waiting are contacts that no row has any more, and that are not deleted yet, since that was in too few good runs.
	Waiting []Waiting
	// Kept are contacts that no row has any more, and that stay, since somebody has changed them (--on-conflict).
	Kept []Delete
	// LetGo are contacts that no row has any more, and another job still has: they are not the job's from now on.
	LetGo []Delete
	// Adopted counts the contacts that come to belong to the job, and to no other one any more; Shared those of other jobs that
	// belong to this one too.
	Adopted, Shared int
	// Unseen are organisations whose contacts would have been looked at too.
	Unseen []Unseen
	// Links are by row, Agreed by organisation and contact: what file and portal agree on.
	Links  map[int]Link
	Agreed map[int64]map[int64]contact.FieldHashes
	// Missing are asked for one by one before anything is sent.
	Missing []Missing
	// Protected must not be deleted.
	Protected *diff.Protected
	// Orphans counts the creates in doubt of earlier runs whose row is no longer in the input.
	Orphans int
	// Ended is why the input was not read to its end, and Cut tells that a signal is why; the rows that were read are told of.
	Ended error
	Cut   bool

	world   *World
	options Options
	ids     *ids
	do      []Verb // by row; the first one is unused
	targets dedupe.Column[int64]
	fields  dedupe.Column[masks]
	several map[int][]int64 // the contacts that an ambiguous row fits
	owners  owners
	before  map[int]Attempts
	lost    map[int64][]int64 // by organisation: the job's listed contacts that no row is known to be about
	unkept  []uint32          // rows whose own ids the ledger is to keep and does not, in any order
	// withTypeID and withoutTypeID count rows by whether the id of their type is known.
	withTypeID, withoutTypeID int
}

type masks struct{ changes, conflicts, kept, stored contact.FieldMask }

// owners are the rows that contacts belong to, by organisation and contact.
type owners map[int64]map[int64]int

func (o owners) claim(org, id int64, seq int) {
	if o[org] == nil {
		o[org] = map[int64]int{}
	}
	if first, taken := o[org][id]; !taken || first == seq {
		o[org][id] = seq
	}
}

// Len is how many rows there are.
func (p *Plan) Len() int { return len(p.do) - 1 }

// Do is what is decided for a row; Undecided for one that was not read.
func (p *Plan) Do(seq int) Verb {
	if seq >= len(p.do) {
		return Undecided
	}
	return p.do[seq]
}

// Of is all that is decided for a row.
func (p *Plan) Of(row *check.Row) Decision {
	d := Decision{Do: p.Do(row.Seq), Target: p.targets.Get(uint32(row.Seq))}
	if d.Do == Exists && p.options.Sync == nil && len(row.Found.Same) > 0 {
		d.Target = row.Found.Same[0] // known by the row, so that it costs an import no memory
	}
	f := p.fields.Get(uint32(row.Seq))
	d.Changes, d.Conflicts, d.Kept, d.Stored = f.changes, f.conflicts, f.kept, f.stored
	return d
}

// Conflicts counts rows whose contacts somebody has changed since a run of ours wrote them, in fields in which they differ.
func (p *Plan) Conflicts() int {
	n := 0
	for seq := range p.do {
		if f := p.fields.Get(uint32(seq)); f.conflicts|f.kept != 0 {
			n++
		}
	}
	return n
}

// Owner is the row that a contact belongs to; 0: none.
func (p *Plan) Owner(org, id int64) int { return p.owners[org][id] }

// Several are the contacts that an ambiguous row fits, or, despite what it has by a default, one that exists; nil where its
// contact is another row's.
func (p *Plan) Several(seq int) []int64 { return p.several[seq] }

// Before is what was sent for a row before this run.
func (p *Plan) Before(seq int) Attempts { return p.before[seq] }

// Writes counts the requests that change something, if all goes well.
func (p *Plan) Writes() int { return p.Counts[Create] + p.Counts[Update] + len(p.Deletes) }

// SharedWith returns a row that has the same id of its own and is another contact; 0 if the id is one.
func (p *Plan) SharedWith(row *check.Row) uint32 { return p.ids.sharedWith(row) }

// KeptFor are the contacts that are known by an id which the row shares with others, and that stay for it.
func (p *Plan) KeptFor(row *check.Row) []int64 { return p.ids.kept(p.world, row) }

// Linked is the contact that the job knows by a row's own id; 0: none.
func (p *Plan) Linked(row *check.Row) int64 { return p.ids.linked(p.world, row) }

// MovedFrom is the contact that a row's own id was known by until the key named another one; 0: it has not moved.
func (p *Plan) MovedFrom(row *check.Row) int64 {
	o, linked := p.world.Orgs[row.Org], p.Linked(row)
	switch {
	case o == nil || o.Match == nil:
		return 0
	case o.Match.Lead(row, linked) == diff.Moved:
		return linked
	case !p.options.Sync.AcceptMoved || p.SharedWith(row) != 0:
		return 0
	}
	// A run that this one goes on with may have given the id to the key's contact already, and have deleted the other one.
	for _, hash := range check.ExternalHashes(p.world.Key, row) {
		from := o.Before.Superseded(hash)
		if _, deleted := o.Before.Deletes[from]; (deleted || o.Now.Has(from)) && !slices.Contains(row.Found.Same, from) {
			return from
		}
	}
	return 0
}

// IsSync reports whether contacts are changed too.
func (p *Plan) IsSync() bool { return p.options.Sync != nil }

// SharedIDs tells of an input's column of ids that is used although more than a few of them are shared, since somebody
// named it; false: there is nothing to tell.
func (p *Plan) SharedIDs(input int) (columns string, tally dedupe.IDTally, shared bool) {
	if p.ids.identities == nil || !p.ids.identities.Tally(input).IsNoID() {
		return "", dedupe.IDTally{}, false
	}
	fields := p.Inputs[input].Mapping.Fields[contact.ExternalID]
	return strings.Join(fields.Columns, "+"), p.ids.identities.Tally(input), true
}

// HasValid reports whether any row is in order.
func (p *Plan) HasValid() bool { return p.withTypeID > 0 }

// needTypeID reports whether no row has a type whose id is known, and some would be in order with one.
func (p *Plan) needTypeID() bool { return p.withTypeID == 0 && p.withoutTypeID > 0 }
