package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/contactsync/contactsync/cmd/internal/terminal"
	"github.com/contactsync/contactsync/importer/question"
)

// viewer shows all changes of a plan to whoever is asked about it; nil: there are none, or nobody sees them.
func (o *jobOptions) viewer(p question.Preview) func(context.Context) error {
	if p.All == nil || o.env.screen.SpeaksJSON() {
		return nil
	}
	return func(ctx context.Context) error {
		return o.env.screen.ViewChanges(ctx, terminal.PagerOf(o.env.LookupEnv, o.env.Page), p.All(ctx), o.previewsValues())
	}
}

// pagerDelay is how long a pager may take to put the terminal in order once it is told to end.
const pagerDelay = 2 * time.Second

// pagerTo runs pagers that show on a terminal. Ctrl-C is the pager's as long as it runs, and no signal for the run: signals is where
// that goes.
func pagerTo(screen io.Writer, environ []string, signals chan<- os.Signal) func(context.Context, string, io.Reader) error {
	return func(ctx context.Context, command string, text io.Reader) error {
		words := pagerWords(command)
		c := exec.CommandContext(ctx, words[0], words[1:]...) //nolint:gosec // the user's own choice
		c.Stdin, c.Stdout, c.Stderr, c.Env = text, screen, screen, pagerEnv(environ)
		c.Cancel = func() error {
			if runtime.GOOS == "windows" {
				return c.Process.Kill()
			}
			return c.Process.Signal(syscall.SIGTERM) // so that it leaves the terminal as it found it
		}
		c.WaitDelay = pagerDelay
		if err := c.Start(); err != nil {
			return &terminal.NoPagerError{Command: command}
		}
		signal.Ignore(os.Interrupt)
		err := c.Wait()
		signal.Reset(os.Interrupt)
		if signals != nil {
			signal.Notify(signals, os.Interrupt)
		}
		ended, isExit := errors.AsType[*exec.ExitError](err)
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case isExit && slices.Contains([]int{126, 127}, ended.ExitCode()): // a shell's, for a command that it can't run
			return &terminal.NoPagerError{Command: command}
		case isExit, errors.Is(err, exec.ErrWaitDelay): // it has been looked at all the same
			return nil
		}
		return err
	}
}

// shellCharacters are those that make a command line one for a shell.
const shellCharacters = "|&;<>()$`\\\"'*?[#~=%"

// pagerWords are the program and its arguments. A shell that stands in between would get the signals that the pager needs.
func pagerWords(command string) []string {
	words := strings.Fields(command)
	if !strings.ContainsAny(command, shellCharacters) && len(words) > 0 {
		return words
	}
	if runtime.GOOS == "windows" {
		return []string{"cmd", "/c", command}
	}
	return []string{"sh", "-c", command}
}

// pagerEnv is the environment of a pager: without what is secret, and with the options of less that other programs give it too,
// unless somebody has chosen some.
func pagerEnv(environ []string) []string {
	var env []string
	options := "LESS=FRX"
	for _, variable := range environ {
		name, _, _ := strings.Cut(variable, "=")
		if name == "LESS" {
			options = ""
		}
		if !slices.ContainsFunc([]string{"TOKEN", "SECRET", "PASSWORD"}, func(part string) bool { return strings.Contains(name, part) }) {
			env = append(env, variable)
		}
	}
	if options != "" {
		env = append(env, options)
	}
	return env
}
