package sqlite

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

func openTest(t *testing.T) *Ledger {
	t.Helper()
	l, err := Open(t.Context(), filepath.Join(t.TempDir(), "ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() }) // broken ones complain, and are meant to
	if err := l.Begin(t.Context(), ledger.Run{ID: "r"}); err != nil {
		t.Fatal(err)
	}
	return l
}

func testIntent(seq int) ledger.Intent {
	return ledger.Intent{Run: "r", Seq: seq, Attempt: 1, Action: outcome.Create, Row: ledger.RowKey{Fingerprint: contact.Fingerprint{Content: contact.Hash{byte(seq)}}}}
}

func testResult(id int64) ledger.Result {
	return ledger.Result{Status: outcome.Created, Receipt: outcome.Receipt{Effect: outcome.EffectDone, ContactID: id}}
}

func intended(t *testing.T, l *Ledger) map[int]bool {
	t.Helper()
	rows := map[int]bool{}
	for a, err := range l.Outcomes(t.Context(), "r") {
		if err != nil {
			t.Fatal(err)
		}
		rows[a.Seq] = a.Result != nil
	}
	return rows
}

// joined waits until n intents stand in the next batch.
func joined(l *Ledger, n int) {
	for {
		l.mu.Lock()
		found := len(l.next.intents)
		l.mu.Unlock()
		if found == n {
			return
		}
		runtime.Gosched()
	}
}

// TestDurable holds the writer to the two settings on which every promise rests.
func TestDurable(t *testing.T) {
	t.Parallel()
	l := openTest(t)
	for pragma, want := range map[string]string{
		"synchronous": "2", "journal_mode": "wal", "fullfsync": "1", "locking_mode": "normal",
	} {
		var got string
		if err := l.write.conn.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %q, want %q (%v)", pragma, got, want, err)
		}
	}
}

func TestCommitsAreShared(t *testing.T) {
	t.Parallel()
	l := openTest(t)
	l.lead <- struct{}{} // somebody commits
	done := make(chan error)
	for seq := 1; seq <= 64; seq++ {
		go func() { done <- l.Intend(t.Context(), testIntent(seq)) }()
	}
	joined(l, 64)
	l.mu.Lock()
	b := l.next
	l.mu.Unlock()
	<-l.lead
	for range 64 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if len(b.intents) != 64 || !b.taken || len(intended(t, l)) != 64 {
		t.Errorf("one commit carried %d of 64 intents", len(b.intents))
	}
}

func TestCancelledBeforeCommit(t *testing.T) {
	t.Parallel()
	l := openTest(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("enough")
	l.lead <- struct{}{}
	done := make(chan error)
	go func() { done <- l.Intend(ctx, testIntent(1)) }()
	joined(l, 1)
	cancel(why)
	if err := <-done; !errors.Is(err, why) {
		t.Errorf("error %v", err)
	}
	<-l.lead
	if rows := intended(t, l); len(rows) != 0 {
		t.Errorf("an intent that was taken back stands: %v", rows)
	}
}

// TestCancelledInCommit: whoever is told nil has an intent, and must record it if nothing is sent.
func TestCancelledInCommit(t *testing.T) {
	t.Parallel()
	l := openTest(t)
	ctx, cancel := context.WithCancel(t.Context())
	inside, goOn := make(chan struct{}), make(chan struct{})
	l.lead <- struct{}{}
	done := make(chan error, 2)
	go func() { done <- l.Intend(ctx, testIntent(1)) }()
	joined(l, 1)
	go func() {
		done <- l.perform(t.Context(), func(*writer) error {
			close(inside)
			<-goOn
			return nil
		})
	}()
	for tasks := 0; tasks == 0; runtime.Gosched() {
		l.mu.Lock()
		tasks = len(l.next.tasks)
		l.mu.Unlock()
	}
	<-l.lead
	<-inside
	cancel()
	select {
	case err := <-done:
		t.Errorf("answered %v while nobody knew", err)
	default:
	}
	close(goOn)
	if err := errors.Join(<-done, <-done); err != nil {
		t.Error(err)
	}
	if rows := intended(t, l); len(rows) != 1 {
		t.Errorf("rows %v", rows)
	}
}

// full lets a ledger's file grow no more.
func full(t *testing.T, l *Ledger) {
	t.Helper()
	if _, err := l.write.conn.ExecContext(t.Context(), "PRAGMA max_page_count = 1"); err != nil {
		t.Fatal(err) // SQLite takes the present size instead
	}
}

func TestBrokenForGood(t *testing.T) {
	t.Parallel()
	l := openTest(t)
	full(t, l)
	settled, first := 0, error(nil)
	for seq := 1; first == nil; seq++ {
		if first = l.Intend(t.Context(), testIntent(seq)); first == nil {
			settled = seq
			if err := l.Record(t.Context(), "r", seq, testResult(int64(seq))); err != nil {
				t.Fatal(err)
			}
		}
	}
	if !errors.Is(first, ledger.ErrBroken) || !strings.Contains(first.Error(), "the disk is full") {
		t.Fatalf("error %q", first)
	}
	if _, err := l.write.conn.ExecContext(t.Context(), "PRAGMA max_page_count = 100000"); err != nil {
		t.Fatal(err)
	}
	for what, err := range map[string]error{
		"intend": l.Intend(t.Context(), testIntent(settled+1)), "flush": l.Flush(t.Context()),
		"record": l.Record(t.Context(), "r", settled, testResult(int64(settled))),
		"begin":  l.Begin(t.Context(), ledger.Run{ID: "s"}), "close": nil,
	} {
		if what == "close" {
			continue
		}
		if !errors.Is(err, l.broken) {
			t.Errorf("%s after a failed write: %v", what, err)
		}
	}
	// The result that the failed commit was to carry is told all the same: this run's report needs it.
	for a, err := range l.Outcomes(t.Context(), "r") {
		if err != nil || a.Result == nil || a.Result.Receipt.ContactID != int64(a.Seq) {
			t.Errorf("row %d: %+v, %v", a.Seq, a.Result, err)
		}
	}
	if rows := intended(t, l); len(rows) != settled {
		t.Errorf("%d rows have an intent, %d were acknowledged", len(rows), settled)
	}
	if err := l.Close(); !errors.Is(err, ledger.ErrBroken) {
		t.Errorf("closing: %v", err)
	}
	again, err := Open(t.Context(), l.path)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if rows := intended(t, again); len(rows) != settled {
		t.Errorf("%d rows have an intent in the file, %d were acknowledged", len(rows), settled)
	}
	if err := again.Intend(t.Context(), testIntent(settled+1)); err != nil {
		t.Errorf("healed: %v", err)
	}
}

// TestBrokenAnswersAll: everybody who shares the failed commit is told, also its leader's followers.
func TestBrokenAnswersAll(t *testing.T) {
	t.Parallel()
	l := openTest(t)
	done := make(chan error)
	l.lead <- struct{}{}
	for seq := 1; seq <= 8; seq++ {
		go func() { done <- l.Intend(t.Context(), testIntent(seq)) }()
	}
	joined(l, 8)
	go func() { done <- l.perform(t.Context(), func(*writer) error { return errors.New("no") }) }()
	for tasks := 0; tasks == 0; runtime.Gosched() {
		l.mu.Lock()
		tasks = len(l.next.tasks)
		l.mu.Unlock()
	}
	<-l.lead
	for range 9 {
		if err := <-done; !errors.Is(err, ledger.ErrBroken) {
			t.Errorf("answered %v", err)
		}
	}
	if rows := intended(t, l); len(rows) != 0 {
		t.Errorf("rows %v", rows)
	}
}

func TestPanicInCommit(t *testing.T) {
	t.Parallel()
	l := openTest(t)
	func() {
		defer func() {
			if recover() == nil {
				t.Error("nobody was told of the panic")
			}
		}()
		_ = l.perform(t.Context(), func(*writer) error { panic("in what was C once") })
	}()
	if err := l.Intend(t.Context(), testIntent(1)); !errors.Is(err, ledger.ErrBroken) {
		t.Errorf("error %v", err)
	}
}
