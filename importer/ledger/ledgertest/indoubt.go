package ledgertest

import (
	"testing"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

func inDoubt(t *testing.T, l ledger.Ledger, s ledger.Scope) []ledger.Attempt {
	t.Helper()
	found, err := l.InDoubt(t.Context(), s)
	must(t, err)
	return found
}

func testInDoubt(t *testing.T, l ledger.Ledger) {
	ctx := t.Context()
	wantEqual(t, len(inDoubt(t, l, home)), 0)
	begin(t, l, "r")
	for seq := 1; seq <= 4; seq++ {
		must(t, l.Intend(ctx, Intent("r", seq, byte(seq))))
	}
	unclear := uncertain()
	refused := ledger.Result{Status: outcome.Failed, At: noon, Receipt: outcome.Receipt{Effect: outcome.EffectNone}}
	must(t, l.Record(ctx, "r", 4, unclear), l.Record(ctx, "r", 1, Created(1)), l.Record(ctx, "r", 2, refused))
	wantEqual(t, inDoubt(t, l, home), []ledger.Attempt{
		{Intent: Intent("r", 3, 3)}, {Intent: Intent("r", 4, 4), Result: &unclear},
	})

	again := Intent("r", 4, 4)
	again.Attempt = 2
	must(t, l.Intend(ctx, again))
	wantEqual(t, inDoubt(t, l, home)[1], ledger.Attempt{Intent: again})
	must(t, l.Record(ctx, "r", 4, Created(4)), l.Record(ctx, "r", 3, Created(3)))
	wantEqual(t, len(inDoubt(t, l, home)), 0)
}

// testInDoubtOverRuns: what counts is the last attempt of a row, whichever run made it and wherever it stood in the input.
func testInDoubtOverRuns(t *testing.T, l ledger.Ledger) {
	ctx := t.Context()
	begin(t, l, "1", "2", "3")
	twin := Intent("1", 3, 1)
	twin.Row.Occurrence = 1
	must(t,
		l.Intend(ctx, Intent("1", 1, 1)), l.Intend(ctx, Intent("1", 2, 2)), l.Intend(ctx, twin),
		l.Record(ctx, "1", 1, uncertain()),
		l.Intend(ctx, Intent("2", 9, 1)), l.Record(ctx, "2", 9, Created(5)),
		l.Intend(ctx, Intent("3", 7, 3)), l.Record(ctx, "3", 7, Created(6)),
	)
	wantEqual(t, inDoubt(t, l, home), []ledger.Attempt{{Intent: Intent("1", 2, 2)}, {Intent: twin}})

	must(t, l.Intend(ctx, Intent("3", 8, 1)), l.Intend(ctx, Intent("2", 1, 2)))
	wantEqual(t, inDoubt(t, l, home), []ledger.Attempt{
		{Intent: twin}, {Intent: Intent("2", 1, 2)}, {Intent: Intent("3", 8, 1)},
	})
	must(t, l.Record(ctx, "1", 3, Created(7))) // a run that ended long ago is settled by a later one
	wantEqual(t, inDoubt(t, l, home), []ledger.Attempt{{Intent: Intent("2", 1, 2)}, {Intent: Intent("3", 8, 1)}})
}

func testInDoubtByScope(t *testing.T, l ledger.Ledger) {
	ctx := t.Context()
	begin(t, l, "1", "2")
	elsewhere := Intent("2", 1, 1)
	elsewhere.Row.Scope = away
	must(t, l.Intend(ctx, Intent("1", 1, 1)), l.Intend(ctx, elsewhere), l.Record(ctx, "2", 1, Created(1)))
	wantEqual(t, inDoubt(t, l, home), []ledger.Attempt{{Intent: Intent("1", 1, 1)}})
	wantEqual(t, len(inDoubt(t, l, away)), 0)
	wantEqual(t, len(inDoubt(t, l, ledger.Scope{Host: home.Host, Org: 43})), 0)
}
