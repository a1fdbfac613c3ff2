package undo

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/contactsync/contactsync/importer/outcome"
)

// TestFindSeconds: what equals a contact of which an answer was lost may be its second one.
func TestFindSeconds(t *testing.T) {
	t.Parallel()
	lost := func(i *entry) { i.lost = 1 }
	elsewhere := func(i *entry) { i.org = 8 }
	tests := map[string]struct {
		items []*entry
		given []fact
		want  []int64
	}{
		"none is there":                         {[]*entry{created(t, lost)}, []fact{shows(ann(5))}, nil},
		"equal ones, by number":                 {[]*entry{created(t, lost)}, []fact{shows(ann(12), ann(9), ann(5), ann(10), ann(8), ann(11))}, []int64{8, 9, 10, 11, 12}},
		"one that is not equal":                 {[]*entry{created(t, lost)}, []fact{shows(ann(5), ann(9, city("Bonn")))}, nil},
		"no answer was lost":                    {[]*entry{created(t)}, []fact{shows(ann(5), ann(9))}, nil},
		"no answer tells whether it was made":   {[]*entry{created(t, lost, unclear())}, []fact{shows(ann(5), ann(9))}, nil},
		"no answer told its number":             {[]*entry{created(t, lost, numbered(0))}, []fact{shows(ann(9))}, nil},
		"an update":                             {[]*entry{updated(t, lost, wrote(contentOf(t, ann(5))))}, []fact{shows(ann(5), ann(9))}, nil},
		"one that was there before":             {[]*entry{created(t, lost)}, []fact{shows(ann(4), ann(5)), existed(4)}, nil},
		"one that a run made":                   {[]*entry{created(t, lost)}, []fact{shows(ann(5), ann(9)), owned(9)}, nil},
		"one that goes anyway":                  {[]*entry{created(t, lost)}, []fact{shows(ann(5), ann(9)), goes(9)}, nil},
		"one of these, and one that may be one": {[]*entry{created(t, lost)}, []fact{shows(ann(4), ann(5), ann(6), ann(7), ann(8)), existed(4), owned(6), goes(7)}, []int64{8}},
		"in another organisation":               {[]*entry{created(t, lost, elsewhere)}, []fact{shows(ann(5), ann(9))}, nil},
		"behind others":                         {[]*entry{created(t, numbered(3)), created(t, lost)}, []fact{shows(ann(5), ann(9))}, []int64{9}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, other := newScene(t, nil, test.given...), newScene(t, nil)
			other.org.Scope.Org = 8
			u := &Undo{decider: s.decider, items: test.items, orgs: map[int64]*organisation{home: s.org, 8: other.org}}
			u.findSeconds()
			var want []entry
			for i, id := range test.want {
				want = append(want, entry{seq: len(test.items) + i + 1, org: home, did: outcome.Create, id: id, like: 5})
			}
			var got []entry
			for _, item := range u.items[len(test.items):] {
				got = append(got, *item)
			}
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(entry{})); diff != "" {
				t.Errorf("found (-want +got):\n%s", diff)
			}
		})
	}
}
