package report

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/contactsync/contactsync/report/output"
)

var errInjected = errors.New("injected")

// faulty is the real disk up to its n-th operation. That one fails; after it the disk works again, or, if the process
// is to be dead, nothing does anything any more.
type faulty struct {
	disk
	left *int
	dead bool
	torn bool // the failing write writes half of it
}

func (f faulty) fails() bool {
	*f.left--
	return *f.left == 0 || f.dead && *f.left < 0
}

func (f faulty) do(action func() error) error {
	if f.fails() {
		return errInjected
	}
	return action()
}

func (f faulty) MkdirAll(path string) error {
	return f.do(func() error { return f.disk.MkdirAll(path) })
}

func (f faulty) Create(path string) (output.File, error) {
	if f.fails() {
		return nil, errInjected
	}
	opened, err := f.disk.Create(path)
	return faultyFile{f, opened}, err
}

func (f faulty) Open(path string) (io.ReadCloser, error) {
	if f.fails() {
		return nil, errInjected
	}
	return f.disk.Open(path)
}

func (f faulty) Names(dir string) ([]string, error) {
	if f.fails() {
		return nil, errInjected
	}
	return f.disk.Names(dir)
}

func (f faulty) Rename(from, to string) error {
	return f.do(func() error { return f.disk.Rename(from, to) })
}

func (f faulty) Remove(path string) error { return f.do(func() error { return f.disk.Remove(path) }) }

func (f faulty) SyncFolder(path string) error {
	return f.do(func() error { return f.disk.SyncFolder(path) })
}

func (f faulty) Hold(dir string) (io.Closer, error) {
	if f.fails() {
		return nil, errInjected
	}
	return f.disk.Hold(dir)
}

type faultyFile struct {
	faulty
	output.File
}

func (f faultyFile) Write(b []byte) (int, error) {
	if !f.fails() {
		return f.File.Write(b)
	}
	if !f.torn {
		return 0, errInjected
	}
	n, _ := f.File.Write(b[:len(b)/2])
	return n, errInjected
}

func (f faultyFile) Sync() error { return f.do(f.File.Sync) }

// Close always closes: a test must not run out of files.
func (f faultyFile) Close() error {
	err := f.File.Close()
	if f.fails() {
		return errInjected
	}
	return err
}

// manyRows make the files larger than one write.
func manyRows() []Row {
	row := sampleRows()[1]
	row.Cells = []string{strings.Repeat("x", 600), "bob@", ""}
	rows := make([]Row, 120)
	for i := range rows {
		rows[i] = row
		rows[i].Row, rows[i].Line = i+1, i+2
	}
	return rows
}

// Whatever operation fails, or is the last one of the process, each file is complete or absent, summary.json is only
// there when all the others are, and the next run makes its report in the same folder.
func TestFaultAtEveryStep(t *testing.T) {
	t.Parallel()
	inputs := []Input{sampleInput()}
	earlier, rows := sampleRows()[:3], manyRows()
	whole := filepath.Join(t.TempDir(), "whole")
	writeSet(t, whole, "run-2", inputs, rows, samplePairs())
	old := filepath.Join(t.TempDir(), "old")
	writeSet(t, old, "run-1", inputs, earlier, nil)
	for _, mode := range []faulty{{}, {torn: true}, {dead: true}, {dead: true, torn: true}} {
		t.Run(fmt.Sprintf("dead=%v,torn=%v", mode.dead, mode.torn), func(t *testing.T) {
			t.Parallel()
			for n := 1; ; n++ {
				dir := filepath.Join(t.TempDir(), "out")
				writeSet(t, dir, "run-1", inputs, earlier, nil)
				left := n
				fs := mode
				fs.left = &left
				sum := sampleSummary(rows)
				err := writeWith(fs, Options{Dir: dir, RunID: "run-2", Inputs: inputs}, rows, samplePairs(), sum)
				if left > 0 {
					if err != nil {
						t.Fatalf("nothing failed, and yet: %v", err)
					}
					if n < 30 {
						t.Errorf("only %d operations", n)
					}
					break
				}
				checkFiles(t, n, dir, whole, old, mode.dead)
				age(t, dir)
				writeSet(t, dir, "run-3", inputs, rows, nil)
				checkNext(t, n, dir)
				if t.Failed() {
					break
				}
			}
		})
	}
}

// checkFiles looks at what a run left that failed at its n-th operation.
func checkFiles(t *testing.T, n int, dir, whole, old string, dead bool) {
	t.Helper()
	names := namesIn(t, dir)
	for _, name := range names {
		switch {
		case isTemporary(name):
			if !dead && !strings.Contains(name, trialName) { // the trial's own removal may be what failed
				t.Errorf("operation %d: %s is left", n, name)
			}
		case belongs(name):
			got := readFile(t, filepath.Join(dir, name))
			if got != readFile(t, filepath.Join(whole, name)) && got != readFile(t, filepath.Join(old, name)) {
				t.Errorf("operation %d: %s is neither the old nor the new one", n, name)
			}
		case name != "run-1":
			t.Errorf("operation %d: what is %s?", n, name)
		}
	}
	if slices.Contains(names, summaryName) && readFile(t, filepath.Join(dir, summaryName)) == readFile(t, filepath.Join(whole, summaryName)) {
		for _, name := range namesIn(t, whole) {
			if readFile(t, filepath.Join(dir, name)) != readFile(t, filepath.Join(whole, name)) {
				t.Errorf("operation %d: the summary is there and %s is not", n, name)
			}
		}
	}
	for _, name := range namesIn(t, old) { // nothing of the earlier report is lost
		want := readFile(t, filepath.Join(old, name))
		above, errAbove := os.ReadFile(filepath.Join(dir, name))
		moved, errMoved := os.ReadFile(filepath.Join(dir, "run-1", name))
		if (errAbove != nil || string(above) != want) && (errMoved != nil || string(moved) != want) {
			t.Errorf("operation %d: the earlier %s is lost", n, name)
		}
	}
}

// age makes what a dead run left so old that the next run takes it away.
func age(t *testing.T, dir string) {
	t.Helper()
	for _, name := range namesIn(t, dir) {
		past := time.Now().Add(-2 * abandonedAfter)
		if isTemporary(name) {
			if err := os.Chtimes(filepath.Join(dir, name), past, past); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func checkNext(t *testing.T, n int, dir string) {
	t.Helper()
	for _, name := range namesIn(t, dir) {
		switch {
		case isTemporary(name):
			t.Errorf("operation %d: %s is still there after the next run", n, name)
		case !belongs(name) && name != "run-1" && name != "run-2" && !strings.HasPrefix(name, unfinishedPrefix):
			t.Errorf("operation %d: after the next run, what is %s?", n, name)
		}
	}
	if got := readFile(t, filepath.Join(dir, summaryName)); !strings.Contains(got, `"run_id": "run-3"`) {
		t.Errorf("operation %d: the next run's summary: %s", n, got)
	}
	moved := filepath.Join(dir, "run-1")
	if set := namesIn(t, moved); len(set) != 5 || !slices.Contains(set, summaryName) {
		t.Errorf("operation %d: the earlier set: %q", n, set)
	}
}
