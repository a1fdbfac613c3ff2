package cli

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"github.com/contactsync/contactsync/cmd/internal/option"
	"github.com/contactsync/contactsync/cmd/internal/terminal"
	"github.com/contactsync/contactsync/importer"
	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/ending"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/stop"
	"github.com/contactsync/contactsync/importer/survey"
	"github.com/contactsync/contactsync/mapping"
	"github.com/contactsync/contactsync/report"
)

// jobOptions are what import and validate have in common.
type jobOptions struct {
	env   Env
	cmd   *cobra.Command
	from  option.Origins
	log   zerolog.Logger
	files []string

	err error // of the flags themselves: a mistake of ours

	folder *claimedFolder // nil: nobody else can have the report's folder
	waited time.Duration  // for it

	then step // what comes after a run that ended well, where that is known before; zero: it follows from the run

	input  option.Input
	rules  option.Rules
	output option.Output
}

func (o *jobOptions) register(cmd *cobra.Command) error {
	o.cmd = cmd
	o.input.Register(cmd.Flags())
	o.output.Register(cmd.Flags())
	return o.rules.Register(cmd.Flags())
}

// complete resolves the options and makes the log.
func (o *jobOptions) complete(files []string) (err error) {
	o.files = files
	if o.from, o.log, err = resolveWithLog(o.cmd, o.env, &o.output); err != nil {
		return err
	}
	return o.checkQuiet()
}

// checkQuiet refuses a command that would have to ask, and may say nothing.
func (o *jobOptions) checkQuiet() error {
	yes := o.cmd.Flags().Lookup("yes")
	if !o.output.Quiet || !o.env.StdinTTY || !o.env.StderrTTY || yes == nil || isOn(yes) || isOn(o.cmd.Flags().Lookup("dry-run")) {
		return nil
	}
	return &stop.UsageError{
		Message: "--quiet says nothing, and on a terminal this command asks before it writes", Hint: "give --yes too, or leave --quiet out",
	}
}

// open opens and maps the inputs.
func (o *jobOptions) open() (inputs, error) {
	if dir := o.output.Folder(); dir != "" {
		if err := report.SetAside(dir, o.files); err != nil {
			o.log.Warn().Err(err).Msg("an earlier report could not be moved out of the way")
		}
	}
	o.input.AllowEmpty = o.rules.AllowEmpty
	return unlessInterrupted(o.env, func() (inputs, error) {
		return openInputs(o.cmd, o.env, o.from, o.input, o.files)
	})
}

// attended reports whether a person sees what is shown and can answer.
func (o *jobOptions) attended() bool { return o.env.StdinTTY && o.env.StderrTTY && !o.output.Quiet }

// showsValues reports whether values of rows may be shown: on a terminal, or because the user wants it.
func (o *jobOptions) showsValues() bool { return o.env.StdoutTTY || o.output.ShowValues }

// previewsValues is the same for standard error. What is a log holds none, whoever wants them.
func (o *jobOptions) previewsValues() bool {
	return (o.env.StderrTTY || o.output.ShowValues) && !o.env.screen.SpeaksJSON()
}

// importOf makes an import of inputs that only checks them.
func (o *jobOptions) importOf(command string, in inputs) *importer.Import {
	return &importer.Import{
		Base: o.base(command), Inputs: in, OnDuplicate: o.rules.OnDuplicate, Rows: o.rules.Rows,
		Rules:  survey.Rules{DefaultType: o.rules.TypeName, DefaultCountry: o.rules.Country, Lenient: o.rules.Lenient},
		Limits: plan.Limits{Invalid: o.rules.MaxInvalid, Accepted: o.rules.AcceptInvalid, AllowEmpty: o.rules.AllowEmpty},
	}
}

// base makes what all runs have in common.
func (o *jobOptions) base(command string) importer.Base {
	started := time.Now()
	id := runID(started)
	dir := o.output.Folder()
	if o.output.ReportDir == "" {
		dir = "contactsync-" + id
	}
	j := importer.Base{
		About:    ledger.Run{ID: id, Command: command, Version: versionOf(o.env), Started: started, ReportDir: dir},
		Spare:    spareFolders(dir, id),
		Progress: o.env.screen.Progress(),
		Log:      o.log,

		Match: o.rules.Match, RetryLock: max(0, o.output.RetryLock-o.waited),
	}
	if o.folder != nil {
		j.Folder = o.folder
	}
	j.ExitCode = func(r ending.Result) int {
		code := exitOfRun(r, o.rules.AcceptInvalid)
		if code == exitOK && len(found(o.rules.FailOn, r)) > 0 {
			return exitRows
		}
		return code
	}
	return j
}

// runID names a run so that names sort by time and two runs of one second differ.
func runID(at time.Time) string {
	var b [3]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return at.UTC().Format("20060102-150405-") + hex.EncodeToString(b[:])
}

// settleDoubts tells what is doubtful about a mapping. With nobody to look at it, a doubt ends the run.
func (o *jobOptions) settleDoubts(in inputs, attended bool) error {
	var doubts []string
	for _, i := range in {
		for _, d := range i.Mapping.Doubts {
			doubts = append(doubts, fmt.Sprintf("%s: %s%s; candidates: %s; %s",
				i.Source.Name(), doubtful(d), d.Reason, quoted(d.Candidates), settleWith(d)))
		}
	}
	if len(doubts) == 0 {
		return nil
	}
	if attended {
		for _, d := range doubts {
			fmt.Fprintln(o.env.Stderr, "In doubt:", terminal.Printable(d))
		}
		return nil
	}
	return &stop.UsageError{
		Message: "it is not certain which column is which, and nobody is here to look at it: " + strings.Join(doubts, "\n"),
		Hint:    "contactsync inspect shows the mapping; --map settles one field, a saved profile (inspect --write-mapping) all of them",
	}
}

// doubtful says what a doubt is about, ready for what is doubtful about it.
func doubtful(d mapping.Doubt) string {
	if d.Field == "" {
		return ""
	}
	return fmt.Sprintf("column for %s: ", d.Field)
}

func quoted(list []string) string {
	q := make([]string, len(list))
	for i, s := range list {
		q[i] = fmt.Sprintf("%q", s)
	}
	return strings.Join(q, ", ")
}

// finish does a run, tells how it ended and returns the exit code.
func (o *jobOptions) finish(
	b *importer.Base, in inputs, maxDuration time.Duration, run func(ctx, stop context.Context) ending.Result,
) (int, error) {
	ctx, stop, release := stopping(o.env, timeLimit{maxDuration, o.waited}, b.DryRun || b.Offline())
	defer release()
	return o.ended(b, in, run(ctx, stop))
}

// ended tells how a job ended and returns the exit code.
func (o *jobOptions) ended(j *importer.Base, in inputs, result ending.Result) (int, error) {
	code := j.ExitCode(result)
	o.env.end.noteRun(j, result)
	if result.Tally == nil {
		return code, result.Err
	}
	if err := o.tell(j, in, result, code); err != nil {
		if result.ReportDir == "" && code == exitOK {
			return code, fmt.Errorf("printing: %w; there is no report to see the result in (--report-dir none)", err)
		}
		o.log.Warn().Err(err).Str("report", result.ReportDir).Msg("the end of the run could not be printed")
	}
	return code, nil
}

// tell says how the run ended. Nobody to hear it is no failure of a run that has written a report.
func (o *jobOptions) tell(j *importer.Base, in inputs, r ending.Result, code int) error {
	together := o.env.StdoutTTY && o.env.StderrTTY && !o.output.JSON && !o.env.screen.SpeaksJSON()
	if r.Err != nil && !together { // on one terminal it is told once, at the end
		printError(o.env, r.Err)
	}
	if code == exitRows {
		tellFindings(o.env.Stderr, found(o.rules.FailOn, r))
	}
	if o.output.JSON {
		return r.Summary.WriteJSON(o.env.Stdout)
	}
	next := o.next(j, r, code)
	end := report.End{
		Summary: r.Summary, Tally: r.Tally, Dir: r.ReportDir, Advice: next.advice, Next: next.command, Fallbacks: fallbacks(in),
	}
	if r.Err != nil {
		end.Summary.Stopped, end.Hint = r.Err.Error(), hintOf(r.Err)
	}
	return report.RenderText(o.env.Stdout, end, report.TextOptions{
		Colour: terminal.ViewOf(o.env.StdoutTTY, o.env.Width, o.env.LookupEnv).Colour, Width: o.env.Width, Values: o.showsValues(), Explain: explain,
	})
}

// fallbacks tells for each input which columns stand in for a field that has no value of its own.
func fallbacks(in []check.Input) []map[string]string {
	all := make([]map[string]string, len(in))
	for i := range in {
		all[i] = map[string]string{}
		for field, columns := range in[i].Mapping.Inspect().Fallbacks {
			for _, c := range columns {
				all[i][c] = string(field)
			}
		}
	}
	return all
}
