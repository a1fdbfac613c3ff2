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
		l.Intend(ctx, known("1", 1)), l.Record(ctx, "1", 1, Created(5)), l.Intend(ctx, known("2", 2)), l.Intend(ctx, known("3", 1)),
		l.ForgetIDs(ctx, "a"), l.ForgetIDs(ctx, "nobody's"),
	)
	result := Created(5)
	wantEqual(t, history(t, l, home), []ledger.Attempt{
		{Intent: Intent("1", 1, 1), Result: &result}, {Intent: Intent("2", 2, 2)}, {Intent: known("3", 1)},
	})
	must(t, l.Record(ctx, "2", 2, ledger.Result{Status: outcome.NotAttempted, At: noon}))
	wantEqual(t, len(inDoubt(t, l, home)), 1)
}
