package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
)

// What is read whole has a bound, since a path may name a device that never ends.
const (
	// maxToken is far more than an application token, which has less than a thousand characters.
	maxToken = 64 << 10
	// maxProfileFile is what the parser of profiles takes, and a byte, so that the complaint is its own.
	maxProfileFile = 1<<20 + 1
	// maxPlan holds the plan of an organisation of about two million contacts.
	maxPlan = 1 << 30
)

// readBounded reads a file that must not be larger than limit bytes.
func readBounded(path string, limit int64) (_ []byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("%q is larger than %d KiB: it is the wrong file", path, limit>>10)
	}
	return data, nil
}

// openToAll reports whether everybody may read or write a file. Windows tells no such thing by a mode.
func openToAll(path string) bool {
	info, err := os.Stat(path)
	return err == nil && runtime.GOOS != "windows" && info.Mode().IsRegular() && info.Mode().Perm()&0o006 != 0
}
