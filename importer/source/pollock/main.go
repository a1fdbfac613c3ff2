// Command pollock scores package source on the Pollock benchmark (HPI-Information-Systems/Pollock on GitHub), which
// holds 2,290 damaged variants of one table, each with its clean twin. It is no part of the test run: the data has no
// licence that lets it be kept here.
//
//	go run ./importer/source/pollock DIR/polluted_files
//
// It prints the benchmark's simple score (10 means; a record that was flagged counts as one cell, its text) and what an
// importer is held to beyond it: that as many rows are read or flagged as the clean table has, and that each row of the
// clean table but the damaged one is read as it is.
package main

import (
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/contactsync/contactsync/importer/source"
)

func main() {
	verbose := flag.Bool("v", false, "name every file that is not read as its clean twin says")
	flag.Parse()
	if flag.NArg() != 1 {
		log.Fatal("usage: pollock [-v] DIR/polluted_files")
	}
	if err := run(os.Stdout, flag.Arg(0), *verbose); err != nil {
		log.Fatal(err)
	}
}

func run(out io.Writer, dir string, verbose bool) error {
	files, err := filepath.Glob(filepath.Join(dir, "csv", "*"))
	if err != nil || len(files) == 0 {
		return errors.Join(err, fmt.Errorf("no files in %q", filepath.Join(dir, "csv")))
	}
	var total score
	refused, sameCount, intact := 0, 0, 0
	for _, file := range files {
		name := filepath.Base(file)
		clean, err := readClean(filepath.Join(dir, "clean", name))
		if err != nil {
			return err
		}
		got, err := read(file)
		if err != nil {
			refused++
			fmt.Fprintf(out, "refused  %s: %v\n", name, err)
		}
		total.add(compare(clean, got))
		rows, lost := len(got.rows) == max(len(clean)-1, 0), lostRows(clean, got.rows)
		if rows {
			sameCount++
		}
		if lost <= 1 {
			intact++
		}
		if verbose && err == nil && (!rows || lost > 1) {
			fmt.Fprintf(out, "differs  %s: %d rows (%d flagged) of %d, %d not as in the clean table\n",
				name, len(got.rows), got.flagged, len(clean)-1, lost)
		}
	}
	n := float64(len(files))
	fmt.Fprintf(out, "score    %.3f of 10\n", total.sum()/n)
	fmt.Fprintf(out, "files    %d, refused with a word %d\n", len(files), refused)
	fmt.Fprintf(out, "rows     read or flagged as many as the clean table has: %d files\n", sameCount)
	fmt.Fprintf(out, "others   at most one row not as in the clean table: %d files\n", intact)
	return nil
}

func readClean(file string) ([][]string, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read from
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	return r.ReadAll()
}

type table struct {
	header  []string
	rows    [][]string
	flagged int
}

func read(file string) (table, error) {
	env := source.Env{Open: func(name string) (io.ReadCloser, error) { return os.Open(name) }}
	in, err := source.Open(env, file, source.Options{})
	if err != nil {
		return table{}, err
	}
	defer func() { _ = in.Close() }() // only read from
	rows, err := in.Sample(1 << 30)
	t := table{header: in.RawHeader()}
	for _, row := range rows {
		cells := row.Cells
		if row.Defect != nil {
			t.flagged++
			cells = []string{row.Raw}
		}
		t.rows = append(t.rows, cells)
	}
	return t, err
}

// lostRows counts rows of the clean table that were not read as they are.
func lostRows(clean, got [][]string) int {
	if len(clean) == 0 {
		return 0
	}
	have := map[string]int{}
	for _, row := range got {
		have[strings.Join(trim(row), "\x00")]++
	}
	lost := 0
	for _, row := range clean[1:] {
		key := strings.Join(trim(row), "\x00")
		if have[key] == 0 {
			lost++
			continue
		}
		have[key]--
	}
	return lost
}

func trim(cells []string) []string {
	var out []string
	for _, c := range cells {
		out = append(out, strings.TrimSpace(c))
	}
	for len(out) > 0 && out[len(out)-1] == "" {
		out = out[:len(out)-1]
	}
	return out
}
