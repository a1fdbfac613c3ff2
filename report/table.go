package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/report/output"
)

// reportTable is one of the report's CSV files.
type reportTable[T any] struct {
	file *output.Pending
	*output.Table[T]
}

func newReportTable[T any](p *output.Pending) (*reportTable[T], error) {
	t, err := output.NewTable[T](p)
	return &reportTable[T]{p, t}, err
}

// finish writes what is left and puts the file safely on the disk.
func (t *reportTable[T]) finish() error {
	if err := t.Flush(); err != nil {
		return err
	}
	return t.file.Complete()
}

// csvRow is a line of report.csv. All columns are text, since an absent number is an empty cell.
type csvRow struct {
	Source        string `csv:"source"`
	Row           string `csv:"row"`
	Line          string `csv:"line"`
	OrgID         string `csv:"org_id"`
	ExternalID    string `csv:"external_id"`
	Action        string `csv:"action"`
	Status        string `csv:"status"`
	ContactID     string `csv:"contact_id"`
	Field         string `csv:"field"`
	Message       string `csv:"message"`
	Attempts      string `csv:"attempts"`
	HTTPStatus    string `csv:"http_status"`
	RequestID     string `csv:"request_id"`
	DuplicateOf   string `csv:"duplicate_of"`
	DuplicateKind string `csv:"duplicate_kind"`
	Codes         string `csv:"codes"`
	CloudFrontID  string `csv:"cloudfront_id"`
	Changes       string `csv:"changes"`
	ContactName   string `csv:"contact_name"`
	ContactEmail  string `csv:"contact_email"`
}

func rowOf(r Row, text description) csvRow {
	return csvRow{
		Source:        inert(r.Source),
		Row:           number(r.Row),
		Line:          number(r.Line),
		OrgID:         inert(number(r.OrgID)),
		ExternalID:    inert(r.ExternalID),
		Action:        string(r.Action),
		Status:        string(r.Status),
		ContactID:     inert(number(r.ContactID)),
		Field:         inert(text.field),
		Message:       inert(text.message),
		Attempts:      strconv.Itoa(r.Attempts),
		HTTPStatus:    number(r.HTTPStatus),
		RequestID:     inert(r.RequestID),
		DuplicateOf:   inert(r.DuplicateOf),
		DuplicateKind: inert(r.DuplicateKind),
		Codes:         inert(strings.Join(text.codes, " ")),
		CloudFrontID:  inert(r.CloudFrontID),
		Changes:       changesText(r.Changes),
		ContactName:   inert(r.ContactName),
		ContactEmail:  inert(r.ContactEmail),
	}
}

// changesText tells what an update changes: city "Bonn" -> "Berlin"; phone "" -> "+4930123456".
func changesText(changes []outcome.FieldChange) string {
	texts := make([]string, len(changes))
	for i, c := range changes {
		texts[i] = fmt.Sprintf("%s %s -> %s", c.Field, strconv.Quote(c.Old), strconv.Quote(c.New))
	}
	return strings.Join(texts, "; ")
}

// csvPair is a line of duplicates.csv.
type csvPair struct {
	Group   int    `csv:"group"`
	RowA    int    `csv:"row_a"`
	RowB    int    `csv:"row_b"`
	Kind    string `csv:"kind"`
	Score   string `csv:"score"`
	Reasons string `csv:"reasons"`
}

func pairOf(p Pair) csvPair {
	return csvPair{
		Group: p.Group, RowA: p.RowA, RowB: p.RowB, Kind: inert(p.Kind),
		Score:   strconv.FormatFloat(p.Score, 'f', 2, 64),
		Reasons: inert(strings.Join(p.Reasons, "; ")),
	}
}

// inert returns a cell that no spreadsheet takes for a formula, as OWASP's page on CSV injection lists them.
func inert(cell string) string {
	if cell == "" {
		return cell
	}
	switch cell[0] {
	case '=', '+', '-', '@', '\t', '\r', '\n':
		return "'" + cell
	}
	return cell
}
