package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"github.com/contactsync/contactsync/cmd/internal/metrics"
	"github.com/contactsync/contactsync/cmd/internal/option"
	"github.com/contactsync/contactsync/importer/emnify"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/limit"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/stop"
)

// measured is what a command's end needs to know for its metrics.
type measured struct {
	log      zerolog.Logger
	resolved bool // the options are complete
	safe     bool // the files that it writes are none that it needs
	requests *metrics.Requests
	budget   *limit.Budget
}

// measure notes what a command is asked to tell, once its options are complete, and refuses an address that is none.
func (e *commandEnd) measure(env Env, cmd *cobra.Command, o *option.Output, log zerolog.Logger) error {
	if e == nil {
		return nil
	}
	e.measured.log, e.measured.resolved = log, true
	if o.Pushgateway == "" && o.MetricsFile == "" {
		return nil
	}
	e.measured.requests = requestsOf(cmd)
	if o.Pushgateway == "" {
		return nil
	}
	if _, err := metrics.NewGateway(o.Pushgateway, nil); err != nil {
		return &stop.UsageError{
			Message: fmt.Sprintf("the address of the Pushgateway (--pushgateway, CONTACTSYNC_PUSHGATEWAY) is %v: %s", err, shownAddress(o.Pushgateway)),
		}
	}
	if e.measured.requests != nil && !isOn(cmd.Flags().Lookup("simulate")) {
		return nil // whoever connects to the API looks at proxies and certificates
	}
	return firstError(checkProxies(env, log), checkCertificates(env))
}

// requestsOf counts the requests of a command; nil: it sends none.
func requestsOf(cmd *cobra.Command) *metrics.Requests {
	if cmd.Flags().Lookup("api-url") == nil {
		return nil
	}
	return metrics.NewRequests(emnify.Calls())
}

// checked notes whether what a command writes may be written.
func (e *commandEnd) checked(err error) error {
	if e != nil {
		e.measured.safe = err == nil
	}
	return err
}

// observeRequests is who is told of requests, which keep to that budget; nil: nobody.
func (e *commandEnd) observeRequests(budget *limit.Budget) emnify.Observer {
	if e == nil || e.measured.requests == nil {
		return nil
	}
	e.measured.budget = budget
	return e.measured.requests
}

// tellMetrics writes and pushes the metrics of a run that has ended, or was never to begin, as far as its options are known.
func (e *commandEnd) tellMetrics(env Env, cmd *cobra.Command, code int, err error, begun time.Time) {
	if cmd.Flags().Lookup("metrics-file") == nil {
		return
	}
	file, gateway := e.given(env, cmd, "metrics-file"), e.given(env, cmd, "pushgateway")
	if file == "" && gateway == "" {
		return
	}
	run := e.metricsOf(env, cmd, code, errors.Join(err, e.err), begun)
	log := e.logAfterwards(env)
	if file != "" && (e.measured.safe || spareFile(env, file)) {
		if err := metrics.WriteFile(file, runID(begun), run); err != nil {
			log.Warn().Str("file", file).Err(err).Msg("the metrics of this run were not written (--metrics-file)")
		}
	}
	if gateway == "" {
		return
	}
	web := env.Web
	if web == nil {
		transport := emnify.NewTransport()
		defer transport.CloseIdleConnections()
		web = transport
	}
	to, err := metrics.NewGateway(gateway, web)
	if err != nil {
		return // that is why the command is wrong, or it is wrong for another reason before
	}
	if err := push(env, cmd, to, run); err != nil {
		log.Warn().Str("gateway", to.String()).Err(err).Msg("the metrics of this run were not pushed (--pushgateway)")
	}
}

// push pushes until a signal ends it.
func push(env Env, cmd *cobra.Command, to *metrics.Gateway, run metrics.Run) error {
	if isOn(cmd.Flags().Lookup("simulate")) && !isLoopback(to.Hostname()) {
		return errors.New("a simulated run leaves this machine alone, and the gateway is another one")
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done := make(chan struct{})
	defer close(done)
	go func() {
		select {
		case <-env.Signals:
			cancel()
		case <-done:
		}
	}()
	return to.Push(ctx, run)
}

// logAfterwards is the command's log, or one that says what has to be said where its options were never complete.
func (e *commandEnd) logAfterwards(env Env) zerolog.Logger {
	if e.measured.resolved {
		return e.measured.log
	}
	log, err := makeLogger(env, option.Output{LogLevel: zerolog.InfoLevel.String(), LogFormat: logFormat(env)})
	if err != nil {
		log = env.screen.Log()
	}
	return log
}

// given is an option's value, as far as can be told of a command that is wrong: the flags behind a mistake were not read.
func (e *commandEnd) given(env Env, cmd *cobra.Command, name string) string {
	f := cmd.Flags().Lookup(name)
	if f == nil {
		return ""
	}
	if f.Changed || e.measured.resolved {
		return f.Value.String()
	}
	if value, ok := argument(env.Args, name); ok {
		return value
	}
	value, _ := option.Variable(f, env.LookupEnv)
	return value
}

// argument looks for a flag's value among arguments.
func argument(args []string, name string) (value string, found bool) {
	for i, arg := range args {
		switch after, ok := strings.CutPrefix(arg, "--"+name+"="); {
		case arg == "--":
			return value, found
		case ok:
			value, found = after, true
		case arg == "--"+name && i+1 < len(args):
			value, found = args[i+1], true
		}
	}
	return value, found
}

// spareFile reports whether a file may be written by a command that was never found to be right: it is one of ours, or there is
// none, and nothing else that stands in the command or the environment is that file.
func spareFile(env Env, path string) bool {
	needs := append(neededAlways(env, "", "", ""), neededInputs(env, []string{"-"})...)
	for i, arg := range env.Args {
		_, value, _ := strings.Cut(arg, "=")
		of := i > 0 && env.Args[i-1] == "--metrics-file" || strings.HasPrefix(arg, "--metrics-file=")
		for _, file := range []string{arg, value, strings.TrimPrefix(value, "sqlite:"), strings.TrimPrefix(arg, "sqlite:")} {
			if file != "" && !of {
				needs = append(needs, needed{path: file})
			}
		}
	}
	if checkOutputs(outputAt("--metrics-file", path), needs) != nil {
		return false
	}
	_, err := os.Stat(path)
	return os.IsNotExist(err) || metrics.IsOurs(path)
}

// guardFlags are those of all guards.
func guardFlags() []string {
	return []string{"max-invalid", "max-failures", "max-creates", "max-updates", "max-deletes", "accept-moved-ids", "accept-shape", "allow-empty", "plan"}
}

// stoppedBy are the flags of the guards that ended a run.
func stoppedBy(err error) []string {
	ended := stop.Of(err)
	switch {
	case ended == nil || ended.Cause != stop.CauseGuard:
		return nil
	case len(ended.Passes) == 0:
		return []string{"plan"} // the only one that nothing lets pass
	}
	var flags []string
	for _, p := range ended.Passes {
		flags = append(flags, p.Flag)
	}
	return flags
}

// metricsOf puts together what is told of a run.
func (e *commandEnd) metricsOf(env Env, cmd *cobra.Command, code int, err error, begun time.Time) metrics.Run {
	now := time.Now()
	simulated, dry := isOn(cmd.Flags().Lookup("simulate")), isOn(cmd.Flags().Lookup("dry-run"))
	run := metrics.Run{
		Job: e.about.Job, Command: nameOf(cmd), Version: versionOf(env), Rehearsal: simulated || dry,
		ExitCode: code, Ended: now, Took: now.Sub(begun),
		Guards: guardFlags(), Stopped: stoppedBy(err), Requests: e.measured.requests,
	}
	if run.Requests == nil {
		run.Requests = requestsOf(cmd)
	}
	if run.Job == "" {
		run.Job = e.given(env, cmd, "job")
	}
	if e.measured.budget != nil {
		run.Budget, run.Waited = e.measured.budget.Used(), e.measured.budget.Waited()
	}
	if sum := e.summary; sum != nil {
		run.Rows, run.Passes = sum.Rows, sum.PassSeconds
		for _, in := range sum.Inputs {
			run.InputRows += in.Rows
		}
	}
	e.addStanding(env, cmd, &run, simulated)
	isOne := code == exitOK && !dry && (run.Job == "" || run.Command != ledger.CommandUndo)
	if isOne && (run.LastSuccess == nil || run.LastSuccess.Before(begun)) { // of what the ledger keeps nothing
		run.LastSuccess = &now
	}
	return run
}

// addStanding adds what outlives a run: what the ledger knows. What nobody keeps, as of simulated runs, or can't be read now, stays
// as it was told before.
func (e *commandEnd) addStanding(env Env, cmd *cobra.Command, run *metrics.Run, simulated bool) {
	keeps := cmd.Flags().Lookup("state") != nil && !simulated
	if !keeps {
		doubt := run.Rows.Of(outcome.Uncertain)
		run.InDoubt = &doubt
		return
	}
	ctx := context.Background()
	book, err := openLedger(ctx, env, e.given(env, cmd, "state"), ledgerUse{readOnly: true})
	if err != nil {
		return // whoever needed it has told so
	}
	defer func() { _ = book.Close() }() // only read from
	standing, err := history.StandingOf(ctx, book, e.like(env, cmd, run))
	if err != nil {
		return
	}
	run.InDoubt = &standing.InDoubt
	if run.Command != commandSettle { // of which the ledger keeps nothing
		run.LastSuccess = &standing.LastSuccess
	}
}

// commandSettle is no run of its own in the ledger.
const commandSettle = "settle"

// like tells which runs a run is one of.
func (e *commandEnd) like(env Env, cmd *cobra.Command, run *metrics.Run) history.Like {
	like := history.Like{Job: run.Job, Command: run.Command, Host: emnify.Host(e.given(env, cmd, "api-url")), All: run.Command == commandSettle}
	if org, err := option.ParseOrg(e.given(env, cmd, "org")); err == nil {
		like.Org = org
	}
	if sum := e.summary; like.Org == 0 && sum != nil && len(sum.Organisations) == 1 {
		like.Org = sum.Organisations[0].OrgID
	}
	return like
}
