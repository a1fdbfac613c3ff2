package sqlite_test

import (
	"os"
	"os/signal"
	"strconv"
	"syscall"
)

// childLimit is how large a file of the child may get, in bytes.
const childLimit = "CONTACTSYNC_LEDGER_LIMIT"

func limitFiles() error {
	text := os.Getenv(childLimit)
	if text == "" {
		return nil
	}
	limit, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return err
	}
	signal.Ignore(syscall.SIGXFSZ) // the write fails then, as on a full disk
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit, Max: limit})
}
