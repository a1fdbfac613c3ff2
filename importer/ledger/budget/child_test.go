package budget_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"

	"github.com/contactsync/contactsync/importer/ledger/budget"
	"github.com/contactsync/contactsync/importer/ledger/ledgertest"
	"github.com/contactsync/contactsync/importer/limit"
)

// slotsFile tells a copy of the test binary that it is a process that sends, and which ledger's budget it uses.
const slotsFile = "CONTACTSYNC_SLOTS_CHILD"

func TestMain(m *testing.M) {
	if path := os.Getenv(slotsFile); path != "" {
		if err := sendAll(context.Background(), path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

func childRates() []limit.Rate { return []limit.Rate{{N: 120, Per: time.Hour}} }

// sendAll prints a line for each request that it may send, until there is no slot left or it is killed.
func sendAll(ctx context.Context, path string) error {
	s, err := budget.Open(ctx, path, "h")
	if err != nil {
		return err
	}
	defer s.Close()
	workers, ctx := errgroup.WithContext(ctx)
	for range 4 {
		workers.Go(func() error {
			for {
				slot, wait, err := s.Take(ctx, childRates(), time.Now())
				if err != nil || wait > time.Minute {
					return err
				}
				if wait == 0 {
					fmt.Println("request")
					if err := s.GiveBack(ctx, slot, time.Now()); err != nil {
						return err
					}
				}
			}
		})
	}
	return workers.Wait()
}

func startSender(t *testing.T, path string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	return ledgertest.StartChild(t, slotsFile+"="+path)
}

func countRequests(lines *bufio.Scanner, upTo int) (n int) {
	for n < upTo && lines.Scan() {
		if lines.Text() == "request" {
			n++
		}
	}
	return n
}

// Processes that run beside each other send together what one may send.
func TestProcessesShareABudget(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger")
	counts := make(chan int, 3)
	for range 3 {
		_, lines := startSender(t, path)
		go func() { counts <- countRequests(lines, 1<<20) }()
	}
	total := 0
	for range 3 {
		total += <-counts
	}
	if total != childRates()[0].N {
		t.Errorf("%d requests, want %d", total, childRates()[0].N)
	}
}

// Processes that are killed one after the other leave to the next what they have not used, and not more.
func TestKilledProcessesLeaveTheirSlots(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger")
	total := 0
	for range 6 {
		cmd, lines := startSender(t, path)
		total += countRequests(lines, 11)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		total += countRequests(lines, 1<<20) // what it said before it died
		_ = cmd.Wait()
	}
	_, lines := startSender(t, path)
	total += countRequests(lines, 1<<20)
	// A slot may have been taken whose request was not told any more: at most one a worker and kill.
	if most := childRates()[0].N; total > most || total < most-6*4 {
		t.Errorf("%d requests, want %d less a few", total, most)
	}
}

func openRaw(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func countSlots(t *testing.T, ledgerPath string) (n int) {
	t.Helper()
	if err := openRaw(t, ledgerPath+"-budget").QueryRow("SELECT count(*) FROM slots").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// hold keeps a database locked for writing until release.
func hold(t *testing.T, path string) (release func()) {
	t.Helper()
	conn, err := openRaw(t, path).Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	return sync.OnceFunc(func() {
		_, _ = conn.ExecContext(context.Background(), "ROLLBACK")
		_ = conn.Close()
	})
}
