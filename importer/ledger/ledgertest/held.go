package ledgertest

import (
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
