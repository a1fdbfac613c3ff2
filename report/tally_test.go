package report

import (
	"testing"

	"github.com/contactsync/contactsync/importer/plan"
)

func TestTallyByInput(t *testing.T) {
	t.Parallel()
	var tally Tally
	for _, r := range []Row{
		{Input: 0, Status: plan.Created, Action: plan.Create},
		{Input: 2, Status: plan.Invalid, Action: plan.None},
		{Input: 2, Status: plan.NotAttempted, Action: plan.Create},
		{Input: 2, Status: plan.NotAttempted, Action: plan.None}, // a duplicate of the row before
		{Input: -1, Status: plan.Failed, Action: plan.Delete},
	} {
		tally.Add(r)
	}
	for input, want := range []int{0, 0, 3, 0} {
		if got := tally.RejectedIn(input); got != want {
			t.Errorf("input %d: %d rejected rows, want %d", input, got, want)
		}
	}
	if got := tally.NotSent(); got != 1 {
		t.Errorf("%d rows were to be sent and were not, want 1", got)
	}
}
