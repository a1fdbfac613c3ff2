package history

import (
	"context"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/memory"
	"github.com/contactsync/contactsync/importer/outcome"
)

// TestStandingOf: which run was the last success of runs like one, and whose rows in doubt count.
func TestStandingOf(t *testing.T) {
	t.Parallel()
	here, there := ledger.Scope{Host: "api", Org: 1}, ledger.Scope{Host: "api", Org: 2}
	at := func(day int) time.Time { return time.Date(2026, 3, day, 2, 0, 0, 0, time.UTC) }
	ctx := context.Background()
	book := memory.New()
	day := 0
	// night is a run of the next day that began to write in an organisation, and may have left a row in doubt.
	night := func(command, job string, exit int, s ledger.Scope, doubt bool, change func(*ledger.Run)) {
		day++
		r := ledger.Run{ID: at(day).Format(time.DateOnly), Command: command, Job: job, Started: at(day)}
		if change != nil {
			change(&r)
		}
		err := book.Begin(ctx, r)
		if err == nil {
			err = book.Baseline(ctx, r.ID, s, nil)
		}
		if err == nil && doubt {
			err = book.Intend(ctx, ledger.Intent{
				Run: r.ID, Seq: 1, Attempt: 1, Action: outcome.Create, At: at(day),
				Row: ledger.RowKey{Scope: s, Fingerprint: contact.Fingerprint{Content: contact.Hash{byte(day)}}},
			})
		}
		if err == nil {
			err = book.Finish(ctx, r.ID, exit, "", at(day).Add(time.Hour))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	night("sync", "crm", 0, here, false, nil)                                       // 1
	night("import", "crm", 0, here, true, nil)                                      // 2
	night("sync", "crm", 3, here, true, nil)                                        // 3: not every row ended well
	night("undo", "crm", 0, here, false, nil)                                       // 4: says nothing of the job
	night("sync", "crm", 0, here, true, func(r *ledger.Run) { r.Simulated = true }) // 5
	night("sync", "crm", 0, here, false, func(r *ledger.Run) { r.DryRun = true })   // 6
	night("import", "", 0, here, true, nil)                                         // 7
	night("import", "", 0, there, true, nil)                                        // 8
	night("import", "", 6, here, false, nil)                                        // 9
	night("undo", "", 0, there, false, nil)                                         // 10
	for name, test := range map[string]struct {
		like    Like
		success int // the day; 0: none
		doubt   int
	}{
		"a job":                   {Like{Job: "crm", Command: "sync", Host: "api", Org: 1}, 2, 2},
		"its undo":                {Like{Job: "crm", Command: "undo", Host: "api"}, 2, 2},
		"no job":                  {Like{Command: "import", Host: "api", Org: 1}, 7, 2},
		"elsewhere":               {Like{Command: "import", Host: "api", Org: 2}, 8, 2},
		"nobody knows where":      {Like{Command: "import", Host: "api"}, 8, 2},
		"another command":         {Like{Command: "undo", Host: "api", Org: 2}, 10, 2},
		"never here":              {Like{Command: "undo", Host: "api", Org: 1}, 0, 2},
		"another job":             {Like{Job: "erp", Command: "sync", Host: "api", Org: 1}, 0, 0},
		"another host has others": {Like{Command: "import", Host: "elsewhere", Org: 1}, 0, 0},
		"all that is in doubt":    {Like{Command: "settle", Host: "api", All: true}, 0, 4},
	} {
		got, err := StandingOf(ctx, book, test.like)
		want := Standing{InDoubt: test.doubt}
		if test.success > 0 {
			want.LastSuccess = at(test.success).Add(time.Hour)
		}
		if err != nil || got != want {
			t.Errorf("%s: %+v, want %+v; error %v", name, got, want, err)
		}
	}
}
