package importer

import (
	"context"
	"slices"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/mapping/lookup"
)

// An organisation may have far more contacts than an input has rows. Of those that no row can be about a run keeps the
// number only; which they are its rows tell before the organisation is listed.

// needles are what rows can have in common with a contact that is theirs: who has the key of a row has its e-mail address or
// its name. Numbers make a key together with a name only.
type needles struct {
	// traits are the rows' e-mail addresses and names, under no key, and known the same under the ledger's.
	traits, known *sieve
	// bare: a row has neither, so that it may be any contact that has neither.
	bare bool
	// all: rows are matched on other fields, or contacts that no row is about count too. Everything is kept.
	all bool
	// ids are the contacts that are kept whatever they are.
	ids map[int64]bool
}

func newNeedles() *needles {
	return &needles{traits: newSieve(), known: newSieve(), ids: map[int64]bool{}}
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

// add takes note of a row as it is, or was, read.
func (n *needles) add(key contact.Key, c contact.Contact) {
	traits := c.Identifiers(contact.Key{}).Person()
	if traits == (contact.Identifiers{}) {
		n.bare = true
		return
	}
	keyed := key.Identifiers(traits)
	for i := range traits {
		if traits[i] != 0 {
			n.traits.add(traits[i])
			n.known.add(keyed[i])
		}
	}
}

func (n *needles) in(set *sieve, t contact.Identifiers) bool {
	if n.all || t == (contact.Identifiers{}) {
		return n.all || n.bare
	}
	return slices.ContainsFunc(t[:], func(h uint64) bool { return h != 0 && set.has(h) })
}

// wants reports whether a contact may be a row's.
func (n *needles) wants(s contact.Stored) bool {
	return n.all || n.ids[s.ID] || n.in(n.traits, s.PersonIdentifiers())
}

// noteKnown keeps the contact that an earlier run made of what may be one of the rows.
func (n *needles) noteKnown(a ledger.Attempt) {
	if n == nil || a.Result == nil || a.Result.Receipt.ContactID == 0 {
		return
	}
	if n.in(n.known, a.Row.Identifiers.Person()) {
		n.ids[a.Result.Receipt.ContactID] = true
	}
}

// seek learns from the rows what contacts they may be about. It reads the input once more, and compares nothing.
func (r *run) seek(ctx context.Context, countries contact.Countries) error {
	r.needles = newNeedles()
	if r.needsAll() {
		r.needles.all = true
		return nil
	}
	r.sought = map[contact.Hash]bool{}
	rules := &contact.Rules{Countries: countries, Types: lookup.Types(r.TypeIDs, false), Lenient: r.Lenient}
	if r.DefaultCountry != "" {
		rules.DefaultCountry, _ = countries.Lookup(r.DefaultCountry) // one that is not known is refused later
	}
	r.rough = rules
	looking := check.Checker{Inputs: r.Inputs, Range: r.Rows, Rules: rules, Key: r.key(), Match: r.Match, Org: r.checker.Org, Rough: true}
	for row, err := range looking.Each(ctx, check.Selection{}) {
		if err != nil {
			return err
		}
		r.needles.add(r.key(), row.Checked.Contact)
		if row.Former != nil {
			r.needles.add(r.key(), row.Former.Contact)
		}
		for _, hash := range check.ExternalHashes(r.key(), row) {
			r.sought[hash] = true
		}
	}
	return nil
}

// needsAll reports whether contacts count that no row has anything in common with.
func (r *run) needsAll() bool {
	named := slices.ContainsFunc(r.Match.Fields, func(f contact.Field) bool {
		return f == contact.Email || f == contact.Name
	})
	return !named || r.Sync != nil && r.Sync.Unmanaged
}

// keepKnown keeps contacts of an organisation by what the ledger knows of them: those that rows have by
// their own ids, and, where contacts may be deleted, all that belong to the job.
func (r *run) keepKnown(t *territory) {
	for hash := range r.sought {
		for _, id := range t.before.AllLinkedTo(hash) {
			r.needles.ids[id] = true
		}
	}
	if r.Sync != nil && r.Sync.Prune {
		for id := range t.before.Members {
			r.needles.ids[id] = true
		}
	}
}

// mostTypes is how many types of contacts are learned of an organisation; six are known.
const mostTypes = 1000

// keeper tells which contacts of an organisation are kept themselves as they are listed, and takes note of what counts of
// the others.
func (r *run) keeper(t *territory) func(contact.Stored) bool {
	if r.needles != nil {
		r.keepKnown(t)
	}
	t.types, t.prints = nil, map[int64]contact.FieldHashes{}
	seen := map[contact.Type]bool{}
	return func(s contact.Stored) bool {
		if s.Type.ID != 0 && !seen[s.Type] && len(seen) < mostTypes {
			seen[s.Type] = true
			t.types = append(t.types, s.Type)
		}
		// What has no number for its type is compared by the type's name, and what that stands for is not known yet.
		if s.Type.ID == 0 || r.needles == nil || r.needles.all {
			return true
		}
		if r.needles.wants(s) {
			return true
		}
		if r.Planning.isWanted() {
			t.prints[s.ID] = r.rough.Normalise(s).FieldHashes(r.key())
		}
		return false
	}
}

// keeper tells which contacts count for an undo: those that the target wrote, those that may have been made by it or
// since, and those that may be what it deleted.
func (u *undoing) keeper(t *territory) func(contact.Stored) bool {
	g := u.grounds[t.scope.Org]
	wanted := newNeedles()
	for _, item := range u.items {
		wanted.ids[item.id] = true
		if item.before != nil {
			wanted.add(u.key(), u.checker.Rules.Normalise(*item.before))
		}
	}
	see := u.run.keeper(t)
	return func(s contact.Stored) bool {
		see(s)
		return s.Type.ID == 0 || u.needsAll() || !g.laidBefore(s.ID) || wanted.wants(s)
	}
}
