package report

import (
	"io"
	"io/fs"
	"time"

	"github.com/contactsync/contactsync/report/output"
)

// nowhere is the file system of a report that nobody wants: it takes everything and keeps nothing. The report is made
// all the same, since what the rows add up to is checked with it.
type nowhere struct{}

func (nowhere) MkdirAll(string) error              { return nil }
func (nowhere) Create(string) (output.File, error) { return forgotten{io.Discard}, nil }
func (nowhere) Open(string) (io.ReadCloser, error) { return nil, fs.ErrNotExist }
func (nowhere) Names(string) ([]string, error)     { return nil, nil }
func (nowhere) Exists(string) (bool, error)        { return false, nil }
func (nowhere) IsFolder(string) bool               { return false }
func (nowhere) Modified(string) (time.Time, error) { return time.Time{}, fs.ErrNotExist }
func (nowhere) SameFile(string, string) bool       { return false }
func (nowhere) Rename(string, string) error        { return nil }
func (nowhere) Remove(string) error                { return nil }
func (nowhere) SyncFolder(string) error            { return nil }
func (nowhere) Hold(string) (io.Closer, error)     { return nothing{}, nil }

type forgotten struct{ io.Writer }

func (forgotten) Sync() error  { return nil }
func (forgotten) Close() error { return nil }
