package undo

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/contactsync/contactsync/importer/outcome"
)

// TestFindSeconds: what equals a contact of which an answer was lost may be its second one.
func TestFindSeconds(t *testing.T) {
	t.Parallel()
	lost := func(i *Item) { i.lost = 1 }
	elsewhere := func(i *Item) { i.org = 8 }
	tests := map[string]struct {
		items []*Item
		given []fact
		want  []int64
	}{
		"none is there":                         {[]*Item{created(t, lost)}, []fact{shows(ann(5))}, nil},
		"equal ones, by number":                 {[]*Item{created(t, lost)}, []fact{shows(ann(12), ann(9), ann(5), ann(10), ann(8), ann(11))}, []int64{8, 9, 10, 11, 12}},
		"one that is not equal":                 {[]*Item{created(t, lost)}, []fact{shows(ann(5), ann(9, city("Bonn")))}, nil},
		"no answer was lost":                    {[]*Item{created(t)}, []fact{shows(ann(5), ann(9))}, nil},
		"no answer tells whether it was made":   {[]*Item{created(t, lost, unclear())}, []fact{shows(ann(5), ann(9))}, nil},
		"no answer told its number":             {[]*Item{created(t, lost, numbered(0))}, []fact{shows(ann(9))}, nil},
		"an update":                             {[]*Item{updated(t, lost, wrote(contentOf(t, ann(5))))}, []fact{shows(ann(5), ann(9))}, nil},
		"one that was there before":             {[]*Item{created(t, lost)}, []fact{shows(ann(4), ann(5)), existed(4)}, nil},
		"one that a run made":                   {[]*Item{created(t, lost)}, []fact{shows(ann(5), ann(9)), owned(9)}, nil},
		"one that goes anyway":                  {[]*Item{created(t, lost)}, []fact{shows(ann(5), ann(9)), goes(9)}, nil},
		"one of these, and one that may be one": {[]*Item{created(t, lost)}, []fact{shows(ann(4), ann(5), ann(6), ann(7), ann(8)), existed(4), owned(6), goes(7)}, []int64{8}},
		"in another organisation":               {[]*Item{created(t, lost, elsewhere)}, []fact{shows(ann(5), ann(9))}, nil},
		"behind others":                         {[]*Item{created(t, numbered(3)), created(t, lost)}, []fact{shows(ann(5), ann(9))}, []int64{9}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, other := newScene(t, nil, test.given...), newScene(t, nil)
			other.org.Scope.Org = 8
			u := &Undo{decider: s.decider, items: test.items, orgs: map[int64]*Org{home: s.org, 8: other.org}}
			u.findSeconds()
			var want []Item
			for i, id := range test.want {
				want = append(want, Item{seq: len(test.items) + i + 1, org: home, did: outcome.Create, id: id, like: 5})
			}
			var got []Item
			for _, item := range u.items[len(test.items):] {
				got = append(got, *item)
			}
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(Item{})); diff != "" {
				t.Errorf("found (-want +got):\n%s", diff)
			}
		})
	}
}
