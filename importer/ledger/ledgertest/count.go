package ledgertest

import (
	"testing"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// testCount: each row counts once, by its last attempt, and for the run that knows it.
func testCount(t *testing.T, l ledger.Ledger) {
	ctx := t.Context()
	_, err := l.Count(ctx, "x")
	wantError(t, err, ledger.ErrUnknownRun)
	begin(t, l, "1", "2", "3")
	second := Intent("1", 1, 1)
	second.Attempt = 2
	must(t,
		l.Intend(ctx, Intent("1", 1, 1)), l.Record(ctx, "1", 1, uncertain()), l.Intend(ctx, second), l.Record(ctx, "1", 1, Created(5)),
		l.Intend(ctx, Intent("1", 2, 2)), l.Record(ctx, "1", 2, Created(6)),
		l.Intend(ctx, Intent("1", 3, 3)), l.Record(ctx, "1", 3, uncertain()),
		l.Intend(ctx, Intent("1", 4, 4)),
		l.Intend(ctx, Intent("2", 1, 5)), l.Record(ctx, "2", 1, ledger.Result{Status: outcome.Failed, At: noon}),
		l.Resume(ctx, "2", []ledger.Resumed{{Seq: 9, From: ledger.Ref{Run: "1", Seq: 4}}}),
	)
	for run, want := range map[string]map[outcome.Status]int{
		"1": {outcome.Created: 2, outcome.Uncertain: 2}, "2": {outcome.Failed: 1, outcome.Uncertain: 1}, "3": {},
	} {
		got, err := l.Count(ctx, run)
		must(t, err)
		wantEqual(t, got, want)
	}
}

func testWhatContinues(t *testing.T, l ledger.Ledger) {
	ctx := t.Context()
	begin(t, l, "b", "a")
	must(t, l.Begin(ctx, ledger.Run{ID: "c", Started: noon}, "a", "b"), l.Begin(ctx, ledger.Run{ID: "d", Started: noon}, "c"))
	got, err := l.Continued(ctx)
	must(t, err)
	wantEqual(t, got, map[string][]string{"c": {"b", "a"}, "d": {"c"}})
}
