package survey

import (
	"slices"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
)

// An organisation may have far more contacts than an input has rows. Of those that no row can be about a run keeps the
// number only; which they are its rows tell before the organisation is listed.

// Wanted is what rows can have in common with a contact that is theirs: who has the key of a row has its e-mail address or
// its name. Numbers make a key together with a name only.
type Wanted struct {
	// traits are the rows' e-mail addresses and names, under no key, and known the same under the ledger's.
	traits, known *sieve
	// bare: a row has neither, so that it may be any contact that has neither.
	bare bool
	// all: rows are matched on other fields, or contacts that no row is about count too. Everything is kept.
	all bool
	// ids are the contacts that are kept whatever they are.
	ids map[int64]bool
}

// NewWanted returns one that wants nothing yet.
func NewWanted() *Wanted {
	return &Wanted{traits: newSieve(), known: newSieve(), ids: map[int64]bool{}}
}

// sieve holds hashes, and from some number on more than it holds: then the more it has the more it lets through, and it grows no
// more. With a million rows it takes one hash of fifty for one of theirs.
type sieve struct {
	few  map[uint64]struct{}
	many []uint64 // bits; nil while there are few
}

const (
	fewHashes = 1 << 14
	sieveBits = 27 // 16 MiB
)

func newSieve() *sieve { return &sieve{few: map[uint64]struct{}{}} }

func (s *sieve) add(hash uint64) {
	if s.many != nil {
		s.set(hash)
		return
	}
	if s.few[hash] = struct{}{}; len(s.few) <= fewHashes {
		return
	}
	s.many = make([]uint64, 1<<sieveBits/64)
	for h := range s.few {
		s.set(h)
	}
	s.few = nil
}

func (s *sieve) set(hash uint64) {
	s.many[hash>>(64-sieveBits)/64] |= 1 << (hash >> (64 - sieveBits) % 64)
}

func (s *sieve) has(hash uint64) bool {
	if s.many == nil {
		_, has := s.few[hash]
		return has
	}
	return s.many[hash>>(64-sieveBits)/64]>>(hash>>(64-sieveBits)%64)&1 == 1
}

// Add takes note of a row as it is, or was, read.
func (w *Wanted) Add(key contact.Key, c contact.Contact) {
	traits := c.Identifiers(contact.Key{}).Person()
	if traits == (contact.Identifiers{}) {
		w.bare = true
		return
	}
	keyed := key.Identifiers(traits)
	for i := range traits {
		if traits[i] != 0 {
			w.traits.add(traits[i])
			w.known.add(keyed[i])
		}
	}
}

func (w *Wanted) in(set *sieve, t contact.Identifiers) bool {
	if w.all || t == (contact.Identifiers{}) {
		return w.all || w.bare
	}
	return slices.ContainsFunc(t[:], func(h uint64) bool { return h != 0 && set.has(h) })
}

// Wants reports whether a contact may be a row's.
func (w *Wanted) Wants(s contact.Stored) bool {
	return w.all || w.ids[s.ID] || w.in(w.traits, s.PersonIdentifiers())
}

// NoteKnown keeps the contact that an earlier run made of what may be one of the rows.
func (w *Wanted) NoteKnown(a ledger.Attempt) {
	if w == nil || a.Result == nil || a.Result.Receipt.ContactID == 0 {
		return
	}
	if w.in(w.known, a.Row.Identifiers.Person()) {
		w.ids[a.Result.Receipt.ContactID] = true
	}
}

// Keep keeps a contact whatever it is.
func (w *Wanted) Keep(ids ...int64) {
	for _, id := range ids {
		w.ids[id] = true
	}
}
