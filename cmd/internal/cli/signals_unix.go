//go:build unix

package cli

import (
	"os"
	"syscall"
)

// stopSignals are the signals that ask a run to end: the terminal's, the scheduler's, and that of a lost connection.
func stopSignals() []os.Signal { return []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} }
