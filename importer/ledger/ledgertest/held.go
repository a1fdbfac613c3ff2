package ledgertest

import (
	"errors"
	"testing"

	"github.com/contactsync/contactsync/importer/ledger"
)

// testHeld: what the rows of runs are about is kept by run and scope, and of a run that is removed where no later run of its job
// has noted it anew.
func testHeld(t *testing.T, l ledger.Ledger) {
	ctx := t.Context()
	for _, r := range []ledger.Run{{ID: "1", Job: "a"}, {ID: "2", Job: "b"}, {ID: "3", Job: "a"}, {ID: "4", Job: "a"}} {
		r.Started = noon
		must(t, l.Begin(ctx, r))
	}
	must(t,
		l.Hold(ctx, "3", home, []int64{9, 4, 4}), l.Hold(ctx, "1", home, []int64{1}), l.Hold(ctx, "2", home, []int64{2}),
		l.Hold(ctx, "4", away, []int64{7}), l.Hold(ctx, "1", away, nil), l.Hold(ctx, "1", home, []int64{5, 3}),
	)
	wantError(t, l.Hold(ctx, "x", home, nil), ledger.ErrUnknownRun)
	wantHeld(t, l, home, map[string][]int64{"1": {3, 5}, "2": {2}, "3": {4, 9}}, "1", "2", "3")
	wantHeld(t, l, away, map[string][]int64{"1": nil, "4": {7}, "2": nil}, "1", "4")

	must(t, l.Remove(ctx, []string{"1", "2", "4"}, nil, noon))
	wantHeld(t, l, home, map[string][]int64{"1": nil, "2": {2}, "3": {4, 9}}, "2", "3")
	wantHeld(t, l, away, map[string][]int64{"4": {7}}, "4")
}

// testShapes: the shape of a run's input is kept as it was given, and of a run that is removed where no later run of its job has one
// of an input with a valid row; two jobs that become one have none.
func testShapes(t *testing.T, l ledger.Ledger) {
	ctx := t.Context()
	beginOf(t, l, "a", "1", "3", "5", "6")
	beginOf(t, l, "b", "2", "4")
	wantShapes(t, l, map[string]string{"1": "none"})
	must(t,
		l.KeepShape(ctx, "1", []byte("x")), l.KeepShape(ctx, "1", []byte("one")), l.KeepShape(ctx, "2", []byte("two")), l.KeepShape(ctx, "3", []byte{0, 3, 0}),
		l.KeepShape(ctx, "4", nil), l.KeepShape(ctx, "5", []byte{}),
	)
	wantError(t, l.KeepShape(ctx, "x", nil), ledger.ErrUnknownRun)
	if _, _, err := l.ShapeOf(ctx, "x"); !errors.Is(err, ledger.ErrUnknownRun) {
		t.Errorf("the shape of a run that never began: %v", err)
	}
	wantShapes(t, l, map[string]string{"1": "one", "2": "two", "3": "\x00\x03\x00", "4": "", "5": "", "6": "none"})

	must(t, l.Remove(ctx, []string{"1", "2", "3", "5"}, nil, noon))
	wantShapes(t, l, map[string]string{"1": "none", "2": "two", "3": "\x00\x03\x00", "4": "", "5": ""})

	must(t, l.RenameJob(ctx, "a", "c"), l.RenameJob(ctx, "nobody's", "b"))
	wantShapes(t, l, map[string]string{"2": "two", "3": "\x00\x03\x00"})
	must(t, l.RenameJob(ctx, "c", "b"))
	wantShapes(t, l, map[string]string{"2": "none", "3": "none", "4": "", "5": ""})
}

// wantShapes wants these shapes of runs; "none" is that none is kept.
func wantShapes(t *testing.T, l ledger.Ledger, want map[string]string) {
	t.Helper()
	got := map[string]string{}
	for run := range want {
		sealed, ok, err := l.ShapeOf(t.Context(), run)
		must(t, err)
		if got[run] = string(sealed); !ok {
			got[run] = "none"
		}
	}
	wantEqual(t, got, want)
}

func wantHeld(t *testing.T, l ledger.Ledger, s ledger.Scope, want map[string][]int64, runs ...string) {
	t.Helper()
	in, err := l.HeldIn(t.Context(), s)
	must(t, err)
	wantEqual(t, in, runs)
	for run, ids := range want {
		got, err := l.HeldBy(t.Context(), run, s)
		must(t, err)
		wantEqual(t, got, ids)
	}
}
