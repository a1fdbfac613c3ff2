package survey

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/remote"
)

// TestWantedKeepsWhatIsFound draws rows and contacts from few values: whatever any comparison finds for a row is kept.
func TestWantedKeepsWhatIsFound(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(1, 2))
	some := func(values ...string) string { return values[rnd.IntN(len(values))] }
	draw := func() contact.Contact {
		return contact.Contact{
			Name: some("", "", "Ann Lee", "Lee, Ann", "Bob Ray"), Email: some("", "", "ann@example.com", "Ann@Example.com", "bob@example.com"),
			Phone: some("", "", "+4930123456", "+4930123457"), Mobile: some("", "", "+4915112345678"),
			Street: some("", "", "Street 1"), Zipcode: some("", "", "10115"), City: some("", "Berlin"),
			Type: contact.Type{ID: 1 + rnd.IntN(2)},
		}
	}
	rules := &contact.Rules{}
	dropped := 0
	for _, on := range []string{"type,email", "email", "name", "type,name,zipcode", "email,phone"} {
		match, err := contact.ParseMatch(on)
		if err != nil {
			t.Fatal(err)
		}
		if (&Survey{Match: match}).needsAll() {
			t.Errorf("%s asks for all", on)
		}
		for range 300 {
			row, wanted := draw(), NewWanted()
			wanted.Add(contact.Key{}, row)
			var stored []contact.Stored
			for id := range int64(20) {
				c := draw()
				stored = append(stored, contact.Stored{ID: id + 1, Type: c.Type, Draft: contact.Draft{
					Name: c.Name, Email: c.Email, Phone: c.Phone, Mobile: c.Mobile, Street: c.Street, Zipcode: c.Zipcode, City: c.City,
				}})
			}
			found := remote.NewIndex(contact.Key{}, match, rules, 12, stored).Find(row, match.Keys(contact.Key{}, 12, row))
			matched := map[int64]bool{}
			for _, id := range append(found.Same, found.Related...) {
				matched[id] = true
			}
			for _, s := range stored {
				switch kept := wanted.Wants(s); {
				case matched[s.ID] && !kept:
					t.Fatalf("%s: %+v is not kept, and is found for %+v", on, s.Draft, row)
				case !kept:
					dropped++
				}
			}
		}
	}
	if dropped == 0 {
		t.Error("everything is kept")
	}
	for _, on := range []string{"type,phone", "zipcode,city"} {
		match, err := contact.ParseMatch(on)
		if err != nil || !(&Survey{Match: match}).needsAll() {
			t.Errorf("%s does not ask for all, %v", on, err)
		}
	}
}

// TestWantedAreFew: among many people hardly any but the rows' are kept.
func TestWantedAreFew(t *testing.T) {
	t.Parallel()
	wanted := NewWanted()
	person := func(i int) contact.Draft {
		return contact.Draft{Name: fmt.Sprintf("Person %d", i), Email: fmt.Sprintf("p%d@example.com", i)}
	}
	for i := range 1000 {
		d := person(i)
		wanted.Add(contact.Key{}, contact.Contact{Name: d.Name, Email: d.Email})
	}
	kept := 0
	for i := range 20_000 {
		if wanted.Wants(contact.Stored{ID: int64(i + 1), Draft: person(i)}) {
			kept++
		}
	}
	if kept < 1000 || kept > 1010 {
		t.Errorf("%d of 20000 are kept, want the 1000 rows'", kept)
	}
}

// What was added is found, before and after a sieve has become one of bits.
func TestSieveKeepsAll(t *testing.T) {
	t.Parallel()
	s := newSieve()
	hash := func(i int) uint64 { return uint64(i+1) * 0x9e3779b97f4a7c15 }
	for i := range fewHashes + 100 {
		s.add(hash(i))
		if i%1000 != 0 && i < fewHashes-1 {
			continue
		}
		for j := range i + 1 {
			if !s.has(hash(j)) {
				t.Fatalf("with %d hashes the one of %d is missing", i+1, j)
			}
		}
	}
	if s.many == nil {
		t.Error("so many are kept one by one")
	}
}
