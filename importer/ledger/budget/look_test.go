package budget_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/ledger/budget"
	"github.com/contactsync/contactsync/importer/limit"
)

// TestLook: the budget is told as it stands, beside who uses it and after; what is taken then counts for oneself only.
func TestLook(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger.db")
	rate := limit.Rate{N: 5, Per: time.Hour}
	left := func(host string) int {
		t.Helper()
		before := dirOf(t, path)
		seen, err := budget.Look(t.Context(), path, host)
		if err != nil {
			t.Fatal(err)
		}
		n, wait := seen.Left(rate, time.Now())
		if (n == 0) != (wait > 0) {
			t.Errorf("%d left, and a wait of %s", n, wait)
		}
		for range n {
			slot, wait, err := seen.Take(t.Context(), []limit.Rate{rate}, time.Now())
			if err != nil || wait != 0 {
				t.Errorf("taking one of %d: %s, %v", n, wait, err)
			}
			if err := seen.GiveBack(t.Context(), slot, time.Now()); err != nil {
				t.Error(err)
			}
		}
		var used *limit.UsedUpError
		if _, _, err := seen.Take(t.Context(), []limit.Rate{rate}, time.Now()); !errors.As(err, &used) {
			t.Errorf("one more than %d: %v", n, err)
		}
		if after := dirOf(t, path); before != after {
			t.Errorf("looking left a trace:\n%s%s", before, after)
		}
		return n
	}
	if n := left("api"); n != 5 {
		t.Errorf("%d of 5 without a file", n)
	}
	slots, err := budget.Open(t.Context(), path, "api")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		slot, _, err := slots.Take(t.Context(), []limit.Rate{rate}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if i == 2 {
			break // it stays in use
		}
		if err := slots.GiveBack(t.Context(), slot, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	if n := left("api"); n != 2 {
		t.Errorf("%d of 5 beside a run that has sent 3", n)
	}
	if n := left("elsewhere"); n != 5 {
		t.Errorf("%d of 5 of another host", n)
	}
	if err := slots.Close(); err != nil {
		t.Fatal(err)
	}
	if n := left("api"); n != 2 {
		t.Errorf("%d of 5 after it", n)
	}
}

// dirOf is what the folder of a file looks like.
func dirOf(t *testing.T, path string) (text string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		text += e.Name() + " " + info.ModTime().String() + "\n"
	}
	return text
}
