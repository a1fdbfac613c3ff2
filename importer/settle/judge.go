package settle

import (
	"cmp"
	"slices"
	"time"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/stop"
)

// InDoubt is a row with an attempt of which nobody knows whether it took effect, or (Made) one that took effect without
// telling the contact's id.
type InDoubt struct {
	// Run and Seq are where the ledger has the row.
	Run string
	Seq int
	Org int64
	// Action is what was to be done. Of a change or delete Target is the contact, Was its content before, and Becomes
	// that after.
	Action       outcome.Action
	Target       int64
	Was, Becomes contact.Hash
	contact.Fingerprint
	Made bool
	// Attempts counts the row's attempts that may have taken effect, in whatever run.
	Attempts int
	// Ended is when the last of them ended: its last byte, or its time-out.
	Ended time.Time
	// Receipt is what the last of them left behind.
	Receipt outcome.Receipt
	// Doubt is why the answer, which said that the contact was created, can't be believed; empty where it was lost. Such a
	// row is looked for, and never sent again.
	Doubt string
	// Before tells whether a contact was listed before the first of them; nil: none was.
	Before func(id int64) bool
}

func (l *InDoubt) isNew(c Candidate) bool { return l.Before == nil || !l.Before(c.ID) }

// Candidate is a contact that an organisation shows.
type Candidate struct {
	ID int64
	contact.Fingerprint
}

// Describer brings contacts that an organisation shows to the normal form of its rows.
func Describer(rules *contact.Rules, key contact.Key, match contact.Match, org int64) func(contact.Stored) Candidate {
	return func(s contact.Stored) Candidate {
		c := rules.Normalise(s)
		return Candidate{ID: s.ID, Fingerprint: contact.FingerprintOf(key, c, match.Keys(key, org, c))}
	}
}

// Presence is what became of a lost attempt.
type Presence int

// The findings.
const (
	// Unknown: it can't be found out. The row is not sent again.
	Unknown Presence = iota
	// Present: it took effect, and the contact is there.
	Present
	// Absent: it did not take effect; the row may be sent again.
	Absent
)

// Finding is what listings tell of a lost attempt.
type Finding struct {
	InDoubt  InDoubt
	Presence Presence
	// ID is the row's contact if it is present.
	ID int64
	// Differs: the contact is recognised by its key only; the service stores something else than was sent, or somebody
	// has changed it.
	Differs bool
	// Seconds are further contacts that attempts of this row made.
	Seconds []int64
	// Suspects are the contacts that keep an unknown row from being sent again, Matches those among them that would be
	// matched as the row's.
	Suspects, Matches []int64
	// Unasked is why the API could not be asked; nil if it answered. The finding is Unknown then.
	Unasked *stop.Error
}

// Judge tells what became of each lost attempt, from the contacts that an organisation shows. claimed holds the ids that
// are known to be other rows'.
//
// First every row claims what equals it, second ones included: the contact with the lowest id is the row's, so that two
// machines that never met agree. Then the rest is decided by what nobody has claimed. More new contacts than attempts
// can't all be ours: then it is not known which one is.
func Judge(lost []InDoubt, shown []Candidate, claimed map[int64]bool) []Finding {
	shown = slices.SortedFunc(slices.Values(shown), func(a, b Candidate) int { return cmp.Compare(a.ID, b.ID) })
	taken := make(map[int64]bool, len(claimed))
	for id := range claimed {
		taken[id] = true
	}
	findings := make([]Finding, len(lost))
	for i, l := range lost {
		findings[i] = Finding{InDoubt: l}
	}
	// What equals a row in all fields is not left to one of an older normal form, which knows a part of them only.
	claimEqual(findings, shown, taken, contact.Fingerprint.Equal)
	claimEqual(findings, shown, taken, contact.Fingerprint.EqualIdentifiers)
	judgeRest(findings, shown, taken)
	return findings
}

// claimEqual lets rows that have claimed nothing yet claim the contacts that equal them. One that equals several rows is
// nobody's: each of them may have made it, so that none of them is known not to have.
func claimEqual(findings []Finding, shown []Candidate, taken map[int64]bool, equals func(contact.Fingerprint, contact.Fingerprint) bool) {
	equal := make([][]int64, len(findings))
	claimants := map[int64]int{}
	for i, v := range findings {
		if v.Presence == Present || len(v.Suspects) > 0 {
			continue
		}
		for _, c := range shown {
			if !taken[c.ID] && v.InDoubt.isNew(c) && equals(v.InDoubt.Fingerprint, c.Fingerprint) {
				equal[i] = append(equal[i], c.ID)
				claimants[c.ID]++
			}
		}
	}
	for i, ids := range equal {
		v := &findings[i]
		switch {
		case len(ids) == 0:
		case len(ids) > v.InDoubt.Attempts, slices.ContainsFunc(ids, func(id int64) bool { return claimants[id] > 1 }):
			v.Suspects, v.Matches = ids, ids
		default:
			v.Presence, v.ID, v.Seconds = Present, ids[0], ids[1:]
			for _, id := range ids {
				taken[id] = true
			}
		}
	}
}

// judgeRest decides on the rows that nothing equals. A contact that could be that of several of them is nobody's.
func judgeRest(findings []Finding, shown []Candidate, taken map[int64]bool) {
	claimants := map[int64]int{}
	var rest []*Finding
	for i := range findings {
		v := &findings[i]
		if v.ID != 0 || len(v.Suspects) > 0 {
			for _, id := range v.Matches { // one of them is this row's, so that it is nobody's by its key alone
				claimants[id]++
			}
			continue
		}
		rest = append(rest, v)
		for _, c := range shown {
			if taken[c.ID] || !v.InDoubt.isNew(c) || !v.InDoubt.Agrees(c.Fingerprint) {
				continue
			}
			v.Suspects = append(v.Suspects, c.ID)
			if v.InDoubt.SameKey(c.Fingerprint) {
				v.Matches = append(v.Matches, c.ID)
				claimants[c.ID]++
			}
		}
	}
	for _, v := range rest {
		switch {
		case len(v.Suspects) == 0 && !v.InDoubt.Made && v.InDoubt.Doubt == "":
			v.Presence = Absent
		case len(v.Matches) == 1 && claimants[v.Matches[0]] == 1:
			v.Presence, v.ID, v.Differs, v.Suspects, v.Matches = Present, v.Matches[0], true, nil, nil
		}
	}
}
