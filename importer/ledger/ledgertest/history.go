package ledgertest

import (
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

func history(t *testing.T, l ledger.Ledger, s ledger.Scope) []ledger.Attempt {
	t.Helper()
	var all []ledger.Attempt
	for a, err := range l.History(t.Context(), s) {
		must(t, err)
		all = append(all, a)
	}
	return all
}

// testHistory: each row of each run once, with its last attempt, in the order of runs and rows, and of one scope only.
func testHistory(t *testing.T, l ledger.Ledger) {
	ctx := t.Context()
	wantEqual(t, len(history(t, l, home)), 0)
	begin(t, l, "2", "1")
	elsewhere := Intent("1", 3, 3)
	elsewhere.Row.Scope = away
	again := Intent("2", 5, 5)
	again.Attempt = 2
	must(t,
		l.Intend(ctx, Intent("1", 1, 5)), l.Intend(ctx, Intent("2", 5, 5)), l.Intend(ctx, Intent("2", 4, 4)), l.Intend(ctx, again),
		l.Intend(ctx, elsewhere), l.Record(ctx, "2", 5, Created(9)),
	)
	result := Created(9)
	wantEqual(t, history(t, l, home), []ledger.Attempt{
		{Intent: Intent("2", 4, 4)}, {Intent: again, Result: &result}, {Intent: Intent("1", 1, 5)},
	})
	wantEqual(t, history(t, l, away), []ledger.Attempt{{Intent: elsewhere}})

	const rows = 2500 // more than are read at once
	begin(t, l, "3")
	AtOnce(rows, func(n int) {
		if err := l.Intend(ctx, Intent("3", n+1, byte(n))); err != nil {
			t.Error(err)
		}
	})
	all := history(t, l, home)
	wantEqual(t, len(all), 3+rows)
	for n, a := range all[3:] {
		if a.Run != "3" || a.Seq != n+1 {
			t.Fatalf("attempt %d is that of row %d of run %q", n, a.Seq, a.Run)
		}
	}
}

// testResume: a row comes into a run with all that an earlier run knows of it, under its new number.
func testResume(t *testing.T, l ledger.Ledger) {
	ctx := t.Context()
	begin(t, l, "1", "2", "3")
	second := Intent("1", 7, 1)
	second.Attempt, second.Unclear = 2, 1
	result := Created(5)
	must(t,
		l.Intend(ctx, Intent("1", 7, 1)), l.Record(ctx, "1", 7, uncertain()), l.Intend(ctx, second), l.Record(ctx, "1", 7, result),
		l.Intend(ctx, Intent("1", 8, 2)),
		l.Resume(ctx, "2", []ledger.Resumed{{Seq: 70, From: ledger.Ref{Run: "1", Seq: 7}}, {Seq: 1, From: ledger.Ref{Run: "1", Seq: 8}}}),
		l.Resume(ctx, "3", []ledger.Resumed{{Seq: 700, From: ledger.Ref{Run: "2", Seq: 70}}}),
	)
	moved := func(i ledger.Intent, run string, seq int, r *ledger.Result) ledger.Attempt {
		i.Run, i.Seq = run, seq
		return ledger.Attempt{Intent: i, Result: r, Origin: "1"}
	}
	wantEqual(t, outcomes(t, l, "2"), []ledger.Attempt{moved(Intent("1", 8, 2), "2", 1, nil), moved(second, "2", 70, &result)})
	wantEqual(t, outcomes(t, l, "3"), []ledger.Attempt{moved(second, "3", 700, &result)})

	// What was taken over while it was open is settled where it stands last.
	wantEqual(t, inDoubt(t, l, home), []ledger.Attempt{moved(Intent("1", 8, 2), "2", 1, nil)})
	must(t, l.Record(ctx, "2", 1, Created(6)))
	wantEqual(t, len(inDoubt(t, l, home)), 0)
}

func testResumeWrongly(t *testing.T, l ledger.Ledger) {
	ctx := t.Context()
	begin(t, l, "1", "2")
	from := func(run string, seq int) []ledger.Resumed {
		return []ledger.Resumed{{Seq: 1, From: ledger.Ref{Run: run, Seq: seq}}}
	}
	must(t, l.Intend(ctx, Intent("1", 1, 1)))
	wantError(t, l.Resume(ctx, "2", from("1", 2)), ledger.ErrNoIntent)
	wantError(t, l.Resume(ctx, "2", from("x", 1)), ledger.ErrUnknownRun)
	wantError(t, l.Resume(ctx, "x", from("1", 1)), ledger.ErrUnknownRun)
	must(t, l.Resume(ctx, "2", from("1", 1)))
	if l.Resume(ctx, "2", from("1", 1)) == nil {
		t.Error("a row was taken over twice")
	}
}

// testContinued: a run stays open until it ended 0 or 3, or until one that continues it did.
func testContinued(t *testing.T, l ledger.Ledger) {
	ctx := t.Context()
	wantClosed := func(want ...bool) {
		t.Helper()
		runs, err := l.Runs(ctx)
		must(t, err)
		var closed []bool
		for _, r := range runs {
			closed = append(closed, r.Closed)
		}
		wantEqual(t, closed, want)
	}
	begin(t, l, "1", "2", "3")
	must(t, l.Finish(ctx, "1", 4, "", noon), l.Finish(ctx, "2", 3, "", noon))
	wantClosed(false, true, false)
	wantError(t, l.Begin(ctx, ledger.Run{ID: "x"}, "1", "y"), ledger.ErrUnknownRun)
	must(t, l.Begin(ctx, ledger.Run{ID: "4", Started: noon}, "1", "3"), l.Finish(ctx, "4", 4, "", noon))
	wantClosed(false, true, false, false)
	must(t, l.Begin(ctx, ledger.Run{ID: "5", Started: noon}, "1", "4"), l.Finish(ctx, "5", 0, "", noon))
	wantClosed(true, true, false, true, true)
	begin(t, l, "6")
	wantError(t, l.Continue(ctx, "6", "3", "y"), ledger.ErrUnknownRun)
	wantError(t, l.Continue(ctx, "y", "3"), ledger.ErrUnknownRun)
	must(t, l.Continue(ctx, "6"), l.Continue(ctx, "6", "3"), l.Finish(ctx, "6", 0, "", noon))
	wantClosed(true, true, true, true, true, true)
}

func testScopes(t *testing.T, l ledger.Ledger) {
	ctx := t.Context()
	begin(t, l, "1")
	second := home
	second.Org = 7
	for n, s := range []ledger.Scope{home, away, second} {
		i := Intent("1", n+1, 1)
		i.Row.Scope = s
		must(t, l.Intend(ctx, i))
	}
	scopes, err := l.Scopes(ctx, home.Host)
	must(t, err)
	wantEqual(t, scopes, []ledger.Scope{second, home})
	scopes, err = l.Scopes(ctx, "nowhere")
	must(t, err)
	wantEqual(t, len(scopes), 0)
}

func testFieldHashes(t *testing.T, l ledger.Ledger) {
	ctx := t.Context()
	begin(t, l, "1", "2")
	hashes, err := l.FieldHashes(ctx, home)
	must(t, err)
	wantEqual(t, len(hashes), 0)
	must(t,
		l.SaveFieldHashes(ctx, "2", home, map[int64]contact.FieldHashes{2: {3, 13: 1 << 63}}),
		l.SaveFieldHashes(ctx, "1", home, map[int64]contact.FieldHashes{1: {1}, 2: {2}}),
		l.SaveFieldHashes(ctx, "2", away, map[int64]contact.FieldHashes{1: {9}}),
	)
	wantError(t, l.SaveFieldHashes(ctx, "x", home, nil), ledger.ErrUnknownRun)
	hashes, err = l.FieldHashes(ctx, home)
	must(t, err)
	wantEqual(t, hashes, map[int64]contact.FieldHashes{1: {1}, 2: {3, 13: 1 << 63}}) // of the later run
	hashes, err = l.FieldHashesOf(ctx, "1", home)
	must(t, err)
	wantEqual(t, hashes, map[int64]contact.FieldHashes{1: {1}, 2: {2}})
	hashes, err = l.FieldHashesOf(ctx, "x", home)
	must(t, err)
	wantEqual(t, len(hashes), 0)
}

// testImages: what a contact looked like before travels with its attempt.
func testImages(t *testing.T, l ledger.Ledger) {
	ctx := t.Context()
	begin(t, l, "1")
	must(t, l.Begin(ctx, ledger.Run{ID: "2", Started: noon.Add(48 * time.Hour)}))
	i := Intent("1", 1, 1)
	i.Action, i.Target, i.External, i.After = outcome.Update, 7, contact.Hash{1, 2}, contact.Hash{3}
	i.Before = []byte(`{"id":7,"name":"\u0000"}`)
	must(t, l.Intend(ctx, i), l.Resume(ctx, "2", []ledger.Resumed{{Seq: 5, From: ledger.Ref{Run: "1", Seq: 1}}}))
	moved := i
	moved.Run, moved.Seq = "2", 5
	wantEqual(t, outcomes(t, l, "1"), []ledger.Attempt{{Intent: i}})
	wantEqual(t, outcomes(t, l, "2"), []ledger.Attempt{{Intent: moved, Origin: "1"}})
}

// testRemove: of a run that is removed there stays what is to be kept, without what the contact looked like before; of what
// is unclear, and of what another run has taken over, all of it, with the listing.
func testRemove(t *testing.T, l ledger.Ledger) {
	ctx := t.Context()
	begin(t, l, "1", "2", "3", "4")
	update := Intent("1", 1, 1)
	update.Action, update.Target, update.Before = outcome.Update, 7, []byte(`{"id":7}`)
	updated := ledger.Result{
		Status: outcome.Updated, Code: "c", Detail: "d", At: noon, Notes: []outcome.Note{{Code: "n", IDs: []int64{3}}},
		Receipt: outcome.Receipt{Effect: outcome.EffectDone, ContactID: 7, Attempts: 1, RequestID: "r", CloudFrontID: "c"},
	}
	unclear := Intent("2", 5, 5)
	unclear.Action, unclear.Target, unclear.Before = outcome.Delete, 8, []byte(`{"id":8}`)
	must(t,
		l.Intend(ctx, update), l.Record(ctx, "1", 1, updated),
		l.Intend(ctx, Intent("1", 2, 2)), l.Record(ctx, "1", 2, Created(2)),
		l.Intend(ctx, Intent("1", 3, 3)), l.Record(ctx, "1", 3, Created(3)),
		l.Baseline(ctx, "1", home, []int64{7}), l.Baseline(ctx, "2", home, []int64{7, 8}), l.Baseline(ctx, "3", home, []int64{9}),
		l.Intend(ctx, unclear), l.Intend(ctx, Intent("3", 1, 2)), l.Record(ctx, "3", 1, Created(4)),
		l.Resume(ctx, "4", []ledger.Resumed{{Seq: 9, From: ledger.Ref{Run: "3", Seq: 1}}}),
		l.SaveFieldHashes(ctx, "1", home, map[int64]contact.FieldHashes{7: {1}, 2: {2}}), l.SaveFieldHashes(ctx, "3", home, map[int64]contact.FieldHashes{7: {3}}),
	)
	wantError(t, l.Remove(ctx, []string{"x"}, nil, noon), ledger.ErrUnknownRun)
	must(t, l.Remove(ctx, []string{"1", "2", "3"}, []ledger.Ref{{Run: "1", Seq: 1}, {Run: "1", Seq: 3}, {Run: "2", Seq: 5}}, noon))

	update.Before, updated.Detail, updated.Receipt.RequestID, updated.Receipt.CloudFrontID = nil, "", "", ""
	kept := Created(3)
	kept.Detail, kept.Receipt.RequestID, kept.Receipt.CloudFrontID = "", "", ""
	wantEqual(t, outcomes(t, l, "1"), []ledger.Attempt{{Intent: update, Result: &updated}, {Intent: Intent("1", 3, 3), Result: &kept}})
	wantEqual(t, outcomes(t, l, "2"), []ledger.Attempt{{Intent: unclear}})
	wantEqual(t, inDoubt(t, l, home), []ledger.Attempt{{Intent: unclear}})
	wantEqual(t, len(outcomes(t, l, "3")), 0)
	wantEqual(t, outcomes(t, l, "4")[0].Origin, "3")
	for run, want := range map[string][]int64{"1": nil, "2": {7, 8}, "3": {9}} {
		ids, _, err := l.BaselineOf(ctx, run, home)
		must(t, err)
		wantEqual(t, ids, want)
	}
	hashes, err := l.FieldHashes(ctx, home)
	must(t, err)
	wantEqual(t, hashes, map[int64]contact.FieldHashes{7: {3}, 2: {2}})
	hashes, err = l.FieldHashesOf(ctx, "1", home)
	must(t, err)
	wantEqual(t, hashes, map[int64]contact.FieldHashes{2: {2}})
	runs, err := l.Runs(ctx)
	must(t, err)
	for i, r := range runs {
		wantEqual(t, r.Removed.Equal(noon), i < 3)
	}
	must(t, l.Record(ctx, "2", 5, ledger.Result{Status: outcome.Deleted, At: noon})) // what was unclear is found out later
	wantEqual(t, len(inDoubt(t, l, home)), 0)
	scopes, err := l.Scopes(ctx, "")
	must(t, err)
	wantEqual(t, scopes, []ledger.Scope{home})
}
