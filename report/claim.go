package report

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/gofrs/flock"

	"github.com/contactsync/contactsync/report/output"
)

// lockName is the file in a report's folder whose lock says that a run has the folder. It is there while the run is.
const lockName = ".contactsync.lock"

// errNotALock refuses a name that somebody put in the place of the lock: what is made would stand elsewhere.
var errNotALock = errors.New("it is a link or no regular file; look who put it there, and remove it")

// InUseError says that another run has a report's folder.
type InUseError struct{ Dir string }

func (e *InUseError) Error() string {
	return fmt.Sprintf("another run writes its report to %q now", e.Dir)
}

// Hint says what to do now.
func (e *InUseError) Hint() string {
	return "wait for it to end (--retry-lock 10m waits so long), or give each run a --report-dir of its own"
}

// Claim is a run's right to a report's folder. It ends with Release, and with the process.
type Claim struct {
	dir  string
	made bool
	lock *flock.Flock // nil: the file system has none
}

// ClaimFolder makes the folder dir, if it is not there, this run's alone: a run moves the report that it finds there, and
// two of them would take each other's away. The error is an *InUseError if another run has it.
func ClaimFolder(dir string) (*Claim, error) {
	c := &Claim{dir: dir}
	for range claimTries {
		got, err := c.try()
		if got || err != nil {
			return c, err
		}
	}
	return nil, &InUseError{Dir: dir}
}

// claimTries is how often a folder may vanish, with the run that had it, while it is being claimed. Each time another run
// has ended just then.
const claimTries = 100

// try reports false if what was locked is no longer the folder's lock.
func (c *Claim) try() (bool, error) {
	there, err := disk{}.Exists(c.dir)
	if err == nil {
		err = disk{}.MkdirAll(c.dir)
	}
	if errors.Is(err, fs.ErrExist) {
		return false, nil // and it is not there: taken away in between
	}
	if err != nil {
		return false, fmt.Errorf("making the report folder: %w", err)
	}
	c.made = c.made || !there
	path := filepath.Join(c.dir, lockName)
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return false, fmt.Errorf("locking the report folder: %q: %w", path, errNotALock)
	}
	lock := flock.New(path, flock.SetFlag(os.O_CREATE|os.O_RDONLY|noFollow), flock.SetPermissions(output.Mode))
	got, err := lock.TryLock()
	switch {
	case errors.Is(err, errors.ErrUnsupported):
		// A folder that other programs serve, as a bucket: there one run at a time is the user's matter, as ever.
		return true, errors.Join(lock.Close(), ignoreAbsent(os.Remove(path)))
	case errors.Is(err, fs.ErrNotExist):
		return false, nil // the run that had made the folder has taken it away
	case err != nil:
		return false, fmt.Errorf("locking the report folder: %w", err)
	case !got:
		return false, errors.Join(&InUseError{Dir: c.dir}, lock.Close())
	}
	c.lock = lock
	if c.Lost() {
		c.lock = nil
		return false, lock.Unlock()
	}
	return true, nil
}

// Lost reports whether the folder was taken away, or its lock's name: who claims the folder then has another one.
func (c *Claim) Lost() bool {
	if c.lock == nil {
		return false
	}
	held, err := c.lock.Stat()
	named, errNamed := os.Lstat(c.lock.Path())
	return err != nil || errNamed != nil || !os.SameFile(held, named)
}

// Release gives the folder free, and takes it away if it was made for a report that never came.
func (c *Claim) Release() error {
	if c.Lost() {
		return c.lock.Unlock() // what has the names now is another run's
	}
	var err error
	if c.lock != nil {
		// Its name goes while the lock is held: whoever gets the lock after us sees that it is not the folder's any more.
		// Windows removes no open file; there nobody gets at it between the two lines who would not keep it from going.
		_ = os.Remove(c.lock.Path())
		err = c.lock.Unlock()
		if runtime.GOOS == "windows" {
			_ = os.Remove(c.lock.Path()) // somebody has it by now
		}
	}
	if c.made {
		_ = os.Remove(c.dir) // not empty: it has a report
	}
	return err
}

func ignoreAbsent(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// InUse reports whether a run has the folder dir, without making or claiming anything. The lock is tried, and let go at once,
// only where there is one: while a run goes on, or since one was killed.
func InUse(dir string) bool {
	path := filepath.Join(dir, lockName)
	if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() {
		return false
	}
	lock := flock.New(path, flock.SetFlag(os.O_RDONLY|noFollow))
	got, err := lock.TryRLock()
	if got {
		_ = lock.Unlock()
	}
	return err == nil && !got
}
