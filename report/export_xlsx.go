package report

import (
	"errors"
	"fmt"
	"io"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

// sheetName is the name of the one sheet of a workbook.
const sheetName = "contacts"

// textFormat is the number format "@" of a spreadsheet (ECMA-376, part 1, section 18.8.30, id 49): what somebody types
// into such a cell stays a text too, so that a corrected phone number keeps its plus sign and its zeros.
const textFormat = 49

// xlsxSheet writes a workbook of texts. A workbook is written at its end, as one archive; what does not fit into 16 MiB
// of rows waits in a temporary file.
type xlsxSheet struct {
	out  io.Writer
	book *excelize.File
	rows *excelize.StreamWriter
	text int // the style of all cells
	next int // the row that comes next, from 1
}

func newXLSXSheet(w io.Writer) (_ *xlsxSheet, err error) {
	s := &xlsxSheet{out: w, book: excelize.NewFile(), next: 1}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("making a workbook: %w", err), s.book.Close())
		}
	}()
	if err := s.book.SetSheetName(s.book.GetSheetName(0), sheetName); err != nil {
		return nil, err
	}
	if s.text, err = s.book.NewStyle(&excelize.Style{NumFmt: textFormat}); err != nil {
		return nil, err
	}
	if s.rows, err = s.book.NewStreamWriter(sheetName); err != nil {
		return nil, err
	}
	columns := exportColumns()
	if err := s.rows.SetColStyle(1, len(columns), s.text); err != nil {
		return nil, err
	}
	if err := s.rows.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, err
	}
	return s, s.write(columns)
}

func (s *xlsxSheet) write(cells []string) error {
	at, err := excelize.CoordinatesToCellName(1, s.next)
	if err != nil {
		return err
	}
	row := make([]any, len(cells))
	for i, text := range cells {
		row[i] = excelize.Cell{StyleID: s.text, Value: text}
	}
	s.next++
	return s.rows.SetRow(at, row)
}

func (s *xlsxSheet) add(row exportRow) error {
	if s.next > excelize.TotalRows {
		return fmt.Errorf("a workbook holds %d rows; export as csv or jsonl, or fewer organisations at once", excelize.TotalRows)
	}
	cells := row.cells()
	for i, text := range cells {
		if reason := unfit(text); reason != "" {
			return &CellError{Contact: row.ID, Org: row.OrgID, Column: exportColumns()[i], Reason: reason}
		}
	}
	return s.write(cells)
}

// unfit says why a workbook can't hold a text as it is; empty if it can. The library would cut or replace it silently.
func unfit(text string) string {
	units := 0
	for _, r := range text {
		if !inXML(r) {
			return fmt.Sprintf("holds a character that a workbook can't hold (%U)", r)
		}
		units += utf16.RuneLen(r)
	}
	if units > excelize.TotalCellChars {
		return fmt.Sprintf("is longer than the %d characters of a workbook's cell", excelize.TotalCellChars)
	}
	return ""
}

// inXML reports whether XML has a character (XML 1.0, production 2).
func inXML(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' ||
		' ' <= r && r <= 0xD7FF || 0xE000 <= r && r <= 0xFFFD || 0x10000 <= r && r <= 0x10FFFF
}

func (s *xlsxSheet) finish() error {
	err := s.rows.Flush()
	if err == nil {
		_, err = s.book.WriteTo(s.out)
	}
	if err != nil {
		err = fmt.Errorf("writing the workbook: %w", err)
	}
	return errors.Join(err, s.book.Close())
}
