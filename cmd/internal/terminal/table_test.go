package terminal

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTable(t *testing.T) {
	t.Parallel()
	rows := [][]string{{"RUN", "JOB", "REPORT"}, {"20260301", "a job with a long name", "out/日本 of the night"}, {"2\n3", "", ""}}
	for name, c := range map[string]struct {
		table Table
		want  []string
	}{
		"nothing is cut": {
			Table{Rows: rows},
			[]string{"RUN       JOB                     REPORT", "20260301  a job with a long name  out/日本 of the night", "2⏎3"},
		},
		"columns and the edge cut": {
			Table{Rows: rows, Widest: 8, Edge: 28},
			[]string{"RUN       JOB       REPORT", "20260301  a job w…  out/日…", "2⏎3"},
		},
		"an edge that is passed already": {
			Table{Rows: rows[:2], Edge: 5},
			[]string{"RUN       JOB                     REPORT", "20260301  a job with a long name  out/日本 of the night"},
		},
		"no lines": {Table{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, c.table.Lines()); diff != "" {
				t.Error(diff)
			}
			var b strings.Builder
			c.table.Write(&b)
			if want := strings.Join(append(c.want, ""), "\n"); b.String() != want {
				t.Errorf("written as %q, want %q", b.String(), want)
			}
		})
	}
	if got := (Table{Rows: rows}).Width(); got != 55 {
		t.Errorf("%d wide, want 55", got)
	}
}
