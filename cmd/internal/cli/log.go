package cli

import (
	"fmt"
	"slices"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"github.com/contactsync/contactsync/cmd/internal/option"
	"github.com/contactsync/contactsync/importer/stop"
)

// resolveWithLog fills the options of a command, and then makes its log on standard error as they say: for people on a
// terminal, JSON lines anywhere else.
func resolveWithLog(cmd *cobra.Command, env Env, o *option.Output) (option.Origins, zerolog.Logger, error) {
	from, err := option.Resolve(cmd, env.LookupEnv)
	if err != nil {
		return nil, zerolog.Logger{}, err
	}
	log, err := makeLogger(env, *o)
	if err != nil {
		return nil, zerolog.Logger{}, err
	}
	warnOfUnknown(env, log)
	return from, log, env.end.measure(env, cmd, o, log)
}

// resolveWithoutLog fills the options of a command that has no log.
func resolveWithoutLog(cmd *cobra.Command, env Env) (option.Origins, error) {
	warnWithoutLog(env)
	return option.Resolve(cmd, env.LookupEnv)
}

// warnWithoutLog tells of unknown variables where a command has no log of its own: in the form and from the level that the
// variables give.
func warnWithoutLog(env Env) {
	o := option.Output{LogLevel: zerolog.InfoLevel.String()}
	if level, ok := env.LookupEnv("CONTACTSYNC_LOG_LEVEL"); ok && level != "" {
		o.LogLevel = level
	}
	o.LogFormat, _ = env.LookupEnv(option.LogFormatVariable)
	if log, err := makeLogger(env, o); err == nil {
		warnOfUnknown(env, log)
	}
}

// warnOfUnknown tells of variables with our prefix that nothing reads: a typo, or a flag that has none, must not be
// ignored without a word.
func warnOfUnknown(env Env, log zerolog.Logger) {
	if env.Variables == nil {
		return
	}
	for _, name := range option.UnknownVariables(env.Variables(), func() *cobra.Command { return newRoot(env) }) {
		log.Warn().Str("variable", name).Msg("this environment variable is unknown and has no effect: correct its name, or give the flag")
	}
}

func makeLogger(env Env, o option.Output) (zerolog.Logger, error) {
	level, err := zerolog.ParseLevel(o.LogLevel)
	if err != nil || !slices.Contains(option.LogLevels(), o.LogLevel) {
		return zerolog.Logger{}, &stop.UsageError{
			Message: fmt.Sprintf("--log-level %q is %s", o.LogLevel, option.NoneOf(option.LogLevels())),
		}
	}
	format := o.LogFormat
	if format == "" {
		format = option.FormatJSON
		if env.StderrTTY {
			format = option.FormatConsole
		}
	}
	env.screen.SetLevel(level)
	switch format {
	case option.FormatJSON:
		return zerolog.New(env.screen.LogWriter()).Level(level).With().Timestamp().Logger(), nil
	case option.FormatConsole:
		w := zerolog.ConsoleWriter{Out: env.screen.LogWriter(), TimeFormat: time.TimeOnly, NoColor: !env.screen.View().Colour}
		return zerolog.New(w).Level(level).With().Timestamp().Logger(), nil
	default:
		return zerolog.Logger{}, &stop.UsageError{Message: fmt.Sprintf("--log-format %q is %s", o.LogFormat, option.NoneOf(option.LogFormats()))}
	}
}
