package option

import (
	"time"

	"github.com/spf13/pflag"
)

// Output says where results go.
type Output struct {
	ReportDir           string
	RetryLock           time.Duration
	LogFormat, LogLevel string
	ShowValues          bool
	JSON, Quiet         bool
	// MetricsFile and Pushgateway are where the metrics of a run go; empty: nowhere.
	MetricsFile, Pushgateway string
}

// Register makes the flags of a command that runs a job.
func (o *Output) Register(flags *pflag.FlagSet) {
	o.registerReport(flags)
	flags.BoolVar(&o.ShowValues, "show-values", false, "show values of rows in a pipe too")
	o.RegisterRetryLock(flags)
	RegisterJSON(flags, &o.JSON)
	RegisterQuiet(flags, &o.Quiet)
	o.RegisterLog(flags)
	o.RegisterMetrics(flags)
}

// RegisterMetrics makes those of what Prometheus is told. An address that is none is told later, since the flag's own error would
// quote the password that may be in it.
func (o *Output) RegisterMetrics(flags *pflag.FlagSet) {
	flags.StringVar(&o.MetricsFile, "metrics-file", "", "write Prometheus metrics of the run into this file at its end, however it ends: for node_exporter's textfile collector, so name it *.prom")
	FromEnv(flags, "metrics-file", "CONTACTSYNC_METRICS_FILE")
	flags.StringVar(&o.Pushgateway, "pushgateway", "", "push them to the Prometheus Pushgateway at this URL")
	FromEnv(flags, "pushgateway", "CONTACTSYNC_PUSHGATEWAY")
}

func (o *Output) registerReport(flags *pflag.FlagSet) {
	flags.StringVar(&o.ReportDir, "report-dir", "", "where the report goes, or none (default: ./contactsync-<run id>)")
	FromEnv(flags, "report-dir", "CONTACTSYNC_REPORT_DIR")
}

// NoReport in the place of a folder's name says that no report is wanted. A folder of that name is ./none.
const NoReport = "none"

// Folder is the report's folder as the user named it; empty: the user named none.
func (o *Output) Folder() string {
	if o.ReportDir == NoReport {
		return ""
	}
	return o.ReportDir
}

// RegisterJSON asks for a result that a script can read, of each command in the same words.
func RegisterJSON(flags *pflag.FlagSet, json *bool) {
	flags.BoolVar(json, "json", false, "print JSON instead of text, for scripts: of a run what summary.json holds")
}

// RegisterQuiet asks for nothing to be said of what ends well.
func RegisterQuiet(flags *pflag.FlagSet, quiet *bool) {
	flags.BoolVar(quiet, "quiet", false, "print nothing at all unless the exit code is not 0")
}

// RegisterLog makes those of the log.
func (o *Output) RegisterLog(flags *pflag.FlagSet) {
	flags.StringVar(&o.LogFormat, "log-format", "", enumerated(LogFormats(), "or")+" (default: console on a terminal, else json); given, json makes every line of standard error JSON, the last one run.finished")
	FromEnv(flags, "log-format", LogFormatVariable)
	SetWords(flags, "log-format", LogFormats()...)
	flags.StringVar(&o.LogLevel, "log-level", "info", enumerated(LogLevels(), "or"))
	FromEnv(flags, "log-level", "CONTACTSYNC_LOG_LEVEL")
	SetWords(flags, "log-level", LogLevels()...)
}

// RegisterRetryLock makes the one for how long to wait for another run.
func (o *Output) RegisterRetryLock(flags *pflag.FlagSet) {
	flags.Var(NewValue(&o.RetryLock, "0s", "DURATION", parseWait), "retry-lock",
		"how long to wait for another run that has an organisation, or the report folder, before exit 5")
	FromEnv(flags, "retry-lock", "CONTACTSYNC_RETRY_LOCK")
}

// The formats of the log, and the variable that gives one.
const (
	FormatConsole     = "console"
	FormatJSON        = "json"
	LogFormatVariable = "CONTACTSYNC_LOG_FORMAT"
)

// LogFormats are both of them.
func LogFormats() []string { return []string{FormatConsole, FormatJSON} }

// LogLevels are the levels of the log, the most talkative first.
func LogLevels() []string { return []string{"debug", "info", "warn", "error"} }
