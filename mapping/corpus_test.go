package mapping_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/mapping"
)

// floor is the share of fields that must be right over the whole corpus. It may only be raised.
const floor = 0.995

// entry is one labelled export: invented people below the header of a real system, and what a careful person maps.
type entry struct {
	ID         string                       `json:"id"`
	Header     []string                     `json:"header"`
	Rows       [][]string                   `json:"rows"`
	Mapping    map[contact.Field][]string   `json:"mapping"`
	Acceptable map[contact.Field][][]string `json:"acceptable"`
	Optional   []contact.Field              `json:"optional"`
}

func corpus(t testing.TB) []entry {
	t.Helper()
	files, err := filepath.Glob("testdata/corpus/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpus: %v", err)
	}
	var out []entry
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var e entry
		if err := json.Unmarshal(data, &e); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		out = append(out, e)
	}
	return out
}

// inspected is what inspect --json says of the fields.
func inspected(t *testing.T, m *mapping.Mapping) map[contact.Field][]string {
	t.Helper()
	data, err := json.Marshal(m.Inspect())
	if err != nil {
		t.Fatal(err)
	}
	var out struct {
		Fields map[contact.Field][]string `json:"fields"`
	}
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out.Fields
}

func (e entry) right(f contact.Field, got []string) bool {
	if slices.Equal(got, e.Mapping[f]) {
		return true
	}
	return slices.ContainsFunc(e.Acceptable[f], func(a []string) bool { return slices.Equal(a, got) })
}

// TestCorpus measures the mapping on the labelled exports, prints every miss and fails below the floor.
func TestCorpus(t *testing.T) {
	t.Parallel()
	for _, how := range []struct {
		name  string
		floor float64
		rows  func(e entry) [][]string
	}{
		{"with values", floor, func(e entry) [][]string { return e.Rows }},
		{"header only", 0.98, func(entry) [][]string { return nil }},
	} {
		right, wrong, missing, extra := 0, 0, 0, 0
		for _, e := range corpus(t) {
			m, err := mapping.Detect(e.Header, how.rows(e))
			if err != nil {
				t.Fatalf("%s: %v", e.ID, err)
			}
			for _, d := range m.Doubts {
				t.Logf("%s: %s: doubt about %s: %s", how.name, e.ID, d.Field, d.Reason)
			}
			got := inspected(t, m)
			for _, f := range contact.Fields() {
				if slices.Contains(e.Optional, f) {
					continue
				}
				switch {
				case e.right(f, got[f]):
					right++
					continue
				case len(got[f]) == 0:
					missing++
				case len(e.Mapping[f]) == 0:
					extra++
				default:
					wrong++
				}
				t.Logf("%s: %s: %s is %q, should be %q", how.name, e.ID, f, got[f], e.Mapping[f])
			}
		}
		total := right + wrong + missing + extra
		share := float64(right) / float64(total)
		t.Logf("%s: %d of %d fields right (%.2f%%); %d wrong, %d taken that should not be, %d missing", how.name, right, total, 100*share, wrong, extra, missing)
		if share < how.floor {
			t.Errorf("%s: %.4f of the fields are right, below the floor of %.4f", how.name, share, how.floor)
		}
	}
}
