package report

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/outcome"
)

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestEarlierSetIsMoved(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeSet(t, dir, "run-1", []Input{sampleInput()}, sampleRows(), samplePairs())
	put(t, filepath.Join(dir, "notes.txt"), "mine")
	put(t, filepath.Join(dir, "rejects-2-old.csv"), "of another form of the run")
	want := readFile(t, filepath.Join(dir, reportName))
	s, err := Create(Options{Dir: dir, RunID: "run-2"})
	if err != nil {
		t.Fatal(err)
	}
	if got := namesIn(t, dir); !slices.Equal(got, []string{"notes.txt", "run-1"}) {
		t.Errorf("at the start: %q", got)
	}
	if got := readFile(t, filepath.Join(dir, "run-1", reportName)); got != want {
		t.Errorf("moved report: %q", got)
	}
	if got := namesIn(t, filepath.Join(dir, "run-1")); len(got) != 6 {
		t.Errorf("moved: %q", got)
	}
	if err := s.Abort(); err != nil {
		t.Fatal(err)
	}
}

func TestEarlierSetWithoutSummary(t *testing.T) {
	t.Parallel()
	for name, summary := range map[string]string{
		"none": "", "broken": "{", "elsewhere": `{"run_id":"../../etc"}`, "hidden": `{"run_id":".x"}`, "a file's name": `{"run_id":"report.csv"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			put(t, filepath.Join(dir, reportName), "old")
			at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
			if summary != "" {
				put(t, filepath.Join(dir, summaryName), summary)
				if err := os.Chtimes(filepath.Join(dir, summaryName), at, at); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.Chtimes(filepath.Join(dir, reportName), at, at); err != nil {
				t.Fatal(err)
			}
			if _, err := Create(Options{Dir: dir, RunID: "run-2"}); err != nil {
				t.Fatal(err)
			}
			if got := namesIn(t, dir); !slices.Equal(got, []string{"unfinished-20260102T030405Z"}) {
				t.Errorf("%q", got)
			}
		})
	}
}

func TestTenSetsAreKept(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put(t, filepath.Join(dir, "mine", summaryName), `{"run_id":"another"}`)
	put(t, filepath.Join(dir, "unfinished-20200101T000000Z", reportName), "old")
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	const runs = 14
	for i := range runs {
		id := fmt.Sprintf("run-%02d", (i*5)%runs) // not in the order of time
		sum := Summary{RunID: id, Started: start.AddDate(0, 0, i)}
		if err := writeWith(disk{}, Options{Dir: dir, RunID: id}, nil, nil, sum); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			put(t, filepath.Join(dir, id, "notes.txt"), "mine")
		}
	}
	var want []string
	for i := runs - 1 - keptSets; i < runs-1; i++ { // the last run's set stands in the folder itself
		want = append(want, fmt.Sprintf("run-%02d", (i*5)%runs))
	}
	want = append(want, "mine", "run-00", reportName, linesName, duplicatesName, summaryName)
	slices.Sort(want)
	if got := namesIn(t, dir); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got := namesIn(t, filepath.Join(dir, "run-00")); !slices.Equal(got, []string{"notes.txt"}) {
		t.Errorf("a folder with somebody's file: %q", got)
	}
}

// Somebody corrects rejects.csv where it stands and imports it into the same report folder.
func TestInputInTheReportFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := sampleInput()
	writeSet(t, dir, "run-1", []Input{in}, sampleRows(), nil)
	in.Name = filepath.Join(dir, rejectsName)
	put(t, in.Name, "corrected")
	s, err := Create(Options{Dir: dir, RunID: "run-2", Inputs: []Input{in}})
	if err != nil {
		t.Fatal(err)
	}
	if got := readFile(t, in.Name); got != "corrected" {
		t.Errorf("the input: %q", got)
	}
	if got := readFile(t, filepath.Join(dir, "run-1", rejectsName)); got != "corrected" {
		t.Errorf("its copy: %q", got)
	}
	if err := s.Write(Row{Row: 1, Line: 2, Status: outcome.Created}); err != nil {
		t.Fatal(err)
	}
	sum := Summary{RunID: "run-2", Rows: countsOf([]Row{{Status: outcome.Created}})}
	if err := s.Close(sum); err != nil {
		t.Fatal(err)
	}
	if got := readFile(t, in.Name); !strings.HasPrefix(got, "Name;") {
		t.Errorf("the new rejects: %q", got)
	}
}

func TestSweep(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	old, young, foreign := ".report.csv.run-0.tmp", ".report.jsonl.run-1.tmp", ".other.run-0.tmp"
	for _, name := range []string{old, young, foreign} {
		put(t, filepath.Join(dir, name), "x")
	}
	past := time.Now().Add(-2 * abandonedAfter)
	for _, name := range []string{old, foreign} {
		if err := os.Chtimes(filepath.Join(dir, name), past, past); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Create(Options{Dir: dir, RunID: "run-2"}); err != nil {
		t.Fatal(err)
	}
	if got := namesIn(t, dir); !slices.Equal(got, []string{foreign, young}) {
		t.Errorf("%q", got)
	}
}

func TestBelongs(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"report.csv": true, "rejects-1-a.csv": true, "rejects-12-a-b.csv": true, "rejects-x-a.csv": false,
		"rejects-1.csv": false, "rejects--a.csv": false, "rejects-1-a.txt": false, "contacts.csv": false, "": false,
	} {
		if belongs(name) != want {
			t.Errorf("%q: %v", name, !want)
		}
	}
}
