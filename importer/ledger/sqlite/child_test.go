package sqlite_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/ledgertest"
	"github.com/contactsync/contactsync/importer/ledger/sqlite"
)

// childFile tells a copy of the test binary that it is the child of a kill test, and which ledger it writes to.
const childFile = "CONTACTSYNC_LEDGER_CHILD"

func TestMain(m *testing.M) {
	if path := os.Getenv(childFile); path != "" {
		if err := child(path); err != nil {
			fmt.Println("child:", err)
		}
		os.Exit(1)
	}
	goleak.VerifyTestMain(m)
}

// child writes rows until it is killed or a write fails, and prints each as soon as its intent has been acknowledged:
// "intent 7", and "settled 7" before every second one is settled.
func child(path string) error {
	ctx := context.Background()
	l, err := sqlite.Open(ctx, path)
	if err != nil {
		return err
	}
	if _, err := l.Lock(ctx, childScope); err != nil {
		return err
	}
	if err := l.Begin(ctx, ledger.Run{ID: "child"}); err != nil {
		return err
	}
	fmt.Println("begun")
	if err := limitFiles(); err != nil {
		return err
	}
	var next atomic.Int64
	var group sync.WaitGroup
	failed := make(chan error, 8)
	for range 8 {
		group.Go(func() { failed <- childRows(ctx, l, &next) })
	}
	group.Wait()
	first, second := <-failed, l.Intend(ctx, ledgertest.Intent("child", 1<<20, 1))
	return fmt.Errorf("%w; then %w", first, second)
}

var childScope = ledgertest.Intent("", 1, 1).Row.Scope

func childRows(ctx context.Context, l ledger.Ledger, next *atomic.Int64) error {
	for {
		seq := int(next.Add(1))
		if err := l.Intend(ctx, ledgertest.Intent("child", seq, byte(seq))); err != nil {
			return err
		}
		fmt.Printf("intent %d\n", seq)
		if seq%2 == 0 {
			fmt.Printf("settled %d\n", seq)
			if err := l.Record(ctx, "child", seq, ledgertest.Created(int64(seq))); err != nil {
				return err
			}
		}
	}
}

// start runs a child on the ledger in path and returns what it prints, from after it has begun.
func start(t *testing.T, path string, env ...string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd, lines := ledgertest.StartChild(t, append(env, childFile+"="+path)...)
	if !lines.Scan() || lines.Text() != "begun" {
		t.Fatalf("the child says %q", lines.Text())
	}
	return cmd, lines
}

// said is what a child has printed: the rows of which it knew that they have an intent, and those that it was settling.
type said struct{ intents, settling map[int]bool }

func (s said) hear(line string) {
	word, number, _ := strings.Cut(line, " ")
	seq, _ := strconv.Atoi(number)
	switch word {
	case "intent":
		s.intents[seq] = true
	case "settled":
		s.settling[seq] = true
	}
}

// check holds the ledger to what the child was told.
func (s said) check(t *testing.T, path string) {
	t.Helper()
	l := openFile(t, path)
	defer l.Close()
	found := map[int]bool{}
	for a, err := range l.Outcomes(t.Context(), "child") {
		if err != nil {
			t.Fatal(err)
		}
		found[a.Seq] = true
		if a.Row.Content[0] != byte(a.Seq) || a.Result != nil && (a.Result.Receipt.ContactID != int64(a.Seq) || !s.settling[a.Seq]) {
			t.Errorf("row %d came back as another one: %+v", a.Seq, a)
		}
	}
	for seq := range s.intents {
		if !found[seq] {
			t.Errorf("row %d had an intent, and it is gone", seq)
		}
	}
	unlock, err := l.Lock(t.Context(), childScope)
	if err != nil {
		t.Fatalf("the lock of a dead process holds: %v", err)
	}
	if err := unlock(); err != nil {
		t.Error(err)
	}
}

func TestKilled(t *testing.T) {
	t.Parallel()
	for _, after := range []int{1, 2, 17, 300, 2500} {
		t.Run(strconv.Itoa(after), func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "ledger.db")
			cmd, lines := start(t, path)
			s := said{map[int]bool{}, map[int]bool{}}
			for n := 0; lines.Scan(); n++ {
				s.hear(lines.Text())
				if n == after {
					if err := cmd.Process.Kill(); err != nil {
						t.Fatal(err)
					}
				}
			}
			if len(s.intents) == 0 {
				t.Fatal("the child noted nothing")
			}
			s.check(t, path)
		})
	}
}

func TestLockOfAnotherProcess(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger.db")
	cmd, _ := start(t, path)
	l := openFile(t, path)
	defer l.Close()
	_, err := l.Lock(t.Context(), childScope)
	if want := fmt.Sprintf("is locked by process %d on ", cmd.Process.Pid); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, want %q in it", err, want)
	}
	other := childScope
	other.Org++
	unlock, err := l.Lock(t.Context(), other)
	if err != nil {
		t.Fatal(err)
	}
	if err := unlock(); err != nil {
		t.Error(err)
	}
}

// TestWriteFails lets the operating system refuse to make any file of the ledger larger, in the middle of a run.
func TestWriteFails(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger.db")
	_, lines := start(t, path, childLimit+"=900000")
	s, last := said{map[int]bool{}, map[int]bool{}}, ""
	for lines.Scan() {
		last = lines.Text()
		s.hear(last)
	}
	if last == "child: files can't be limited here" {
		t.Skip(last)
	}
	first, second, _ := strings.Cut(strings.TrimPrefix(last, "child: "), "; then ")
	if !strings.Contains(first, "the ledger can't be written") || len(s.intents) < 100 {
		t.Fatalf("after %d rows the child says %q", len(s.intents), last)
	}
	_, first, _ = strings.Cut(first, ": ")
	_, second, _ = strings.Cut(second, ": ")
	if first != second {
		t.Errorf("the first error is %q, the later one %q", first, second)
	}
	s.check(t, path)
}
