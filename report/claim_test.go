package report

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

func TestAFolderHasOneOwner(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a", "report")
	first, err := ClaimFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link")
	names := []string{dir, dir + "/../report/."}
	if os.Symlink(dir, link) == nil {
		names = append(names, link)
	}
	for _, name := range names {
		if _, err := ClaimFolder(name); !isInUse(err) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if err := first.Release(); err != nil {
		t.Fatal(err)
	}
	if there, _ := (disk{}).Exists(dir); there {
		t.Error("a folder without a report is left")
	}
	second, err := ClaimFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	writeSet(t, dir, "run-1", nil, nil, nil)
	if err := second.Release(); err != nil {
		t.Fatal(err)
	}
	if got := namesIn(t, dir); len(got) != 4 {
		t.Errorf("left with the report: %q", got)
	}
}

// A link in the place of the lock is not followed: nothing is made where it leads.
func TestALinkIsNoLock(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	victim := filepath.Join(t.TempDir(), "victim")
	if err := os.Symlink(victim, filepath.Join(dir, lockName)); err != nil {
		t.Skip(err)
	}
	if _, err := ClaimFolder(dir); !errors.Is(err, errNotALock) {
		t.Errorf("claimed, or in use for ever: %v", err)
	}
	if there, _ := (disk{}).Exists(victim); there {
		t.Error("made through the link")
	}
}

// A folder that was taken away and has been claimed by another run since is that one's, and stays so when the first ends.
func TestALostFolderIsAnothers(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "report")
	first, err := ClaimFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	if first.Lost() {
		t.Error("lost, and it is there")
	}
	if runtime.GOOS == "windows" {
		t.Skip("no folder with an open file is taken away there")
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if !first.Lost() {
		t.Error("not lost, and it is gone")
	}
	second, err := ClaimFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Release(); err != nil {
		t.Error(err)
	}
	if _, err := ClaimFolder(dir); !isInUse(err) {
		t.Errorf("a third run beside the second: %v", err)
	}
	if err := second.Release(); err != nil {
		t.Error(err)
	}
}

func isInUse(err error) bool {
	_, ok := errors.AsType[*InUseError](err)
	return ok
}

// Claims that come and go, and the folder with them, never hold at the same time.
func TestClaimsThatComeAndGo(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "report")
	var owners, claims atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 200 {
				c, err := ClaimFolder(dir)
				if isInUse(err) {
					continue
				}
				if err != nil {
					t.Error(err)
					return
				}
				if n := owners.Add(1); n != 1 {
					t.Errorf("%d runs have the folder", n)
				}
				claims.Add(1)
				owners.Add(-1)
				if err := c.Release(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if claims.Load() == 0 {
		t.Error("nobody ever had the folder")
	}
}

func TestAFolderThatCantBeClaimed(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	put(t, file, "x")
	for _, dir := range []string{file, filepath.Join(file, "report")} {
		if _, err := ClaimFolder(dir); err == nil || isInUse(err) {
			t.Errorf("%s: %v", dir, err)
		}
	}
}
