// Package cli is the command line: commands, their wiring, signals and exit codes. It is the only place that picks
// implementations and puts them together; it has no rules about contacts of its own.
package cli

import (
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"

	"github.com/contactsync/contactsync/cmd/internal/terminal"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/limit"
)

// Env is all that a command takes from its process, so that a test can be the process.
type Env struct {
	Args      []string // without the program's name
	LookupEnv func(string) (string, bool)
	// Variables names what LookupEnv knows; nil: nobody can tell.
	Variables func() []string
	Stdin     io.Reader
	Stdout    io.Writer
	Stderr    io.Writer
	// StdinTTY, StdoutTTY and StderrTTY tell where a person is.
	StdinTTY, StdoutTTY, StderrTTY bool
	// Width and StderrWidth are how wide the terminals are that Stdout and Stderr go to, in cells; 0 where there is none.
	Width, StderrWidth int
	// Page runs the program that a command line names, which shows a text on the terminal that Stderr is, as [terminal.Pager]
	// says; nil: there is none.
	Page func(ctx context.Context, command string, text io.Reader) error
	// Signals brings SIGINT, SIGTERM and SIGHUP. May be nil.
	Signals <-chan os.Signal
	// Transport carries requests to the API; nil: the network.
	Transport http.RoundTripper
	// Web carries what goes elsewhere than to the API, as to a Pushgateway; nil: the network.
	Web http.RoundTripper
	// Receiver carries notifications; nil: the network.
	Receiver http.RoundTripper
	// Ledger is where runs are kept; nil: where --state says. The command closes it.
	Ledger Ledger
	// Slots keep the request budget beyond this process; nil: a file beside the ledger.
	Slots limit.Store
	// NetworkFileSystem names the network file system that a file is on, or would be; empty: it is on none. Nil asks the system.
	NetworkFileSystem func(path string) (string, error)
	// Room is what is free where a file or folder is, as [ready.Disk] says it; nil asks the system.
	Room func(path string) (bytes, files int64, known bool, err error)
	// Rand spreads waits; nil: one with a seed of its own.
	Rand *rand.Rand
	// Version is what `contactsync version` says; empty: what the build knows.
	Version string
	// Mute keeps the Go runtime from saying anything more, where a crash has been told in another form; nil: it says it.
	Mute func()

	screen *terminal.Screen // that Stderr is; Main sets it
	end    *commandEnd      // what is told of the end; Main sets it
}

// Ledger is one in which commands write, and look at runs that are over.
type Ledger interface {
	ledger.Ledger
	pastRuns
}

// ProcessEnv is the environment of this process.
func ProcessEnv() Env {
	outliveReaders()
	crashPlainly()
	limitMemory(os.LookupEnv, os.DirFS("/")) //nolint:forbidigo // the one place that may
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, stopSignals()...)
	return Env{
		Args:        os.Args[1:],
		LookupEnv:   os.LookupEnv, //nolint:forbidigo // the one place that may
		Variables:   variableNames,
		Stdin:       os.Stdin,
		Stdout:      os.Stdout,
		Stderr:      os.Stderr,
		StdinTTY:    terminal.Is(os.Stdin),
		StdoutTTY:   terminal.Is(os.Stdout),
		StderrTTY:   terminal.Is(os.Stderr),
		Width:       terminal.Width(os.Stdout),
		StderrWidth: terminal.Width(os.Stderr),
		Page:        pagerTo(os.Stderr, os.Environ(), signals), //nolint:forbidigo // the one place that may
		Signals:     signals,
		Version:     version,
		Mute:        muteRuntime,
	}
}

// crashPlainly makes a crash of contactsync itself end with a signal (SIGABRT): the Go runtime would end it with 2, which is
// the exit code for wrong usage, and no scheduler would try again.
func crashPlainly() {
	leaveNoCore()
	debug.SetTraceback("crash")
}

func variableNames() []string {
	all := os.Environ() //nolint:forbidigo // the one place that may
	names := make([]string, len(all))
	for i, v := range all {
		names[i], _, _ = strings.Cut(v, "=")
	}
	return names
}

// version is stamped by the linker (-X); a build without the stamp asks the build information instead.
var version = ""
