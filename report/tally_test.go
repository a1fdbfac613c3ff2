package report

import (
	"testing"

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
