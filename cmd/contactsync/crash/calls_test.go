//go:build linux && amd64

package crash

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/sqlite"
	"github.com/contactsync/contactsync/importer/simulator"
)

// calmFaults lose answers now and then, so that what breaks also breaks while something is unclear.
const calmFaults = "lose=5%"

// TestKillAtSync kills a run at the Nth fsync or fdatasync, before or after it, and lets the next one end.
func TestKillAtSync(t *testing.T) {
	t.Parallel()
	seed := chance(t)
	count := countCalls(t, tracing{Calls: "sync"})
	sum := tally{}
	points(t, seed, pointsOf(2*count), func(p *point) error {
		spec := tracing{Calls: "sync", Kill: 1 + p.rnd.IntN(count), After: p.rnd.IntN(2) == 0}
		if *crashPoints == 0 {
			spec.Kill, spec.After = 1+p.number/2, p.number%2 == 1
		}
		got, err := p.traced(spec)
		if err != nil {
			return err
		}
		sum.add(outcomeOf(got))
		return errors.Join(p.intentsHold(p.ledgerDir()), p.heal())
	})
	t.Logf("a run syncs %d times; the ends: %v", count, sum.of)
}

// TestPowerCut cuts the power at a call on the ledger's files: what was not synced is gone, or any part of it. Every
// request that had arrived has its intent in what is left, and the next run goes on from there.
func TestPowerCut(t *testing.T) {
	t.Parallel()
	seed := chance(t)
	count := countCalls(t, tracing{Calls: "any", Under: "ledger"})
	sum := tally{}
	points(t, seed, pointsOf(2*count), func(p *point) error {
		spec := tracing{Calls: "any", Under: "ledger", Kill: 1 + p.rnd.IntN(count), After: p.rnd.IntN(2) == 0, Seed: p.rnd.Int64N(3)}
		if *crashPoints == 0 {
			spec.Kill, spec.Seed = 1+p.number/2, int64(p.number%2*(1+p.number))
		}
		spec.Image = filepath.Join(p.dir, "image")
		got, err := p.traced(spec)
		if err != nil {
			return err
		}
		sum.add(outcomeOf(got))
		if err := errors.Join(p.intentsHold(spec.Image), os.RemoveAll(p.ledgerDir()), os.Rename(spec.Image, p.ledgerDir())); err != nil {
			return err
		}
		return p.heal()
	})
	t.Logf("a run makes %d calls on the ledger's files; the ends: %v", count, sum.of)
}

// disaster is a way in which a disk fails.
type disaster struct {
	calls, under string
	errno        syscall.Errno
	stays        bool
}

func disasters() []disaster {
	var all []disaster
	for _, under := range []string{"ledger", "budget", "report"} {
		for _, calls := range []string{"write", "sync", "rename"} {
			if under != "report" && calls == "rename" || under == "budget" && calls == "sync" {
				continue // there are none
			}
			for _, errno := range []syscall.Errno{syscall.ENOSPC, syscall.EIO, syscall.EDQUOT} {
				all = append(all, disaster{calls, under, errno, false}, disaster{calls, under, errno, true})
			}
		}
	}
	return all
}

// TestFailingDisk makes the Nth write, sync or rename of the ledger or the report fail, once or from then on. The run
// must say so and end with 1 or 4, or not have needed it; no request leaves without an intent that is durable. When the
// disk is whole again the same command ends well.
func TestFailingDisk(t *testing.T) {
	t.Parallel()
	seed := chance(t)
	all, total := disasters(), 0
	counts := make([]int, len(all))
	for i := range all {
		if i%6 == 0 { // the six kinds of error of one kind of call
			counts[i] = countCalls(t, tracing{Calls: all[i].calls, Under: all[i].under})
		} else {
			counts[i] = counts[i-1]
		}
		total += counts[i]
	}
	sum := tally{}
	points(t, seed, pointsOf(total), func(p *point) error {
		kind := (p.number*len(all)/pointsOf(total) + p.rnd.IntN(2)) % len(all) // some of each
		nth := 1 + p.rnd.IntN(counts[kind])
		if *crashPoints == 0 {
			kind, nth = 0, 1+p.number
			for nth > counts[kind] {
				nth -= counts[kind]
				kind++
			}
		}
		return p.fail(all[kind], nth, &sum)
	})
	t.Logf("calls of each kind %v; the ends: %v", counts, sum.of)
}

func (p *point) fail(d disaster, nth int, sum *tally) error {
	spec := tracing{Calls: d.calls, Under: d.under, Fail: nth, Stays: d.stays, Errno: int(d.errno), Image: filepath.Join(p.dir, "image")}
	fmt.Fprintf(&p.story, "--- %s %d of %s fails with %v, for good %t\n", d.calls, nth, d.under, d.errno, d.stays)
	told := p.story.Len()
	got, err := p.traced(spec)
	if err != nil {
		return err
	}
	sum.add(fmt.Sprintf("%s of %s: %s", d.calls, d.under, outcomeOf(got)))
	if err := p.intentsHold(spec.Image); err != nil {
		return err
	}
	text := p.story.String()[told:]
	switch got.Exit {
	case 0: // what failed was not needed
		if err := p.check(0); err != nil {
			return err
		}
	case 1, 4:
		if !strings.Contains(text, `"level":"error"`) || !strings.Contains(text, d.under) { // the log's form is given
			return fmt.Errorf("the run does not say what is wrong with the %s", d.under)
		}
	default:
		return fmt.Errorf("the run ends with %d, want 1 or 4", got.Exit)
	}
	if strings.Contains(text, "goroutine ") {
		return errors.New("the run panicked")
	}
	return p.heal()
}

// traced runs the program under the tracer, to its end.
func (p *point) traced(spec tracing) (traced, error) {
	var got traced
	spec.Log = filepath.Join(p.dir, "traced.json")
	switch spec.Under {
	case "ledger":
		spec.Under, spec.Not = p.ledger(), "-budget"
	case "budget":
		spec.Under = p.ledger() + "-budget"
	case "report":
		spec.Under = p.report()
	}
	if spec.Image != "" {
		spec.Disk = p.ledger()
		if err := os.Mkdir(spec.Image, 0o700); err != nil {
			return got, err
		}
	}
	if err := p.setFaults(calmFaults); err != nil {
		return got, err
	}
	text, err := json.Marshal(spec)
	if err != nil {
		return got, err
	}
	cmd, err := p.start(tracerName, string(text))
	if err != nil {
		return got, err
	}
	switch code, err := exitOf(cmd); {
	case err != nil:
		return got, err
	case code == exitNotTraceable:
		return got, errNotTraceable
	case code != 0:
		return got, fmt.Errorf("the tracer ended with %d", code)
	}
	if err := p.setFaults(); err != nil {
		return got, err
	}
	if text, err = os.ReadFile(spec.Log); err == nil {
		err = json.Unmarshal(text, &got)
	}
	return got, err
}

// intentsHold holds the ledger in a folder to what has arrived: a request for a new contact had an intent first. Rows
// that earlier runs sent are carried over with their number of attempts.
func (p *point) intentsHold(folder string) error {
	arrived := p.created()
	scratch, err := os.MkdirTemp(p.dir, "copy")
	if err != nil {
		return err
	}
	if err := os.CopyFS(filepath.Join(scratch, "ledger"), os.DirFS(folder)); err != nil {
		return err
	}
	path := filepath.Join(scratch, "ledger", filepath.Base(p.ledger()))
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		if arrived > 0 {
			return fmt.Errorf("%d requests arrived, and there is no ledger", arrived)
		}
		return nil
	}
	book, err := sqlite.Open(context.Background(), path)
	if err != nil {
		return err
	}
	defer book.Close()
	attempts, intended := map[contact.Hash]int{}, 0
	scope := ledger.Scope{Host: p.host, Org: simulator.DefaultOrganisations()[0].ID}
	for a, err := range book.History(context.Background(), scope) {
		if err != nil {
			return err
		}
		attempts[a.Row.Content] = max(attempts[a.Row.Content], a.Attempt)
	}
	for _, n := range attempts {
		intended += n
	}
	if arrived > intended {
		return fmt.Errorf("%d requests arrived, and %d intents are there", arrived, intended)
	}
	return nil
}

// exitNotTraceable is how a tracer ends that the system lets trace nothing.
const exitNotTraceable = 126

var errNotTraceable = errors.New("no program can be traced here")

// countCalls runs the program once, undisturbed, and counts its calls.
func countCalls(t *testing.T, spec tracing) int {
	t.Helper()
	p, err := newPoint(filepath.Join(t.TempDir(), "count"), 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	// Many workers share commits, so that a run makes fewer calls.
	if *crashPoints != 0 {
		p.flags = append(p.flags, "--concurrency", "8")
	}
	defer p.close()
	got, err := p.traced(spec)
	if errors.Is(err, errNotTraceable) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, p.story.String())
	}
	if got.Calls == 0 {
		t.Fatalf("a run makes no calls of the kind %s of %s", spec.Calls, spec.Under)
	}
	return got.Calls
}

// pointsOf is how many of all points are tried.
func pointsOf(all int) int {
	if *crashPoints == 0 {
		return all
	}
	return *crashPoints
}

// tally counts how runs ended.
type tally struct {
	mu sync.Mutex
	of map[string]int
}

func (s *tally) add(end string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of == nil {
		s.of = map[string]int{}
	}
	s.of[end]++
}

func outcomeOf(got traced) string {
	if got.Exit < 0 {
		return "killed"
	}
	return fmt.Sprintf("exit %d", got.Exit)
}
