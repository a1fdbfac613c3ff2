package history

import (
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// TestSuperseded: of ids that a run which is gone on with gave to others it is known whose they were before; what a run that
// has ended did is past.
func TestSuperseded(t *testing.T) {
	t.Parallel()
	type said struct {
		run int32
		id  string
		of  int64
	}
	const ended, open, again = 0, 1, 2
	for name, test := range map[string]struct {
		said []said
		want int64 // of the id "a"
	}{
		"the id stays":                            {[]said{{ended, "a", 5}, {open, "a", 5}}, 0},
		"the id goes over":                        {[]said{{ended, "a", 5}, {open, "a", 6}}, 5},
		"the contact gets another one":            {[]said{{ended, "a", 5}, {open, "b", 5}}, 5},
		"two are swapped":                         {[]said{{ended, "a", 5}, {ended, "b", 6}, {open, "a", 6}, {open, "b", 5}}, 5},
		"the id goes over twice":                  {[]said{{ended, "a", 5}, {open, "a", 6}, {again, "a", 7}}, 5},
		"the id is new":                           {[]said{{open, "a", 5}, {again, "a", 6}}, 0},
		"the id went over in a run that is ended": {[]said{{ended, "a", 5}, {ended, "a", 6}}, 0},
	} {
		runs := &Runs{list: []ledger.Run{{Closed: true}, {}, {}}}
		o := Org{runs: runs, byExternal: map[contact.Hash]link{}, externalOf: map[int64]contact.Hash{}, superseded: map[contact.Hash]int64{}}
		for _, s := range test.said {
			o.know(contact.HashText(contact.Key{}, s.id), s.of, s.run)
		}
		if got := o.Superseded(contact.HashText(contact.Key{}, "a")); got != test.want {
			t.Errorf("%s: the id was that of %d, want %d", name, got, test.want)
		}
	}
}

// TestNoteGone: the contact that a row had is known until the row has one again.
func TestNoteGone(t *testing.T) {
	t.Parallel()
	o := Org{gone: map[contact.Hash]int64{}}
	content := contact.HashText(contact.Key{}, "the row")
	a := ledger.Attempt{Intent: ledger.Intent{Told: []outcome.Note{{Code: outcome.CodeGone, IDs: []int64{5}}}}}
	a.Row.Content = content
	for _, step := range []struct {
		status outcome.Status
		told   bool
		want   int64
	}{{"", true, 5}, {outcome.NotAttempted, true, 5}, {outcome.Created, true, 0}, {outcome.Failed, true, 5}, {outcome.Failed, false, 0}} {
		next := a
		if !step.told {
			next.Told = nil
		}
		o.noteGone(next, Row{Status: step.status})
		if o.gone[content] != step.want {
			t.Errorf("after %q the row had contact %d, want %d", step.status, o.gone[content], step.want)
		}
	}
}
