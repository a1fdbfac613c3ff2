package cli

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"github.com/contactsync/contactsync/importer"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/report"
)

// jobOptions are what import and validate have in common.
type jobOptions struct {
	env   Env
	cmd   *cobra.Command
	from  origins
	log   zerolog.Logger
	files []string

	err error // of the flags themselves: a mistake of ours

	input  inputFlags
	rules  ruleFlags
	output outputFlags
}

func (o *jobOptions) register(cmd *cobra.Command) error {
	o.cmd = cmd
	o.input.register(cmd.Flags())
	o.output.register(cmd.Flags())
	return o.rules.register(cmd.Flags())
}

// complete resolves the options and makes the log.
func (o *jobOptions) complete(files []string) (err error) {
	o.files = files
	if o.from, err = resolve(o.cmd, o.env); err != nil {
		return err
	}
	o.log, err = newLogger(o.env, o.output)
	return err
}

// attended reports whether a person sees what is shown and can answer.
func (o *jobOptions) attended() bool { return o.env.StdinTTY && o.env.StderrTTY }

// showsValues reports whether values of rows may be shown: on a terminal, or because the user wants it.
func (o *jobOptions) showsValues() bool { return o.env.StdoutTTY || o.output.showValues }

// job makes what all runs have in common.
func (o *jobOptions) job(command string, in inputs) *importer.Job {
	started := time.Now()
	id := runID(started)
	dir := o.output.reportDir
	if dir == "" {
		dir = "contactsync-" + id
	}
	j := &importer.Job{
		About:    ledger.Run{ID: id, Command: command, Version: versionOf(o.env), Started: started, ReportDir: dir},
		Inputs:   in,
		Progress: newProgress(o.env),
		Log:      o.log,
		Settings: importer.Settings{
			DefaultType: o.rules.typeName, DefaultCountry: o.rules.country, Match: o.rules.match,
			RejectDuplicates: o.rules.onDuplicate == "error", Lenient: o.rules.lenient, Rows: o.rules.rows,
			MaxInvalid: o.rules.maxInvalid,
		},
	}
	j.ExitCode = func(r importer.Result) int { return exitOfRun(r, o.rules.acceptInvalid) }
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
			doubts = append(doubts, fmt.Sprintf("%s: column for %s: %s; candidates: %s; settle it with %s",
				i.Source.Name(), d.Field, d.Reason, quoted(d.Candidates), d.Settle))
		}
	}
	if len(doubts) == 0 {
		return nil
	}
	if attended {
		for _, d := range doubts {
			fmt.Fprintln(o.env.Stderr, "In doubt:", printable(d))
		}
		return nil
	}
	return &importer.UsageError{
		Message: "it is not certain which column is which, and nobody is here to look at it: " + strings.Join(doubts, "\n"),
		Hint:    "contactsync inspect shows the mapping; --map settles one field, a saved profile (inspect --write-mapping) all of them",
	}
}

func quoted(list []string) string {
	q := make([]string, len(list))
	for i, s := range list {
		q[i] = fmt.Sprintf("%q", s)
	}
	return strings.Join(q, ", ")
}

// finish runs the job, tells how it ended and returns the exit code.
func (o *jobOptions) finish(j *importer.Job, maxDuration time.Duration) (int, error) {
	ctx, stop, release := stopping(o.env, maxDuration)
	defer release()
	result := j.Run(ctx, stop)
	code := j.ExitCode(result)
	if result.Tally == nil {
		return code, result.Err
	}
	if result.Err != nil {
		printError(o.env.Stderr, result.Err)
	}
	return code, report.RenderText(o.env.Stdout, report.End{
		Summary: result.Summary, Tally: result.Tally, Dir: result.ReportDir, Next: o.next(j, result, code),
	}, report.TextOptions{
		Colour: colour(o.env, o.env.StdoutTTY), Width: o.env.Width, Values: o.showsValues(), Explain: explain,
	})
}

// next is the command that comes after a run that ended so.
func (o *jobOptions) next(j *importer.Job, r importer.Result, code int) string {
	switch {
	case code == exitRows && len(o.files) == 1 && j.About.Command == "import" && !j.DryRun:
		return o.commandLine("import", "", filepath.Join(r.ReportDir, "rejects.csv"))
	case code == exitRows && len(o.files) == 1:
		return o.commandLine(j.About.Command, "", o.files...)
	case code == exitOK && j.About.Command == "validate":
		return o.commandLine("import", "", o.files...)
	case code == exitOK && j.DryRun:
		return o.commandLine("import", "dry-run", o.files...)
	case code == exitOK && r.Rows.Of(plan.Exists) == r.Rows.Total:
		return ""
	default:
		return o.commandLine(j.About.Command, "", o.files...)
	}
}
