package detect_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/mapping"
	"github.com/contactsync/contactsync/mapping/detect"
)

// entry is one labelled export: invented people below the header of a real system, and what a careful person maps.
type entry struct {
	ID         string                       `json:"id"`
	Header     []string                     `json:"header"`
	Rows       [][]string                   `json:"rows"`
	Mapping    map[contact.Field][]string   `json:"mapping"`
	Acceptable map[contact.Field][][]string `json:"acceptable"`
	Optional   []contact.Field              `json:"optional"`
}

func corpus(t testing.TB) []entry { return entries(t, "testdata/corpus/*.json") }

func entries(t testing.TB, pattern string) []entry {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no entries in %s: %v", pattern, err)
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

// TestCorpus measures the mapping on all labelled exports, prints every miss and fails below the floors, which may only
// be raised.
func TestCorpus(t *testing.T) {
	t.Parallel()
	known, general := corpus(t), entries(t, "testdata/general/*.json")
	if len(known) != 20 || len(general) < 15 {
		t.Errorf("%d and %d entries", len(known), len(general))
	}
	for _, c := range []struct {
		name    string
		floor   float64
		entries []entry
		rows    bool
	}{
		{"corpus, with values", 0.995, known, true},
		{"corpus, header only", 0.98, known, false},
		{"general knowledge, with values", 0.99, general, true},
		{"general knowledge, header only", 0.98, general, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var s score
			for _, e := range c.entries {
				if !c.rows {
					e.Rows = nil
				}
				s.measure(t, e)
			}
			if share := s.tell(t); share < c.floor {
				t.Errorf("%.4f of the fields are right, below the floor of %.4f", share, c.floor)
			}
		})
	}
}

// score counts the fields that are scored, by how they were mapped.
type score struct{ right, wrong, missing, extra int }

func (s *score) measure(t *testing.T, e entry) {
	t.Helper()
	m, err := detect.Columns(e.Header, e.Rows)
	if err != nil {
		t.Fatalf("%s: %v", e.ID, err)
	}
	for _, doubt := range m.Doubts {
		t.Logf("%s: doubt about %s: %s", e.ID, doubt.Field, doubt.Reason)
	}
	got := inspected(t, m)
	for _, f := range contact.Fields() {
		if slices.Contains(e.Optional, f) {
			continue
		}
		switch {
		case e.right(f, got[f]):
			s.right++
			continue
		case len(got[f]) == 0:
			s.missing++
		case len(e.Mapping[f]) == 0:
			s.extra++
		default:
			s.wrong++
		}
		t.Logf("%s: %s is %q, should be %q", e.ID, f, got[f], e.Mapping[f])
	}
}

// tell prints the score and returns the share that is right.
func (s *score) tell(t *testing.T) float64 {
	t.Helper()
	total := s.right + s.wrong + s.missing + s.extra
	share := float64(s.right) / float64(total)
	t.Logf("%d of %d fields right (%.2f%%); %d wrong, %d taken that should not be, %d missing", s.right, total, 100*share, s.wrong, s.extra, s.missing)
	return share
}
