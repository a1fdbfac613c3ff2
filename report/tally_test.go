package report

import (
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
)

func TestTallyByInput(t *testing.T) {
	t.Parallel()
	var tally Tally
	for _, r := range []Row{
		{Input: 0, Status: outcome.Created, Action: outcome.Create},
		{Input: 2, Status: outcome.Invalid, Action: outcome.None},
		{Input: 2, Status: outcome.NotAttempted, Action: outcome.Create},
		{Input: 2, Status: outcome.NotAttempted, Action: outcome.None}, // a duplicate of the row before
		{Input: -1, Status: outcome.Failed, Action: outcome.Delete},
	} {
		tally.add(r)
	}
	for input, want := range []int{0, 0, 3, 0} {
		if got := tally.RejectedIn(input); got != want {
			t.Errorf("input %d: %d rejected rows, want %d", input, got, want)
		}
	}
}

// TestTallyByCure: a row is mended in itself if anything of it is, else where its first problem is.
func TestTallyByCure(t *testing.T) {
	t.Parallel()
	var tally Tally
	row, portal, other := contact.Problem{Code: "a"}, contact.Problem{Code: "b", Cure: contact.CurePortal}, contact.Problem{Code: "c", Cure: contact.CureOther}
	for _, r := range []Row{
		{Status: outcome.Invalid, Problems: []contact.Problem{row}},
		{Status: outcome.Failed, Problems: []contact.Problem{portal}},
		{Status: outcome.Failed, Problems: []contact.Problem{portal, other}},
		{Status: outcome.Failed, Problems: []contact.Problem{portal, row}},
		{Status: outcome.Failed, Problems: []contact.Problem{other}},
		{Status: outcome.NotAttempted},
		{Status: outcome.Created, Problems: []contact.Problem{portal}},
		{Status: outcome.Failed, Input: -1, Problems: []contact.Problem{portal}},
	} {
		tally.add(r)
	}
	for cure, want := range map[contact.Cure]int{
		contact.CureRow: 2, contact.CurePortal: 2, contact.CureCommand: 0, contact.CureLater: 1, contact.CureOther: 1,
	} {
		if got := tally.CuredBy(cure); got != want {
			t.Errorf("cure %d: %d rows, want %d", cure, got, want)
		}
	}
}
