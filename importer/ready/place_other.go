//go:build !linux && !darwin && !freebsd && !windows

package ready

// writable tells nothing.
func writable(string) error { return nil }

// room is not known here.
func room(string) (bytes, files int64, known bool, err error) { return 0, 0, false, nil }
