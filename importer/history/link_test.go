package history

import (
	"slices"
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
)

// TestKnow plays what runs said about whose an id is: the latest one counts, and one that gave it to several contacts, as
// version 1 did, says that it is nobody's.
func TestKnow(t *testing.T) {
	t.Parallel()
	type said struct {
		run int32
		id  int64
	}
	tests := map[string]struct {
		said []said
		want int64
		all  []int64
	}{
		"once":                        {[]said{{1, 5}}, 5, []int64{5}},
		"again":                       {[]said{{1, 5}, {2, 5}}, 5, []int64{5}},
		"twice in a run":              {[]said{{1, 5}, {1, 5}}, 5, []int64{5}},
		"another one later":           {[]said{{1, 5}, {2, 6}}, 6, []int64{6}},
		"two in a run":                {[]said{{1, 5}, {1, 6}}, 0, []int64{5, 6}},
		"three in a run":              {[]said{{1, 5}, {1, 6}, {1, 7}}, 0, []int64{5, 6, 7}},
		"two in a run, and one later": {[]said{{1, 5}, {1, 6}, {2, 6}}, 6, []int64{6}},
		"one, and two in a later run": {[]said{{1, 5}, {2, 5}, {2, 6}}, 0, []int64{5, 6}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := Org{byExternal: map[contact.Hash]link{}}
			hash := contact.HashText(contact.Key{}, "7")
			for _, s := range test.said {
				m.know(hash, s.id, s.run)
			}
			if l := m.byExternal[hash]; l.id != test.want || !slices.Equal(l.all(), test.all) {
				t.Errorf("known as that of %d, %v; want %d, %v", l.id, l.all(), test.want, test.all)
			}
			if known := m.KnownBy(); len(known[test.want]) > 0 != (test.want != 0) {
				t.Errorf("contacts are known by %v", known)
			}
		})
	}
}
