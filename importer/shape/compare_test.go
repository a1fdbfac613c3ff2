package shape

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	_ "github.com/contactsync/contactsync/importer/rapidseed"
)

// of is the shape of a file of so many rows as it is each night.
func of(rows int) Shape {
	return Shape{
		Command: "sync", Rows: rows,
		Columns: map[string]Column{"Name": {Mapped: true, Empty: Share{0, rows}}, "Phone": {Mapped: true, Empty: Share{rows / 2, rows}}, "Remark": {}},
		Invalid: Share{0, rows}, Matched: Share{rows, rows}, Differing: Share{0, rows}, Damaged: Share{0, 4 * rows},
	}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	column := func(s *Shape, name string, c Column) { s.Columns[name] = c }
	for name, test := range map[string]struct {
		rows   int // before
		change func(*Shape)
		want   []Measure
		says   string
	}{
		"nothing":            {rows: 300, change: func(*Shape) {}},
		"rows, as few":       {rows: 300, change: func(s *Shape) { s.Rows = 213 }},
		"rows, fewer":        {rows: 300, change: func(s *Shape) { s.Rows = 212 }, want: []Measure{Rows}, says: "there are 212 rows, 300 in the job's last good run: fewer than 213 need --accept-shape"},
		"rows, as many":      {rows: 300, change: func(s *Shape) { s.Rows = 464 }},
		"rows, more":         {rows: 300, change: func(s *Shape) { s.Rows = 465 }, want: []Measure{Rows}, says: "there are 465 rows, 300 in the job's last good run: more than 464 need --accept-shape"},
		"of 12 rows half":    {rows: 12, change: func(s *Shape) { s.Rows = 6 }},
		"of 60 rows half":    {rows: 60, change: func(s *Shape) { s.Rows = 30 }, want: []Measure{Rows}},
		"of 9 rows whatever": {rows: 9, change: func(s *Shape) { *s = of(500); delete(s.Columns, "Name"); s.Matched.N = 0 }},
		"of 1e6 rows a 5th":  {rows: 1_000_000, change: func(s *Shape) { s.Rows = 798_000 }, want: []Measure{Rows}},

		"a column that is not mapped goes": {rows: 300, change: func(s *Shape) { delete(s.Columns, "Remark") }},
		"one that is not mapped comes":     {rows: 300, change: func(s *Shape) { column(s, "Notes", Column{}) }},
		"one that is mapped goes": {rows: 300, change: func(s *Shape) { delete(s.Columns, "Phone") }, want: []Measure{Columns},
			says: `of 2 columns of which fields were made in the job's last good run 1 are there, and not "Phone": fewer than 2 need --accept-shape`},
		"one that is mapped comes":        {rows: 300, change: func(s *Shape) { column(s, "Mobile", Column{Mapped: true}) }},
		"one that was there is mapped":    {rows: 300, change: func(s *Shape) { column(s, "Remark", Column{Mapped: true, Empty: Share{300, 300}}) }},
		"one that is there is not mapped": {rows: 300, change: func(s *Shape) { column(s, "Phone", Column{}) }},
		"as many cells are empty":         {rows: 300, change: func(s *Shape) { column(s, "Name", Column{Mapped: true, Empty: Share{44, 300}}) }},
		"more cells are empty": {rows: 300, change: func(s *Shape) { column(s, "Name", Column{Mapped: true, Empty: Share{45, 300}}) }, want: []Measure{Empty},
			says: `15% of the cells in the column "Name" are empty (45 of 300), 0% in the job's last good run (0 of 300): more than 14.9% needs --accept-shape`},
		"fewer cells are empty":         {rows: 300, change: func(s *Shape) { column(s, "Phone", Column{Mapped: true, Empty: Share{10, 300}}) }, want: []Measure{Empty}, says: "less than 13.5% needs"},
		"of 12 cells 4 are empty":       {rows: 12, change: func(s *Shape) { column(s, "Name", Column{Mapped: true, Empty: Share{4, 12}}) }},
		"of 12 cells all are empty":     {rows: 12, change: func(s *Shape) { column(s, "Name", Column{Mapped: true, Empty: Share{12, 12}}) }, want: []Measure{Empty}},
		"invalid rows":                  {rows: 300, change: func(s *Shape) { s.Invalid.N = 40 }, want: []Measure{Invalid}, says: "13.3% of the rows are invalid (40 of 300), 0% in"},
		"a few invalid rows":            {rows: 300, change: func(s *Shape) { s.Invalid.N = 20 }},
		"of 12 rows 4 are invalid":      {rows: 12, change: func(s *Shape) { s.Invalid.N = 4 }},
		"rows that match nobody":        {rows: 300, change: func(s *Shape) { s.Matched.N = 219 }, want: []Measure{Matched}, says: "73% of the valid rows match a contact (219 of 300), 100% in"},
		"new people":                    {rows: 300, change: func(s *Shape) { s.Matched.N = 225 }},
		"rows that differ":              {rows: 300, change: func(s *Shape) { s.Differing.N = 90 }, want: []Measure{Differing}, says: "30% of the rows with a contact would change it (90 of 300), 0% in"},
		"rows that have been edited":    {rows: 300, change: func(s *Shape) { s.Differing.N = 70 }},
		"of 12 rows all are edited":     {rows: 12, change: func(s *Shape) { s.Differing.N = 12 }},
		"of another command":            {rows: 300, change: func(s *Shape) { s.Command, s.Differing.N = "import", 300 }},
		"damaged letters":               {rows: 300, change: func(s *Shape) { s.Damaged.N = 15 }, want: []Measure{Damaged}, says: "1.2% of the filled cells have damaged letters (15 of 1200), 0% in"},
		"a few damaged letters":         {rows: 300, change: func(s *Shape) { s.Damaged.N = 6 }},
		"no row at all":                 {rows: 300, change: func(s *Shape) { *s = of(0) }, want: []Measure{Rows}},
		"less that is wrong is no jump": {rows: 300, change: func(s *Shape) { *s = of(300) }},
	} {
		before, now := of(test.rows), of(test.rows)
		if name == "less that is wrong is no jump" {
			before.Invalid.N, before.Matched.N, before.Differing.N, before.Damaged.N = 200, 0, 300, 1000
		}
		test.change(&now)
		jumps := Compare(before, now)
		var got []Measure
		var texts []string
		for _, j := range jumps {
			got, texts = append(got, j.Measure), append(texts, j.Text)
		}
		if !slices.Equal(got, test.want) || !strings.Contains(strings.Join(texts, "; "), test.says) {
			t.Errorf("%s: jumps in %q: %q; want %q, saying %q", name, got, texts, test.want, test.says)
		}
	}
}

// TestMissingColumnsAreNamed: as far as anybody reads.
func TestMissingColumnsAreNamed(t *testing.T) {
	t.Parallel()
	before, now := of(300), of(300)
	long := strings.Repeat("A", 99)
	before.Columns[long] = Column{Mapped: true}
	for i := range 12 {
		before.Columns[fmt.Sprintf("C%02d", i)] = Column{Mapped: true}
	}
	text := Compare(before, now)[0].Text
	for _, says := range []string{"of 15 columns", "2 are there", strings.Repeat("A", 40) + `..."`, `"C08", 3 more`} {
		if !strings.Contains(text, says) || strings.Contains(text, long) {
			t.Errorf("%q does not say %q", text, says)
		}
	}
}

// TestCompareIsCalm: a shape does not jump from itself, whatever it is, and neither does one of a file in which a few rows are otherwise.
func TestCompareIsCalm(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.IntRange(0, 100_000).Draw(t, "rows")
		share := func(name string, of int) Share { return Share{rapid.IntRange(0, of).Draw(t, name), of} }
		before := of(rows)
		before.Invalid, before.Matched, before.Differing, before.Damaged = share("invalid", rows), share("matched", rows), share("differing", rows), share("damaged", 4*rows)
		before.Columns["Phone"] = Column{Mapped: true, Empty: share("empty", rows)}
		if jumps := Compare(before, before); len(jumps) > 0 {
			t.Fatalf("jumps from itself: %v", jumps)
		}
		few := func(s Share) Share { return Share{min(s.Of, max(0, s.N+rapid.IntRange(-5, 5).Draw(t, "few"))), s.Of} }
		now := before
		now.Rows = max(0, rows+rapid.IntRange(-5, 5).Draw(t, "rows more"))
		now.Invalid, now.Matched, now.Differing, now.Damaged = few(before.Invalid), few(before.Matched), few(before.Differing), few(before.Damaged)
		if jumps := Compare(before, now); len(jumps) > 0 {
			t.Fatalf("a few rows are a jump: %v", jumps)
		}
	})
}

func TestEncode(t *testing.T) {
	t.Parallel()
	want := of(7)
	want.Settings = Settings{Mapping: "m", Type: "Technical", Country: "DE"}
	text, err := want.encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := decode(text)
	if d := cmp.Diff(want, got); d != "" || err != nil {
		t.Errorf("%v (-want +got)\n%s", err, d)
	}
	if _, err := decode("no shape"); err == nil {
		t.Error("whatever is there is read as a shape")
	}
}

func TestChanged(t *testing.T) {
	t.Parallel()
	was := Settings{Mapping: "m", Type: "Technical", Country: "DE"}
	for want, now := range map[string]Settings{
		"":                                       {Mapping: "m", Type: "technical", Country: "de"},
		"--type has":                             {Mapping: "m", Country: "DE"},
		"the mapping and --country have":         {Type: "Technical", Country: "AT"},
		"the mapping, --type and --country have": {},
	} {
		names := now.changed(was)
		if got := strings.Join(names, ""); (want == "") != (got == "") || want != "" && joined(names) != want {
			t.Errorf("%+v: %q, want %q", now, names, want)
		}
	}
}

// TestLimitsHaveReasons: each measure has one line, with a reason that fits into a table.
func TestLimitsHaveReasons(t *testing.T) {
	t.Parallel()
	seen := map[Measure]bool{}
	for _, l := range Limits() {
		if seen[l.Measure] || len(l.Reason) < 40 || strings.ContainsAny(l.Reason, "|\n") {
			t.Errorf("%q: %q", l.Measure, l.Reason)
		}
		seen[l.Measure] = true
	}
	for _, m := range []Measure{Rows, Columns, Empty, Invalid, Matched, Differing, Damaged} {
		if !seen[m] {
			t.Errorf("%q has no limit", m)
		}
	}
}
