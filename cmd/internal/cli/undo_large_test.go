package cli_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/simulator"
)

// TestUndoLarge stops an undo of many rows again and again; none is taken back twice, and the last report has all.
func TestUndoLarge(t *testing.T) {
	t.Parallel()
	rows := 10_000
	if testing.Short() {
		rows = 1_000
	}
	inRig(t, simulator.Options{Limit: -1}, func(r *rig) {
		time.Sleep(time.Hour)
		before := r.contents()
		r.run(0, people(0, rows), "--rate", "100000/1s")
		time.Sleep(time.Hour)
		for _, at := range []int{rows*6/10 + 1, rows * 9 / 10} {
			r.killAt = at
			if code := r.start(r.undoArgs("last", "--rate", "100000/1s", "--concurrency", "8")...); code != -1 {
				t.Fatalf("it was not killed at write %d: exit %d", at, code)
			}
		}
		r.undo(0, "last", "--rate", "100000/1s", "--concurrency", "8")
		r.ended(map[string]int{"deleted": rows})
		r.holds(before)
		if n := r.arrived(http.MethodDelete); n > rows+2*8 {
			t.Errorf("%d deletes arrived for %d contacts", n, rows)
		}
	})
}
