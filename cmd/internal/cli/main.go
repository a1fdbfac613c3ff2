package cli

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/contactsync/contactsync/cmd/internal/option"
	"github.com/contactsync/contactsync/cmd/internal/terminal"
)

// Main runs the command line and returns the process's exit code.
func Main(env Env) (code int) {
	begun := time.Now()
	if env.LookupEnv != nil {
		env.LookupEnv = option.Trimmed(env.LookupEnv)
	}
	streams := newStreams(&env)
	env.end = &commandEnd{}
	root := newRoot(env)
	running := root
	defer func() {
		if cause := recover(); cause != nil {
			streams.crashed(env, running, cause, begun)
			panic(cause)
		}
	}()
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		running = cmd
		return streams.follow(cmd, env)
	}
	root.SetArgs(env.Args)
	root.SetIn(env.Stdin)
	printed := &witness{Writer: env.Stdout}
	root.SetOut(printed)
	root.SetErr(env.Stderr)
	cmd, err := root, option.Complete(root)
	if err == nil {
		cmd, err = root.ExecuteC()
	}
	if told, ok := errors.AsType[codeError](err); ok {
		code, err = exitOf(told), nil
	}
	if err == nil {
		err = printed.failure()
	}
	if err != nil {
		printError(env, err)
		code = exitOf(err)
	}
	return streams.close(env, cmd, code, err, begun)
}

// witness keeps the first error of what it writes. A help text is printed by cobra, which looks at none: whoever asked for
// it must not take nothing for it.
type witness struct {
	io.Writer
	err error
}

func (w *witness) Write(b []byte) (int, error) {
	n, err := w.Writer.Write(b)
	if w.err == nil {
		w.err = err
	}
	return n, err
}

func (w *witness) failure() error {
	if w.err != nil {
		return fmt.Errorf("printing: %w", w.err)
	}
	return nil
}

// streams are the two that the program speaks on, in the form that the command line asks for: it is looked for before
// the command line is understood, since mistakes in that are told in the same form.
type streams struct {
	screen *terminal.Screen
	held   *terminal.Held // nil: everything is told at once
}

// newStreams takes the place of an environment's streams.
func newStreams(env *Env) *streams {
	s := &streams{}
	if asksFor(env.Args, "quiet") {
		s.held = terminal.NewHeld(sourceEnv(*env).TempFile)
		env.Stdout, env.Stderr = s.held.Stream(env.Stdout), s.held.Stream(env.Stderr)
	}
	s.screen = terminal.NewScreen(env.Stderr, terminal.ViewOf(env.StderrTTY, env.StderrWidth, env.LookupEnv), logFormat(*env) == option.FormatJSON)
	env.Stderr, env.screen = s.screen, s.screen
	return s
}

// asksFor reports whether a flag that takes no value seems to stand among arguments.
func asksFor(args []string, flag string) bool {
	for _, arg := range args {
		switch arg {
		case "--":
			return false
		case "--" + flag, "--" + flag + "=true":
			return true
		}
	}
	return false
}

// logFormat is the log's format as it is given: by the flag, as far as can be told before the flags are parsed, or by its
// variable; empty: by neither.
func logFormat(env Env) string {
	format, _ := env.LookupEnv(option.LogFormatVariable)
	for i, arg := range env.Args {
		switch value, ok := strings.CutPrefix(arg, "--log-format="); {
		case arg == "--":
			return format
		case ok:
			format = value
		case arg == "--log-format" && i+1 < len(env.Args):
			format = env.Args[i+1]
		}
	}
	return format
}

// follow corrects what was taken for flags and is none.
func (s *streams) follow(cmd *cobra.Command, env Env) error {
	if s.held != nil && !isOn(cmd.Flags().Lookup("quiet")) {
		if err := s.held.Release(); err != nil {
			return err
		}
	}
	format, _ := env.LookupEnv(option.LogFormatVariable)
	if f := cmd.Flags().Lookup("log-format"); f != nil && f.Changed {
		format = f.Value.String()
	}
	s.screen.SpeakJSON(format == option.FormatJSON)
	return nil
}

func isOn(f *pflag.Flag) bool { return f != nil && f.Value.String() == "true" }

// nameOf is a command as it is called, as "runs prune"; empty for the program without one.
func nameOf(cmd *cobra.Command) string {
	_, name, _ := strings.Cut(cmd.CommandPath(), " ")
	return name
}

// close does what comes after a run, tells of the end where JSON is asked for, and lets go of what was held, unless all ended well.
func (s *streams) close(env Env, cmd *cobra.Command, code int, err error, begun time.Time) int {
	afterwards(env, cmd, code, err, begun)
	if s.screen.SpeaksJSON() {
		s.screen.Flush()
		if code != exitOK || cmd.Flags().Lookup("log-format") != nil && !isOn(cmd.Flags().Lookup("help")) {
			env.end.tell(s.screen, nameOf(cmd), code, err, begun)
		}
	}
	switch {
	case s.held == nil:
	case code == exitOK:
		s.held.Drop()
	default:
		_ = s.held.Release() // nobody to hear it is no failure
	}
	return code
}

// crashed tells of a panic where JSON is asked for, in place of the Go runtime.
func (s *streams) crashed(env Env, cmd *cobra.Command, cause any, begun time.Time) {
	afterCrash(env, cmd, begun)
	if s.screen.SpeaksJSON() {
		s.screen.Flush()
		env.end.crashed(s.screen, nameOf(cmd), cause, begun)
	}
	if s.held != nil {
		_ = s.held.Release()
	}
	if s.screen.SpeaksJSON() && env.Mute != nil {
		env.Mute()
	}
}
