package cli

import (
	"fmt"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"github.com/contactsync/contactsync/importer/ending"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/cmd/internal/terminal"
	"github.com/contactsync/contactsync/importer"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/report"
)

// eventFinished is the last line of standard error where JSON is asked for: how the command ended, for a scheduler.
const eventFinished = "run.finished"

// exitCrash is what a shell makes of SIGABRT, with which a crash ends.
const exitCrash = 128 + 6

// commandEnd is what a command found out of its own end. A command that found out nothing still ends, with a code and a
// reason.
type commandEnd struct {
	about   ledger.Run
	summary *report.Summary // nil: it did not get so far as to count rows
	dir     string          // of the report; empty: there is none
	reason  string
	err     error // why the run ended before its rows did

	measured measured

	audience  *audience    // nil: nobody is to be told
	unstarted ledger.Run   // which the history has, although its job could not start
	signals   atomic.Int32 // that asked it to end
}

// noteSignal counts what asks the command to end.
func (e *commandEnd) noteSignal() {
	if e != nil {
		e.signals.Add(1)
	}
}

// noteUnstarted takes down a run that the history has, although its job could not start.
func (e *commandEnd) noteUnstarted(about ledger.Run) {
	if e != nil {
		e.unstarted = about
	}
}

// reasonOf is why the command ended so, in words; err is what it failed with.
func (e *commandEnd) reasonOf(code int, err error) string {
	switch {
	case err != nil:
		return err.Error()
	case e.reason == "" && code == exitRows:
		return e.rowsReason()
	}
	return e.reason
}

// noteRun takes down how a job ended.
func (e *commandEnd) noteRun(j *importer.Base, r ending.Result) {
	if e == nil {
		return
	}
	e.about, e.err = j.About, r.Err
	if r.Err != nil {
		e.reason = r.Err.Error()
	}
	if r.Tally != nil {
		e.summary, e.dir = &r.Summary, r.ReportDir
	}
}

// noteSettled takes down what became of attempts of earlier runs; what stays unclear is uncertain.
func (e *commandEnd) noteSettled(settled []importer.Settled) {
	if e == nil {
		return
	}
	e.summary = &report.Summary{}
	for _, s := range settled {
		for status, n := range s.By {
			if status != outcome.Uncertain {
				e.summary.Rows.AddN(status, n)
			}
		}
		e.summary.Rows.AddN(outcome.Uncertain, s.Unclear())
	}
}

// tell writes run.finished, whatever the level is: all of its fields, so that whoever reads it need not ask which there
// are. rows and pass_seconds are null where nothing was counted. err is what the command failed with, begun when it began.
func (e *commandEnd) tell(s *terminal.Screen, command string, code int, err error, begun time.Time) {
	reason, requests := e.reasonOf(code, err), 0
	var rows, passes any
	if sum := e.summary; sum != nil {
		rows, passes, requests = sum.Rows, sum.PassSeconds, sum.Requests
	}
	level := zerolog.ErrorLevel
	switch code {
	case exitOK:
		level = zerolog.InfoLevel
	case exitRows:
		level = zerolog.WarnLevel
	}
	log := s.EveryLevel()
	log.WithLevel(level).Str("event", eventFinished).Str("command", command).Str("run_id", e.about.ID).Str("job", e.about.Job).
		Bool("dry_run", e.about.DryRun).Int("exit_code", code).Str("reason", reason).Interface("rows", rows).Int("requests", requests).
		Float64("seconds", time.Since(begun).Round(time.Millisecond).Seconds()).Interface("pass_seconds", passes).
		Str("report", report.Visible(e.dir)).Msg(eventFinished)
}

// rowsReason tells which rows made the exit code 3.
func (e *commandEnd) rowsReason() string {
	if e.summary == nil {
		return ended(exitRows)
	}
	var parts []string
	for _, status := range outcome.Statuses() {
		if n := e.summary.Rows.Of(status); n > 0 && status.Rejected() {
			parts = append(parts, fmt.Sprintf("%d %s", n, status))
		}
	}
	if len(parts) == 0 {
		return ended(exitRows)
	}
	return ended(exitRows) + ": " + strings.Join(parts, ", ")
}

// crashed tells of a panic as events, the last one being that of the end.
func (e *commandEnd) crashed(s *terminal.Screen, command string, cause any, begun time.Time) {
	stack := debug.Stack()
	if c, ok := cause.(*crash); ok {
		cause, stack = c.cause, c.stack
	}
	reason := fmt.Sprintf("contactsync crashed: %v", cause)
	log := s.EveryLevel()
	log.WithLevel(zerolog.PanicLevel).Str("stack", string(stack)).Msg(reason)
	e.reason = reason
	e.tell(s, command, exitCrash, nil, begun)
}
