package cli

import (
	"time"

	"github.com/spf13/pflag"
)

// outputFlags say where results go.
type outputFlags struct {
	reportDir           string
	retryLock           time.Duration
	logFormat, logLevel string
	showValues          bool
	json, quiet         bool
}

func (o *outputFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&o.reportDir, "report-dir", "", "where the report goes, or none (default: ./contactsync-<run id>)")
	fromEnv(flags, "report-dir", "CONTACTSYNC_REPORT_DIR")
	flags.BoolVar(&o.showValues, "show-values", false, "show values of rows in a pipe too")
	o.registerRetryLock(flags)
	registerJSON(flags, &o.json)
	registerQuiet(flags, &o.quiet)
	o.registerLog(flags)
}

// noReport in the place of a folder's name says that no report is wanted. A folder of that name is ./none.
const noReport = "none"

// folder is the report's folder as the user named it; empty: the user named none.
func (o *outputFlags) folder() string {
	if o.reportDir == noReport {
		return ""
	}
	return o.reportDir
}

// registerJSON says what --json does, of each command in the same words.
func registerJSON(flags *pflag.FlagSet, json *bool) {
	flags.BoolVar(json, "json", false, "print JSON instead of text, for scripts: of a run what summary.json holds")
}

func registerQuiet(flags *pflag.FlagSet, quiet *bool) {
	flags.BoolVar(quiet, "quiet", false, "print nothing at all unless the exit code is not 0")
}

func (o *outputFlags) registerLog(flags *pflag.FlagSet) {
	flags.StringVar(&o.logFormat, "log-format", "", enumerated(logFormats(), "or")+" (default: console on a terminal, else json); given, json makes every line of standard error JSON, the last one run.finished")
	fromEnv(flags, "log-format", logFormatVariable)
	setWords(flags, "log-format", logFormats()...)
	flags.StringVar(&o.logLevel, "log-level", "info", enumerated(logLevels(), "or"))
	fromEnv(flags, "log-level", "CONTACTSYNC_LOG_LEVEL")
	setWords(flags, "log-level", logLevels()...)
}

func (o *outputFlags) registerRetryLock(flags *pflag.FlagSet) {
	flags.Var(newValue(&o.retryLock, "0s", "DURATION", parseWait), "retry-lock",
		"how long to wait for another run that has an organisation, or the report folder, before exit 5")
	fromEnv(flags, "retry-lock", "CONTACTSYNC_RETRY_LOCK")
}

// The formats of the log, and the variable that gives one.
const (
	formatConsole     = "console"
	formatJSON        = "json"
	logFormatVariable = "CONTACTSYNC_LOG_FORMAT"
)

func logFormats() []string { return []string{formatConsole, formatJSON} }

// logLevels are the levels of the log, the most talkative first.
func logLevels() []string { return []string{"debug", "info", "warn", "error"} }
