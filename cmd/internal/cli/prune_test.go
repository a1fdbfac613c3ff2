package cli_test

import (
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/simulator"
)

// TestPruneSharedMailbox loses the answer to the delete of one of several people behind one address. The others are
// deleted all the same.
func TestPruneSharedMailbox(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		time.Sleep(time.Hour)
		const shared = "Ann Lee,info@example.com,\nBob Ray,info@example.com,\nCleo Fox,info@example.com,\nDan Eve,info@example.com,\n"
		r.sync(0, people(0, 2)+shared)
		time.Sleep(time.Hour)
		r.faults("lose=first:1@DELETE")
		r.sync(0, people(0, 2), "--prune")
		r.ended(map[string]int{"exists": 2, "deleted": 4})
	})
}
