package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/cmd/internal/option"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/budget"
	"github.com/contactsync/contactsync/importer/ledger/memory"
	"github.com/contactsync/contactsync/importer/ledger/sqlite"
	"github.com/contactsync/contactsync/importer/limit"
	"github.com/contactsync/contactsync/importer/stop"
)

// ledgerUse is what a command opens the ledger for.
type ledgerUse struct {
	simulated bool // the run keeps its own in memory unless it was given one
	readOnly  bool
	// keyed: what the command writes elsewhere is under the ledger's key, so that one is made, or brought up to date, even
	// where the ledger itself is only read.
	keyed bool
}

// openLedger opens the ledger that the user named, or the one in the user's state folder.
func openLedger(ctx context.Context, env Env, state string, use ledgerUse) (ledger.Ledger, error) {
	if env.Ledger != nil {
		return env.Ledger, nil
	}
	if state == "" && use.simulated {
		return memory.New(), nil
	}
	path, err := ledgerPath(env, state)
	if err != nil {
		return nil, err
	}
	if !use.readOnly {
		return sqlite.Open(ctx, path)
	}
	book, err := sqlite.OpenReadOnly(ctx, path)
	if err != nil || !use.keyed || !book.Key().IsZero() {
		return book, err
	}
	if err := book.Close(); err != nil {
		return nil, err
	}
	if book, err = sqlite.Open(ctx, path); err != nil {
		return nil, err
	}
	if err := book.Close(); err != nil {
		return nil, err
	}
	return sqlite.OpenReadOnly(ctx, path)
}

func ledgerPath(env Env, state string) (string, error) {
	if path, ok := strings.CutPrefix(state, "sqlite:"); ok {
		state = path
		if strings.Trim(state, "/") == "" {
			return "", &stop.UsageError{Message: "--state sqlite: names no file"}
		}
	}
	if strings.HasPrefix(state, "postgres://") || strings.HasPrefix(state, "postgresql://") {
		return "", &stop.UsageError{Message: "--state: this version keeps its ledger in a SQLite file only", Hint: "give sqlite:PATH"}
	}
	if scheme, _, ok := strings.Cut(state, "://"); ok {
		return "", &stop.UsageError{
			Message: fmt.Sprintf("--state: there is no ledger of the kind %q", scheme), Hint: "give sqlite:PATH, or a path",
		}
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
	return "", &stop.UsageError{
		Message: "there is no state folder for the ledger: neither XDG_STATE_HOME nor HOME is set",
		Hint:    "name the ledger's file with --state or CONTACTSYNC_STATE",
	}
}

// openBudget makes the request budget of an API's host. It lives beside the ledger, so that runs that follow each other
// closely, or go side by side, keep to it together. A simulator of our own has its limit to itself; what a window of a
// second could carry over is not worth a file.
func openBudget(ctx context.Context, env Env, o option.API, state, host string, dryRun bool, log zerolog.Logger) (*limit.Budget, func() error, error) {
	nothing := func() error { return nil }
	if env.Slots != nil {
		return limit.NewShared(o.Rates, env.Slots), nothing, nil
	}
	if o.Simulate || env.Ledger != nil || longestWindow(o.Rates) <= time.Second {
		return limit.New(o.Rates), nothing, nil
	}
	path, err := ledgerPath(env, state)
	if err != nil {
		return nil, nil, err
	}
	slots, err := budget.Open(ctx, path, host)
	if err != nil && dryRun {
		log.Warn().Err(err).Msg("the requests of this dry run do not count for other runs")
		return limit.New(o.Rates), nothing, nil
	}
	if err != nil {
		return nil, nil, err
	}
	return limit.NewShared(o.Rates, slots), slots.Close, nil
}

func longestWindow(rates []limit.Rate) time.Duration {
	var longest time.Duration
	for _, r := range rates {
		longest = max(longest, r.Per)
	}
	return longest
}
