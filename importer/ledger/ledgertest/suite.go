// Package ledgertest holds every implementation of the ledger to the same behaviour. It owns the conformance suite and
// nothing that a program needs.
package ledgertest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// Run runs the suite. open gives an empty ledger for each test; the suite closes it.
func Run(t *testing.T, open func(t *testing.T) ledger.Ledger) {
	for name, test := range map[string]func(*testing.T, ledger.Ledger){
		"runs":                    testRuns,
		"unknown run":             testUnknownRun,
		"baseline":                testBaseline,
		"held":                    testHeld,
		"shapes":                  testShapes,
		"round trip":              testRoundTrip,
		"attempts":                testAttempts,
		"recorded again":          testRecordedAgain,
		"recorded without intent": testRecordedWithoutIntent,
		"refused values":          testRefusedValues,
		"outcomes in order":       testOutcomesInOrder,
		"outcomes left early":     testOutcomesLeftEarly,
		"outcomes and more calls": testOutcomesReentrant,
		"history":                 testHistory,
		"resume":                  testResume,
		"resume, wrongly":         testResumeWrongly,
		"continued":               testContinued,
		"what continues":          testWhatContinues,
		"count":                   testCount,
		"scopes":                  testScopes,
		"field hashes":            testFieldHashes,
		"images":                  testImages,
		"remove":                  testRemove,
		"rename a job":            testRenameJob,
		"notices":                 testNotices,
		"forget ids":              testForgetIDs,
		"kept ids":                testKeptIDs,
		"in doubt":                testInDoubt,
		"in doubt over runs":      testInDoubtOverRuns,
		"in doubt by scope":       testInDoubtByScope,
		"cancelled":               testCancelled,
		"many callers":            testManyCallers,
		"lock":                    testLock,
		"closed":                  testClosed,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := open(t)
			t.Cleanup(func() {
				if err := l.Close(); err != nil {
					t.Errorf("closing: %v", err)
				}
			})
			test(t, l)
		})
	}
}

var (
	home = ledger.Scope{Host: "cdn.emnify.net", Org: 42}
	away = ledger.Scope{Host: "127.0.0.1:8080", Org: 42}
	noon = time.Date(2026, 3, 1, 12, 0, 0, 123456000, time.UTC)
)

// Intent returns the intent of the first attempt to create a row of [home]. Rows with different content are different.
func Intent(run string, seq int, content byte) ledger.Intent {
	return ledger.Intent{
		Run: run, Seq: seq, Attempt: 1, Action: outcome.Create, At: noon.Add(time.Duration(seq) * time.Second),
		Row: ledger.RowKey{
			Scope: home,
			Fingerprint: contact.Fingerprint{
				Content: contact.Hash{content, 1}, Key: contact.Hash{15: content}, Identifiers: contact.Identifiers{uint64(content), 0, 1 << 63, 7}, Version: 1,
			},
		},
	}
}

// Created returns the result of a create that went well.
func Created(id int64) ledger.Result {
	return ledger.Result{
		Status: outcome.Created, At: noon.Add(time.Hour),
		Receipt: outcome.Receipt{
			Effect: outcome.EffectDone, ContactID: id, Attempts: 1, HTTPStatus: 201,
			RequestID: fmt.Sprintf("request-%d", id), CloudFrontID: fmt.Sprintf("cloudfront-%d", id),
		},
	}
}

// AtOnce calls f for each number below n, from many goroutines.
func AtOnce(n int, f func(int)) {
	var group sync.WaitGroup
	const callers = 64
	for caller := range callers {
		group.Go(func() {
			for i := caller; i < n; i += callers {
				f(i)
			}
		})
	}
	group.Wait()
}

func uncertain() ledger.Result {
	return ledger.Result{Status: outcome.Uncertain, At: noon, Receipt: outcome.Receipt{Attempts: 1}}
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func begin(t *testing.T, l ledger.Ledger, ids ...string) {
	t.Helper()
	for _, id := range ids {
		must(t, l.Begin(t.Context(), ledger.Run{ID: id, Command: "import", Started: noon}))
	}
}

func outcomes(t *testing.T, l ledger.Ledger, run string) []ledger.Attempt {
	t.Helper()
	var all []ledger.Attempt
	for a, err := range l.Outcomes(t.Context(), run) {
		must(t, err)
		all = append(all, a)
	}
	return all
}

func wantEqual(t *testing.T, got, want any) {
	t.Helper()
	if reflect.DeepEqual(want, got) {
		return
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

func wantError(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error %v, want %v", err, want)
	}
}

func testRuns(t *testing.T, l ledger.Ledger) {
	ctx := t.Context()
	runs, err := l.Runs(ctx)
	must(t, err)
	wantEqual(t, len(runs), 0)
	berlin := noon.In(time.FixedZone("", 3600)).Add(789 * time.Nanosecond)
	first := ledger.Run{
		ID: "b", Command: "import", Version: "v1", Job: "nightly", Plan: "f00d", Started: berlin, Finished: noon, ExitCode: 7,
		ReportDir: "/a b", DryRun: true, Simulated: true,
	}
	must(t, l.Begin(ctx, first), l.Begin(ctx, ledger.Run{ID: "a", Started: noon}))
	if l.Begin(ctx, first) == nil {
		t.Error("a run began twice")
	}
	must(t, l.Finish(ctx, "a", 3, "because", noon.Add(time.Minute)))
	runs, err = l.Runs(ctx)
	must(t, err)
	first.Started, first.Finished, first.ExitCode = noon, time.Time{}, ledger.StillOpen
	wantEqual(t, runs, []ledger.Run{first, {ID: "a", Started: noon, Finished: noon.Add(time.Minute), ExitCode: 3, Reason: "because", Closed: true}})
}

func testUnknownRun(t *testing.T, l ledger.Ledger) {
	ctx := t.Context()
	_, _, err := l.BaselineOf(ctx, "x", home)
	for _, err := range []error{
		err, l.Finish(ctx, "x", 0, "", noon), l.Baseline(ctx, "x", home, nil), l.Intend(ctx, Intent("x", 1, 1)),
		l.Record(ctx, "x", 1, Created(1)),
	} {
		wantError(t, err, ledger.ErrUnknownRun)
	}
	for _, err := range l.Outcomes(ctx, "x") {
		wantError(t, err, ledger.ErrUnknownRun)
	}
	begin(t, l, "x") // the mistakes before did no harm
	must(t, l.Intend(ctx, Intent("x", 1, 1)))
}

func testBaseline(t *testing.T, l ledger.Ledger) {
	ctx := t.Context()
	begin(t, l, "r")
	_, ok, err := l.BaselineOf(ctx, "r", home)
	must(t, err)
	wantEqual(t, ok, false)

	many := make([]int64, 10_000)
	for i := range many {
		many[i] = int64(len(many)-i) * 1_000_003
	}
	many[0], many[1] = -5, 1<<62
	must(t, l.Baseline(ctx, "r", home, append(many, many[7], many[7])))
	must(t, l.Baseline(ctx, "r", away, nil))
	ids, ok, err := l.BaselineOf(ctx, "r", home)
	must(t, err)
	wantEqual(t, ok, true)
	slices.Sort(many)
	wantEqual(t, ids, many)
	ids, ok, err = l.BaselineOf(ctx, "r", away)
	must(t, err)
	wantEqual(t, ok, true)
	wantEqual(t, len(ids), 0)

	must(t, l.Baseline(ctx, "r", home, []int64{3, 1}))
	ids, _, err = l.BaselineOf(ctx, "r", home)
	must(t, err)
	wantEqual(t, ids, []int64{1, 3})
}

func testCancelled(t *testing.T, l ledger.Ledger) {
	begin(t, l, "r")
	why := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(why)
	wantError(t, l.Intend(ctx, Intent("r", 1, 1)), why)
	wantEqual(t, len(outcomes(t, l, "r")), 0)
	_, err := l.Runs(ctx)
	wantError(t, err, why)
}

// testManyCallers holds each caller to its own answers while they share commits and some of them give up.
func testManyCallers(t *testing.T, l ledger.Ledger) {
	begin(t, l, "r")
	var group sync.WaitGroup
	var mu sync.Mutex
	want := map[int]bool{} // whether it is settled
	for caller := range 32 {
		group.Go(func() {
			for n := range 20 {
				seq := 1 + caller + 32*n
				ctx, cancel := context.WithCancel(t.Context())
				if n%3 == 0 {
					go cancel()
				}
				err := l.Intend(ctx, Intent("r", seq, byte(seq)))
				cancel()
				if errors.Is(err, context.Canceled) {
					continue
				}
				if err == nil && n%2 == 0 {
					err = l.Record(t.Context(), "r", seq, Created(int64(seq)))
				}
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				want[seq] = n%2 == 0
				mu.Unlock()
			}
		})
	}
	group.Wait()
	got := map[int]bool{}
	for _, a := range outcomes(t, l, "r") {
		got[a.Seq] = a.Result != nil
	}
	wantEqual(t, got, want)
}

func testLock(t *testing.T, l ledger.Ledger) {
	ctx := t.Context()
	unlock, err := l.Lock(ctx, home)
	must(t, err)
	_, err = l.Lock(ctx, home)
	held, ok := errors.AsType[*ledger.HeldError](err)
	if !ok || held.Scope != home || held.Holder.PID == 0 || held.Holder.Host == "" || held.Holder.Since.IsZero() {
		t.Fatalf("locked twice: %v", err)
	}
	other, err := l.Lock(ctx, away)
	must(t, err, other(), unlock(), unlock())
	unlock2, err := l.Lock(ctx, home)
	must(t, err, unlock()) // the first one's must not let go of the second one's
	if _, err := l.Lock(ctx, home); err == nil {
		t.Error("an unlock that was used up let go of somebody else's lock")
	}
	must(t, unlock2())
}

func testClosed(t *testing.T, l ledger.Ledger) {
	begin(t, l, "r")
	must(t, l.Close(), l.Close())
	if l.Intend(t.Context(), Intent("r", 1, 1)) == nil {
		t.Error("a closed ledger took an intent")
	}
	if _, err := l.Runs(t.Context()); err == nil {
		t.Error("a closed ledger answered")
	}
}
