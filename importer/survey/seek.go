package survey

import (
	"context"
	"slices"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/mapping/lookup"
)

// seek learns from the rows what contacts they may be about: it sets Wanted, and returns the hashes of the rows' own ids and
// the rules that it read them by. It reads the input once more, and compares nothing.
func (s *Survey) seek(ctx context.Context, f *Found, rows check.Checker, countries contact.Countries) (map[contact.Hash]bool, *contact.Rules, error) {
	f.Wanted = NewWanted()
	if s.needsAll() {
		f.Wanted.all = true
		return nil, nil, nil
	}
	sought := map[contact.Hash]bool{}
	rules := &contact.Rules{Countries: countries, Types: lookup.Types(s.Rules.TypeIDs, false), Lenient: s.Rules.Lenient}
	if s.Rules.DefaultCountry != "" {
		rules.DefaultCountry, _ = countries.Lookup(s.Rules.DefaultCountry) // one that is not known is refused later
	}
	key := f.World.Key
	rows.Rules, rows.Rough = rules, true
	for row, err := range rows.Each(ctx, check.Selection{}) {
		if err != nil {
			return nil, nil, err
		}
		f.Wanted.Add(key, row.Checked.Contact)
		if row.Former != nil {
			f.Wanted.Add(key, row.Former.Contact)
		}
		for _, hash := range check.ExternalHashes(key, row) {
			sought[hash] = true
		}
	}
	return sought, rules, nil
}

// needsAll reports whether contacts count that no row has anything in common with.
func (s *Survey) needsAll() bool {
	named := slices.ContainsFunc(s.Match.Fields, func(f contact.Field) bool {
		return f == contact.Email || f == contact.Name
	})
	return !named || s.Sync != nil && s.Sync.Unmanaged
}

// keepKnown keeps contacts of an organisation by what the ledger knows of them: those that rows have by
// their own ids, and all that belong to the job: they may be deleted, or be another job's alone from now on.
func (s *Survey) keepKnown(wanted *Wanted, o *plan.Org, sought map[contact.Hash]bool) {
	for hash := range sought {
		wanted.Keep(o.Before.AllLinkedTo(hash)...)
	}
	if s.Sync != nil && s.About.Job != "" {
		for id := range o.Before.Members() {
			wanted.Keep(id)
		}
	}
}

// mostTypes is how many types of contacts are learned of an organisation; six are known.
const mostTypes = 1000

// keeper tells which contacts of an organisation are kept themselves as they are listed, and takes note of what counts of
// the others. wanted nil: all of them.
func (s *Survey) keeper(wanted *Wanted, l *Listing, hashes func(contact.Stored) contact.FieldHashes) func(contact.Stored) bool {
	seen := map[contact.Type]bool{}
	return func(c contact.Stored) bool {
		if c.Type.ID != 0 && !seen[c.Type] && len(seen) < mostTypes {
			seen[c.Type] = true
			l.types = append(l.types, c.Type)
		}
		// What has no number for its type is compared by the type's name, and what that stands for is not known yet.
		if c.Type.ID == 0 || wanted == nil || wanted.all || wanted.Wants(c) {
			return true
		}
		if s.KeepsHashes {
			l.hashes[c.ID] = hashes(c)
		}
		return false
	}
}

// KeepAll lets the listing keep what counts for an undo: all, where that asks for it, or those that counts says.
func (s *Survey) KeepAll(counts func(contact.Stored) bool) func(contact.Stored) bool {
	return func(c contact.Stored) bool { return c.Type.ID == 0 || s.needsAll() || counts(c) }
}
