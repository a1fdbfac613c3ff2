package report

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

// pending is a file that is being written under a temporary name beside the one it will have, so that whoever looks
// finds it complete or not at all.
type pending struct {
	fs     fileSystem
	dir    string
	name   string
	temp   string
	file   file // nil once it is closed
	buffer *bufio.Writer
	placed bool
}

func newPending(fs fileSystem, dir, name, runID string) (*pending, error) {
	p := &pending{fs: fs, dir: dir, name: name}
	p.temp = filepath.Join(dir, temporaryPrefix+name+"."+runID+temporarySuffix)
	f, err := fs.Create(p.temp)
	if err != nil {
		return nil, fmt.Errorf("making %s: %w", filepath.Join(dir, name), err)
	}
	p.file, p.buffer = f, bufio.NewWriterSize(f, writeBuffer)
	return p, nil
}

func (p *pending) Write(b []byte) (int, error) {
	n, err := p.buffer.Write(b)
	if err != nil {
		err = p.wrap(err)
	}
	return n, err
}

func (p *pending) wrap(err error) error {
	return fmt.Errorf("writing %s: %w", filepath.Join(p.dir, p.name), err)
}

// complete puts the content safely on the disk, still under the temporary name. The content of a file must be there
// before its name is: otherwise a power cut can leave an empty file under the right name.
func (p *pending) complete() error {
	f := p.file
	p.file = nil
	if err := errors.Join(p.buffer.Flush(), f.Sync(), f.Close()); err != nil {
		return p.wrap(err)
	}
	return nil
}

// place gives a completed file its name, over an older file that may have it.
func (p *pending) place() error {
	if err := p.fs.Rename(p.temp, filepath.Join(p.dir, p.name)); err != nil {
		return p.wrap(err)
	}
	p.placed = true
	return nil
}

// discard removes the file if it has not got its name.
func (p *pending) discard() error {
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

// isTemporary reports whether a name is one of those that newPending gives.
func isTemporary(name string) bool {
	inner, ok := strings.CutSuffix(name, temporarySuffix)
	if !ok || !strings.HasPrefix(inner, temporaryPrefix) {
		return false
	}
	inner = strings.TrimPrefix(inner, temporaryPrefix)
	dot := strings.LastIndexByte(inner, '.')
	return dot > 0 && (belongs(inner[:dot]) || inner[:dot] == trialName)
}
