package main

import (
	"os"
	"syscall"
)

// peak is the most memory that an ended process has had, in bytes.
func peak(state *os.ProcessState) int64 {
	used, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	return used.Maxrss << 10
}
