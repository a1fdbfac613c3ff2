package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/report/output"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// sampleInput and sampleRows show every kind of row once.
func sampleInput() Input {
	return Input{Name: "contacts.csv", Header: []string{"Name", "E-mail", "Note"}, Delimiter: ';', Newline: "\r\n"}
}

func sampleRows() []Row {
	email := contact.Problem{
		Code: "email.syntax", Field: contact.Email, Column: "E-mail", Value: "bob@", Message: "has no domain",
		Fix: "write it as name@example.com",
	}
	phone := contact.Problem{Code: "phone.unparsable", Field: contact.Phone, Column: "Phone", Value: "=cmd()\t1", Message: "is no phone number"}
	typo := contact.Problem{
		Code: "email.suspicious", Field: contact.Email, Column: "E-mail", Value: "ann@gmial.com",
		Message: "the domain looks mistyped", Fix: "did you mean gmail.com?",
	}
	rows := []Row{
		{Row: 1, Line: 4, Status: outcome.Created, Action: outcome.Create, OrgID: 7, ContactID: 1001, ExternalID: "A-1", Attempts: 1, HTTPStatus: 201, RequestID: "r-1", CloudFrontID: "c-1", Cells: []string{"Ann", "ann@gmial.com", ""}, Warnings: []contact.Problem{typo}},
		{Row: 2, Line: 5, Status: outcome.Invalid, Action: outcome.None, OrgID: 7, ExternalID: "=1+1", Problems: []contact.Problem{email, phone, email}, Warnings: []contact.Problem{typo}, Cells: []string{"Bob \"B\"", "bob@", "a;b\r\nc"}},
		{Row: 3, Line: 7, Status: outcome.Invalid, Action: outcome.None, Problems: []contact.Problem{{Code: "row.quote", Message: "a quote is never closed", Fix: "close it"}}, Raw: `"Eve;eve@example.com`},
		{Row: 4, Line: 8, Status: outcome.Exists, Action: outcome.None, OrgID: 7, ContactID: 55, Cells: []string{"Dan", "dan@example.com"}},
		{Row: 5, Line: 9, Status: outcome.Duplicate, Action: outcome.None, OrgID: 7, DuplicateOf: "1", DuplicateKind: "exact", Cells: []string{"Ann", "ann@gmial.com"}},
		{Row: 6, Line: 10, Status: outcome.Failed, Action: outcome.Create, OrgID: 7, Attempts: 2, HTTPStatus: 422, RequestID: "r-2", Problems: []contact.Problem{{Code: "api.ValidationError", Field: contact.City, Message: "city\nis too long"}}, Cells: []string{"=HYPERLINK(1)", "+49 30 1", "-x"}},
		{Row: 7, Line: 11, Status: outcome.Uncertain, Action: outcome.Create, OrgID: 7, Attempts: 1, Cells: []string{" Fay ", "\tfay", "#1"}},
		{Row: 8, Line: 12, Status: outcome.NotAttempted, Action: outcome.Create, OrgID: 7, Cells: []string{"Gus", "gus@example.com", "sep=;"}},
	}
	for i := range rows {
		rows[i].Source = "contacts.csv"
	}
	return rows
}

func samplePairs() []Pair {
	return []Pair{{Group: 1, RowA: 1, RowB: 5, Kind: "exact", Score: 1, Reasons: []string{"type and e-mail are equal", "same name"}}}
}

func sampleSummary(rows []Row) Summary {
	start := time.Date(2026, 11, 24, 3, 0, 0, 0, time.FixedZone("CET", 3600))
	s := Summary{
		RunID: "run-2", Command: "import", Version: "1.0.0", Started: start, Finished: start.Add(75 * time.Second),
		ExitCode: 3, Requests: 12, RateWaitSeconds: 30.5,
		Inputs: []InputSummary{{
			Source: "contacts.csv", SHA256: "abc", Rows: len(rows), Format: "csv", Encoding: "utf-8", Delimiter: ";", Mapping: "detected",
			Newline: "CRLF", MixedNewlines: true, SepLine: true, HeaderLine: 4, PreambleLines: 2, FooterRecords: 1,
			Fields: map[string][]string{"name": {"Name"}}, Unmapped: map[string]int{"Note": 3, "Empty": 0},
		}},
	}
	s.Rows = countsOf(rows)
	return s
}

func countsOf(rows []Row) Counts {
	var c Counts
	for _, r := range rows {
		c.Add(r.Status)
	}
	return c
}

// writeSet writes a whole report.
func writeSet(t *testing.T, dir, runID string, inputs []Input, rows []Row, pairs []Pair) {
	t.Helper()
	sum := sampleSummary(rows)
	sum.RunID = runID
	if err := writeWith(disk{}, Options{Dir: dir, RunID: runID, Inputs: inputs}, rows, pairs, sum); err != nil {
		t.Fatal(err)
	}
}

func writeWith(fs fileSystem, o Options, rows []Row, pairs []Pair, sum Summary) (err error) {
	s, err := create(o, fs)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Abort()) }()
	for _, r := range rows {
		if err := s.Write(r); err != nil {
			return err
		}
	}
	for _, p := range pairs {
		if err := s.WritePair(p); err != nil {
			return err
		}
	}
	return s.Close(sum)
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func namesIn(t *testing.T, dir string) []string {
	t.Helper()
	names, err := disk{}.Names(dir)
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(readFile(t, path), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func TestGolden(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "out")
	writeSet(t, dir, "run-2", []Input{sampleInput()}, sampleRows(), samplePairs())
	for _, name := range []string{reportName, linesName, rejectsName, duplicatesName, summaryName} {
		golden(t, name, readFile(t, filepath.Join(dir, name)))
	}
	if names := namesIn(t, dir); len(names) != 5 {
		t.Errorf("files: %q", names)
	}
}

func TestColumns(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "out")
	writeSet(t, dir, "run-2", []Input{sampleInput()}, nil, nil)
	const first = "source,row,line,org_id,external_id,action,status,contact_id,field,message,attempts,http_status,request_id," +
		"duplicate_of,duplicate_kind,codes,cloudfront_id,changes,contact_name,contact_email\n"
	if got := readFile(t, filepath.Join(dir, reportName)); !strings.HasPrefix(got, first) || strings.Count(got, "\n") != 1 {
		t.Errorf("report.csv: %q", got)
	}
	if got := readFile(t, filepath.Join(dir, duplicatesName)); got != "group,row_a,row_b,kind,score,reasons\n" {
		t.Errorf("duplicates.csv: %q", got)
	}
	if got := readFile(t, filepath.Join(dir, rejectsName)); got != "Name;E-mail;Note;contactsync_status;contactsync_message\r\n" {
		t.Errorf("rejects.csv: %q", got)
	}
	if got := readFile(t, filepath.Join(dir, linesName)); got != "" {
		t.Errorf("report.jsonl: %q", got)
	}
}

func TestSeveralInputs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	inputs := []Input{
		{Name: "a/b.csv", Header: []string{"A"}},
		{Name: "-", Header: []string{"B"}, Delimiter: '\t'},
		{Name: "Müller & Co.txt", Header: []string{"C"}},
		{Name: "none.csv", Header: []string{"D"}},
	}
	rows := []Row{
		{Input: 0, Row: 1, Line: 2, Status: outcome.Valid, Cells: []string{"x"}},
		{Input: 1, Row: 1, Line: 2, Status: outcome.Invalid, Cells: []string{"y"}},
		{Input: 1, Row: 2, Line: 3, Status: outcome.Invalid, Cells: []string{"z"}},
		{Input: 2, Row: 1, Line: 2, Status: outcome.Failed, Cells: []string{"w"}},
		{Input: -1, Status: outcome.Failed, Action: outcome.Delete, ContactID: 9},
	}
	writeSet(t, dir, "run-2", inputs, rows, nil)
	const head = "contactsync_status,contactsync_message\n"
	for name, want := range map[string]string{
		"rejects-1-b.csv":           "A," + head,
		"rejects-2-stdin.csv":       "B\tcontactsync_status\tcontactsync_message\ny\tinvalid\t\nz\tinvalid\t\n",
		"rejects-3-Müller___Co.csv": "C," + head + "w,failed,\n",
		"rejects-4-none.csv":        "D," + head,
	} {
		if got := readFile(t, filepath.Join(dir, name)); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	table := readCSV(t, readFile(t, filepath.Join(dir, reportName)))
	if last := table[len(table)-1]; last[1] != "" || last[2] != "" || last[5] != "delete" || last[7] != "9" {
		t.Errorf("a contact of no input: %q", last)
	}
}

func readCSV(t *testing.T, text string) [][]string {
	t.Helper()
	table, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestModes(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such modes")
	}
	dir := filepath.Join(t.TempDir(), "deep", "out")
	writeSet(t, dir, "run-1", []Input{sampleInput()}, sampleRows(), nil)
	writeSet(t, dir, "run-2", []Input{sampleInput()}, sampleRows(), nil)
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		want := os.FileMode(output.Mode)
		if d.IsDir() {
			want = folderMode
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s: mode %o, want %o", path, got, want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWriteKeepsOrder(t *testing.T) {
	t.Parallel()
	inputs := []Input{{Name: "a", Header: []string{"A"}}, {Name: "b", Header: []string{"A"}}}
	at := func(input, row int) Row { return Row{Input: input, Row: row, Status: outcome.Valid} }
	for name, rows := range map[string][]Row{
		"twice":          {at(0, 1), at(0, 1)},
		"back":           {at(0, 2), at(0, 1)},
		"input back":     {at(1, 1), at(0, 2)},
		"no such input":  {at(2, 1)},
		"no number":      {at(0, 0)},
		"after a delete": {at(-1, 0), at(1, 1)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "out")
			err := writeWith(disk{}, Options{Dir: dir, RunID: "r", Inputs: inputs}, rows, nil, Summary{Rows: countsOf(rows)})
			if err == nil {
				t.Error("no error")
			}
			if _, err := os.Stat(dir); !os.IsNotExist(err) {
				t.Errorf("the folder is still there: %v", err)
			}
		})
	}
}

func TestPairOrder(t *testing.T) {
	t.Parallel()
	for _, p := range []Pair{{RowA: 2, RowB: 2}, {RowA: 3, RowB: 2}, {RowA: 0, RowB: 2}} {
		if err := writeWith(disk{}, Options{Dir: t.TempDir(), RunID: "r"}, nil, []Pair{p}, Summary{}); err == nil {
			t.Errorf("%v: no error", p)
		}
	}
}

func TestCreateRefuses(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]Options{
		"a file as folder": {Dir: file, RunID: "r"},
		"below a file":     {Dir: filepath.Join(file, "x"), RunID: "r"},
		"run id elsewhere": {Dir: t.TempDir(), RunID: "../r"},
		"no run id":        {Dir: t.TempDir()},
	} {
		if _, err := Create(o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestClosedSet(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := Create(Options{Dir: dir, RunID: "r"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(Summary{RunID: "r"}); err != nil {
		t.Fatal(err)
	}
	if s.Write(Row{}) == nil || s.WritePair(Pair{RowA: 1, RowB: 2}) == nil || s.Close(Summary{}) == nil {
		t.Error("a closed report takes more")
	}
	if err := s.Abort(); err != nil {
		t.Error(err)
	}
	if !slices.Contains(namesIn(t, dir), summaryName) {
		t.Error("Abort took back a closed report")
	}
}

func TestSummaryJSON(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	want := sampleSummary(sampleRows())
	if err := want.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	var got Summary
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Rows != want.Rows || !got.Started.Equal(want.Started) || got.Started.Location() != time.UTC {
		t.Errorf("got %+v", got)
	}
	if n := len(outcome.Statuses()); n != statusCount {
		t.Errorf("there are %d statuses", n)
	}
}
