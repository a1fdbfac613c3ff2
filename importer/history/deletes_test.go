package history

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// TestDeletes: the deletes that a run which goes on takes over, and the contacts that stood twice.
func TestDeletes(t *testing.T) {
	t.Parallel()
	twice := func(ids ...int64) func(*ledger.Attempt) { return noted(outcome.CodeTwice, ids...) }
	one := func(run int32, id string, seq int, status outcome.Status) map[int64]Delete {
		return map[int64]Delete{5: {Ref: ledger.Ref{Run: id, Seq: seq}, RunIndex: run, Status: status, Attempts: 1}}
	}
	tests := map[string]struct {
		attempts []ledger.Attempt
		want     map[int64]Delete
		seconds  []int64
	}{
		"none":   {[]ledger.Attempt{create("open", 1, 5), update("open", 2, 5)}, nil, nil},
		"done":   {[]ledger.Attempt{remove("open", 1, 5)}, one(1, "open", 1, outcome.Deleted), nil},
		"failed": {[]ledger.Attempt{remove("open", 1, 5, ended(outcome.Failed))}, one(1, "open", 1, outcome.Failed), nil},
		"killed": {
			[]ledger.Attempt{remove("open", 1, 5, killed, tries(2, 0, 1))},
			map[int64]Delete{5: {Ref: ledger.Ref{Run: "open", Seq: 1}, RunIndex: 1, Status: outcome.Uncertain, Attempts: 2, Unclear: 2}}, nil,
		},
		"its requests are counted": {
			[]ledger.Attempt{remove("open", 1, 5, tries(1, 4, 1))},
			map[int64]Delete{5: {Ref: ledger.Ref{Run: "open", Seq: 1}, RunIndex: 1, Status: outcome.Deleted, Attempts: 4, Unclear: 1}}, nil,
		},
		"of a run that is closed":         {[]ledger.Attempt{remove("closed", 1, 5)}, nil, nil},
		"of another job":                  {[]ledger.Attempt{remove("theirs", 1, 5)}, nil, nil},
		"of an undo":                      {[]ledger.Attempt{remove("undo", 1, 5)}, nil, nil},
		"the last one counts":             {[]ledger.Attempt{remove("open", 1, 5, ended(outcome.Failed)), remove("last", 3, 5)}, one(6, "last", 3, outcome.Deleted), nil},
		"and is not to be gone on with":   {[]ledger.Attempt{remove("open", 1, 5), remove("undo", 3, 5)}, nil, nil},
		"another one":                     {[]ledger.Attempt{remove("open", 1, 5), remove("undo", 3, 6)}, one(1, "open", 1, outcome.Deleted), nil},
		"made anew since":                 {[]ledger.Attempt{remove("open", 1, 5), create("undo", 2, 6, anew(5))}, nil, nil},
		"perhaps made anew since":         {[]ledger.Attempt{remove("open", 1, 5), create("undo", 2, 0, anew(5), killed)}, nil, nil},
		"was to be made anew":             {[]ledger.Attempt{remove("open", 1, 5), create("undo", 2, 0, anew(5), ended(outcome.Failed))}, one(1, "open", 1, outcome.Deleted), nil},
		"another one was made":            {[]ledger.Attempt{remove("open", 1, 5), create("undo", 2, 6, anew(4)), create("open", 3, 7)}, one(1, "open", 1, outcome.Deleted), nil},
		"updated by an undo":              {[]ledger.Attempt{remove("open", 1, 5), update("undo", 2, 5)}, one(1, "open", 1, outcome.Deleted), nil},
		"second ones":                     {[]ledger.Attempt{create("open", 1, 7, twice(7, 8, 9))}, nil, []int64{8, 9}},
		"second ones that were removed":   {[]ledger.Attempt{create("open", 1, 7, noted(outcome.CodeTwiceRemoved, 7, 8), twice(7, 9))}, nil, []int64{9, 8}},
		"a note about one contact":        {[]ledger.Attempt{create("open", 1, 7, twice(7))}, nil, nil},
		"second ones of other jobs":       {[]ledger.Attempt{create("theirs", 1, 7, twice(7, 8))}, nil, []int64{8}},
		"another note about two contacts": {[]ledger.Attempt{create("open", 1, 7, noted(outcome.CodeKeyTwice, 7, 8))}, nil, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := load(t, test.attempts...)
			if test.want == nil {
				test.want = map[int64]Delete{}
			}
			if diff := cmp.Diff(test.want, o.Deletes); diff != "" {
				t.Errorf("deletes (-want +got):\n%s", diff)
			}
			if !slices.Equal(o.Seconds, test.seconds) {
				t.Errorf("second ones %v, want %v", o.Seconds, test.seconds)
			}
		})
	}
}

// TestLateDuplicates: a contact stands twice as long as both are listed, and no later run has said otherwise.
func TestLateDuplicates(t *testing.T) {
	t.Parallel()
	twice := func(ids ...int64) func(*ledger.Attempt) { return noted(outcome.CodeTwice, ids...) }
	type late struct {
		Seq     int
		Seconds []int64
	}
	tests := map[string]struct {
		attempts []ledger.Attempt
		listed   []int64
		want     []late
	}{
		"none":                                    {[]ledger.Attempt{create("open", 1, 5)}, []int64{5, 6}, nil},
		"both are listed":                         {[]ledger.Attempt{create("open", 1, 5, twice(5, 6))}, []int64{5, 6}, []late{{1, []int64{6}}}},
		"those that are listed":                   {[]ledger.Attempt{create("open", 1, 5, twice(5, 6, 7, 8))}, []int64{5, 6, 8}, []late{{1, []int64{6, 8}}}},
		"the second is gone":                      {[]ledger.Attempt{create("open", 1, 5, twice(5, 6))}, []int64{5}, nil},
		"the first is gone":                       {[]ledger.Attempt{create("open", 1, 5, twice(5, 6))}, []int64{6}, nil},
		"several, in their order":                 {[]ledger.Attempt{create("open", 1, 9, twice(9, 6)), create("open", 2, 5, twice(5, 7))}, []int64{5, 6, 7, 9}, []late{{1, []int64{6}}, {2, []int64{7}}}},
		"a later run knows better":                {[]ledger.Attempt{create("closed", 1, 5, twice(5, 6)), create("open", 2, 5, twice(5, 7))}, []int64{5, 6, 7}, []late{{2, []int64{7}}}},
		"a later run found it, and says no more":  {[]ledger.Attempt{create("closed", 1, 5, twice(5, 6)), create("open", 2, 5, ended(outcome.Exists))}, []int64{5, 6}, []late{{1, []int64{6}}}},
		"a later run says that there is one only": {[]ledger.Attempt{create("closed", 1, 5, twice(5, 6)), create("open", 2, 5, twice(5))}, []int64{5, 6}, nil},
		"another note":                            {[]ledger.Attempt{create("open", 1, 5, noted(outcome.CodeTwiceRemoved, 5, 6))}, []int64{5, 6}, nil},
		"in a rehearsal":                          {[]ledger.Attempt{create("rehearsal", 1, 5, twice(5, 6))}, []int64{5, 6}, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			listed := map[int64]bool{}
			for _, id := range test.listed {
				listed[id] = true
			}
			var got []late
			for _, l := range load(t, test.attempts...).LateDuplicates(listed) {
				got = append(got, late{l.Attempt.Seq, l.Seconds})
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("contacts that stand twice (-want +got):\n%s", diff)
			}
		})
	}
	if ids := stillThere(create("open", 1, 5), map[int64]bool{5: true}); ids != nil {
		t.Errorf("without a note %v are there", ids)
	}
}

// TestRuns: which runs can be gone on with, and what is known of the job.
func TestRuns(t *testing.T) {
	t.Parallel()
	h := loadRuns(t, &book{})
	goesOn := map[string]bool{"open": true, "last": true, "rehearsal": true}
	for i, r := range h.list {
		index := int32(i)
		if h.Index(r.ID) != index || h.Run(index).ID != r.ID || h.IsOpen(index) == r.Closed || h.GoesOnWith(index) != goesOn[r.ID] {
			t.Errorf("run %s: index %d, open %t, goes on with it %t", r.ID, h.Index(r.ID), h.IsOpen(index), h.GoesOnWith(index))
		}
	}
	good := ledger.Run{Job: "ours"}
	with := func(change func(*ledger.Run)) ledger.Run { r := good; change(&r); return r }
	for name, test := range map[string]struct {
		run       ledger.Run
		new, good bool
	}{
		"it ended well":           {good, false, true},
		"with rows to be seen to": {with(func(r *ledger.Run) { r.ExitCode = 3 }), false, true},
		"it is open":              {with(func(r *ledger.Run) { r.ExitCode = ledger.StillOpen }), false, false},
		"it ended badly":          {with(func(r *ledger.Run) { r.ExitCode = 1 }), false, false},
		"it was a dry run":        {with(func(r *ledger.Run) { r.DryRun = true }), false, false},
		"it was an undo":          {with(func(r *ledger.Run) { r.Command = ledger.CommandUndo }), false, false},
		"it was a rehearsal":      {with(func(r *ledger.Run) { r.Simulated = true }), true, false},
		"it was another job's":    {with(func(r *ledger.Run) { r.Job = "theirs" }), true, false},
		"it was nobody's":         {with(func(r *ledger.Run) { r.Job = "" }), true, false},
		"it is this run itself":   {with(func(r *ledger.Run) { r.ID = "this" }), true, false},
	} {
		b := &book{runs: []ledger.Run{test.run}}
		h, err := LoadRuns(t.Context(), b, ledger.Run{ID: "this", Job: "ours"}, now())
		if err != nil || h.IsNew() != test.new || h.HasGoodRun() != test.good {
			t.Errorf("%s: new %t, good %t; error %v", name, h.IsNew(), h.HasGoodRun(), err)
		}
	}
}

// TestLastShape: a run is held to the last good one of its job of which the shape is known; a night without a valid row is none.
func TestLastShape(t *testing.T) {
	t.Parallel()
	run := func(id string, exit int, job string) ledger.Run { return ledger.Run{ID: id, Job: job, ExitCode: exit} }
	ours := func(id string) ledger.Run { return run(id, 0, "ours") }
	sealed := func(id, text string) []byte { return ledger.SealShape(testKey(), id, text) }
	for name, test := range map[string]struct {
		runs   []ledger.Run
		shapes map[string][]byte
		good   bool
		last   string
		fails  bool
	}{
		"none":                      {},
		"of a version without any":  {runs: []ledger.Run{ours("1")}, good: true},
		"the last one":              {runs: []ledger.Run{ours("1"), ours("2")}, shapes: map[string][]byte{"1": sealed("1", "a"), "2": sealed("2", "b")}, good: true, last: "2: b"},
		"the last one of the job":   {runs: []ledger.Run{ours("1"), run("2", 0, "theirs")}, shapes: map[string][]byte{"1": sealed("1", "a"), "2": sealed("2", "b")}, good: true, last: "1: a"},
		"the last one that is good": {runs: []ledger.Run{ours("1"), run("2", 4, "ours")}, shapes: map[string][]byte{"1": sealed("1", "a"), "2": sealed("2", "b")}, good: true, last: "1: a"},
		"the last one that has one": {runs: []ledger.Run{ours("1"), ours("2")}, shapes: map[string][]byte{"1": sealed("1", "a")}, good: true, last: "1: a"},
		"nights without a row":      {runs: []ledger.Run{ours("1"), ours("2")}, shapes: map[string][]byte{"1": {}, "2": {}}},
		"behind one":                {runs: []ledger.Run{ours("1"), ours("2")}, shapes: map[string][]byte{"1": sealed("1", "a"), "2": {}}, good: true, last: "1: a"},
		"another run's":             {runs: []ledger.Run{ours("1")}, shapes: map[string][]byte{"1": sealed("2", "a")}, fails: true},
		"damaged":                   {runs: []ledger.Run{ours("1")}, shapes: map[string][]byte{"1": []byte("no seal")}, fails: true},
	} {
		h, err := LoadRuns(t.Context(), &book{runs: test.runs, shapes: test.shapes}, ledger.Run{ID: "this", Job: "ours"}, now())
		if test.fails || err != nil {
			if test.fails != (err != nil) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		got := ""
		if last, text, ok := h.LastShape(); ok {
			got = last.ID + ": " + text
		}
		if got != test.last || h.HasGoodRun() != test.good {
			t.Errorf("%s: %q, good %t; want %q, %t", name, got, h.HasGoodRun(), test.last, test.good)
		}
	}
}

// TestKnownJobs: rehearsals are nobody's runs.
func TestKnownJobs(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		runs []ledger.Run
		jobs []string
		none bool
	}{
		"a new ledger": {nil, nil, true},
		"a rehearsal":  {[]ledger.Run{{ID: "1", Job: "a", Simulated: true}}, nil, true},
		"of no job":    {[]ledger.Run{{ID: "1"}}, nil, false},
		"of some":      {[]ledger.Run{{ID: "1", Job: "b"}, {ID: "2", Job: "a"}, {ID: "3", Job: "b"}, {ID: "this", Job: "c"}}, []string{"a", "b"}, false},
	} {
		h, err := LoadRuns(t.Context(), &book{runs: test.runs}, ledger.Run{ID: "this", Job: "c"}, now())
		if err != nil || h.None() != test.none || !slices.Equal(h.Jobs(), test.jobs) {
			t.Errorf("%s: jobs %q, none %t; error %v", name, h.Jobs(), h.None(), err)
		}
	}
}

// TestDoneBy: a plan was done by the last run that was to do it, or that made it, unless that one can still be gone on with.
func TestDoneBy(t *testing.T) {
	t.Parallel()
	runs := []ledger.Run{
		{ID: "maker", Closed: true},
		{ID: "first", Plan: "p", Closed: true},
		{ID: "interrupted", Plan: "q"},
		{ID: "rehearsal", Plan: "p", Closed: true, Simulated: true},
		{ID: "without", Closed: true},
		{ID: "second", Plan: "p", Closed: true},
		{ID: "this", Plan: "r", Closed: true},
	}
	h, err := LoadRuns(t.Context(), &book{runs: runs}, ledger.Run{ID: "this"}, now())
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ checksum, maker, want string }{
		{"p", "dry", "second"}, {"p", "maker", "second"}, {"x", "maker", "maker"}, {"q", "dry", ""}, {"q", "interrupted", ""},
		{"x", "dry", ""}, {"", "dry", ""}, {"r", "this", ""},
	} {
		if by, done := h.DoneBy(test.checksum, test.maker); by.ID != test.want || done != (test.want != "") {
			t.Errorf("plan %q of run %q: done %t, by %q, want %q", test.checksum, test.maker, done, by.ID, test.want)
		}
	}
}

// TestBaselines: what was listed before an attempt is what was before the run that made it, and is read once.
func TestBaselines(t *testing.T) {
	t.Parallel()
	b := &book{baselines: map[string][]int64{"open": {3, 5}, "last": {7}}}
	lines := NewBaselines(b, ledger.Scope{Org: 7})
	takenOver := func(a *ledger.Attempt) { a.Origin = "open" }
	for _, a := range []ledger.Attempt{create("open", 1, 0), create("last", 2, 0, takenOver), create("open", 3, 0)} {
		before, err := lines.Before(t.Context(), a)
		if err != nil || !before(3) || !before(5) || before(4) || before(7) {
			t.Errorf("row %d: listed before it were others; error %v", a.Seq, err)
		}
	}
	if !slices.Equal(b.asked, []ledger.Ref{{Run: "open", Seq: 7}}) {
		t.Errorf("asked for %v", b.asked)
	}
	b.broken = errors.New("broken")
	if _, err := lines.Before(t.Context(), create("last", 1, 0)); !errors.Is(err, b.broken) {
		t.Errorf("Before gave %v", err)
	}
}
