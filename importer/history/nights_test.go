package history

import (
	"errors"
	"testing"

	"github.com/contactsync/contactsync/importer/ledger"
)

// TestMissingFor: for how many good nights of the job no row was about contact 5.
func TestMissingFor(t *testing.T) {
	t.Parallel()
	night := func(id string, change ...func(*ledger.Run)) ledger.Run {
		r := ledger.Run{ID: id, Job: "ours", Command: "sync"}
		for _, c := range change {
			c(&r)
		}
		return r
	}
	code := func(code int) func(*ledger.Run) { return func(r *ledger.Run) { r.ExitCode = code } }
	other := func(r *ledger.Run) { r.Job = "theirs" }
	undo := func(r *ledger.Run) { r.Command = ledger.CommandUndo }
	simulated := func(r *ledger.Run) { r.Simulated = true }
	lacks, has := []int64{4}, []int64{4, 5, 6}
	for name, test := range map[string]struct {
		runs     []ledger.Run
		held     map[string][]int64
		attempts []ledger.Attempt
		want     int
		listed   map[string][]int64 // before the first write of a run
	}{
		"there was none":               {},
		"missing once":                 {[]ledger.Run{night("a"), night("b")}, map[string][]int64{"a": has, "b": lacks}, nil, 1, nil},
		"missing in two":               {[]ledger.Run{night("a"), night("b"), night("c", code(3))}, map[string][]int64{"a": has, "b": lacks, "c": nil}, nil, 2, nil},
		"no more is asked for":         {[]ledger.Run{night("a"), night("b"), night("c"), night("d")}, map[string][]int64{"a": lacks, "b": lacks, "c": lacks, "d": lacks}, nil, 3, nil},
		"it was back":                  {[]ledger.Run{night("a"), night("b"), night("c")}, map[string][]int64{"a": lacks, "b": has, "c": lacks}, nil, 1, nil},
		"a row has it":                 {[]ledger.Run{night("a"), night("b")}, map[string][]int64{"a": lacks, "b": has}, nil, 0, nil},
		"one did not end well":         {[]ledger.Run{night("a"), night("b", code(4))}, map[string][]int64{"a": lacks, "b": lacks}, nil, 1, nil},
		"one did not, and it was back": {[]ledger.Run{night("a"), night("b", code(4))}, map[string][]int64{"a": lacks, "b": has}, nil, 0, nil},
		"one was killed":               {[]ledger.Run{night("a"), night("b", code(ledger.StillOpen))}, map[string][]int64{"a": lacks, "b": lacks}, nil, 1, nil},
		"one was a part of the rows":   {[]ledger.Run{night("a"), night("b")}, map[string][]int64{"a": lacks, "b": {NotWhole, 4}}, nil, 1, nil},
		"of one nothing is noted":      {[]ledger.Run{night("a"), night("b"), night("c")}, map[string][]int64{"a": lacks, "c": lacks}, nil, 2, nil},
		"somebody made it since": {
			runs: []ledger.Run{night("a"), night("b"), night("c")}, held: map[string][]int64{"a": lacks, "b": lacks, "c": lacks},
			listed: map[string][]int64{"a": {4}, "b": {4, 7}, "c": {4, 5, 7}}, want: 1,
		},
		"of another job": {[]ledger.Run{night("a"), night("b", other)}, map[string][]int64{"a": lacks, "b": has}, nil, 1, nil},
		"a rehearsal":    {[]ledger.Run{night("a"), night("b", simulated)}, map[string][]int64{"a": lacks, "b": lacks}, nil, 1, nil},
		"it was made then": {
			[]ledger.Run{night("a"), night("b"), night("c")}, map[string][]int64{"a": lacks, "b": lacks, "c": lacks}, []ledger.Attempt{create("b", 1, 5)}, 1, nil,
		},
		"it was changed then": {
			[]ledger.Run{night("a"), night("b"), night("c")}, map[string][]int64{"a": lacks, "b": lacks, "c": lacks}, []ledger.Attempt{create("a", 1, 5), update("b", 2, 5)}, 1, nil,
		},
		"an undo made it anew": {
			[]ledger.Run{night("a"), night("b"), night("u", undo), night("c")}, map[string][]int64{"a": lacks, "b": lacks, "c": lacks},
			[]ledger.Attempt{create("a", 1, 7), remove("b", 2, 7), create("u", 1, 5, anew(7))}, 1, nil,
		},
		"its row made another one since": {
			[]ledger.Run{night("a"), night("b"), night("c")}, map[string][]int64{"a": lacks, "b": lacks, "c": lacks}, []ledger.Attempt{create("a", 1, 5), create("b", 1, 6)}, 1, nil,
		},
		"that made another one": {
			[]ledger.Run{night("a"), night("b")}, map[string][]int64{"a": lacks, "b": lacks}, []ledger.Attempt{create("b", 1, 6)}, 2, nil,
		},
	} {
		b := &book{runs: test.runs, held: test.held, attempts: test.attempts, baselines: test.listed}
		h, err := LoadRuns(t.Context(), b, ledger.Run{ID: "this", Job: "ours"}, recently())
		if err != nil {
			t.Fatal(err)
		}
		o, err := h.Load(t.Context(), b, ledger.Scope{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := o.MissingFor(5); got != 0 {
			t.Errorf("%s: missing for %d nights before anybody asked", name, got)
		}
		if err := o.LoadNights(t.Context(), b, ledger.Scope{}, []int64{6, 5, 4}, 3); err != nil {
			t.Fatal(err)
		}
		if got := o.MissingFor(5); got != test.want {
			t.Errorf("%s: missing for %d nights, want %d", name, got, test.want)
		}
		if b.broken = errors.New("broken"); o.LoadNights(t.Context(), b, ledger.Scope{}, []int64{5}, 3) == nil {
			t.Errorf("%s: what can't be read is no error", name)
		}
	}
}
