package dedupe_test

import (
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/dedupe"
	_ "github.com/contactsync/contactsync/importer/rapidseed"
)

// person is a row as these tests write it: the parts that keys are made of.
type person struct{ name, email, phone string }

func (p person) contact() contact.Contact {
	return contact.Contact{Type: contact.Type{ID: 2, Name: "Technical"}, Name: p.name, Email: p.email, Phone: p.phone}
}

func match(t testing.TB) contact.Match {
	t.Helper()
	m, err := contact.ParseMatch("type,email")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// find runs people through Groups; rows count from 1, an empty person is an invalid row.
func find(t testing.TB, people []person) *dedupe.Groups {
	t.Helper()
	d := dedupe.NewGroups()
	m := match(t)
	for i, p := range people {
		if p != (person{}) {
			d.Add(uint32(i+1), m.Keys(contact.Key{}, 1, p.contact()))
		}
	}
	names := map[uint32]string{}
	for _, row := range d.Contested() {
		names[row] = people[row-1].name
	}
	d.Resolve(names)
	return d
}

func TestGroups(t *testing.T) {
	t.Parallel()
	const mail, other = "info@example.com", "other@example.com"
	tests := map[string]struct {
		people     []person
		duplicates []uint32 // by row
		related    []uint32
	}{
		"nothing in common": {
			[]person{{"Ann Lee", "a@example.com", ""}, {"Bob Ray", "b@example.com", ""}},
			[]uint32{0, 0}, []uint32{0, 0},
		},
		"the same e-mail and name": {
			[]person{{"Ann Lee", mail, ""}, {"ANN LEE", mail, ""}, {"Lee, Ann", mail, ""}},
			[]uint32{0, 1, 1}, []uint32{0, 0, 0},
		},
		"a shared mailbox": {
			[]person{{"Ann Lee", mail, ""}, {"Bob Ray", mail, ""}, {"Cleo Fox", mail, ""}},
			[]uint32{0, 0, 0}, []uint32{2, 1, 1},
		},
		"a duplicate of the second person behind a shared mailbox": {
			[]person{{"Ann Lee", mail, ""}, {"Bob Ray", mail, ""}, {"Bob Ray", mail, ""}},
			[]uint32{0, 0, 2}, []uint32{2, 1, 0},
		},
		"an initial makes no one person of two": {
			[]person{{"J. Smith", mail, ""}, {"John Smith", mail, ""}, {"Jane Smith", mail, ""}},
			[]uint32{0, 1, 0}, []uint32{3, 0, 1},
		},
		"an invalid row is nobody's duplicate": {
			[]person{{}, {"Ann Lee", mail, ""}, {"Ann Lee", mail, ""}},
			[]uint32{0, 0, 2}, []uint32{0, 0, 0},
		},
		"no e-mail: name and phone": {
			[]person{{"Ann Lee", "", "+4930123456"}, {"Ann Lee", "", "+4930123456"}, {"Ann Lee", "", "+4930999999"}},
			[]uint32{0, 1, 0}, []uint32{0, 0, 0},
		},
		"an e-mail on one side only": {
			[]person{{"Ann Lee", mail, "+4930123456"}, {"Ann Lee", "", "+4930123456"}},
			[]uint32{0, 1}, []uint32{0, 0},
		},
		"two e-mails, one phone": {
			[]person{{"Ann Lee", mail, "+4930123456"}, {"Ann Lee", other, "+4930123456"}},
			[]uint32{0, 0}, []uint32{0, 0},
		},
		"two e-mails, one phone, and a row without e-mail before them": {
			[]person{{"Ann Lee", mail, "+4930123456"}, {"Ann Lee", "", "+4930123456"}, {"Ann Lee", other, "+4930123456"}},
			[]uint32{0, 1, 1}, []uint32{0, 0, 0},
		},
		"a name and nothing else": {
			[]person{{"Ann Lee", "", ""}, {"Ann Lee", "", ""}, {"Bob Ray", "", ""}},
			[]uint32{0, 1, 0}, []uint32{0, 0, 0},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := find(t, test.people)
			var duplicates, related []uint32
			for row := range test.people {
				duplicates = append(duplicates, d.Earlier(uint32(row+1)))
				related = append(related, d.Related(uint32(row+1)))
			}
			if diff := cmp.Diff(test.duplicates, duplicates); diff != "" {
				t.Errorf("duplicates (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.related, related); diff != "" {
				t.Errorf("related (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPairs(t *testing.T) {
	t.Parallel()
	const mail = "info@example.com"
	d := find(t, []person{
		{"Ann Lee", mail, ""}, {"Zoe Poe", "zoe@example.com", ""}, {"Bob Ray", mail, ""}, {"Ann Lee", mail, ""}, {"Zoe Poe", "zoe@example.com", ""},
	})
	want := []dedupe.Pair{
		{Group: 1, A: 1, B: 3, Related: true},
		{Group: 1, A: 1, B: 4},
		{Group: 2, A: 2, B: 5},
	}
	if diff := cmp.Diff(want, slices.Collect(d.Pairs(func(left int) {
		if left != 0 {
			t.Errorf("%d pairs are left out", left)
		}
	}))); diff != "" {
		t.Errorf("pairs (-want +got):\n%s", diff)
	}
}

// TestManyNamesUnderOneKey shows that a key shared by more people than are compared with each other still loses nobody
// and still finds equal names.
func TestManyNamesUnderOneKey(t *testing.T) {
	t.Parallel()
	var people []person
	for i := range 500 {
		people = append(people, person{fmt.Sprintf("%c%c%c Person%c%c", 'A'+i%26, 'a'+i/26%26, 'q'+i%7, 'a'+i%26, 'a'+i/26), "info@example.com", ""})
	}
	people = append(people, people[400])
	d := find(t, people)
	if got := d.Earlier(501); got != 401 {
		t.Errorf("the duplicate of row 501 is %d, want 401", got)
	}
}

// TestGroupsAgainstModel holds the hashed form against the rule as one would write it down: a row is a duplicate in a
// group that holds an equal row and whose every name fits, and it is one if there is such a group.
func TestGroupsAgainstModel(t *testing.T) {
	t.Parallel()
	names := []string{"", "Ann Lee", "ann lee", "A. Lee", "Bob Ray", "Ray Bob", "B. Ray", "Anna Lee"}
	emails := []string{"", "a@example.com", "b@example.com"}
	phones := []string{"", "+4930123456", "+4930999999"}
	rapid.Check(t, func(t *rapid.T) {
		people := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) person {
			return person{rapid.SampledFrom(names).Draw(t, "name"), rapid.SampledFrom(emails).Draw(t, "email"), rapid.SampledFrom(phones).Draw(t, "phone")}
		}), 0, 12).Draw(t, "people")
		d := dedupe.NewGroups()
		m, _ := contact.ParseMatch("type,email")
		for i, p := range people {
			d.Add(uint32(i+1), m.Keys(contact.Key{}, 1, p.contact()))
		}
		asked := map[uint32]string{}
		for _, row := range d.Contested() {
			asked[row] = people[row-1].name
		}
		d.Resolve(asked)
		groups := map[uint32][]person{}
		for i, p := range people {
			row, got := uint32(i+1), d.Earlier(uint32(i+1))
			want := modelTwins(m, groups, p)
			if got == 0 && len(want) > 0 || got != 0 && !slices.Contains(want, got) {
				t.Fatalf("row %d of %q: duplicate of %d, the model allows %d", row, people, got, want)
			}
			first := got
			if first == 0 {
				first = row
			}
			groups[first] = append(groups[first], p)
		}
	})
}

// modelTwins returns the first rows of the groups that p may join. A row that is equal to members of several groups is
// a duplicate in any of them; which one it is named after does not matter.
func modelTwins(m contact.Match, groups map[uint32][]person, p person) []uint32 {
	var firsts []uint32
	for first, members := range groups {
		equal := slices.ContainsFunc(members, func(o person) bool {
			return equalKeys(m.Keys(contact.Key{}, 1, o.contact()), m.Keys(contact.Key{}, 1, p.contact()))
		})
		fits := !slices.ContainsFunc(members, func(o person) bool { return !contact.SameName(o.name, p.name) })
		if equal && fits {
			firsts = append(firsts, first)
		}
	}
	return firsts
}

func equalKeys(a, b contact.Keys) bool {
	if a.HasPrimary && b.HasPrimary {
		return a.Primary == b.Primary
	}
	for _, x := range a.Fallback {
		if slices.Contains(b.Fallback, x) {
			return true
		}
	}
	none := func(k contact.Keys) bool { return !k.HasPrimary && len(k.Fallback) == 0 }
	return none(a) && none(b) && a.Content == b.Content
}

func BenchmarkGroups(b *testing.B) {
	for b.Loop() {
		d := dedupe.NewGroups()
		for row := range uint32(100_000) {
			var k contact.Keys
			binary.LittleEndian.PutUint32(k.Primary[4:], row*2654435761)
			binary.LittleEndian.PutUint32(k.Primary[0:], row)
			k.HasPrimary, k.Name = true, uint64(row)
			d.Add(row+1, k)
		}
		d.Resolve(nil)
	}
}

// TestPairsOfACrowd shows that a key that thousands share lists each of their rows, and does not fill the disk.
func TestPairsOfACrowd(t *testing.T) {
	t.Parallel()
	const crowd = 5000
	var people []person
	for i := range crowd {
		people = append(people, person{fmt.Sprintf("%c%c%c Person%c%c", 'A'+i%26, 'a'+i/26%26, 'a'+i/676, 'a'+i%26, 'a'+i/26%26), "info@example.com", ""})
	}
	people = append(people, people...)
	d := find(t, people)
	left, others := -1, 0
	seen := map[uint32]bool{}
	for p := range d.Pairs(func(n int) { left = n }) {
		first := uint32(1)
		if earlier := d.Earlier(p.B); earlier != 0 {
			first = earlier
		}
		switch {
		case p.Group != 1:
			t.Fatalf("rows %d and %d are in group %d", p.A, p.B, p.Group)
		case p.A == first:
			seen[p.B] = true
		default:
			others++
		}
	}
	if len(seen) != 2*crowd-1 || others != dedupe.MostPairs || left < crowd {
		t.Errorf("%d rows, %d other pairs and %d left out", len(seen), others, left)
	}
}
