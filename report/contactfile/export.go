package contactfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/report/output"
)

// Format is a form in which contacts are exported.
type Format string

// The formats.
const (
	CSV  Format = "csv"
	JSON Format = "jsonl"
	XLSX Format = "xlsx"
)

// Formats returns all of them, the usual one first.
func Formats() []Format { return []Format{CSV, JSON, XLSX} }

// line is an exported contact. The columns are named as the fields, so that every command reads the file back
// without a mapping; that of the id is ignored then.
type line struct {
	ID                  int64  `csv:"id"                    json:"id"`
	OrgID               int64  `csv:"org_id"                json:"org_id"`
	Type                string `csv:"type"                  json:"type"`
	Name                string `csv:"name"                  json:"name"`
	Title               string `csv:"title"                 json:"title"`
	Department          string `csv:"department"            json:"department"`
	Street              string `csv:"street"                json:"street"`
	SecondaryAddress    string `csv:"secondary_address"     json:"secondary_address"`
	Zipcode             string `csv:"zipcode"               json:"zipcode"`
	City                string `csv:"city"                  json:"city"`
	State               string `csv:"state"                 json:"state"`
	Country             string `csv:"country"               json:"country"`
	Email               string `csv:"email"                 json:"email"`
	Phone               string `csv:"phone"                 json:"phone"`
	Mobile              string `csv:"mobile"                json:"mobile"`
	PurchaseOrderNumber string `csv:"purchase_order_number" json:"purchase_order_number"`
}

// columns are the columns of line, for the format that has no tags.
func columns() []string {
	return []string{
		"id", "org_id", "type", "name", "title", "department", "street", "secondary_address", "zipcode", "city", "state",
		"country", "email", "phone", "mobile", "purchase_order_number",
	}
}

// cells are the row's values under columns, all of them text.
func (r *line) cells() []string {
	return []string{
		strconv.FormatInt(r.ID, 10), strconv.FormatInt(r.OrgID, 10), r.Type, r.Name, r.Title, r.Department, r.Street,
		r.SecondaryAddress, r.Zipcode, r.City, r.State, r.Country, r.Email, r.Phone, r.Mobile, r.PurchaseOrderNumber,
	}
}

// sheet takes rows in one format.
type sheet interface {
	add(line) error
	// finish writes what is left.
	finish() error
}

// Export writes contacts as they are, to be read by people, programs and contactsync itself. Nothing is made safe for
// spreadsheets in CSV: a value that begins with = or + stays as it is, since it must come back unchanged. In XLSX every
// cell is a text, which no spreadsheet takes for a formula or a number.
type Export struct {
	sheet sheet
	file  *output.Pending // nil: it goes to a stream
}

// NewExport begins an export to a stream.
func NewExport(w io.Writer, format Format) (*Export, error) {
	sheet, err := newSheet(w, format)
	return &Export{sheet: sheet}, err
}

// CreateExport begins an export to a file, under a temporary name beside path that holds run; the file has its own name
// once Close succeeds, and nobody but the user can read it.
func CreateExport(path, run string, format Format) (*Export, error) {
	file, err := output.New(output.Disk{}, filepath.Dir(path), filepath.Base(path), run)
	if err != nil {
		return nil, err
	}
	sheet, err := newSheet(file, format)
	if err != nil {
		return nil, errors.Join(err, file.Discard())
	}
	return &Export{sheet: sheet, file: file}, nil
}

func newSheet(w io.Writer, format Format) (sheet, error) {
	switch format {
	case CSV:
		return newCSVSheet(w)
	case JSON:
		return newJSONSheet(w), nil
	case XLSX:
		return newXLSXSheet(w)
	}
	return nil, fmt.Errorf("%q is no format of an export", format)
}

// Write adds a contact by its number and that of its organisation. A [*CellError] says that the format can't hold one
// of its values.
func (e *Export) Write(id, org int64, d contact.Draft) error {
	return e.sheet.add(line{
		ID: id, OrgID: org, Type: d.Type, Name: d.Name, Title: d.Title, Department: d.Department, Street: d.Street,
		SecondaryAddress: d.SecondaryAddress, Zipcode: d.Zipcode, City: d.City, State: d.State, Country: d.Country,
		Email: d.Email, Phone: d.Phone, Mobile: d.Mobile, PurchaseOrderNumber: d.PurchaseOrderNumber,
	})
}

// Close completes the export. If it can't, there is no file.
func (e *Export) Close() error {
	err := e.sheet.finish()
	if e.file == nil {
		return err
	}
	if err != nil {
		return errors.Join(err, e.file.Discard())
	}
	return e.file.Publish()
}

// Abort leaves no file.
func (e *Export) Abort() error {
	if e.file == nil {
		return nil
	}
	return e.file.Discard()
}

// CellError says that a format can't hold a value as it is.
type CellError struct {
	Contact, Org int64
	Column       string
	// Reason says what is the matter with the value, without the value.
	Reason string
}

func (e *CellError) Error() string {
	return fmt.Sprintf("contact %d of organisation %d: %s %s", e.Contact, e.Org, e.Column, e.Reason)
}

// Hint says what to do now.
func (e *CellError) Hint() string {
	return "export as csv or jsonl, or correct the contact in the portal"
}

// csvSheet writes CSV with the separators and quotes of RFC 4180 and LF at the end of a record.
type csvSheet struct{ rows *output.Table[line] }

func newCSVSheet(w io.Writer) (csvSheet, error) {
	rows, err := output.NewTable[line](w)
	return csvSheet{rows}, err
}

func (s csvSheet) add(l line) error { return s.rows.Add(l) }
func (s csvSheet) finish() error    { return s.rows.Flush() }

// jsonSheet writes one JSON object a line.
type jsonSheet struct{ encoder *json.Encoder }

func newJSONSheet(w io.Writer) jsonSheet {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return jsonSheet{e}
}

func (s jsonSheet) add(row line) error { return s.encoder.Encode(row) }
func (s jsonSheet) finish() error      { return nil }
