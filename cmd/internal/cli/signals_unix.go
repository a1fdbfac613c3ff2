//go:build unix

package cli

import (
	"os"
	"os/signal"
	"syscall"
)

// stopSignals are the signals that ask a run to end: the terminal's, the scheduler's, and that of a lost connection.
func stopSignals() []os.Signal { return []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} }

// outliveReaders keeps the process going when nobody reads its output any more: a run must not end between a request and
// its outcome because `head` has seen enough. Writing to the closed pipe is then an error like any other.
func outliveReaders() { signal.Ignore(syscall.SIGPIPE) }
