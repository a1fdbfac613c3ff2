package cli

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"github.com/contactsync/contactsync/cmd/internal/option"
	"github.com/contactsync/contactsync/cmd/internal/terminal"
	"github.com/contactsync/contactsync/importer"
	"github.com/contactsync/contactsync/importer/emnify"
	"github.com/contactsync/contactsync/importer/outcome"
)

type settleOptions struct {
	env     Env
	cmd     *cobra.Command
	log     zerolog.Logger
	api     option.API
	out     option.Output
	org     int64
	country string
	state   string
	settle  time.Duration
	notify  option.Notify
	quiet   bool
	err     error
	runF    func(*settleOptions) error
}

func newSettle(env Env) *cobra.Command {
	o := &settleOptions{env: env, runF: runSettle}
	cmd := &cobra.Command{
		Use:   "settle",
		Short: "Find out what became of attempts that earlier runs left unclear",
		Long: `Find out, without any input file, what became of the attempts that earlier runs left unclear: list the organisation's
contacts after the settle time has passed, and compare them with what was sent. Nothing is sent, changed or deleted. An
import does the same before anything else.

Exit codes:
  0  nothing is unclear any more
  1  it could not be done: bad credentials, no right, wrong address, disk not usable
  2  wrong usage or configuration
  3  some attempts are still unclear
  4  interrupted, or the API was not there to be asked; the same command begins anew
  5  another run has the organisation's lock`,
		Example: `  contactsync settle
  contactsync settle --org 5417 --settle 5m`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			from, log, err := resolveWithLog(cmd, env, &o.out)
			if err != nil {
				return err
			}
			o.log = log
			if err := o.listen(from); err != nil {
				return err
			}
			if err := env.end.checked(checkOutputs(metricsFile(&o.out), neededAlways(env, o.state, o.api.TokenFile, ""))); err != nil {
				return err
			}
			return o.runF(o)
		},
	}
	o.cmd = cmd
	flags := cmd.Flags()
	o.err = o.api.Register(flags)
	flags.Var(option.NewValue(&o.org, "all", "ID", option.ParseOrg), "org", "the organisation's number (default: all that the ledger knows)")
	option.FromEnv(flags, "org", "CONTACTSYNC_ORG")
	option.SetWords(flags, "org", option.OwnOrg)
	flags.StringVar(&o.country, "country", "", "the country that the runs were given: national phone numbers are read by it")
	option.FromEnv(flags, "country", "CONTACTSYNC_COUNTRY")
	option.RegisterState(flags, &o.state)
	option.RegisterSettle(flags, &o.settle)
	o.notify.Register(flags)
	o.out.RegisterRetryLock(flags)
	option.RegisterQuiet(flags, &o.quiet)
	o.out.RegisterLog(flags)
	o.out.RegisterMetrics(flags)
	return cmd
}

// listen takes down whom to tell how it ends.
func (o *settleOptions) listen(from option.Origins) error {
	return o.env.end.listen(o.env, from, o.notify, o.api, o.log, o.api.Simulate, func() outcomeOf {
		return outcomeOf{command: o.cmd.Name(), host: emnify.Host(o.api.URL), state: o.state, org: o.org, grace: option.DefaultGrace}
	})
}

func runSettle(o *settleOptions) error {
	if o.err != nil {
		return o.err
	}
	match, err := option.DefaultMatch()
	if err != nil {
		return err
	}
	use := ledgerUse{simulated: o.api.Simulate}
	if err := checkPlace(o.env, o.state, use, o.log); err != nil {
		return err
	}
	ctx, stop, release := stopping(o.env, timeLimit{}, true)
	defer release()
	c, err := connect(context.Background(), o.env, o.api, o.state, true, o.log)
	if err != nil {
		return err
	}
	defer c.close()
	book, err := openLedger(ctx, o.env, o.state, use)
	if err != nil {
		return err
	}
	defer func() {
		if err := book.Close(); err != nil {
			o.log.Error().Err(err).Msg("closing the ledger")
		}
	}()
	job := &importer.Settle{
		Directory: c.client, Ledger: book, Host: c.host, Org: o.org, DefaultCountry: o.country, Match: match,
		MaxAttempts: o.api.MaxAttempts, Settle: o.settle, RetryLock: o.out.RetryLock, Log: o.log,
	}
	settled, err := job.Run(ctx, stop)
	if err != nil {
		return err
	}
	o.env.end.noteSettled(settled)
	return endWith(o.tell(settled))
}

// tell says what was found out, and what is still unclear.
func (o *settleOptions) tell(settled []importer.Settled) (int, error) {
	code := exitOK
	err := terminal.Print(o.env.Stdout, func(w io.Writer) { code = showSettled(w, settled) })
	return code, err
}

// showSettled returns the exit code that is for what it tells.
func showSettled(w io.Writer, settled []importer.Settled) (code int) {
	if len(settled) == 0 {
		fmt.Fprintln(w, "nothing is unclear")
	}
	for _, s := range settled {
		fmt.Fprintf(w, "organisation %d: %s unclear\n", s.Org, terminal.Counted(s.Lost, "attempt"))
		for _, line := range []struct {
			n    int
			text string
		}{
			{s.By[outcome.Created], "created"},
			{s.By[outcome.Exists], "there, and perhaps not ours"},
			{s.By[outcome.Deleted], "deleted"},
			{s.By[outcome.NotAttempted], "not there: the next import may send them again"},
			{s.Unclear(), "still unclear: run this again later, or look in the portal"},
		} {
			if line.n > 0 {
				fmt.Fprintf(w, "  %6d  %s\n", line.n, line.text)
			}
		}
		if s.Unclear() > 0 {
			code = exitRows
		}
	}
	return code
}
