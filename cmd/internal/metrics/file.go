package metrics

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/contactsync/contactsync/report/output"
)

// fileMode lets everybody read: node_exporter is another user. Nothing in the file is a secret.
const fileMode = 0o644

// maxFile bounds what is read of a file that is there; ours are far smaller.
const maxFile = 1 << 20

// WriteFile writes the metrics of a run, whole or not at all, in the place of those of the run before. id is drawn anew for each
// run.
func WriteFile(path, id string, r Run) error {
	before, err := readFile(path)
	if err != nil {
		return err
	}
	was, _ := parse(before) // what can't be read was not told by us
	if r.Rehearsal && was.holdsReal("") {
		return ErrRehearsal
	}
	r.takeOver(was)
	if r.LastSuccess == nil {
		r.LastSuccess = &time.Time{} // nobody has ever heard of one
	}
	text, err := r.text()
	if err != nil {
		return err
	}
	dir, name := filepath.Split(path)
	pending, err := output.New(readable{}, filepath.Clean(dir), name, id)
	if err != nil {
		return withoutPath(err)
	}
	if _, err := pending.Write(text); err != nil {
		return withoutPath(errors.Join(err, pending.Discard()))
	}
	return withoutPath(pending.Publish())
}

// IsOurs reports whether a file is there that holds metrics of ours.
func IsOurs(path string) bool {
	text, err := readFile(path)
	return err == nil && strings.HasPrefix(string(text), "# HELP contactsync_")
}

// readFile reads a file that may not be there, and refuses what is none: a rename would take the place of a folder, or of a
// device.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, withoutPath(err)
	case info.IsDir():
		return nil, errors.New("that is a folder: name a file in it, which ends with .prom")
	case !info.Mode().IsRegular():
		return nil, errors.New("that is no regular file")
	}
	return textIn(path), nil
}

// textIn is what a file holds; nothing where that can't be read: whoever may not read it may still put another one in its place.
func textIn(path string) []byte {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	text, err := io.ReadAll(io.LimitReader(f, maxFile))
	if errors.Join(err, f.Close()) != nil {
		return nil
	}
	return text
}

// readable makes files that everybody can read, whatever the process's mask says.
type readable struct{ output.Disk }

func (readable) Create(path string) (output.File, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return nil, err
	}
	if err := f.Chmod(fileMode); err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(path))
	}
	return f, nil
}

// withoutPath leaves out the path, which is told beside the error, and the temporary name.
func withoutPath(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return fmt.Errorf("%s: %w", path.Op, path.Err)
	case errors.As(err, &link):
		return fmt.Errorf("%s: %w", link.Op, link.Err)
	}
	return err
}
