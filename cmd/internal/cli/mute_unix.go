//go:build unix

package cli

import (
	"os"

	"golang.org/x/sys/unix"
)

// muteRuntime leads standard error to nowhere: the Go runtime writes what it says of a crash to the descriptor itself. If
// that can't be done it says it.
func muteRuntime() {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return
	}
	_ = unix.Dup2(int(null.Fd()), int(os.Stderr.Fd()))
}
