package check

import (
	"io"
	"strings"
	"testing"

	"github.com/contactsync/contactsync/importer/source"
	"github.com/contactsync/contactsync/mapping"
)

// A pass reads no row behind the last one that it is about: with one row to show, a preview must not read a million.
func TestSelectionEnds(t *testing.T) {
	t.Parallel()
	const rows = 20_000
	in, err := source.Open(source.Env{Open: func(string) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("Name\n" + strings.Repeat("Ann Lee\n", rows))), nil
	}}, "a.csv", source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	for name, test := range map[string]struct {
		wanted     Selection
		rows, read int
	}{
		"all":             {Selection{}, rows, rows},
		"one":             {RowsOf(map[int]bool{3: true}), 1, 3},
		"none":            {RowsOf(map[int]bool{}), 0, 0},
		"of those, fewer": {RowsOf(map[int]bool{3: true, 9: true}).And(func(seq int) bool { return seq < 5 }), 1, 9},
	} {
		feed := &feeder{checker: &Checker{Inputs: []Input{{Source: in, Mapping: &mapping.Mapping{}}}}, wanted: test.wanted}
		got := 0
		for b := (batch{}); feed.fill(&b) == nil; {
			got += b.n
		}
		feed.close()
		if got != test.rows || feed.seq != test.read {
			t.Errorf("%s: %d rows, %d read; want %d, %d", name, got, feed.seq, test.rows, test.read)
		}
	}
}
