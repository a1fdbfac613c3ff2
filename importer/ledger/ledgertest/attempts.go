package ledgertest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

func testRoundTrip(t *testing.T, l ledger.Ledger) {
	begin(t, l, "r")
	i := ledger.Intent{
		Run: "r", Seq: 1 << 30, Attempt: 9, Action: outcome.Delete, At: noon, Unclear: 3, Target: 1 << 61,
		Fields: contact.MaskOf(contact.Name, contact.TypeField),
		Told:   []outcome.Note{{Code: "conflict", IDs: []int64{5}, Fields: []contact.Field{contact.City}}, {Code: "external_id.moved", IDs: []int64{1 << 61}}},
		Row: ledger.RowKey{
			Scope: away, Occurrence: 77,
			Fingerprint: contact.Fingerprint{
				Content: contact.Hash{0, 1, 255}, Key: contact.Hash{9}, Identifiers: contact.Identifiers{1, 0, 1<<64 - 1, 4}, Version: 5,
			},
		},
	}
	must(t, l.Intend(t.Context(), i))
	wantEqual(t, outcomes(t, l, "r"), []ledger.Attempt{{Intent: i}})
	r := ledger.Result{
		Status: outcome.Failed, Field: contact.Email, Code: "1000\x00x", At: noon.Add(time.Microsecond), Found: true,
		Notes:  []outcome.Note{{Code: "contact.twice", IDs: []int64{1, -2, 1 << 62}}, {Code: "stored.differs"}, {Code: "stored.differs", IDs: []int64{5}, Fields: []contact.Field{contact.City, contact.PurchaseOrderNumber}}},
		Detail: "zu lang: \"\x00\xff\u202e\U0001f600\" " + strings.Repeat("long ", 100_000),
		Receipt: outcome.Receipt{
			Effect: outcome.EffectNone, ContactID: 1 << 60, Attempts: 3, HTTPStatus: 422, RequestID: "r", CloudFrontID: "c",
		},
	}
	must(t, l.Record(t.Context(), "r", i.Seq, r))
	wantEqual(t, outcomes(t, l, "r"), []ledger.Attempt{{Intent: i, Result: &r}})
}

func testAttempts(t *testing.T, l ledger.Ledger) {
	ctx := t.Context()
	begin(t, l, "r")
	i := Intent("r", 5, 1)
	i.Attempt = 0
	must(t, l.Intend(ctx, i), l.Record(ctx, "r", 5, uncertain()))
	i.Attempt = 3
	must(t, l.Intend(ctx, i))
	wantEqual(t, outcomes(t, l, "r"), []ledger.Attempt{{Intent: i}})
	again := i
	again.At = noon.Add(time.Hour)
	must(t, l.Record(ctx, "r", 5, Created(7)), l.Intend(ctx, again)) // takes the result away
	wantEqual(t, outcomes(t, l, "r"), []ledger.Attempt{{Intent: again}})
	i.Attempt = 2
	if l.Intend(ctx, i) == nil {
		t.Error("an attempt was intended after a later one")
	}
	r := Created(8)
	must(t, l.Record(ctx, "r", 5, r))
	wantEqual(t, outcomes(t, l, "r"), []ledger.Attempt{{Intent: again, Result: &r}})
}

func testRecordedAgain(t *testing.T, l ledger.Ledger) {
	ctx := t.Context()
	begin(t, l, "r", "later")
	i := Intent("r", 1, 1)
	r := Created(4)
	must(t, l.Intend(ctx, i), l.Record(ctx, "r", 1, uncertain()), l.Finish(ctx, "r", 3, "", noon), l.Record(ctx, "r", 1, r))
	wantEqual(t, outcomes(t, l, "r"), []ledger.Attempt{{Intent: i, Result: &r}})
	open, err := l.InDoubt(ctx, home)
	must(t, err)
	wantEqual(t, len(open), 0)
}

func testRecordedWithoutIntent(t *testing.T, l ledger.Ledger) {
	ctx := t.Context()
	begin(t, l, "r")
	wantError(t, l.Record(ctx, "r", 1, Created(1)), ledger.ErrNoIntent)
	must(t, l.Intend(ctx, Intent("r", 1, 1)))
	wantError(t, l.Record(ctx, "r", 2, Created(1)), ledger.ErrNoIntent)
	must(t, l.Record(ctx, "r", 1, Created(1)))
}

func testRefusedValues(t *testing.T, l ledger.Ledger) {
	ctx := t.Context()
	begin(t, l, "r")
	for name, change := range map[string]func(*ledger.Intent){
		"row 0":               func(i *ledger.Intent) { i.Seq = 0 },
		"row too large":       func(i *ledger.Intent) { i.Seq = 1 << 31 },
		"negative attempt":    func(i *ledger.Intent) { i.Attempt = -1 },
		"negative occurrence": func(i *ledger.Intent) { i.Row.Occurrence = -1 },
		"no action":           func(i *ledger.Intent) { i.Action = "" },
	} {
		i := Intent("r", 1, 1)
		change(&i)
		if l.Intend(ctx, i) == nil {
			t.Errorf("%s: intended", name)
		}
	}
	must(t, l.Intend(ctx, Intent("r", 1, 1)))
	if l.Record(ctx, "r", 1, ledger.Result{}) == nil {
		t.Error("recorded without a status")
	}
	wantEqual(t, outcomes(t, l, "r"), []ledger.Attempt{{Intent: Intent("r", 1, 1)}})
}

func testOutcomesInOrder(t *testing.T, l ledger.Ledger) {
	ctx := t.Context()
	begin(t, l, "r", "other")
	must(t, l.Intend(ctx, Intent("other", 2, 1)))
	const rows = 2500 // more than are read at once
	want := make([]ledger.Attempt, rows)
	AtOnce(rows, func(n int) {
		i := Intent("r", 1+(n*7)%rows*3, byte(n))
		want[n].Intent = i
		err := l.Intend(ctx, i)
		if err == nil && n%3 > 0 {
			r := Created(int64(n))
			want[n].Result = &r
			err = l.Record(ctx, "r", i.Seq, r)
		}
		if err != nil {
			t.Error(err)
		}
	})
	slices.SortFunc(want, func(a, b ledger.Attempt) int { return a.Seq - b.Seq })
	wantEqual(t, outcomes(t, l, "r"), want)
}

func testOutcomesLeftEarly(t *testing.T, l ledger.Ledger) {
	begin(t, l, "r")
	must(t, l.Intend(t.Context(), Intent("r", 1, 1)), l.Intend(t.Context(), Intent("r", 2, 1)))
	for a, err := range l.Outcomes(t.Context(), "r") {
		must(t, err)
		wantEqual(t, a.Seq, 1)
		break
	}
	begin(t, l, "next")
}

func testOutcomesReentrant(t *testing.T, l ledger.Ledger) {
	begin(t, l, "r", "s")
	must(t, l.Intend(t.Context(), Intent("r", 1, 1)), l.Intend(t.Context(), Intent("r", 2, 2)))
	for a, err := range l.Outcomes(t.Context(), "r") {
		must(t, err, l.Intend(t.Context(), Intent("s", a.Seq, 3)))
		wantEqual(t, len(outcomes(t, l, "s")), a.Seq)
	}
}
