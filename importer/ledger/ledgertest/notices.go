package ledgertest

import (
	"fmt"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/ledger"
)

// testNotices: of each subject the last notice stays, and before it those that have not got through, as long as there are not
// too many.
func testNotices(t *testing.T, l ledger.Ledger) {
	ctx := t.Context()
	want := func(notices ...ledger.Notice) {
		t.Helper()
		got, err := l.Notices(ctx)
		must(t, err)
		wantEqual(t, got, notices)
	}
	want()
	nightly := func(id string, exit int, pending bool) ledger.Notice {
		return ledger.Notice{ID: id, Run: id, Subject: ledger.Subject{Job: "crm"}, ExitCode: exit, At: noon, Pending: pending}
	}
	by := ledger.Notice{ID: "s", Subject: ledger.Subject{Command: "settle", Host: "api", Org: 12}, ExitCode: 3, At: noon.Add(time.Second)}
	must(t, l.SaveNotices(ctx, nightly("1", 0, false)), l.SaveNotices(ctx, by), l.SaveNotices(ctx))
	want(nightly("1", 0, false), by)
	must(t, l.SaveNotices(ctx, nightly("2", 3, true)))
	want(by, nightly("2", 3, true))
	must(t, l.SaveNotices(ctx, nightly("3", 0, true)))
	want(by, nightly("2", 3, true), nightly("3", 0, true))
	must(t, l.SaveNotices(ctx, nightly("2", 3, false), nightly("3", 0, false)))
	want(by, nightly("3", 0, false))

	must(t, l.RenameJob(ctx, "crm", "sales"))
	renamed := nightly("3", 0, false)
	renamed.Subject.Job = "sales"
	want(by, renamed)

	const many = 60
	for n := range many {
		must(t, l.SaveNotices(ctx, nightly(fmt.Sprintf("late %d", n), 6, true)))
	}
	got, err := l.Notices(ctx)
	must(t, err)
	wantEqual(t, len(got), 52)
	wantEqual(t, got[2], nightly("late 10", 6, true))
}
