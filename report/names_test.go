package report

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put(t, filepath.Join(dir, "rejects-7-old.csv"), "of another run")
	put(t, filepath.Join(dir, "notes.txt"), "mine")
	for _, c := range []struct {
		inputs []string
		want   []string
	}{
		{nil, nil},
		{[]string{"a.csv"}, []string{"rejects.csv"}},
		{[]string{"a.csv", "-"}, []string{"rejects-1-a.csv", "rejects-2-stdin.csv"}},
	} {
		want := append([]string{".contactsync.lock", "duplicates.csv", "rejects-7-old.csv", "report.csv", "report.jsonl", "summary.json"}, c.want...)
		for i, name := range want {
			want[i] = filepath.Join(dir, name)
		}
		slices.Sort(want)
		if got := slices.Sorted(slices.Values(Files(dir, c.inputs))); !slices.Equal(got, want) {
			t.Errorf("%q: %q", c.inputs, got)
		}
	}
}

func TestReplaceable(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		there []string // files of the folder
		want  bool
	}{
		"alone":                   {[]string{"rejects.csv"}, false},
		"in a report":             {[]string{"rejects.csv", "summary.json=run-1"}, true},
		"another's summary":       {[]string{"rejects.csv", "summary.json"}, false},
		"of a run that died":      {[]string{"rejects.csv", "run-1/rejects.csv", "run-1/summary.json=run-1"}, true},
		"another moved report":    {[]string{"rejects.csv", "run-1/summary.json=run-1"}, false},
		"another's folder":        {[]string{"rejects.csv", "mine/rejects.csv", "mine/summary.json=run-1"}, false},
		"after an unfinished set": {[]string{"rejects.csv", "unfinished-20260102T030405Z/rejects.csv"}, true},
	} {
		dir := t.TempDir()
		for _, file := range c.there {
			if file, run, ok := strings.Cut(file, "="); ok {
				put(t, filepath.Join(dir, file), `{"run_id":"`+run+`"}`)
				continue
			}
			put(t, filepath.Join(dir, file), "x")
		}
		if got := Replaceable(filepath.Join(dir, "rejects.csv")); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
		if Replaceable(filepath.Join(dir, "report.csv")) {
			t.Errorf("%s: report.csv", name)
		}
	}
}

// What a run reads is removed neither with the oldest report nor with what a run that died has left.
func TestInputsStayWhereTheyAreRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for i := range keptSets + 2 {
		writeSet(t, dir, "run-"+string(rune('a'+i)), []Input{sampleInput()}, sampleRows(), nil)
	}
	oldest := slices.DeleteFunc(namesIn(t, dir), func(name string) bool { return !disk{}.IsFolder(filepath.Join(dir, name)) })[0]
	old := time.Now().Add(-2 * abandonedAfter)
	left := filepath.Join(dir, ".report.csv.run.tmp")
	put(t, left, "left")
	if err := os.Chtimes(left, old, old); err != nil {
		t.Fatal(err)
	}
	inputs := []string{filepath.Join(dir, oldest, rejectsName), left}
	for i := range 3 {
		writeSet(t, dir, "run-z"+string(rune('a'+i)), []Input{{Name: inputs[0]}, {Name: inputs[1]}}, nil, nil)
	}
	for _, path := range inputs {
		if there, err := (disk{}).Exists(path); err != nil || !there {
			t.Errorf("%s is gone (%v)", path, err)
		}
	}
}
