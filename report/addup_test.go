package report

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"github.com/contactsync/contactsync/importer/outcome"
	_ "github.com/contactsync/contactsync/importer/rapidseed"
)

// A report from which one row was dropped must not pose as a whole one.
func TestDroppedRow(t *testing.T) {
	t.Parallel()
	rows := sampleRows()
	for drop := range rows {
		dir := filepath.Join(t.TempDir(), "out")
		written := append(append([]Row(nil), rows[:drop]...), rows[drop+1:]...)
		err := writeWith(disk{}, Options{Dir: dir, RunID: "run-2", Inputs: []Input{sampleInput()}}, written, nil, sampleSummary(rows))
		var mismatch *MismatchError
		if !errors.As(err, &mismatch) {
			t.Fatalf("dropped row %d: %v", drop, err)
		}
		if mismatch.Want.Total != len(rows) || mismatch.Got.Total != len(rows)-1 {
			t.Errorf("dropped row %d: %+v", drop, mismatch)
		}
		if _, err := os.Stat(dir); !os.IsNotExist(err) {
			t.Errorf("dropped row %d: something is left: %v", drop, err)
		}
	}
}

func TestMismatchMessage(t *testing.T) {
	t.Parallel()
	want, got := countsOf(sampleRows()), countsOf(sampleRows()[1:])
	err := &MismatchError{Want: want, Got: got}
	const text = `the report does not add up: 8 rows were read and 7 are reported, 1 rows ended "created" and 0 are reported so`
	if err.Error() != text {
		t.Errorf("%s", err)
	}
}

// A report is accepted if, and only if, the run counted the rows that were written.
func TestAddUp(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		status := rapid.SampledFrom(append(outcome.Statuses(), "unheard_of"))
		draw := func(label string) []Row {
			var rows []Row
			for i, s := range rapid.SliceOfN(status, 0, 6).Draw(t, label) {
				rows = append(rows, Row{Row: i + 1, Line: i + 2, Status: s, Cells: []string{"a"}})
			}
			return rows
		}
		written := draw("written")
		counted := written
		if rapid.Bool().Draw(t, "other") {
			counted = draw("counted")
		}
		sum := Summary{RunID: "r", Rows: countsOf(counted)}
		if rapid.Bool().Draw(t, "wrong total") {
			sum.Rows.Total++
		}
		dir, err := os.MkdirTemp(parent, "")
		if err != nil {
			t.Fatal(err)
		}
		err = writeWith(disk{}, Options{Dir: dir, RunID: "r", Inputs: []Input{{Name: "a.csv", Header: []string{"A"}}}}, written, nil, sum)
		good := true
		tally := map[outcome.Status]int{}
		for _, r := range written {
			tally[r.Status]++
		}
		known := 0
		for _, s := range outcome.Statuses() {
			known += tally[s]
			good = good && sum.Rows.Of(s) == tally[s]
		}
		good = good && known == len(written) && sum.Rows.Total == len(written)
		var mismatch *MismatchError
		if good != (err == nil) || !good && !errors.As(err, &mismatch) {
			t.Fatalf("good %v: %v", good, err)
		}
		names, err := disk{}.Names(dir)
		if err != nil {
			t.Fatal(err)
		}
		if want := map[bool]int{true: 5, false: 0}[good]; len(names) != want {
			t.Fatalf("good %v: files %q", good, names)
		}
	})
}
