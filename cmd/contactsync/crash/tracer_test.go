//go:build linux && amd64

package crash

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// tracerName is the program, beside contactsync itself, that runs another one and makes its system calls fail, kills it
// at one of them, or keeps what a power cut would have left. strace can do most of that, but counts the calls of each
// thread for itself, and a Go program moves from thread to thread: its Nth fsync could not be named.
const tracerName = "crashtracer"

// tracing says what is done to a program. Calls are counted over all its threads, from 1.
type tracing struct {
	Calls string // which calls count: sync, write, rename or any
	Under string // only those on paths that begin so; empty: all
	Not   string // nor those on paths that hold this; empty: none
	Kill  int    // the call at which it is killed; 0: none
	After bool   // the kill comes when the call has been done, and not before
	Fail  int    // the call that fails; 0: none
	Stays bool   // all further ones fail too
	Errno int    // how it fails
	Disk  string // the files whose fate after a power cut is followed: those whose paths begin so
	Image string // the folder that gets what it would leave of them; empty: none
	Seed  int64  // decides which pages, of those that were not synced, a power cut leaves; 0: none
	Log   string // the file that tells what happened
}

// traced is what a tracer tells.
type traced struct {
	Calls int
	Exit  int // -1: it was killed
}

// tracerMain is the program: TRACING as JSON, PROGRAM, ARGUMENTS.
func tracerMain() {
	flag.Parse()
	var spec tracing
	err := json.Unmarshal([]byte(flag.Arg(0)), &spec)
	var got traced
	if err == nil {
		got, err = trace(spec, flag.Args()[1:])
	}
	var text []byte
	if err == nil {
		text, err = json.Marshal(got)
	}
	if err == nil {
		err = os.WriteFile(spec.Log, text, 0o600)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "tracing:", err)
		if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSYS) { // what a kernel or a sandbox says that lets nobody trace
			os.Exit(exitNotTraceable)
		}
		os.Exit(125)
	}
}

// tracer follows one program. All its calls come from one thread: the kernel wants that.
type tracer struct {
	spec   tracing
	got    traced
	pid    int
	forced map[int]bool // threads whose call is to fail when it ends
	kills  map[int]bool // threads whose call is the last
	disk   *disk
	syncs  map[int]func(bool) // what a thread's call makes durable if it succeeds
}

func trace(spec tracing, args []string) (traced, error) {
	runtime.LockOSThread()
	path, err := exec.LookPath(args[0])
	if err != nil {
		return traced{}, err
	}
	pid, err := syscall.ForkExec(path, args, &syscall.ProcAttr{
		Env: os.Environ(), Files: []uintptr{0, 1, 2}, Sys: &syscall.SysProcAttr{Ptrace: true},
	})
	if err != nil {
		return traced{}, err
	}
	t := &tracer{spec: spec, pid: pid, forced: map[int]bool{}, kills: map[int]bool{}, syncs: map[int]func(bool){}}
	if spec.Image != "" {
		t.disk = newDisk(spec.Disk)
	}
	if err := t.follow(); err != nil {
		return t.got, err
	}
	if t.disk != nil {
		err = t.disk.save(spec.Image, spec.Seed)
	}
	return t.got, err
}

const (
	optExitKill = 0x100000 // what is traced dies with its tracer
	callStop    = syscall.SIGTRAP | 0x80
)

// follow lets the program run from stop to stop until it has ended.
func (t *tracer) follow() error {
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(t.pid, &status, 0, nil); err != nil {
		return err
	}
	options := syscall.PTRACE_O_TRACESYSGOOD | syscall.PTRACE_O_TRACECLONE | optExitKill
	if err := syscall.PtraceSetOptions(t.pid, options); err != nil {
		return err
	}
	thread, signal := t.pid, 0
	known := map[int]bool{thread: true}
	for {
		// A thread that is killed meanwhile is no error; its end is told next.
		if err := syscall.PtraceSyscall(thread, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("going on: %w", err)
		}
		for {
			var err error
			if thread, err = syscall.Wait4(-1, &status, syscall.WALL, nil); err != nil {
				return fmt.Errorf("waiting: %w", err)
			}
			if status.Stopped() {
				break
			}
			if thread == t.pid {
				t.got.Exit = status.ExitStatus() // -1 if a signal ended it
				return nil
			}
		}
		signal = 0
		switch stop := status.StopSignal(); {
		case stop == callStop:
			if err := t.call(thread); err != nil && !errors.Is(err, syscall.ESRCH) {
				return err
			}
		case stop == syscall.SIGTRAP && status.TrapCause() > 0: // a new thread
		case stop == syscall.SIGSTOP && !known[thread]: // so a thread begins
		default:
			signal = int(stop)
		}
		known[thread] = true
	}
}

// call is told of each system call twice: before and after.
func (t *tracer) call(thread int) error {
	var regs syscall.PtraceRegs
	if err := syscall.PtraceGetRegs(thread, &regs); err != nil {
		return err
	}
	// The kernel says -ENOSYS for a call that is yet to be done; no call that we look at ends so.
	if int64(regs.Rax) != -int64(syscall.ENOSYS) {
		return t.end(thread, &regs)
	}
	if t.forced[thread] {
		return t.end(thread, &regs)
	}
	path, kind := target(thread, &regs)
	if t.disk != nil && kind == "sync" {
		t.syncs[thread] = t.disk.sync(path)
	}
	if !t.counts(path, kind) {
		return nil
	}
	t.got.Calls++
	n := t.got.Calls
	switch {
	case n == t.spec.Kill && !t.spec.After:
		return t.kill()
	case n == t.spec.Kill:
		t.kills[thread] = true
	case t.spec.Fail != 0 && (n == t.spec.Fail || t.spec.Stays && n > t.spec.Fail):
		t.forced[thread] = true
		regs.Orig_rax = ^uint64(0) // no such call: nothing is done
		return syscall.PtraceSetRegs(thread, &regs)
	}
	return nil
}

func (t *tracer) counts(path, kind string) bool {
	return kind != "" && (t.spec.Calls == "any" || t.spec.Calls == kind) && strings.HasPrefix(path, t.spec.Under) &&
		(t.spec.Not == "" || !strings.Contains(path, t.spec.Not))
}

func (t *tracer) end(thread int, regs *syscall.PtraceRegs) error {
	if keep := t.syncs[thread]; keep != nil {
		keep(regs.Rax == 0 && !t.forced[thread])
	}
	delete(t.syncs, thread)
	if t.forced[thread] {
		delete(t.forced, thread)
		regs.Rax = uint64(-int64(t.spec.Errno))
		return syscall.PtraceSetRegs(thread, regs)
	}
	if t.kills[thread] {
		return t.kill()
	}
	return nil
}

func (t *tracer) kill() error { return syscall.Kill(t.pid, syscall.SIGKILL) }

// target tells what a call is about to be done to. Calls of no interest have no kind.
func target(thread int, regs *syscall.PtraceRegs) (path, kind string) {
	switch regs.Orig_rax {
	case syscall.SYS_FSYNC, syscall.SYS_FDATASYNC:
		kind = "sync"
	case syscall.SYS_WRITE, syscall.SYS_PWRITE64, syscall.SYS_FTRUNCATE:
		kind = "write"
	case syscall.SYS_RENAME:
		return text(thread, regs.Rsi), "rename"
	case syscall.SYS_RENAMEAT, sysRenameat2:
		return text(thread, regs.R10), "rename"
	default:
		return "", ""
	}
	path, err := os.Readlink("/proc/" + strconv.Itoa(thread) + "/fd/" + strconv.Itoa(int(regs.Rdi)))
	if err != nil {
		return "", ""
	}
	return path, kind
}

const sysRenameat2 = 316

// text reads a path of the program's memory.
func text(thread int, at uint64) string {
	f, err := os.Open("/proc/" + strconv.Itoa(thread) + "/mem")
	if err != nil {
		return ""
	}
	defer f.Close()
	b := make([]byte, 4096)
	n, _ := f.ReadAt(b, int64(at)) // as much as there is
	path, _, _ := strings.Cut(string(b[:n]), "\x00")
	return path
}
