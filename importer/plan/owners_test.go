package plan

import (
	"slices"
	"testing"

	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/outcome"
)

// TestHolds: which contacts the job has from a run on. The input has ann.
func TestHolds(t *testing.T) {
	t.Parallel()
	ours := past{did(done, ann(), outcome.Created, 4), did(done, zoe(), outcome.Created, 5), did(done, moved(), outcome.Created, 6)}
	listed := contacts{4: ann(), 5: zoe(), 6: moved(), 7: ofType(zoe(), 2)}
	for name, test := range map[string]struct {
		scene
		rows []string
		most string
		want []int64
	}{
		"what rows are about":                                            {scene{options: syncing(), listed: listed}, []string{annRow, zoeRow}, "10%", []int64{4, 5}},
		"not what no row has any more":                                   {scene{options: syncing(), past: ours, listed: listed}, []string{annRow, "Bo Park,bo@example.com,,,"}, "2", []int64{4}},
		"all where too much is missing":                                  {scene{options: syncing(), past: ours, listed: listed}, []string{annRow, "Bo Park,bo@example.com,,,"}, "1", []int64{4, 5, 6}},
		"one is never too much":                                          {scene{options: syncing(), past: ours[:2], listed: listed}, []string{annRow}, "10%", []int64{4}},
		"what a row may be about":                                        {scene{options: syncing(), past: ours[:2], listed: listed}, []string{annRow, "Zoe Kim,zoe,,,"}, "10%", []int64{4, 5}},
		"all where no row is in order, and that these are not the whole": {scene{options: syncing(), past: ours, listed: listed}, []string{"Ann Lee,ann,,,"}, "100%", []int64{history.NotWhole, 4, 5, 6}},
		"nothing that is not there":                                      {scene{options: syncing(), past: ours}, []string{annRow}, "1", nil},
	} {
		p := made(t, &test.scene, test.rows...)
		got := p.Holds(testOrg.Org, limit(t, test.most))
		slices.Sort(got)
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}
