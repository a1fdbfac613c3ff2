package ready_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/limit"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/ready"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/mapping/lookup"
)

// api answers as it is told.
type api struct {
	reach, login, my, read, countries error
	ahead                             time.Duration
	blind                             bool // it does not tell its time
	glimpse                           remote.Glimpse
	asked                             []string
}

func (a *api) note(what string) { a.asked = append(a.asked, what) }

func (a *api) Reach(context.Context) (time.Duration, bool, error) {
	a.note("reach")
	return a.ahead, !a.blind, a.reach
}

func (a *api) Authenticate(context.Context) (time.Duration, error) {
	a.note("login")
	return 4 * time.Hour, a.login
}

func (a *api) MyOrganisation(context.Context) (remote.Organisation, error) {
	a.note("my")
	return remote.Organisation{ID: 12, Name: "Acme"}, a.my
}

func (a *api) Glimpse(context.Context, int64) (remote.Glimpse, error) {
	a.note("contacts")
	return a.glimpse, a.read
}

func (a *api) Countries(context.Context) ([]lookup.CountryRow, error) {
	a.note("countries")
	return []lookup.CountryRow{{ID: 74, Name: "Germany", ISO: "de"}}, a.countries
}

// book is a ledger.
type book struct {
	held    int64
	version int
	jobs    []string
}

func (b book) Runs(context.Context) (runs []ledger.Run, err error) {
	for _, j := range b.jobs {
		runs = append(runs, ledger.Run{ID: j, Job: j, Command: "sync", ExitCode: 0, Started: time.Unix(0, 0)})
	}
	return runs, nil
}

func (b book) Scopes(_ context.Context, host string) ([]ledger.Scope, error) {
	return []ledger.Scope{{Host: host, Org: 12}, {Host: host, Org: 13}}, nil
}

func (b book) Schema() (version, newest int) { return b.version, 8 }

func (b book) HolderOf(s ledger.Scope) (ledger.Holder, bool) {
	return ledger.Holder{PID: 4711, Host: "mill"}, s.Org == b.held
}

func (b book) Close() error { return nil }

var errAway = errors.New("it is away")

// TestFindings: what each thing that goes wrong does to its own line, and to those that hang on it.
func TestFindings(t *testing.T) {
	t.Parallel()
	refusal := &outcome.Refusal{HTTPStatus: 403}
	for name, tt := range map[string]struct {
		api   api
		book  book
		open  error
		do    func(*ready.Check)
		want  map[string]ready.Status // those that are not ok
		found map[string]string       // a part of what is found
		asked string
	}{
		"all is well": {asked: "reach login my contacts countries"},
		"away": {
			api: api{reach: errAway}, want: all("api", ready.Failed, "clock token organisation contacts countries", "contact types"), asked: "reach",
			found: map[string]string{"clock": "not tried, since the API does not answer"},
		},
		"no token": {
			do:   func(c *ready.Check) { c.Token.Missing = errAway },
			want: all("token", ready.Failed, "organisation contacts countries", "contact types"), asked: "reach",
		},
		"token rejected": {api: api{login: errAway}, want: all("token", ready.Failed, "organisation contacts countries", "contact types"), asked: "reach login"},
		"used up in between": {
			api:   api{login: &limit.UsedUpError{For: time.Minute}},
			want:  all("token", ready.Skipped, "organisation contacts countries", "contact types"),
			found: map[string]string{"organisation": "not tried, since the request budget is used up for another 1m0s"}, asked: "reach login",
		},
		"not sent": {
			do:    func(c *ready.Check) { c.API, c.Unusable = nil, errAway },
			want:  all("api", ready.Failed, "clock token organisation contacts countries", "contact types"),
			found: map[string]string{"token": "since nothing was sent to the API"},
		},
		"own organisation not told": {api: api{my: refusal}, want: all("organisation", ready.Failed, "contacts", "contact types"), asked: "reach login my countries"},
		"contacts not to be read":   {api: api{read: refusal}, want: all("contacts", ready.Failed, "", "contact types"), asked: "reach login my contacts countries"},
		"another organisation not to be seen": {
			api: api{read: refusal}, do: func(c *ready.Check) { c.Org = 13 }, want: all("organisation", ready.Failed, "contacts", "contact types"),
			asked: "reach login my contacts countries",
		},
		"countries not to be read": {api: api{countries: refusal}, want: all("countries", ready.Failed, "", ""), asked: "reach login my contacts countries"},
		"country unknown without the API": {
			api: api{reach: errAway}, do: func(c *ready.Check) { c.Country = "Germny" }, asked: "reach",
			want: with(all("api", ready.Failed, "clock token organisation contacts", "contact types"), "countries", ready.Failed),
		},
		"country without a number": {do: func(c *ready.Check) { c.Country = "FR" }, want: all("countries", ready.Warning, "", "")},
		"type unknown":             {do: func(c *ready.Check) { c.TypeName = "Finance" }, want: all("contact types", ready.Warning, "", "")},
		"type given": {do: func(c *ready.Check) {
			c.TypeName, c.TypeIDs = "Finance", []contact.Type{{ID: 9, Name: "Finance"}}
		}, found: map[string]string{"contact types": `"Finance" has the number 9`}},
		"type given without the API": {
			api: api{reach: errAway}, do: func(c *ready.Check) { c.TypeName, c.TypeIDs = "Finance", []contact.Type{{ID: 9, Name: "Finance"}} },
			want: all("api", ready.Failed, "clock token organisation contacts countries", ""), asked: "reach",
		},
		"behind":     {api: api{ahead: 2 * time.Hour}, want: all("clock", ready.Warning, "", ""), found: map[string]string{"clock": "about 2h behind the API"}},
		"ahead":      {api: api{ahead: -90 * time.Second}, want: all("clock", ready.Warning, "", ""), found: map[string]string{"clock": "about 1m30s ahead of the API"}},
		"no time":    {api: api{blind: true}, want: all("clock", ready.Warning, "", "")},
		"locked":     {book: book{held: 12}, want: all("lock", ready.Warning, "", ""), found: map[string]string{"lock": "locked by process 4711 on mill"}},
		"elsewhere":  {book: book{held: 13}},
		"ledger bad": {open: errors.New("it is bad; mend it"), want: all("ledger", ready.Failed, "lock job", ""), found: map[string]string{"ledger": "it is bad"}},
		"older":      {book: book{version: 3}, found: map[string]string{"ledger": "version 3, which the next run brings to 8"}},
		"other jobs": {book: book{jobs: []string{"crm"}}, want: all("job", ready.Warning, "", ""), found: map[string]string{"job": `the ledger knows "crm"`}},
		"job known":  {book: book{jobs: []string{"night"}}, found: map[string]string{"job": `"night" has 1 run, the last that ended well of 1970-01-01 00:00 UTC`}},
		"disk full":  {do: func(c *ready.Check) { c.Disk.Room = room(1 << 20) }, want: all("disk", ready.Failed, "", "")},
		"disk low":   {do: func(c *ready.Check) { c.Disk.Room = room(64 << 20) }, want: all("disk", ready.Warning, "", "")},
		"not to be written": {
			do:   func(c *ready.Check) { c.Disk.Writable = func(string) error { return os.ErrPermission } },
			want: with(all("ledger", ready.Failed, "", ""), "report", ready.Failed),
		},
		"budget used up": {
			do: func(c *ready.Check) {
				c.Budget.Left = func(limit.Rate) (int, time.Duration) { return 0, 3 * time.Minute }
			}, want: all("request budget", ready.Warning, "", ""),
			found: map[string]string{"request budget": "0 of 10 in 1h left; the next request may leave in 3m"},
		},
		"report in use": {do: func(c *ready.Check) { c.Report.Named, c.Report.InUse = true, func() bool { return true } }, want: all("report", ready.Warning, "", "")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			tt.api.glimpse = remote.Glimpse{Count: 3, CountKnown: true, Whole: true, Types: []contact.Type{{ID: 3, Name: "Technical"}}}
			if tt.book.version == 0 {
				tt.book.version = 8
			}
			c := &ready.Check{
				API: &tt.api, Address: "https://api.test", Token: ready.Token{From: "somewhere"}, Job: "night", Temp: dir,
				Report: ready.Report{Dir: dir}, Budget: ready.Budget{Rates: []limit.Rate{{N: 10, Per: time.Hour}}},
				Ledger: ready.Ledger{
					Path: filepath.Join(dir, "ledger.db"), Place: func() (string, error) { return "", nil },
					Open:   func(context.Context) (ready.Book, bool, error) { return tt.book, true, tt.open },
					Unread: errors.New("unread"),
				},
				Disk: ready.Disk{Room: room(1 << 40), Writable: func(string) error { return nil }},
			}
			if tt.open != nil {
				c.Ledger.Open = func(context.Context) (ready.Book, bool, error) { return nil, false, tt.open }
			}
			if tt.do != nil {
				tt.do(c)
			}
			err := c.Run(t.Context(), func(f ready.Finding) {
				want := ready.OK
				if s, ok := tt.want[f.Name]; ok {
					want = s
				}
				if f.Status != want || !strings.Contains(f.Found, tt.found[f.Name]) {
					t.Errorf("want %s %q: %+v", want, tt.found[f.Name], f)
				}
				if f.Found == "" || (f.Status == ready.Warning) && f.Fix == "" {
					t.Errorf("it says too little: %+v", f)
				}
			})
			if err != nil {
				t.Error(err)
			}
			if asked := strings.Join(tt.api.asked, " "); tt.asked != "" && asked != tt.asked {
				t.Errorf("asked %s, want %s", asked, tt.asked)
			}
			if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
				t.Errorf("%d files were made, %v", len(entries), err)
			}
		})
	}
}

// all are the findings that are not ok: one, and those that are skipped because of it.
func all(name string, s ready.Status, skipped string, more string) map[string]ready.Status {
	m := map[string]ready.Status{name: s}
	for _, n := range slices.Concat(strings.Fields(skipped), []string{more}) {
		if n != "" {
			m[n] = ready.Skipped
		}
	}
	return m
}

func with(m map[string]ready.Status, name string, s ready.Status) map[string]ready.Status {
	m[name] = s
	return m
}

func room(bytes int64) func(string) (int64, int64, bool, error) {
	return func(string) (int64, int64, bool, error) { return bytes, -1, true, nil }
}
