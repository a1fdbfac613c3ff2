//go:build !unix

package cli

import "os"

// stopSignals are the signals that ask a run to end: outside Unix only Ctrl-C reaches a process as one.
func stopSignals() []os.Signal { return []os.Signal{os.Interrupt} }

// outliveReaders has nothing to do: only Unix ends a process for writing to a closed pipe.
func outliveReaders() {}
