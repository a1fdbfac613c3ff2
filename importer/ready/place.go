package ready

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// Report says where the report goes.
type Report struct {
	// None: nowhere. Dir is its folder, Named that the user named it: else it is a new one in the folder Dir.
	None  bool
	Dir   string
	Named bool
	// InUse reports whether another run has the folder.
	InUse func() bool
}

func (c *Check) report() Finding {
	const name = "report"
	r := c.Report
	if r.None {
		return Finding{name, OK, "none is wanted (--report-dir none)", ""}
	}
	if err := c.Disk.writableFolder(r.Dir); err != nil {
		return Finding{name, Failed, fmt.Sprintf("no report can be written to %q: %v", r.Dir, err), "make the folder writable, or name another one with --report-dir"}
	}
	switch {
	case !r.Named:
		return Finding{name, OK, "goes to a new folder, where the command is given", ""}
	case r.InUse != nil && r.InUse():
		return Finding{
			name, Warning, fmt.Sprintf("another run writes its report to %q now", r.Dir),
			"a run that begins now ends with 5: wait for it to end (--retry-lock 10m waits so long), or give each run a --report-dir of its own",
		}
	}
	return Finding{name, OK, fmt.Sprintf("goes to %q", r.Dir), ""}
}

// Disk is what is asked about places. Nil functions ask the system.
type Disk struct {
	// Room is what is free where a file or folder is: bytes, and files that may still be made (-1: any number). known is false
	// where the system does not tell.
	Room func(path string) (bytes, files int64, known bool, err error)
	// Writable tells why something that is there can't be written to.
	Writable func(path string) error
}

func (d Disk) isWritable(path string) error {
	if d.Writable != nil {
		return d.Writable(path)
	}
	return writable(path)
}

func (d Disk) room(path string) (bytes, files int64, known bool, err error) {
	if d.Room != nil {
		return d.Room(path)
	}
	return room(path)
}

// writable tells why a file can't be written to, or made.
func (d Disk) writable(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if target, linkErr := os.Readlink(path); linkErr == nil { // to what is not there yet
			path = joined(filepath.Dir(path), target)
		}
	case err != nil:
		return err
	case info.IsDir():
		return &fs.PathError{Op: "open", Path: path, Err: syscall.EISDIR}
	default:
		if err := d.isWritable(path); err != nil {
			return err
		}
	}
	return d.writableFolder(filepath.Dir(path))
}

// writableFolder tells why nothing can be made in a folder, which may have to be made itself.
func (d Disk) writableFolder(dir string) error {
	dir, err := nearest(dir)
	if err != nil {
		return err
	}
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return err
	case !info.IsDir():
		return &fs.PathError{Op: "mkdir", Path: dir, Err: syscall.ENOTDIR}
	}
	return d.isWritable(dir)
}

// nearest is what is there of a path: the path itself, or the last of those above it.
func nearest(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	for {
		_, err := os.Lstat(path)
		up := filepath.Dir(path)
		switch {
		case err == nil:
			return path, nil
		case errors.Is(err, syscall.ENOTDIR) && up != path, errors.Is(err, fs.ErrNotExist) && up != path:
			path = up
		default:
			return "", err
		}
	}
}

func joined(dir, target string) string {
	if filepath.IsAbs(target) {
		return target
	}
	return filepath.Join(dir, target)
}

// Below these, a disk is as good as full, or will soon be: a ledger takes about a kilobyte a row, a report a few times the
// size of its files.
const (
	tooLittle = 16 << 20
	little    = 256 << 20
	fewFiles  = 100
)

// disk tells what is free where a run writes.
func (c *Check) disk() Finding {
	const name = "disk"
	f := Finding{Name: name, Status: OK}
	places := []struct{ what, path string }{{"the ledger", c.Ledger.Path}, {"the report", c.Report.Dir}, {"temporary files", c.Temp}}
	if c.Report.None {
		places[1].path = ""
	}
	var sizes []string
	of := map[string][]string{}
	for _, p := range places {
		if p.path == "" {
			continue
		}
		dir, err := nearest(p.path)
		if err != nil {
			continue // told where the place itself is
		}
		bytes, files, known, err := c.Disk.room(dir)
		switch {
		case err != nil:
			return Finding{name, Warning, fmt.Sprintf("what is free for %s is not known: %v", p.what, err), "look whether the disk is mounted and sound"}
		case !known:
			continue
		case bytes < tooLittle, files >= 0 && files < fewFiles:
			f.Status = Failed
		case bytes < little && f.Status == OK:
			f.Status = Warning
		}
		size := bytesText(bytes) + " free"
		if files >= 0 && files < fewFiles {
			size += ", and room for " + counted(int(files), "file")
		}
		if of[size] == nil {
			sizes = append(sizes, size)
		}
		of[size] = append(of[size], p.what)
	}
	if len(sizes) == 0 {
		return Finding{name, OK, "this system does not tell what is free", ""}
	}
	for i, size := range sizes {
		sizes[i] = size + " for " + strings.Join(of[size], ", ")
	}
	f.Found = strings.Join(sizes, "; ")
	if f.Status != OK {
		f.Fix = "make room before the next run: a disk that is full ends it"
	}
	return f
}

// bytesText writes a size as people read it.
func bytesText(n int64) string {
	for _, unit := range []struct {
		name string
		size int64
	}{{"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}} {
		if n >= 10*unit.size {
			return fmt.Sprintf("%d %s", n/unit.size, unit.name)
		}
		if n >= unit.size {
			return fmt.Sprintf("%.1f %s", float64(n)/float64(unit.size), unit.name)
		}
	}
	return fmt.Sprintf("%d KB", n/1000)
}
