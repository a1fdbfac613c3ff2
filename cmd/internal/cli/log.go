package cli

import (
	"fmt"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/cmd/internal/terminal"
	"github.com/contactsync/contactsync/importer/stop"
)

// formatJSON is the log's format for machines. logFormatVariable gives one.
const (
	formatJSON        = "json"
	logFormatVariable = "CONTACTSYNC_LOG_FORMAT"
)

// newLogger makes the log on standard error: for people on a terminal, JSON lines anywhere else.
func newLogger(env Env, o outputFlags) (zerolog.Logger, error) {
	log, err := makeLogger(env, o)
	if err == nil {
		warnOfUnknown(env, log)
	}
	return log, err
}

// warnWithoutLog tells of unknown variables where a command has no log of its own: in the form and from the level that the
// variables give.
func warnWithoutLog(env Env) {
	o := outputFlags{logLevel: zerolog.InfoLevel.String()}
	if level, ok := env.LookupEnv("CONTACTSYNC_LOG_LEVEL"); ok && level != "" {
		o.logLevel = level
	}
	o.logFormat, _ = env.LookupEnv(logFormatVariable)
	if log, err := makeLogger(env, o); err == nil {
		warnOfUnknown(env, log)
	}
}

func makeLogger(env Env, o outputFlags) (zerolog.Logger, error) {
	level, err := zerolog.ParseLevel(o.logLevel)
	if err != nil || !slices.Contains([]string{"debug", "info", "warn", "error"}, o.logLevel) {
		return zerolog.Logger{}, &stop.UsageError{
			Message: fmt.Sprintf("--log-level %q is none of debug, info, warn, error", o.logLevel),
		}
	}
	format := o.logFormat
	if format == "" {
		format = formatJSON
		if env.StderrTTY {
			format = "console"
		}
	}
	env.screen.SetLevel(level)
	switch format {
	case formatJSON:
		return zerolog.New(env.screen.LogWriter()).Level(level).With().Timestamp().Logger(), nil
	case "console":
		w := zerolog.ConsoleWriter{Out: env.screen.LogWriter(), TimeFormat: time.TimeOnly, NoColor: !terminal.ViewOf(env.StderrTTY, env.LookupEnv).Colour}
		return zerolog.New(w).Level(level).With().Timestamp().Logger(), nil
	default:
		return zerolog.Logger{}, &stop.UsageError{Message: fmt.Sprintf("--log-format %q is neither console nor json", o.logFormat)}
	}
}
