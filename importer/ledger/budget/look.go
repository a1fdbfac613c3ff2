package budget

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/contactsync/contactsync/importer/ledger/dbfile"
	"github.com/contactsync/contactsync/importer/limit"
)

// Seen is the request budget of an API host as it stood when it was looked at. It is a [limit.Store] for who keeps to it and
// leaves no trace: what it takes counts for itself only, and where it would have to wait it gives a *[limit.UsedUpError].
type Seen struct {
	mu   sync.Mutex
	book limit.Book
	last int64
}

var _ limit.Store = (*Seen)(nil)

// Look reads the budget of an API host that belongs to the ledger in the file path. No file is made or changed; a budget that
// is not there, or can't be used, is a full one, as for who opens it.
func Look(ctx context.Context, path, host string) (*Seen, error) {
	path += dbfile.BudgetSuffix
	s := &Seen{}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err := s.read(ctx, path, host); err != nil && !isUnusable(err) {
		return nil, fmt.Errorf("reading the request budget %q: %w", path, dbfile.Explain(err))
	}
	return s, nil
}

// read reads the slots. Those without an answer may be a dead process's: they count as answered now, as they will for the
// next one that begins.
func (s *Seen) read(ctx context.Context, path, host string) (err error) {
	if err := dbfile.CheckPlain(path); err != nil {
		return err
	}
	if path, err = dbfile.RealPath(path); err != nil {
		return err
	}
	db, _, err := dbfile.OpenUntouched(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	f := &file{conn: conn}
	if err := f.check(ctx); err != nil {
		return err
	}
	var tables int
	if err := conn.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema WHERE name IN ('hosts', 'slots')").Scan(&tables); err != nil || tables < 2 {
		return err // whoever made the file has not come further
	}
	now := time.Now().UnixNano()
	rows, err := conn.QueryContext(ctx, `SELECT slot, coalesce(answered, ?) FROM slots
WHERE host = (SELECT no FROM hosts WHERE name = ?) ORDER BY 2`, now, host)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var e limit.Entry
		if err := rows.Scan(&e.Slot, &e.At); err != nil {
			return err
		}
		s.book.Load(e)
		s.last = max(s.last, e.Slot)
	}
	s.book.Mend(now)
	return rows.Err()
}

// Left is how many requests a rate has free now, and how long it takes until it has one free.
func (s *Seen) Left(r limit.Rate, now time.Time) (left int, wait time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.book.Left(r, now.UnixNano()), s.book.Wait([]limit.Rate{r}, now.UnixNano())
}

// longestLook is how long somebody who only looks waits for a slot: what spreads requests over a second does not stop him.
const longestLook = 2 * time.Second

// Take implements [limit.Store].
func (s *Seen) Take(_ context.Context, rates []limit.Rate, now time.Time) (slot int64, wait time.Duration, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch wait := s.book.Wait(rates, now.UnixNano()); {
	case wait > longestLook:
		return 0, 0, &limit.UsedUpError{For: wait}
	case wait > 0:
		return 0, wait, nil
	}
	s.last++
	s.book.Take(s.last, now.UnixNano())
	return s.last, 0, nil
}

// GiveBack implements [limit.Store].
func (s *Seen) GiveBack(_ context.Context, slot int64, now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.book.Answer(slot, now.UnixNano())
	return nil
}
