package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/contactsync/contactsync/cmd/internal/terminal"
	"github.com/contactsync/contactsync/importer"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/diff"
	"github.com/contactsync/contactsync/importer/ending"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/stop"
	"github.com/contactsync/contactsync/report"
)

// step is what a person does after a run: the exact command, and in a line why it is this one. The zero value: nothing
// is left to do.
type step struct{ advice, command string }

// next tells what comes after a run that ended so.
func (o *jobOptions) next(j *importer.Base, r ending.Result, code int) step {
	switch code {
	case exitOK, exitRows:
		switch {
		case o.then != step{}:
			return o.then
		case len(found(o.rules.FailOn, r)) > 0:
			return o.afterRejects(r, o.cmd.Name())
		case j.About.Command == "validate":
			return o.afterValidate(r)
		case j.DryRun:
			return o.afterDryRun(r)
		case code == exitRows:
			return o.afterRejects(r, o.cmd.Name())
		}
		return o.afterImport(r)
	case exitGuard:
		return o.afterGuard(j, r)
	case exitStopped:
		if o.given("simulate") && !o.given("state") {
			return o.again("the same command begins anew: the simulator forgets what it was sent", j.About.Command)
		}
		return o.again("the same command goes on where this run stopped", j.About.Command)
	default:
		return o.again("the same command, when that is mended", j.About.Command)
	}
}

// afterValidate goes on to the import, for which there must be something to send and a way to send it.
func (o *jobOptions) afterValidate(r ending.Result) step {
	if r.Rows.Of(outcome.Valid) == 0 {
		return o.afterRejects(r, "validate")
	}
	advice := o.leftOut(r)
	if o.hasToken() {
		return o.step(advice, "import", change{}, o.files...)
	}
	return o.step(joinAdvice(advice, "no application token is set, so try it against the simulator"), "import",
		change{add: []string{"--simulate"}}, o.files...)
}

// afterDryRun does what was planned.
func (o *jobOptions) afterDryRun(r ending.Result) step {
	if r.Rows.Of(outcome.Planned) > 0 {
		if f := o.cmd.Flags().Lookup("plan-out"); f != nil && f.Changed {
			return o.step(o.leftOut(r), o.cmd.Name(),
				change{without: []string{"dry-run", "plan-out", "plan"}, add: []string{"--plan", f.Value.String()}}, o.files...)
		}
		return o.step(o.leftOut(r), o.cmd.Name(), change{without: []string{"dry-run"}}, o.files...)
	}
	return o.afterRejects(r, o.cmd.Name())
}

// afterImport is nothing, unless the run was a trial.
func (o *jobOptions) afterImport(r ending.Result) step {
	switch {
	case r.Rows.Of(outcome.Created)+r.Rows.Of(outcome.Exists) == 0:
		return step{}
	case o.given("rows"):
		return o.step("that was a trial with some rows; now all of them", o.cmd.Name(), change{without: []string{"rows"}}, o.files...)
	case o.given("simulate"):
		advice := "that was the simulator; now with your account"
		if !o.hasToken() {
			advice += ", its token in EMNIFY_APPLICATION_TOKEN"
		}
		return o.step(advice, o.cmd.Name(), change{without: []string{"simulate", "fault", "seed"}}, o.files...)
	}
	return step{}
}

// afterRejects takes up the rows that did not end well, once somebody has corrected them, or has done what else is their cure.
func (o *jobOptions) afterRejects(r ending.Result, command string) step {
	var files []string
	for i, name := range o.files {
		if r.Tally.RejectedIn(i) > 0 {
			files = append(files, filepath.Join(r.ReportDir, report.RejectsName(name, i, len(o.files))))
		}
	}
	if len(files) == 0 {
		return step{}
	}
	if r.ReportDir == "" {
		return o.step("with a report, which has the rows to correct", o.cmd.Name(),
			change{without: []string{"report-dir"}, add: []string{reportFlag, "report"}}, o.files...)
	}
	others := ""
	if n := r.Tally.CuredBy(contact.CurePortal) + r.Tally.CuredBy(contact.CureCommand) + r.Tally.CuredBy(contact.CureLater); n > 0 {
		if r.Tally.CuredBy(contact.CureRow) == 0 {
			return o.afterElsewhere(r, command)
		}
		others = fmt.Sprintf(", but for %d with another cure, which the report tells", n)
	}
	// The rejects have other row numbers than the input, their header is in line 1, and all that they do not hold must
	// not count as gone.
	without := []string{"rows", "header-line", "prune", "prune-unmanaged", "max-deletes"}
	return o.step("correct the rows in "+strings.Join(files, ", ")+others+", then", command, change{without: without}, files...)
}

// afterElsewhere goes on with rows of which there is nothing to correct: all of the input is sent again, once the cure is done.
func (o *jobOptions) afterElsewhere(r ending.Result, command string) step {
	portal, decide, later := r.Tally.CuredBy(contact.CurePortal), r.Tally.CuredBy(contact.CureCommand), r.Tally.CuredBy(contact.CureLater)
	var advice []string
	if portal > 0 {
		advice = append(advice, fmt.Sprintf("the cure of %s is in the portal: the report tells which contacts", terminal.Counted(portal, "row")))
	}
	if decide > 0 && o.cmd.Flags().Lookup("on-conflict") != nil {
		if portal+later == 0 {
			return o.step(fmt.Sprintf("if the file is right in %s, this lets it count; --on-conflict remote lets the portal", terminal.Counted(decide, "row")),
				command, change{without: []string{"on-conflict"}, add: []string{"--on-conflict", string(diff.ConflictFile)}}, o.files...)
		}
		advice = append(advice, fmt.Sprintf("of %s say with --on-conflict what counts", terminal.Counted(decide, "row")))
	}
	text := joinAdvice(advice...)
	if later > 0 {
		text = joinAdvice(text, fmt.Sprintf("the same command takes up %s again, and finds out first what became of what was sent", terminal.Counted(later, "row")))
	} else {
		text += ", then the same command"
	}
	return o.step(text, command, change{}, o.files...)
}

// afterGuard lets the run pass the guards that stopped it, once.
func (o *jobOptions) afterGuard(j *importer.Base, r ending.Result) step {
	var stopped *stop.Error
	if !errors.As(r.Err, &stopped) || len(stopped.Passes) == 0 {
		return step{}
	}
	var c change
	for _, p := range stopped.Passes {
		c.without, c.add = append(c.without, p.Flag), append(c.add, "--"+p.Flag)
		if f := o.cmd.Flags().Lookup(p.Flag); f == nil || f.NoOptDefVal == "" { // no switch
			c.add = append(c.add, p.Figure)
		}
	}
	advice := "if that is right, this lets it pass once"
	if len(stopped.Passes) > 1 {
		advice = "if all of that is right, this lets it pass once"
	}
	return o.step(advice, j.About.Command, c, o.files...)
}

func (o *jobOptions) again(advice, command string) step {
	return o.step(advice, command, change{}, o.files...)
}

func (o *jobOptions) step(advice, command string, c change, files ...string) step {
	for _, f := range files {
		if f == "-" {
			advice = joinAdvice(advice, "with the same standard input")
		}
	}
	return step{advice: advice, command: o.commandLine(command, c, files...)}
}

// leftOut says that an import sends the good rows of an input that has others too.
func (o *jobOptions) leftOut(r ending.Result) string {
	if n := r.Rows.Of(outcome.Invalid); n > 0 {
		return fmt.Sprintf("import the good rows and leave out the invalid ones (%d)", n)
	}
	return ""
}

func joinAdvice(parts ...string) string {
	var said []string
	for _, p := range parts {
		if p != "" {
			said = append(said, p)
		}
	}
	return strings.Join(said, "; ")
}

// given reports whether an option has a value that is not its default.
func (o *jobOptions) given(flag string) bool {
	f := o.cmd.Flags().Lookup(flag)
	return f != nil && f.Changed
}

// hasToken reports whether an import that asks for nothing else would find its application token.
func (o *jobOptions) hasToken() bool {
	if o.given("application-token-file") {
		return true
	}
	for _, name := range []string{"EMNIFY_APPLICATION_TOKEN", "EMNIFY_APPLICATION_TOKEN_FILE"} {
		if v, ok := o.env.LookupEnv(name); ok && strings.TrimSpace(v) != "" {
			return true
		}
	}
	return false
}
