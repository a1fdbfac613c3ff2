package budget_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/ledger/budget"
	"github.com/contactsync/contactsync/importer/ledger/sqlite"
	"github.com/contactsync/contactsync/importer/limit"
)

func open(t *testing.T, path, host string) *budget.Slots {
	t.Helper()
	s, err := budget.Open(t.Context(), path, host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func perMinute(n int) []limit.Rate { return []limit.Rate{{N: n, Per: time.Minute}} }

// noon is a moment of the wall clock; the store is told the time and has none of its own for its rules.
func noon(after time.Duration) time.Time {
	return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).Add(after)
}

// take takes slots until there is none, and returns how many there were and how long the wait is then.
func take(t *testing.T, s *budget.Slots, rates []limit.Rate, now time.Time) (slots []int64, wait time.Duration) {
	t.Helper()
	for {
		slot, wait, err := s.Take(t.Context(), rates, now)
		if err != nil {
			t.Fatal(err)
		}
		if wait > 0 {
			return slots, wait
		}
		slots = append(slots, slot)
	}
}

func giveBack(t *testing.T, s *budget.Slots, now time.Time, slots ...int64) {
	t.Helper()
	for _, slot := range slots {
		if err := s.GiveBack(t.Context(), slot, now); err != nil {
			t.Fatal(err)
		}
	}
}

// about tells whether a wait is that long; the store adds the moment that it took to get its turn.
func about(got, want time.Duration) bool { return got > want-5*time.Second && got <= want+time.Second }

func TestSlotsSurviveTheirProcess(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state", "ledger")
	first := open(t, path, "h")
	slots, _ := take(t, first, perMinute(10), noon(0))
	if len(slots) != 10 {
		t.Fatalf("%d slots of 10", len(slots))
	}
	giveBack(t, first, noon(time.Second), slots[:6]...)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Errorf("closed twice: %v", err)
	}
	if _, _, err := first.Take(t.Context(), perMinute(10), noon(0)); err == nil {
		t.Error("a closed store gives slots")
	}
	second := open(t, path, "h")
	if slots, wait := take(t, second, perMinute(10), noon(50*time.Second)); len(slots) != 0 || !about(wait, 11*time.Second) {
		t.Errorf("%d slots although 10 count, and a wait of %s", len(slots), wait)
	}
	if slots, _ := take(t, second, perMinute(10), noon(62*time.Second)); len(slots) != 6 {
		t.Errorf("%d slots, want the 6 whose answer is old enough", len(slots))
	}
	if slots, _ := take(t, second, []limit.Rate{{N: 10, Per: 10 * time.Minute}}, noon(62*time.Second)); len(slots) != 0 {
		t.Errorf("%d slots under a rate that counts all of them", len(slots))
	}
	for name := range strings.FieldsSeq("ledger-budget ledger-budget.lock") {
		info, err := os.Stat(filepath.Join(filepath.Dir(path), name))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
}

// A slot in use is believed as long as somebody is alive who may answer for it, and taken for answered by who comes when
// nobody is.
func TestSlotsOfTheDead(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger")
	now := time.Now().Add(-8 * time.Minute)
	living := open(t, path, "h")
	slots, _ := take(t, living, perMinute(2), now)
	beside := open(t, path, "h")
	if got, wait := take(t, beside, perMinute(2), now.Add(5*time.Minute)); len(got) != 0 || wait > time.Second {
		t.Errorf("%d slots, a wait of %s, while both are in use", len(got), wait)
	}
	giveBack(t, living, now.Add(5*time.Minute), slots...)
	if got, wait := take(t, beside, perMinute(2), now.Add(5*time.Minute)); len(got) != 0 || !about(wait, time.Minute) {
		t.Errorf("%d slots, a wait of %s, just after their answers", len(got), wait)
	}
	again, _ := take(t, beside, perMinute(2), now.Add(7*time.Minute))
	if len(again) != 2 {
		t.Errorf("%d slots two minutes after their answers", len(again))
	}
	_, _ = living.Close(), beside.Close()

	later := open(t, path, "h")
	if got, wait := take(t, later, perMinute(2), time.Now()); len(got) != 0 || !about(wait, time.Minute) {
		t.Errorf("%d slots, a wait of %s, when their owner is dead", len(got), wait)
	}
	giveBack(t, later, time.Now().Add(30*time.Second), again...) // it lived after all
	for range 2 {
		if _, wait := take(t, later, perMinute(2), time.Now().Add(30*time.Second)); !about(wait, time.Minute) {
			t.Errorf("a wait of %s after the late answers", wait)
		}
		_ = later.Close()
		later = open(t, path, "h")
	}
}

func TestSlotsFromTheFutureCountAsNow(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger")
	first := open(t, path, "h")
	slots, _ := take(t, first, perMinute(3), noon(1000*time.Hour))
	giveBack(t, first, noon(1000*time.Hour), slots...)
	second := open(t, path, "h")
	if got, wait := take(t, second, perMinute(3), noon(0)); len(got) != 0 || !about(wait, time.Minute) {
		t.Errorf("%d slots, a wait of %s", len(got), wait)
	}
	third := open(t, path, "h") // which finds them mended
	if got, _ := take(t, third, perMinute(3), noon(61*time.Second)); len(got) != 3 {
		t.Errorf("%d slots a minute later", len(got))
	}
}

func TestSlotsOfEachHost(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger")
	one, other := open(t, path, "one"), open(t, path, "other")
	for name, s := range map[string]*budget.Slots{"one": one, "other": other} {
		if got, _ := take(t, s, perMinute(4), noon(0)); len(got) != 4 {
			t.Errorf("%s: %d slots", name, len(got))
		}
	}
}

// What is older than the longest window goes, also out of the file, and no number is given out twice.
func TestSlotsArePurged(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger")
	s := open(t, path, "h")
	rates := []limit.Rate{{N: 100, Per: time.Second}, {N: 1000, Per: time.Minute}}
	seen := map[int64]bool{}
	for i := range 5000 {
		now := noon(time.Duration(i) * time.Second)
		slot, wait, err := s.Take(t.Context(), rates, now)
		if err != nil || wait != 0 || seen[slot] {
			t.Fatalf("slot %d, wait %s, %v", slot, wait, err)
		}
		seen[slot] = true
		giveBack(t, s, now, slot)
	}
	if got := countSlots(t, path); got > 400 {
		t.Errorf("%d slots are kept, a minute has 60", got)
	}
}

// Answers may come as long as somebody is alive: no number is given out twice, also if all is purged behind it.
func TestNumbersOfSlotsAreNotUsedAgain(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger")
	living, s := open(t, path, "h"), open(t, path, "h")
	if slots, _ := take(t, living, perMinute(1), noon(0)); len(slots) != 1 {
		t.Fatalf("%d slots", len(slots))
	}
	seen := map[int64]bool{}
	slots, _ := take(t, s, perMinute(400), noon(0))
	for _, slot := range slots {
		seen[slot] = true
	}
	giveBack(t, s, noon(0), slots...)
	if slots, _ := take(t, s, perMinute(1), noon(5*time.Minute)); len(slots) != 0 {
		t.Fatalf("%d slots while one is in use", len(slots))
	}
	if got := countSlots(t, path); got > 2 {
		t.Errorf("%d slots are kept of those that are past", got)
	}
	later := open(t, path, "h")
	slots, _ = take(t, later, perMinute(400), noon(5*time.Minute))
	for _, slot := range slots {
		if seen[slot] {
			t.Fatalf("slot %d is given out again", slot)
		}
	}
}

// What one keeps for its long window another must not purge.
func TestTheLongestWindowCountsForAll(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger")
	hour := []limit.Rate{{N: 300, Per: time.Hour}}
	first := open(t, path, "h")
	slots, _ := take(t, first, hour, noon(0))
	giveBack(t, first, noon(0), slots...)
	second := open(t, path, "h")
	slots, _ = take(t, second, perMinute(500), noon(2*time.Minute))
	giveBack(t, second, noon(2*time.Minute), slots...)
	if got, wait := take(t, first, hour, noon(30*time.Minute)); len(got) != 0 || wait < 25*time.Minute {
		t.Errorf("%d slots, a wait of %s", len(got), wait)
	}
}

func TestADamagedBudgetIsReplaced(t *testing.T) {
	t.Parallel()
	good := filepath.Join(t.TempDir(), "ledger")
	s := open(t, good, "h")
	slots, _ := take(t, s, perMinute(2000), noon(0))
	giveBack(t, s, noon(0), slots...)
	_ = s.Close()
	whole, err := os.ReadFile(good + "-budget")
	if err != nil || len(whole) < 3*4096 {
		t.Fatalf("%d bytes, %v", len(whole), err)
	}
	damaged := map[string]func([]byte) []byte{
		"not a database": func([]byte) []byte { return []byte("hello, this is no database at all") },
		"truncated":      func(b []byte) []byte { return b[:len(b)/2] },
		"empty":          func([]byte) []byte { return nil },
		"zeros":          func(b []byte) []byte { clear(b[4096:]); return b },
		"half a header":  func(b []byte) []byte { return b[:50] },
		"newer":          func(b []byte) []byte { b[63] = 99; return b },
	}
	for name, damage := range damaged {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "ledger")
			if err := os.WriteFile(path+"-budget", damage(append([]byte(nil), whole...)), 0o600); err != nil {
				t.Fatal(err)
			}
			s := open(t, path, "h")
			if got, _ := take(t, s, perMinute(5), noon(0)); len(got) != 5 {
				t.Errorf("%d slots of 5", len(got))
			}
		})
	}
	t.Run("another program's", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "ledger")
		l, err := sqlite.Open(t.Context(), path+"-budget") // a ledger is no budget
		if err != nil {
			t.Fatal(err)
		}
		_ = l.Close()
		if _, err := budget.Open(t.Context(), path, "h"); err == nil || !strings.Contains(err.Error(), "another program") {
			t.Errorf("%v", err)
		}
	})
}

// Any flipped byte of the file costs at most what is remembered: there is always a budget to be had, or an error.
func TestAFlippedByteIsHarmless(t *testing.T) {
	t.Parallel()
	good := filepath.Join(t.TempDir(), "ledger")
	s := open(t, good, "h")
	slots, _ := take(t, s, perMinute(300), noon(0))
	giveBack(t, s, noon(0), slots...)
	_ = s.Close()
	whole, err := os.ReadFile(good + "-budget")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for at := 0; at < len(whole); at += 211 {
		path := filepath.Join(dir, "ledger")
		bad := append([]byte(nil), whole...)
		bad[at] ^= 0xff
		if err := os.WriteFile(path+"-budget", bad, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := budget.Open(t.Context(), path, "h")
		if err != nil {
			if !strings.Contains(err.Error(), "another program") {
				t.Errorf("byte %d: %v", at, err)
			}
			continue
		}
		if _, _, err := s.Take(t.Context(), perMinute(1000), noon(time.Hour)); err != nil {
			t.Logf("byte %d: the run would end: %v", at, err)
		}
		_ = s.Close()
	}
}

func TestWaitingForTheFileIsCancellable(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger")
	s := open(t, path, "h")
	release := hold(t, path+"-budget")
	defer release()
	signal := errors.New("a signal")
	ctx, cancel := context.WithCancelCause(t.Context())
	time.AfterFunc(20*time.Millisecond, func() { cancel(signal) })
	if _, _, err := s.Take(ctx, perMinute(1), noon(0)); !errors.Is(err, signal) {
		t.Errorf("%v", err)
	}
	release()
	if got, _ := take(t, s, perMinute(1), noon(0)); len(got) != 1 {
		t.Errorf("%d slots after it", len(got))
	}
}

// Several values, as several processes have them, take slots at once and never get more than there are.
func TestSlotsAreShared(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger")
	rates := []limit.Rate{{N: 250, Per: time.Hour}}
	var mu sync.Mutex
	taken := map[int64]bool{}
	var all sync.WaitGroup
	for range 3 {
		s := open(t, path, "h")
		for range 3 {
			all.Go(func() {
				for {
					slot, wait, err := s.Take(t.Context(), rates, time.Now())
					if err != nil {
						t.Error(err)
						return
					}
					if wait > 0 {
						return
					}
					mu.Lock()
					if taken[slot] {
						t.Errorf("slot %d was given twice", slot)
					}
					taken[slot] = true
					mu.Unlock()
					if err := s.GiveBack(t.Context(), slot, time.Now()); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	all.Wait()
	if len(taken) != 250 {
		t.Errorf("%d slots were given, want 250", len(taken))
	}
}
