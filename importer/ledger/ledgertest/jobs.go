package ledgertest

import (
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

func jobsOf(t *testing.T, l ledger.Ledger) map[string]string {
	t.Helper()
	runs, err := l.Runs(t.Context())
	must(t, err)
	jobs := map[string]string{}
	for _, r := range runs {
		jobs[r.ID] = r.Job
	}
	return jobs
}

func beginOf(t *testing.T, l ledger.Ledger, job string, ids ...string) {
	t.Helper()
	for _, id := range ids {
		must(t, l.Begin(t.Context(), ledger.Run{ID: id, Command: "sync", Job: job, Started: noon}))
	}
}

// testRenameJob: all runs of a job, and no others, have the other name, and nothing else of them changes.
func testRenameJob(t *testing.T, l ledger.Ledger) {
	ctx := t.Context()
	beginOf(t, l, "a", "1", "3")
	beginOf(t, l, "b", "2")
	beginOf(t, l, "", "4")
	must(t, l.Intend(ctx, Intent("1", 1, 1)), l.Record(ctx, "1", 1, Created(5)), l.Finish(ctx, "1", 4, "because", noon))
	must(t, l.RenameJob(ctx, "a", "c"), l.RenameJob(ctx, "nobody's", "x"))
	wantEqual(t, jobsOf(t, l), map[string]string{"1": "c", "2": "b", "3": "c", "4": ""})
	must(t, l.RenameJob(ctx, "c", "b"))
	wantEqual(t, jobsOf(t, l), map[string]string{"1": "b", "2": "b", "3": "b", "4": ""})
	result := Created(5)
	wantEqual(t, outcomes(t, l, "1"), []ledger.Attempt{{Intent: Intent("1", 1, 1), Result: &result}})
	runs, err := l.Runs(ctx)
	must(t, err)
	wantEqual(t, runs[0], ledger.Run{ID: "1", Command: "sync", Job: "b", Started: noon, Finished: noon, ExitCode: 4, Reason: "because"})
	must(t, l.Record(ctx, "1", 1, uncertain())) // the run is the same
	wantEqual(t, len(inDoubt(t, l, home)), 1)
}

func keptID(n byte) ledger.KeptID {
	return ledger.KeptID{Hash: contact.Hash{n}, Sealed: []byte{n, 0, n}}
}

// wantKept wants the ids of keptID to be kept, and no others.
func wantKept(t *testing.T, l ledger.Ledger, want ...byte) {
	t.Helper()
	asked, kept := []contact.Hash{{99}}, map[contact.Hash][]byte{}
	for _, n := range want {
		kept[contact.Hash{n}] = []byte{n, 0, n}
	}
	hashes := map[contact.Hash]bool{}
	for hash, err := range l.KeptHashes(t.Context()) {
		must(t, err)
		hashes[hash] = true
		asked = append(asked, hash)
	}
	wantEqual(t, len(hashes), len(want))
	got, err := l.KeptIDs(t.Context(), asked)
	must(t, err)
	wantEqual(t, got, kept)
}

// testKeptIDs: what is kept is given back to whoever asks for it, the first of each hash, as long as an attempt has it.
func testKeptIDs(t *testing.T, l ledger.Ledger) {
	ctx := t.Context()
	wantKept(t, l)
	must(t, l.KeepIDs(ctx, []ledger.KeptID{keptID(7), keptID(1)}), l.KeepIDs(ctx, nil))
	must(t, l.KeepIDs(ctx, []ledger.KeptID{{Hash: contact.Hash{7}, Sealed: []byte("other")}, keptID(3)}))
	wantKept(t, l, 1, 3, 7)
	got, err := l.KeptIDs(ctx, []contact.Hash{{3}, {4}})
	must(t, err)
	wantEqual(t, got, map[contact.Hash][]byte{{3}: {3, 0, 3}})
	got, err = l.KeptIDs(ctx, nil)
	must(t, err)
	wantEqual(t, got, map[contact.Hash][]byte{})
	for _, err := range l.KeptHashes(ctx) {
		must(t, err)
		break // left early
	}

	begin(t, l, "1", "2")
	for run, n := range map[string]byte{"1": 1, "2": 3} {
		i := Intent(run, 1, n)
		i.External = contact.Hash{n}
		must(t, l.Intend(ctx, i), l.Record(ctx, run, 1, Created(int64(n))))
	}
	must(t, l.Remove(ctx, []string{"1"}, nil, noon))
	wantKept(t, l, 3)
	must(t, l.Remove(ctx, []string{"2"}, []ledger.Ref{{Run: "2", Seq: 1}}, noon))
	wantKept(t, l, 3)

	const many = 2500 // more than are read at once
	ids := make([]ledger.KeptID, many)
	asked := make([]contact.Hash, many)
	for n := range ids {
		asked[n] = contact.Hash{1, byte(n), byte(n >> 8)}
		ids[n] = ledger.KeptID{Hash: asked[n], Sealed: []byte{byte(n)}}
	}
	must(t, l.KeepIDs(ctx, ids))
	got, err = l.KeptIDs(ctx, asked)
	must(t, err)
	wantEqual(t, len(got), many)
	hashes := map[contact.Hash]bool{}
	for hash, err := range l.KeptHashes(ctx) {
		must(t, err)
		hashes[hash] = true
	}
	wantEqual(t, len(hashes), many+1)
}

// testForgetIDs: the attempts of the job's runs have no id of their rows any more, whatever became of them, and those of
// others do.
func testForgetIDs(t *testing.T, l ledger.Ledger) {
	ctx := t.Context()
	beginOf(t, l, "a", "1", "2")
	beginOf(t, l, "b", "3")
	known := func(run string, seq int) ledger.Intent {
		i := Intent(run, seq, byte(seq))
		i.External = contact.Hash{byte(seq)}
		return i
	}
	must(t,
		l.KeepIDs(ctx, []ledger.KeptID{keptID(1), keptID(2)}),
		l.Intend(ctx, known("1", 1)), l.Record(ctx, "1", 1, Created(5)), l.Intend(ctx, known("2", 2)), l.Intend(ctx, known("3", 1)),
		l.ForgetIDs(ctx, "a"), l.ForgetIDs(ctx, "nobody's"),
	)
	result := Created(5)
	wantEqual(t, history(t, l, home), []ledger.Attempt{
		{Intent: Intent("1", 1, 1), Result: &result}, {Intent: Intent("2", 2, 2)}, {Intent: known("3", 1)},
	})
	wantKept(t, l, 1)
	must(t, l.Record(ctx, "2", 2, ledger.Result{Status: outcome.NotAttempted, At: noon}))
	wantEqual(t, len(inDoubt(t, l, home)), 1)
}
