package ledger

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/gofrs/flock"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger/dbfile"
)

// SQLite is a ledger in a file. One connection writes, in commits that callers share; others read. Several processes
// may have the same file open, and so may several values in one process.
type SQLite struct {
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
	tokens map[Scope]string // of the locks that this value has
	broken error
	lost   map[rowRef]Result // results that could not be written; this value still tells them
	closed bool
}

var _ Ledger = (*SQLite)(nil)

// rowRef is a row of a run.
type rowRef struct {
	run string
	seq int
}

// OpenSQLite opens the ledger in the file path, making it and its folder if they are not there. Everything that keeps
// it from being read or written is told here, in words that help: it writes once.
func OpenSQLite(ctx context.Context, path string) (*SQLite, error) {
	l, err := openFile(ctx, path)
	if err != nil {
		return nil, openingError(path, err)
	}
	return l, nil
}

func openFile(ctx context.Context, path string) (*SQLite, error) {
	path, err := dbfile.Make(path, 0) // a link is the user's own choice
	if err != nil {
		return nil, err
	}
	w, err := openWriter(ctx, opening{path: path})
	if err != nil {
		return nil, err
	}
	read, err := openReader(path)
	if err != nil {
		return nil, errors.Join(err, w.close())
	}
	l := newSQLite(path, w, read)
	l.key = w.key
	return l, nil
}

func openingError(path string, err error) error {
	return fmt.Errorf("opening the ledger %q: %w", path, dbfile.Explain(err))
}

func newSQLite(path string, w *writer, read *reader) *SQLite {
	return &SQLite{
		path: path, write: w, read: read, schema: len(migrations()), lead: make(chan struct{}, 1),
		next: newBatch(), owed: map[rowRef]struct{}{}, lost: map[rowRef]Result{},
		locks: map[*flock.Flock]struct{}{}, tokens: map[Scope]string{},
	}
}

// Key implements [Ledger].
func (l *SQLite) Key() contact.Key { return l.key }

// Close implements [Ledger].
func (l *SQLite) Close() error {
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
