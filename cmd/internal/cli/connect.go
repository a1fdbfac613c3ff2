package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/importer"
	"github.com/contactsync/contactsync/importer/apply"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/emnify"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/limit"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/simulator"
	"github.com/contactsync/contactsync/mapping/lookup"
)

// connection is the API, as a run sees it.
type connection struct {
	client *emnify.Client
	budget *limit.Budget
	host   string
	close  func()
}

// connect makes the client, and with --simulate the API too.
func connect(env Env, o apiFlags, readOnly bool, log zerolog.Logger) (*connection, error) {
	c := &connection{budget: limit.New(o.rates), close: func() {}}
	address, token, err := c.destination(env, o, log)
	if err != nil {
		return nil, err
	}
	if err := checkAddress(address); err != nil {
		c.close()
		return nil, err
	}
	transport := env.Transport
	if transport == nil || o.simulate {
		transport = emnify.NewTransport()
	}
	c.client, err = emnify.New(emnify.Config{
		BaseURL: address, Token: token, Transport: transport, Budget: c.budget,
		Timeout: o.timeout, MaxAttempts: o.maxAttempts, MaxBackoff: o.maxBackoff,
		Rand: env.Rand, ReadOnly: readOnly,
		UserAgent: "contactsync/" + versionOf(env), Log: log,
	})
	if err != nil {
		c.close()
		return nil, err
	}
	if !o.simulate {
		c.host = emnify.Host(address)
	}
	return c, nil
}

// destination tells where the API is, and the token for it.
func (c *connection) destination(env Env, o apiFlags, log zerolog.Logger) (string, emnify.Secret, error) {
	if o.simulate {
		address, err := c.simulate(o, log)
		return address, emnify.NewSecret("simulated"), err
	}
	token, err := applicationToken(env, o.tokenFile)
	return o.url, token, err
}

// simulatedHost stands for the simulator in the ledger: its port is another one in each run.
const simulatedHost = "simulator"

// simulate serves the API on this machine until the connection is closed, and tells where.
func (c *connection) simulate(o apiFlags, log zerolog.Logger) (string, error) {
	opts, err := simulatorOptions(o.seed, o.faults)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithCancel(context.Background())
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		cancel()
		return "", fmt.Errorf("starting the simulator: %w", err)
	}
	done := make(chan struct{})
	server := simulator.New(opts)
	go func() {
		defer close(done)
		if err := server.Serve(ctx, listener); err != nil && !errors.Is(err, http.ErrServerClosed) {
			log.Error().Err(err).Msg("the simulator ended")
		}
	}()
	c.close = func() {
		cancel()
		<-done
	}
	c.host = simulatedHost
	return "http://" + listener.Addr().String(), nil
}

func checkAddress(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		return &importer.UsageError{
			Message: fmt.Sprintf("the API's address (--api-url, EMNIFY_API_URL) is not an http or https URL without a user: %q", redactURL(address)),
		}
	}
	return nil
}

// redactURL drops what may be a password.
func redactURL(address string) string {
	if at := strings.LastIndex(address, "@"); at >= 0 {
		return "..." + address[at:]
	}
	return address
}

// applicationToken finds the token: the file that a flag names, the environment, the file that the environment names.
func applicationToken(env Env, file string) (emnify.Secret, error) {
	if token, ok := env.LookupEnv("EMNIFY_APPLICATION_TOKEN"); ok && file == "" && strings.TrimSpace(token) != "" {
		return emnify.NewSecret(token), nil
	}
	if file == "" {
		file, _ = env.LookupEnv("EMNIFY_APPLICATION_TOKEN_FILE")
	}
	if file == "" {
		return emnify.Secret{}, &importer.UsageError{
			Message: "no application token: the API can't be used without one",
			Hint: "set EMNIFY_APPLICATION_TOKEN, or name a file that holds the token with --application-token-file; " +
				"to try without an account give --simulate, to check a file only use contactsync validate",
		}
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return emnify.Secret{}, &importer.UsageError{Message: fmt.Sprintf("reading the application token: %v", err)}
	}
	token := emnify.NewSecret(string(data))
	if token.IsZero() {
		return token, &importer.UsageError{Message: fmt.Sprintf("the application token file %q is empty", file)}
	}
	return token, nil
}

// api is the client in the words of the run's ports.
type api struct{ client *emnify.Client }

func (a api) MyOrganisation(ctx context.Context) (importer.Organisation, error) {
	o, err := a.client.MyOrganisation(ctx)
	return importer.Organisation{ID: o.ID, Name: o.Name}, err
}

func (a api) Countries(ctx context.Context) ([]lookup.CountryRow, error) {
	rows, err := a.client.Countries(ctx)
	table := make([]lookup.CountryRow, len(rows))
	for i, r := range rows {
		table[i] = lookup.CountryRow{ID: r.ID, Name: r.Name, ISO: r.ISO}
	}
	return table, err
}

func (a api) List(ctx context.Context, org int64) (apply.Listing, error) {
	l, err := a.client.List(ctx, org)
	return apply.Listing{Contacts: l.Contacts, Cached: l.Cached}, err
}

func (a api) Contact(ctx context.Context, org, id int64) (contact.Stored, bool, error) {
	return a.client.Contact(ctx, org, id)
}

func (a api) DeleteContact(ctx context.Context, org, id int64, h apply.Hooks) (plan.Receipt, error) {
	return a.client.DeleteContact(ctx, org, id, emnify.Hooks{Before: h.Before, After: h.After})
}

func (a api) CreateContact(ctx context.Context, org int64, c contact.Contact, h apply.Hooks) (plan.Receipt, error) {
	return a.client.CreateContact(ctx, org, c, emnify.Hooks{Before: h.Before, After: h.After})
}

// openLedger opens the ledger that the user named, or the one in the user's state folder. A simulated run keeps its own
// in memory unless it was given one; a dry run only reads.
func openLedger(ctx context.Context, env Env, state string, simulated, dryRun bool) (ledger.Ledger, error) {
	if env.Ledger != nil {
		return env.Ledger, nil
	}
	if state == "" && simulated {
		return ledger.NewMemory(), nil
	}
	path, err := ledgerPath(env, state)
	if err != nil {
		return nil, err
	}
	if dryRun {
		return ledger.OpenSQLiteReadOnly(ctx, path)
	}
	return ledger.OpenSQLite(ctx, path)
}

func ledgerPath(env Env, state string) (string, error) {
	if path, ok := strings.CutPrefix(state, "sqlite:"); ok {
		state = path
		if state == "" {
			return "", &importer.UsageError{Message: "--state sqlite: names no file"}
		}
	}
	if strings.HasPrefix(state, "postgres://") || strings.HasPrefix(state, "postgresql://") {
		return "", &importer.UsageError{Message: "--state: this version keeps its ledger in a SQLite file only", Hint: "give sqlite:PATH"}
	}
	if state != "" {
		return state, nil
	}
	dir, err := stateDir(env)
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "contactsync", "ledger.db"), nil
}

// stateDir is where programs keep what must outlive them: the XDG base directory specification on Unix, the usual
// places elsewhere.
func stateDir(env Env) (string, error) {
	get := func(name string) string { v, _ := env.LookupEnv(name); return v }
	switch {
	case runtime.GOOS == "windows" && get("LocalAppData") != "":
		return get("LocalAppData"), nil
	case filepath.IsAbs(get("XDG_STATE_HOME")):
		return get("XDG_STATE_HOME"), nil
	case runtime.GOOS == "darwin" && get("HOME") != "":
		return filepath.Join(get("HOME"), "Library", "Application Support"), nil
	case get("HOME") != "":
		return filepath.Join(get("HOME"), ".local", "state"), nil
	}
	return "", &importer.UsageError{
		Message: "there is no state folder for the ledger: neither XDG_STATE_HOME nor HOME is set",
		Hint:    "name the ledger's file with --state or CONTACTSYNC_STATE",
	}
}

// forecast tells how long requests take at least under the budget.
func (c *connection) forecast(requests int) time.Duration { return c.budget.Duration(requests) }

// usage tells how many requests left and how long they waited for the budget.
func (c *connection) usage() (int, time.Duration) { return c.client.Requests(), c.budget.Waited() }
