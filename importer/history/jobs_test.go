package history

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/memory"
	"github.com/contactsync/contactsync/importer/outcome"
)

// TestJobsOf: jobs by name, with their newest runs, whatever became of them, and without rehearsals.
func TestJobsOf(t *testing.T) {
	t.Parallel()
	runs := []ledger.Run{
		{ID: "1", Job: "b", ExitCode: 3},
		{ID: "2", Job: "a", ExitCode: 0},
		{ID: "3"},
		{ID: "4", Job: "a", ExitCode: 0, Command: ledger.CommandUndo},
		{ID: "5", Job: "a", ExitCode: ledger.StillOpen},
		{ID: "6", Job: "a", Simulated: true},
		{ID: "7", Job: "rehearsed", Simulated: true},
		{ID: "8", Job: "c", ExitCode: 6, Removed: now()},
	}
	want := []Job{
		{Name: "a", Runs: 3, Last: runs[4], Good: &runs[1]},
		{Name: "b", Runs: 1, Last: runs[0], Good: &runs[0]},
		{Name: "c", Runs: 1, Last: runs[7]},
	}
	if diff := cmp.Diff(want, JobsOf(runs)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := JobsOf(nil); len(got) > 0 {
		t.Errorf("jobs of no runs: %v", got)
	}
}

// TestOwnedIn: what belongs to each job, with the id that it is known by, and nothing of a rehearsal.
func TestOwnedIn(t *testing.T) {
	t.Parallel()
	b := &book{runs: allRuns(), attempts: []ledger.Attempt{
		create("closed", 1, 7, known(1)), create("closed", 2, 5), create("closed", 3, 9), create("theirs", 1, 11, known(1)), create("nobody's", 1, 12),
		update("theirs", 2, 5, known(2)), create("rehearsal", 1, 13), remove("last", 4, 9), update("last", 1, 7, known(4)),
	}}
	scope := ledger.Scope{Host: "h", Org: 1}
	got, err := OwnedIn(t.Context(), b, scope, "ours", "theirs", "idle")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]Owned{
		"ours":   {scope, []OwnedContact{{ID: 5}, {ID: 7, External: contact.Hash{4}}}},
		"theirs": {scope, []OwnedContact{{ID: 11, External: contact.Hash{1}}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	counts, err := CountIn(t.Context(), b, scope, "ours", "theirs", "idle")
	if diff := cmp.Diff(map[string]int{"ours": 2, "theirs": 1}, counts); diff != "" || err != nil {
		t.Errorf("error %v (-want +got)\n%s", err, diff)
	}
	b.broken = errors.New("broken")
	if _, err := OwnedIn(t.Context(), b, scope, "ours"); !errors.Is(err, b.broken) {
		t.Errorf("error %v", err)
	}
}

// shelf is a ledger in which the jobs a and b have contacts in two organisations.
func shelf(t *testing.T) (book *memory.Ledger, first, second ledger.Scope) {
	t.Helper()
	book, first, second = memory.New(), ledger.Scope{Host: "h", Org: 1}, ledger.Scope{Host: "h", Org: 2}
	for _, run := range []ledger.Run{{ID: "1", Job: "a"}, {ID: "2", Job: "b"}} {
		if err := book.Begin(t.Context(), run); err != nil {
			t.Fatal(err)
		}
	}
	for _, made := range []struct {
		a ledger.Attempt
		s ledger.Scope
	}{
		{create("1", 1, 5, known(1)), first}, {create("1", 2, 6, known(2)), first}, {create("1", 3, 5), second},
		{create("2", 1, 7, known(1)), first}, {update("2", 2, 6, known(2), noted(outcome.CodeShared)), first},
	} {
		made.a.Row.Scope = made.s
		if err := errors.Join(book.Intend(t.Context(), made.a.Intent), book.Record(t.Context(), made.a.Run, made.a.Seq, *made.a.Result)); err != nil {
			t.Fatal(err)
		}
	}
	return book, first, second
}

func anyJobs([]Job) error { return nil }

func TestMergeJobs(t *testing.T) {
	t.Parallel()
	book, first, second := shelf(t)
	for run, ids := range map[string][]int64{"1": {6}, "2": {6, 7}} {
		if err := book.Hold(t.Context(), run, first, ids); err != nil {
			t.Fatal(err)
		}
	}
	if err := book.Hold(t.Context(), "1", second, []int64{5}); err != nil {
		t.Fatal(err)
	}
	got, err := MergeJobs(t.Context(), book, "a", "b", anyJobs)
	if want := (Merged{Gone: 3, Other: 2, All: 4, Differ: 1}); err != nil || got != want {
		t.Errorf("merged %+v, want %+v; error %v", got, want, err)
	}
	for scope, want := range map[ledger.Scope][]OwnedContact{
		first:  {{ID: 5}, {ID: 6, External: contact.Hash{2}}, {ID: 7, External: contact.Hash{1}}}, // the newer run's id
		second: {{ID: 5}},
	} {
		owned, err := OwnedIn(t.Context(), book, scope, "a", "b")
		if diff := cmp.Diff(map[string]Owned{"b": {scope, want}}, owned); err != nil || diff != "" {
			t.Errorf("error %v (-want +got)\n%s", err, diff)
		}
	}
	// The wait of what is missing begins anew.
	if held, err := book.HeldBy(t.Context(), "2", first); err != nil || !slices.Equal(held, []int64{5, 6, 7}) {
		t.Errorf("the newest run is about %v; error %v", held, err)
	}
	if held, err := book.HeldIn(t.Context(), second); err != nil || !slices.Equal(held, []string{"1"}) {
		t.Errorf("of runs %q it is noted; error %v", held, err)
	}
}

func TestForgetIDs(t *testing.T) {
	t.Parallel()
	book, first, _ := shelf(t)
	for _, want := range []int{2, 0} {
		if n, err := ForgetIDs(t.Context(), book, "a", anyJobs); err != nil || n != want {
			t.Errorf("%d forgotten, want %d; error %v", n, want, err)
		}
	}
	owned, err := OwnedIn(t.Context(), book, first, "a", "b")
	want := map[string]Owned{"a": {first, []OwnedContact{{ID: 5}, {ID: 6}}}, "b": {first, []OwnedContact{{ID: 6, External: contact.Hash{2}}, {ID: 7, External: contact.Hash{1}}}}}
	if diff := cmp.Diff(want, owned); err != nil || diff != "" {
		t.Errorf("error %v (-want +got)\n%s", err, diff)
	}
}

// TestMergeJobsThatLetGo: what one of the two had let go of, or given back, is the one job's all the same if the other had it,
// and what neither had is nobody's.
func TestMergeJobsThatLetGo(t *testing.T) {
	t.Parallel()
	book, scope := memory.New(), ledger.Scope{Host: "h", Org: 1}
	for _, run := range []ledger.Run{{ID: "1", Job: "a"}, {ID: "2", Job: "b"}, {ID: "3", Job: "a"}, {ID: "4", Job: "b", Command: ledger.CommandUndo}} {
		if err := book.Begin(t.Context(), run); err != nil {
			t.Fatal(err)
		}
	}
	for _, a := range []ledger.Attempt{
		create("1", 1, 5), create("1", 2, 6), create("1", 3, 7), create("1", 4, 8),
		update("2", 1, 5, noted(outcome.CodeShared)), update("2", 2, 6, noted(outcome.CodeShared)), update("2", 4, 8, noted(outcome.CodeShared)),
		update("3", 1, 5, noted(outcome.CodeLetGo), noted(outcome.CodeTwice, 5, 9)), update("3", 3, 7, noted(outcome.CodeLetGo)),
		update("4", 2, 6, noted(outcome.CodeGivenBack)),
	} {
		a.Row.Scope = scope
		if err := errors.Join(book.Intend(t.Context(), a.Intent), book.Record(t.Context(), a.Run, a.Seq, *a.Result)); err != nil {
			t.Fatal(err)
		}
	}
	got, err := MergeJobs(t.Context(), book, "a", "b", anyJobs)
	if want := (Merged{Gone: 2, Other: 2, All: 3}); err != nil || got != want {
		t.Errorf("merged %+v, want %+v; error %v", got, want, err)
	}
	owned, err := OwnedIn(t.Context(), book, scope, "a", "b")
	if diff := cmp.Diff(map[string]Owned{"b": {scope, []OwnedContact{{ID: 5}, {ID: 6}, {ID: 8}}}}, owned); err != nil || diff != "" {
		t.Errorf("error %v (-want +got)\n%s", err, diff)
	}
	for a, err := range book.Outcomes(t.Context(), "3") {
		if err != nil {
			t.Fatal(err)
		}
		if a.Seq == 1 && (len(a.Result.Notes) != 1 || a.Result.Notes[0].Code != outcome.CodeTwice) {
			t.Errorf("what else is noted: %v", a.Result.Notes)
		}
	}
}

// TestOwnedWithIDs: each contact with the id that the ledger keeps of it.
func TestOwnedWithIDs(t *testing.T) {
	t.Parallel()
	book, owned := memory.New(), Owned{}
	want := []OwnedContact{{ID: 1}}
	for id := int64(2); id < 3000; id++ {
		text := strconv.FormatInt(id, 10)
		c := OwnedContact{ID: id, External: contact.HashText(book.Key(), text)}
		if id%7 > 0 { // of the others the ledger holds no id
			c.ExternalID = text
			if err := book.KeepIDs(t.Context(), []ledger.KeptID{ledger.SealID(book.Key(), c.External, text)}); err != nil {
				t.Fatal(err)
			}
		}
		want = append(want, c)
	}
	for _, c := range want {
		c.ExternalID = ""
		owned.Contacts = append(owned.Contacts, c)
	}
	var got []OwnedContact
	for c, err := range owned.WithIDs(t.Context(), book) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, c)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for range owned.WithIDs(t.Context(), book) { // left early
		break
	}
	if err := book.Close(); err != nil {
		t.Fatal(err)
	}
	for c, err := range owned.WithIDs(t.Context(), book) {
		if !errors.Is(err, ledger.ErrClosed) {
			t.Errorf("contact %v, error %v", c, err)
		}
	}
}

// TestJobsAreLocked: beside a run, and where it is not allowed, nothing changes, and all locks are let go.
func TestJobsAreLocked(t *testing.T) {
	t.Parallel()
	no := errors.New("no")
	change := func(ctx context.Context, book ledger.Ledger, allow func([]Job) error) []error {
		_, merged := MergeJobs(ctx, book, "a", "b", allow)
		_, forgotten := ForgetIDs(ctx, book, "a", allow)
		return []error{merged, forgotten, RenameJob(ctx, book, "a", "c", allow)}
	}
	book, _, second := shelf(t)
	unlock, err := book.Lock(t.Context(), second)
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range change(t.Context(), book, anyJobs) {
		if _, held := errors.AsType[*ledger.HeldError](err); !held {
			t.Errorf("beside a run: %v", err)
		}
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	for _, err := range change(t.Context(), book, func(jobs []Job) error {
		if len(jobs) != 2 || jobs[0].Name != "a" || jobs[1].Name != "b" {
			t.Errorf("asked about %v", jobs)
		}
		return no
	}) {
		if !errors.Is(err, no) {
			t.Errorf("not allowed: %v", err)
		}
	}
	for _, err := range change(t.Context(), book, anyJobs) {
		if err != nil {
			t.Error(err)
		}
	}
}
