// Package sqlite keeps a ledger in a file: a SQLite database, its key and its locks beside it.
package sqlite

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/gofrs/flock"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/dbfile"
	"github.com/contactsync/contactsync/importer/ledger/keyfile"
)

// Ledger is a ledger in a file. One connection writes, in commits that callers share; others read. Several processes
// may have the same file open, and so may several values in one process.
type Ledger struct {
	path   string
	key    contact.Key
	write  *writer       // used only by whoever has the lead; nil: opened for reading
	read   *reader       // where queries go
	schema int           // the version of its schema: an older one only where it is read without being written to
	lead   chan struct{} // full while somebody commits

	mu     sync.Mutex // guards what follows
	next   *batch     // what the next commit will carry
	owed   map[rowRef]struct{}
	locks  map[*flock.Flock]struct{}
	tokens map[ledger.Scope]string // of the locks that this value has
	broken error
	lost   map[rowRef]ledger.Result // results that could not be written; this value still tells them
	closed bool
}

var _ ledger.Ledger = (*Ledger)(nil)

// rowRef is a row of a run.
type rowRef struct {
	run string
	seq int
}

// Open opens the ledger in the file path, making it and its folder if they are not there. Everything that keeps
// it from being read or written is told here, in words that help: it writes once.
func Open(ctx context.Context, path string) (*Ledger, error) {
	l, err := openFile(ctx, path)
	if err != nil {
		return nil, openingError(path, err)
	}
	return l, nil
}

func openFile(ctx context.Context, path string) (*Ledger, error) {
	path, err := dbfile.Make(path, 0) // a link is the user's own choice
	if err != nil {
		return nil, err
	}
	w, err := openWriter(ctx, opening{place: keyfile.Place{Ledger: path}})
	if err != nil {
		return nil, err
	}
	read, err := openReader(path)
	if err != nil {
		return nil, errors.Join(err, w.close())
	}
	l := newLedger(path, w, read)
	l.key = w.key
	return l, nil
}

func openingError(path string, err error) error {
	return fmt.Errorf("opening the ledger %q: %w", path, dbfile.Explain(err))
}

func newLedger(path string, w *writer, read *reader) *Ledger {
	return &Ledger{
		path: path, write: w, read: read, schema: len(migrations()), lead: make(chan struct{}, 1),
		next: newBatch(), owed: map[rowRef]struct{}{}, lost: map[rowRef]ledger.Result{},
		locks: map[*flock.Flock]struct{}{}, tokens: map[ledger.Scope]string{},
	}
}

// Key implements [ledger.Ledger].
func (l *Ledger) Key() contact.Key { return l.key }

// Close implements [ledger.Ledger].
func (l *Ledger) Close() error {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return nil
	}
	l.closed = true
	l.mu.Unlock()

	l.lead <- struct{}{} // for good: nobody commits after this
	var flushed error
	if l.write != nil {
		flushed = l.commit()
	}
	// The writer goes last: whoever closes a database last and may write tidies its log away.
	err := l.read.close()
	if l.write != nil {
		err = errors.Join(err, l.write.close())
	}
	return errors.Join(flushed, dbfile.Explain(err))
}
