package apply

import (
	"cmp"
	"slices"
	"time"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/plan"
)

// Sent recognises a contact by hashes: what was sent for a row, or what an organisation shows, brought to the same
// normal form.
type Sent struct {
	// Content is the hash of all fields; Key that of what contacts are matched on, zero if something of it is missing.
	Content, Key contact.Hash
	Traits       contact.Traits
	// Version is that of the normal form of Content and Key; hashes of two versions say nothing about each other.
	Version int
}

// SentOf returns the hashes of a contact in normal form.
func SentOf(org int64, c contact.Contact, k contact.Keys) Sent {
	s := Sent{Content: k.Content, Traits: c.Traits(), Version: contact.Version}
	if k.HasPrimary {
		s.Key = k.Primary
	}
	return s
}

// equal reports whether both are the same in all fields. Of another version only the traits can be compared.
func (s Sent) equal(o Sent) bool {
	if s.Version == o.Version {
		return s.Content == o.Content
	}
	return s.Traits == o.Traits && s.Traits != contact.Traits{}
}

// sameKey reports whether both would be matched as the same contact: by the key, or, where there is none to compare, by
// equal e-mail addresses, or equal names with an equal number.
func (s Sent) sameKey(o Sent) bool {
	if s.Version == o.Version && s.Key != (contact.Hash{}) {
		return s.Key == o.Key
	}
	return s.Traits.SamePerson(o.Traits)
}

func (s Sent) agrees(o Sent) bool { return s.sameKey(o) || s.Traits.Agrees(o.Traits) }

// Lost is a row with an attempt of which nobody knows whether it took effect, or (Made) one that took effect without
// telling the contact's id.
type Lost struct {
	// Run and Seq are where the ledger has the row.
	Run string
	Seq int
	Org int64
	Sent
	Made bool
	// Attempts counts the row's attempts that may have taken effect, in whatever run.
	Attempts int
	// Ended is when the last of them ended: its last byte, or its time-out.
	Ended time.Time
	// Receipt is what the last of them left behind.
	Receipt plan.Receipt
	// Before tells whether a contact was listed before the first of them; nil: none was.
	Before func(id int64) bool
}

func (l *Lost) isNew(c Candidate) bool { return l.Before == nil || !l.Before(c.ID) }

// Candidate is a contact that an organisation shows.
type Candidate struct {
	ID int64
	Sent
}

// Finding is what became of a lost attempt.
type Finding int

// The findings.
const (
	// Unknown: it can't be found out. The row is not sent again.
	Unknown Finding = iota
	// Present: it took effect, and the contact is there.
	Present
	// Absent: it did not take effect; the row may be sent again.
	Absent
)

// Verdict is what listings tell of a lost attempt.
type Verdict struct {
	Lost    Lost
	Finding Finding
	// ID is the row's contact if it is present.
	ID int64
	// Differs: the contact is recognised by its key only; the service stores something else than was sent, or somebody
	// has changed it.
	Differs bool
	// Twins are further contacts that attempts of this row made.
	Twins []int64
	// Suspects are the contacts that keep an unknown row from being sent again.
	Suspects []int64
}

// Judge tells what became of each lost attempt, from the contacts that an organisation shows. claimed holds the ids that
// are known to be other rows'.
//
// First every row claims what equals it, its twins included: the contact with the lowest id is the row's, so that two
// machines that never met agree. Then the rest is judged by what nobody has claimed. More new contacts than attempts
// can't all be ours: then it is not known which one is.
func Judge(lost []Lost, shown []Candidate, claimed map[int64]bool) []Verdict {
	shown = slices.SortedFunc(slices.Values(shown), func(a, b Candidate) int { return cmp.Compare(a.ID, b.ID) })
	taken := make(map[int64]bool, len(claimed))
	for id := range claimed {
		taken[id] = true
	}
	verdicts := make([]Verdict, len(lost))
	for i, l := range lost {
		verdicts[i] = Verdict{Lost: l}
		claimEqual(&verdicts[i], shown, taken)
	}
	judgeRest(verdicts, shown, taken)
	return verdicts
}

func claimEqual(v *Verdict, shown []Candidate, taken map[int64]bool) {
	var equal []int64
	for _, c := range shown {
		if !taken[c.ID] && v.Lost.isNew(c) && v.Lost.equal(c.Sent) {
			equal = append(equal, c.ID)
		}
	}
	for _, id := range equal {
		taken[id] = true
	}
	switch {
	case len(equal) == 0:
	case len(equal) <= v.Lost.Attempts:
		v.Finding, v.ID, v.Twins = Present, equal[0], equal[1:]
	default:
		v.Suspects = equal
	}
}

// judgeRest decides on the rows that nothing equals. A contact that could be that of several of them is nobody's.
func judgeRest(verdicts []Verdict, shown []Candidate, taken map[int64]bool) {
	suitors := map[int64]int{}
	byKey := make([][]int64, len(verdicts))
	for i := range verdicts {
		v := &verdicts[i]
		if v.ID != 0 || len(v.Suspects) > 0 {
			continue
		}
		for _, c := range shown {
			if taken[c.ID] || !v.Lost.isNew(c) || !v.Lost.agrees(c.Sent) {
				continue
			}
			v.Suspects = append(v.Suspects, c.ID)
			if v.Lost.sameKey(c.Sent) {
				byKey[i] = append(byKey[i], c.ID)
				suitors[c.ID]++
			}
		}
	}
	for i := range verdicts {
		v := &verdicts[i]
		switch {
		case v.ID != 0:
		case len(v.Suspects) == 0 && !v.Lost.Made:
			v.Finding = Absent
		case len(byKey[i]) == 1 && suitors[byKey[i][0]] == 1:
			v.Finding, v.ID, v.Differs, v.Suspects = Present, byKey[i][0], true, nil
		}
	}
}
