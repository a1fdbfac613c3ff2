package cli_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/simulator"
)

var undoSeeds = flag.Int("undo-seeds", 12, "how many random schedules of faults and kills an undo goes through")

// TestUndoSimulation takes a sync back through random faults and kills. Each run of the same command goes on with the one
// before, and when one has ended well the organisation has what it had before the sync: nothing twice, nothing missing.
func TestUndoSimulation(t *testing.T) {
	t.Parallel()
	for n := range *undoSeeds {
		seed := *firstSeed + uint64(n)
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(seed, 11))
			options := simulator.Options{Seed: seed, Latency: time.Duration(1+rnd.IntN(400)) * time.Millisecond}
			inRig(t, options, func(r *rig) { undoThroughFaults(r, rnd) })
		})
	}
}

func undoThroughFaults(r *rig, rnd *rand.Rand) {
	const mostRuns, faultyRuns = 8, 4
	r.ledger.Survivors = func(pending int) int { return rnd.IntN(pending + 1) }
	time.Sleep(time.Hour)
	rows := 4 + rnd.IntN(12)
	r.sync(0, people(0, rows))
	time.Sleep(time.Hour)
	before := r.contents()
	r.sync(0, strings.ReplaceAll(people(rows/3, rows), "+49301230", "+49401230"), "--prune")
	time.Sleep(time.Hour)
	for n := 1; ; n++ {
		r.faults()
		if n <= faultyRuns {
			r.faults(undoFaults(rnd)...)
			r.killAt = rnd.IntN(4 * rows)
		}
		code := r.start(r.undoArgs("last", "--max-failures", "100%", "--concurrency", fmt.Sprint(1+rnd.IntN(6)))...)
		if code == 0 {
			break
		}
		if n >= mostRuns {
			r.Fatalf("run %d still ends with %d\n%s", n, code, &r.out)
		}
		time.Sleep(time.Duration(rnd.IntN(300)) * time.Second)
	}
	time.Sleep(time.Hour)
	r.holds(before)
}

// undoFaults are some of the faults after which a request has taken effect at most once and in time. What alters values
// would make a contact another one than was restored.
func undoFaults(rnd *rand.Rand) []string {
	names := slices.DeleteFunc(slices.Clone(faultNames), func(name string) bool { return name == "alter" })
	var faults []string
	for range 1 + rnd.IntN(3) {
		faults = append(faults, fmt.Sprintf("%s=%d%%", names[rnd.IntN(len(names))], 1+rnd.IntN(30)))
	}
	return faults
}
