//go:build linux && amd64

package crash

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// disk is what a folder would be after a power cut: the names that it had when it was synced last, and of each file the
// content that it had when that was synced last. It is stricter than file systems are, which keep more than they must.
type disk struct {
	folder  string
	prefix  string // of the names that count
	names   map[string]uint64
	content map[uint64][]byte
	lost    map[uint64][]byte // what a sync that failed had to write: the kernel takes it for written from then on
	held    []*os.File        // so that the numbers in content are not given to other files
}

func newDisk(prefix string) *disk {
	d := &disk{folder: filepath.Dir(prefix), prefix: filepath.Base(prefix), content: map[uint64][]byte{}, lost: map[uint64][]byte{}}
	// What is there from before has been there for long.
	d.names = d.list()
	for name, inode := range d.names {
		if b, err := d.read(filepath.Join(d.folder, name)); err == nil {
			d.content[inode] = b
		}
	}
	return d
}

// list is what the folder has now: names and the files behind them.
func (d *disk) list() map[string]uint64 {
	names := map[string]uint64{}
	entries, err := os.ReadDir(d.folder)
	if err != nil {
		return names // the folder is not there yet
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() && strings.HasPrefix(e.Name(), d.prefix) {
			names[e.Name()] = inode(info)
		}
	}
	return names
}

// sync notes what is there as a sync begins; the returned function is told whether it succeeds. What is written while it
// goes on need not be durable. nil: the path is none of ours.
func (d *disk) sync(path string) func(done bool) {
	if path == d.folder {
		names := d.list()
		return func(done bool) {
			if done {
				d.names = names
			}
		}
	}
	if filepath.Dir(path) != d.folder || !strings.HasPrefix(filepath.Base(path), d.prefix) {
		return nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil
	}
	b, err := d.read(path)
	if err != nil {
		return nil
	}
	return func(done bool) {
		if id := inode(info); done {
			d.content[id] = withoutLost(b, d.lost[id], d.content[id])
		} else {
			d.lost[id] = b
		}
	}
}

// withoutLost is what a sync makes durable after one that failed: not the pages that only that one would have written.
func withoutLost(now, lost, synced []byte) []byte {
	for at := 0; at < min(len(now), len(lost)); at += pageSize {
		end := min(at+pageSize, len(now), len(lost))
		if !bytes.Equal(now[at:end], lost[at:end]) {
			continue // it was written again
		}
		clear(now[at:end])
		copy(now[at:end], synced[min(at, len(synced)):])
	}
	return now
}

func (d *disk) read(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	d.held = append(d.held, f)
	return io.ReadAll(f)
}

// save writes what is left. With a seed each page that was written since the last sync is left or not, as it was not
// said in which order the disk gets them.
func (d *disk) save(folder string, seed int64) error {
	rnd := rand.New(rand.NewPCG(uint64(seed), 5))
	now := d.list()
	for name, id := range d.names {
		b := d.content[id]
		if seed != 0 && now[name] == id {
			current, err := os.ReadFile(filepath.Join(d.folder, name))
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			b = somePages(rnd, b, current)
		}
		if err := os.WriteFile(filepath.Join(folder, name), b, 0o600); err != nil {
			return err
		}
	}
	return nil
}

const pageSize = 4096

// somePages takes each page of what was synced or of what was written since.
func somePages(rnd *rand.Rand, synced, written []byte) []byte {
	size := len(synced)
	if rnd.IntN(2) == 0 {
		size = len(written)
	}
	out := make([]byte, size)
	copy(out, synced)
	for at := 0; at < min(size, len(written)); at += pageSize {
		end := min(at+pageSize, size, len(written))
		page := written[at:end]
		if rnd.IntN(2) == 0 && (at >= len(synced) || !bytes.Equal(page, synced[at:min(end, len(synced))])) {
			copy(out[at:end], page)
		}
	}
	return out
}

func inode(info fs.FileInfo) uint64 { return info.Sys().(*syscall.Stat_t).Ino }
