package cli

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"github.com/contactsync/contactsync/cmd/internal/option"
	"github.com/contactsync/contactsync/cmd/internal/terminal"
	"github.com/contactsync/contactsync/importer/emnify"
	"github.com/contactsync/contactsync/importer/emnify/credential"
	"github.com/contactsync/contactsync/importer/ledger/budget"
	"github.com/contactsync/contactsync/importer/ledger/dbfile"
	"github.com/contactsync/contactsync/importer/ledger/sqlite"
	"github.com/contactsync/contactsync/importer/limit"
	"github.com/contactsync/contactsync/importer/ready"
	"github.com/contactsync/contactsync/mapping"
	"github.com/contactsync/contactsync/report"
)

type checkOptions struct {
	env  Env
	cmd  *cobra.Command
	from option.Origins
	log  zerolog.Logger
	option.Check
	err  error
	runF func(*checkOptions) error
}

func newCheck(env Env) *cobra.Command {
	o := &checkOptions{env: env, runF: runCheck}
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Try everything that a run needs, and write nothing",
		Long: `Try everything that a run needs: the way to the API, the token, the organisation and the right to read its contacts,
countries and contact types, the clock, the ledger, the report folder, free disk and the request budget. Give it the flags
and the environment of the run. Each line tells what was looked at, what was found and what to do about it; what hangs on
something that failed is not tried.

Nothing is written: the API gets questions and one authentication, never a second one, and no file is made or changed. Its
few requests are not noted in the request budget of the runs; where that is used up it sends none. It is no run, and is in
no history.

Exit codes:
  0  a run has what it needs; there may be warnings
  1  something failed, or could not be tried
  2  wrong usage
  4  interrupted`,
		Example: `  contactsync check --type Technical --country DE
  contactsync check --json | jq -r '.[] | select(.status != "ok") | .name + ": " + .found'`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var err error
			if o.from, o.log, err = resolveWithLog(cmd, env, &o.Output); err != nil {
				return err
			}
			return o.runF(o)
		},
	}
	o.cmd = cmd
	o.err = o.Register(cmd.Flags())
	return cmd
}

func runCheck(o *checkOptions) error {
	if o.err != nil {
		return o.err
	}
	ctx, release := untilSignal(o.env)
	defer release()
	if o.API.Simulate && o.from.IsSet("state") {
		o.State = "" // as in a run
	}
	c := &connection{close: func() {}}
	defer func() { c.close() }()
	look := o.look(ctx, c)
	show := &terminal.Findings{Out: o.env.Stdout, View: terminal.ViewOf(o.env.StdoutTTY, o.env.Width, o.env.LookupEnv)}
	var all []ready.Finding
	of := map[ready.Status]int{}
	err := look.Run(ctx, func(f ready.Finding) {
		all = append(all, f)
		of[f.Status]++
		if !o.JSON {
			show.Show(f)
		}
	})
	if err != nil {
		return err
	}
	if o.JSON {
		err = terminal.PrintJSON(o.env.Stdout, all)
	} else {
		show.End(of)
		err = show.Err()
	}
	if err == nil && of[ready.Failed]+of[ready.Skipped] > 0 {
		return codeError(exitFailed)
	}
	return err
}

// look puts together what is to be looked at, as a run with these options would use it.
func (o *checkOptions) look(ctx context.Context, c *connection) *ready.Check {
	look := &ready.Check{
		Simulated: o.API.Simulate, Org: o.Org, Job: o.Job, TypeIDs: o.TypeIDs, Mapping: o.profile(),
		Report: o.report(), Temp: os.TempDir(), Disk: ready.Disk{Room: o.env.Room}, Hint: hintOf,
	}
	look.TypeName, look.Country = o.TypeName, o.Country // which the profile may have given
	address, token := o.address(look, c)
	look.Ledger = o.ledger(c.host)
	look.Budget = o.budget(ctx, c, look.Ledger.Path)
	if look.Unusable != nil {
		return look
	}
	config := c.config(o.env, o.API, address, token, o.log)
	config.ReadOnly, config.LoginOnce = true, true
	client, err := emnify.New(config)
	if err != nil && look.Token.Missing == nil {
		look.Token.Missing = err
		config.Token = credential.New("none") // and none is sent
		client, err = emnify.New(config)
	}
	if err != nil {
		look.Unusable = err
		return look
	}
	c.client, look.API = client, client
	return look
}

// address finds out where the API is, and the token for it.
func (o *checkOptions) address(look *ready.Check, c *connection) (address string, token credential.Secret) {
	if o.API.Simulate {
		address, look.Unusable = c.simulate(o.API, o.log)
		look.Token.From = "the simulator"
		return address, credential.New("simulated")
	}
	c.host = emnify.Host(o.API.URL)
	look.Unusable = checkAPI(&o.API, o.env, o.log)
	if look.Unusable == nil {
		look.Address, look.Proxy = o.API.URL, proxyOf(o.env, o.API.URL)
	}
	token, from, err := findToken(o.env, o.API.TokenFile)
	look.Token = ready.Token{From: from.String(), Missing: err, Open: from.open()}
	if err != nil {
		token = credential.New("none") // and none is sent
	}
	return o.API.URL, token
}

// proxyOf names the proxy on the way to an address, without the password that its variable may hold.
func proxyOf(env Env, address string) string {
	u, err := url.Parse(address)
	if err != nil || env.Transport != nil {
		return ""
	}
	proxy, err := http.ProxyFromEnvironment(&http.Request{URL: u})
	if err != nil || proxy == nil {
		return ""
	}
	return proxy.Scheme + "://" + proxy.Host
}

// profile reads the mapping profile, and takes the defaults that it brings along.
func (o *checkOptions) profile() func() (string, error) {
	if o.Mapping == "" {
		return nil
	}
	if mapping.IsBuiltin(o.Mapping) {
		return func() (string, error) { return fmt.Sprintf("%q, which is built in", o.Mapping), nil }
	}
	profile, err := readProfile(o.Mapping, o.from)
	if err == nil {
		err = o.from.ApplyDefaults(o.cmd, profile.Defaults)
	}
	if err != nil {
		return func() (string, error) { return "", err }
	}
	return func() (string, error) {
		return fmt.Sprintf("%q, with %s", o.Mapping, terminal.Counted(len(profile.Fields), "field")), nil
	}
}

func (o *checkOptions) report() ready.Report {
	dir := o.Folder()
	switch {
	case o.ReportDir == option.NoReport:
		return ready.Report{None: true}
	case dir == "":
		return ready.Report{Dir: "."}
	}
	return ready.Report{Dir: dir, Named: true, InUse: func() bool { return report.InUse(dir) }}
}

func (o *checkOptions) ledger(host string) ready.Ledger {
	l := ready.Ledger{Host: host, Unread: dbfile.ErrLogUnread}
	if o.env.Ledger != nil || o.API.Simulate && o.State == "" {
		return l
	}
	path, err := ledgerPath(o.env, o.State)
	if err != nil {
		l.Unnamed = err
		return l
	}
	l.Path = path
	l.Place = func() (string, error) {
		switch kind := networkKind(o.env, path); {
		case kind == "":
			return "", nil
		case isThere(path):
			return fmt.Sprintf("it is on a network file system (%s), on which locks and its log may not hold", kind), nil
		default:
			return "", &placeError{path, kind}
		}
	}
	l.Open = func(ctx context.Context) (ready.Book, bool, error) {
		book, err := sqlite.Look(ctx, path)
		if err != nil { // a nil *sqlite.Ledger is no nil Book
			return nil, false, err
		}
		return book, isThere(path), nil
	}
	return l
}

// budget reads the request budget of the runs, and makes one that keeps to it and leaves no trace.
func (o *checkOptions) budget(ctx context.Context, c *connection, path string) ready.Budget {
	b := ready.Budget{Rates: o.API.Rates}
	c.budget = limit.New(o.API.Rates)
	if o.API.Simulate || path == "" || longestWindow(o.API.Rates) <= time.Second {
		return b
	}
	seen, err := budget.Look(ctx, path, c.host)
	if err != nil {
		b.Err = err
		return b
	}
	c.budget = limit.NewShared(o.API.Rates, seen)
	b.Left = func(r limit.Rate) (int, time.Duration) { return seen.Left(r, time.Now()) }
	return b
}
