package dedupe_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/contactsync/contactsync/importer/dedupe"
)

// TestKeepLast: the last row of a group counts, the others are its duplicates, and what it knows of people behind the
// same mailbox is what its group knows.
func TestKeepLast(t *testing.T) {
	t.Parallel()
	const mail = "info@example.com"
	people := []person{
		{"Ann Lee", mail, ""}, {"Bob Ray", mail, ""}, {}, {"ANN LEE", mail, ""}, {"Cleo Fox", "c@example.com", ""}, {"Lee, Ann", mail, ""},
	}
	d := find(t, people)
	var first []uint32
	for row := range people {
		first = append(first, d.DuplicateOf(uint32(row+1)))
	}
	if diff := cmp.Diff([]uint32{0, 0, 0, 1, 0, 1}, first); diff != "" {
		t.Errorf("the first row counts (-want +got):\n%s", diff)
	}
	before := pairs(d)
	d.KeepLast()
	var last, related []uint32
	for row := range people {
		last = append(last, d.DuplicateOf(uint32(row+1)))
		related = append(related, d.RelatedTo(uint32(row+1)))
	}
	if diff := cmp.Diff([]uint32{6, 0, 0, 6, 0, 0}, last); diff != "" {
		t.Errorf("the last row counts (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]uint32{2, 6, 0, 0, 0, 2}, related); diff != "" {
		t.Errorf("related (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(before, pairs(d)); diff != "" {
		t.Errorf("which row counts changes the pairs (-before +after):\n%s", diff)
	}
}

func pairs(d *dedupe.Groups) []dedupe.Pair {
	var list []dedupe.Pair
	for p := range d.Pairs(func(int) {}) {
		list = append(list, p)
	}
	return list
}

// TestKeepLastProperty: whatever the rows, the groups are those of the first row, each has one row that counts, and that
// is its last.
func TestKeepLastProperty(t *testing.T) {
	t.Parallel()
	outer := t
	rapid.Check(t, func(t *rapid.T) {
		people := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) person {
			return person{
				name:  rapid.SampledFrom([]string{"", "Ann Lee", "A. Lee", "Bob Ray"}).Draw(t, "name"),
				email: rapid.SampledFrom([]string{"", "a@example.com", "b@example.com"}).Draw(t, "email"),
				phone: rapid.SampledFrom([]string{"", "+4930123456", "+4930123457"}).Draw(t, "phone"),
			}
		}), 1, 30).Draw(t, "people")
		d := find(outer, people)
		groups := map[uint32][]uint32{}
		for row := uint32(1); int(row) <= len(people); row++ {
			first := d.Earlier(row)
			if first == 0 {
				first = row
			}
			groups[first] = append(groups[first], row)
		}
		d.KeepLast()
		for first, rows := range groups {
			last := rows[len(rows)-1]
			if want := map[bool]uint32{true: last}[len(rows) > 1]; d.Last(first) != want {
				t.Fatalf("the group %v has the last row %d, want %d", rows, d.Last(first), want)
			}
			for _, row := range rows {
				if d.Counting(row) != last || (d.DuplicateOf(row) == 0) != (row == last) {
					t.Fatalf("of the group %v, %d counts for row %d", rows, d.Counting(row), row)
				}
			}
		}
	})
}
