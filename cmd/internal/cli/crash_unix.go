//go:build unix

package cli

import (
	"runtime"
	"syscall"
)

// leaveNoCore keeps a crash from writing the process's memory to a disk: it holds contacts and the token. Linux hands a
// core also to a program (/proc/sys/kernel/core_pattern), whatever the limit is, unless that is exactly one byte; no file
// is written below a page either.
func leaveNoCore() {
	limit := syscall.Rlimit{}
	if runtime.GOOS == "linux" {
		limit = syscall.Rlimit{Cur: 1, Max: 1}
	}
	_ = syscall.Setrlimit(syscall.RLIMIT_CORE, &limit) // lowering what is lower already fails, and is not needed then
}
