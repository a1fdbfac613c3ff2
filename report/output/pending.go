package output

import (
	"bufio"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// writeBuffer is how much of a file is collected before it is written.
const writeBuffer = 64 << 10

// The parts of a temporary name: ".report.csv.<run id>.tmp".
const (
	temporaryPrefix = "."
	temporarySuffix = ".tmp"
)

// Pending is a file that is being written under a temporary name beside the one it will have, so that whoever looks
// finds it complete or not at all.
type Pending struct {
	fs     Files
	dir    string
	name   string
	temp   string
	file   File // nil once it is closed
	buffer *bufio.Writer
	placed bool
}

// New begins a file that will be called name in dir. The run's id is a part of the temporary name.
func New(fs Files, dir, name, runID string) (*Pending, error) {
	p := &Pending{fs: fs, dir: dir, name: name}
	p.temp = filepath.Join(dir, temporaryPrefix+name+"."+runID+temporarySuffix)
	f, err := fs.Create(p.temp)
	if err != nil {
		return nil, fmt.Errorf("making %s: %w", filepath.Join(dir, name), err)
	}
	p.file, p.buffer = f, bufio.NewWriterSize(f, writeBuffer)
	return p, nil
}

// Name is the name that the file will have in its folder.
func (p *Pending) Name() string { return p.name }

// Write adds to the file.
func (p *Pending) Write(b []byte) (int, error) {
	n, err := p.buffer.Write(b)
	if err != nil {
		err = p.wrap(err)
	}
	return n, err
}

func (p *Pending) wrap(err error) error {
	return fmt.Errorf("writing %s: %w", filepath.Join(p.dir, p.name), err)
}

// Complete puts the content safely on the disk, still under the temporary name. The content of a file must be there
// before its name is: otherwise a power cut can leave an empty file under the right name.
func (p *Pending) Complete() error {
	f := p.file
	p.file = nil
	if err := errors.Join(p.buffer.Flush(), f.Sync(), f.Close()); err != nil {
		return p.wrap(err)
	}
	return nil
}

// Place gives a completed file its name, over an older file that may have it.
func (p *Pending) Place() error {
	if err := p.fs.Rename(p.temp, filepath.Join(p.dir, p.name)); err != nil {
		return p.wrap(err)
	}
	p.placed = true
	return nil
}

// Discard removes the file if it has not got its name.
func (p *Pending) Discard() error {
	var closing error
	if p.file != nil {
		closing = p.file.Close()
		p.file = nil
	}
	if p.placed {
		return closing
	}
	p.placed = true // there is nothing left to place
	return errors.Join(closing, p.fs.Remove(p.temp))
}

// Publish completes the file, gives it its name and makes that durable. If it can't, there is no file.
func (p *Pending) Publish() error {
	if err := p.Complete(); err != nil {
		return errors.Join(err, p.Discard())
	}
	if err := p.Place(); err != nil {
		return errors.Join(err, p.Discard())
	}
	return p.fs.SyncFolder(p.dir)
}

// FinalName tells of a name that [New] gives which one the file will have.
func FinalName(name string) (final string, ok bool) {
	inner, ok := strings.CutSuffix(name, temporarySuffix)
	if !ok || !strings.HasPrefix(inner, temporaryPrefix) {
		return "", false
	}
	inner = strings.TrimPrefix(inner, temporaryPrefix)
	dot := strings.LastIndexByte(inner, '.')
	if dot <= 0 {
		return "", false
	}
	return inner[:dot], true
}
