//go:build unix

package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	_ "modernc.org/sqlite" // damages ledgers

	"github.com/contactsync/contactsync/importer/simulator"
)

// processCommands are the script commands for runs that are stopped, killed, and started again.
func processCommands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"await":    await,
		"contacts": countContacts,
		"damage":   damage,
		"ended":    ended,
		"faults":   setFaults,
		"hide":     hide,
		"portal":   portal,
		"restarts": restarts,
		"says":     says,
		"signal":   sendSignal,
		"start":    startRun,
		"window":   window,
	}
}

func keepProcesses(e *testscript.Env) { e.Values[processKey{}] = processes{} }

func serverOf(ts *testscript.TestScript) *simulator.Server {
	return *ts.Value(serverKey{}).(**simulator.Server)
}

// processKey is where a script keeps the programs that it has started, by name.
type processKey struct{}

// processes are a script's programs.
type processes map[string]*exec.Cmd

// startRun starts a program and goes on; what it prints is in NAME.out and NAME.err: start NAME PROGRAM [ARG...].
func startRun(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: start NAME PROGRAM [ARG...]")
	}
	cmd := launch(ts, args[0], args[1:])
	ts.Value(processKey{}).(processes)[args[0]] = cmd
	ts.Defer(func() {
		if cmd.ProcessState == nil {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	})
}

// restarts starts a program so many times, and kills each after so many requests: restarts 40 3 PROGRAM [ARG...].
func restarts(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: restarts TIMES REQUESTS PROGRAM [ARG...]")
	}
	times, err := strconv.Atoi(args[0])
	ts.Check(err)
	requests, err := strconv.Atoi(args[1])
	ts.Check(err)
	for range times {
		enough := serverOf(ts).Count() + requests
		cmd := launch(ts, "restarted", args[2:])
		until(ts, func() bool { return serverOf(ts).Count() >= enough })
		ts.Check(cmd.Process.Kill())
		_, err := exitOf(cmd)
		ts.Check(err)
	}
}

// launch starts a program with what scripts set of its environment.
func launch(ts *testscript.TestScript, name string, line []string) *exec.Cmd {
	stdout, err := os.Create(ts.MkAbs(name + ".out"))
	ts.Check(err)
	defer stdout.Close()
	stderr, err := os.Create(ts.MkAbs(name + ".err"))
	ts.Check(err)
	defer stderr.Close()
	cmd := exec.Command(line[0], line[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = ts.MkAbs("."), stdout, stderr
	for _, variable := range []string{
		"PATH", "HOME", "EMNIFY_API_URL", "EMNIFY_APPLICATION_TOKEN", "CONTACTSYNC_TYPE", "CONTACTSYNC_SETTLE",
		"CONTACTSYNC_CONCURRENCY", "CONTACTSYNC_STATE", "CONTACTSYNC_REPORT_DIR", "CONTACTSYNC_RATE",
	} {
		if value := ts.Getenv(variable); value != "" {
			cmd.Env = append(cmd.Env, variable+"="+value)
		}
	}
	ts.Check(cmd.Start())
	return cmd
}

// sendSignal sends one to a program: signal NAME TERM.
func sendSignal(ts *testscript.TestScript, neg bool, args []string) {
	signals := map[string]syscall.Signal{
		"CONT": syscall.SIGCONT, "HUP": syscall.SIGHUP, "INT": syscall.SIGINT, "KILL": syscall.SIGKILL,
		"STOP": syscall.SIGSTOP, "TERM": syscall.SIGTERM,
	}
	if neg || len(args) != 2 || signals[args[1]] == 0 {
		ts.Fatalf("usage: signal NAME CONT|HUP|INT|KILL|STOP|TERM")
	}
	ts.Check(ts.Value(processKey{}).(processes)[args[0]].Process.Signal(signals[args[1]]))
}

// ended waits for a program, which must end with the given code: ended NAME CODE. -1: a signal ended it.
func ended(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: ended NAME CODE")
	}
	got, err := exitOf(ts.Value(processKey{}).(processes)[args[0]])
	ts.Check(err)
	if strconv.Itoa(got) != args[1] {
		ts.Fatalf("%s ended with %d, want %s\n%s%s", args[0], got, args[1], ts.ReadFile(args[0]+".out"), ts.ReadFile(args[0]+".err"))
	}
}

// exitOf waits for a program; -1: a signal ended it.
func exitOf(cmd *exec.Cmd) (int, error) {
	err := cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return 0, err
	}
	return cmd.ProcessState.ExitCode(), nil
}

// says waits until a program has printed a text to its standard error: says NAME TEXT.
func says(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: says NAME TEXT")
	}
	until(ts, func() bool { return strings.Contains(ts.ReadFile(args[0]+".err"), args[1]) })
}

// until waits for something to happen. Scripts are patient: no time decides whether they pass.
func until(ts *testscript.TestScript, happened func() bool) {
	for begun := time.Now(); !happened(); time.Sleep(time.Millisecond) {
		if time.Since(begun) > time.Minute {
			ts.Fatalf("it does not happen")
		}
	}
}

// await waits until the simulator has seen so many requests: await 3 POST /contact.
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: await NUMBER METHOD END-OF-PATH")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	until(ts, func() bool {
		got := 0
		for _, r := range serverOf(ts).Requests() {
			if r.Method == args[1] && strings.HasSuffix(r.Path, args[2]) {
				got++
			}
		}
		return got >= want
	})
}

// window compares how many requests the simulator has seen at most in any window of a length: window 30 2s.
func window(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: window MOST LENGTH")
	}
	most, err := strconv.Atoi(args[0])
	ts.Check(err)
	length, err := time.ParseDuration(args[1])
	ts.Check(err)
	if got := serverOf(ts).MaxInWindow(length); got > most {
		ts.Fatalf("%d requests in a window of %s, allowed are %d", got, length, most)
	}
}

// contacts compares how many contacts of a name there are: contacts 1 'Ann Lee'.
func countContacts(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: contacts NUMBER NAME")
	}
	got := 0
	for _, c := range serverOf(ts).Contacts(simulator.DefaultOrganisations()[0].ID) {
		if c.Name == args[1] {
			got++
		}
	}
	if fmt.Sprint(got) != args[0] {
		ts.Fatalf("%q stands %d times in the organisation, want %s", args[1], got, args[0])
	}
}

// setFaults gives the simulator other faults: faults [FAULT...].
func setFaults(ts *testscript.TestScript, _ bool, args []string) {
	var faults []simulator.Fault
	for _, text := range args {
		fault, err := simulator.ParseFault(text)
		ts.Check(err)
		faults = append(faults, fault)
	}
	serverOf(ts).SetFaults(faults...)
}

// damage spoils a ledger, or takes out of it what older ones have not: damage truncated|flipped|newer|foreign|unkept FILE.
func damage(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: damage truncated|flipped|newer|foreign|unkept FILE")
	}
	path := ts.MkAbs(args[1])
	b, err := os.ReadFile(path)
	ts.Check(err)
	switch args[0] {
	case "truncated":
		ts.Check(os.Truncate(path, int64(len(b)/2)))
	case "flipped":
		// A bit of the first page's list of cells: where a table's tree begins.
		b[4096+5] ^= 1
		ts.Check(os.WriteFile(path, b, 0o600))
	case "newer":
		execute(ts, path, "PRAGMA user_version = 1000")
	case "foreign":
		ts.Check(os.Remove(path))
		execute(ts, path, "CREATE TABLE notes (text TEXT)")
	case "unkept":
		execute(ts, path, "DELETE FROM externals")
	default:
		ts.Fatalf("%q is no damage", args[0])
	}
}

func execute(ts *testscript.TestScript, path, text string) {
	db, err := sql.Open("sqlite", path)
	ts.Check(err)
	_, err = db.ExecContext(context.Background(), text)
	ts.Check(err)
	ts.Check(db.Close())
}
