package contactfile

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
)

// The limits of a sheet and of a cell ("Excel specifications and limits" of its maker).
const (
	sheetRows = 1_048_576
	cellUnits = 32_767
)

// A workbook of one sheet of texts is five small files that are always the same and one that grows (ECMA-376, part 1).
// Number format 49 is "@" (section 18.8.30): what somebody types into such a cell stays a text too, so that a corrected
// phone number keeps its plus sign and its zeros.
const (
	xmlHead      = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	contentTypes = xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>` +
		`<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>` +
		`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`
	packageRels = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	workbookPart = xmlHead + `<workbook xmlns="` + sheetNamespace + `" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">` +
		`<sheets><sheet name="` + sheetName + `" sheetId="1" r:id="rId1"/></sheets></workbook>`
	workbookRels = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>` +
		`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`
	stylesPart = xmlHead + `<styleSheet xmlns="` + sheetNamespace + `"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>` +
		`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
		`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
		`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
		`<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` +
		`<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>`
	sheetHead = xmlHead + `<worksheet xmlns="` + sheetNamespace + `"><sheetViews><sheetView workbookViewId="0">` +
		`<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>` +
		`<cols><col min="1" max="16" width="18" style="1" customWidth="1"/></cols><sheetData>`
	sheetTail = `</sheetData></worksheet>`

	sheetNamespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	// sheetName is the name of the one sheet of a workbook.
	sheetName = "contacts"
)

// xlsxSheet writes a workbook of texts, row by row: nothing of it waits in memory. It is our own, because a library for
// workbooks adds a quarter to a program that must fit into an image of 30 MB, and all that is needed of one is this.
type xlsxSheet struct {
	book *zip.Writer
	rows *bufio.Writer
	next int // the row that comes next, from 1
}

func newXLSXSheet(w io.Writer) (*xlsxSheet, error) {
	s := &xlsxSheet{book: zip.NewWriter(w), next: 1}
	for _, part := range [...]struct{ name, text string }{
		{"[Content_Types].xml", contentTypes},
		{"_rels/.rels", packageRels},
		{"xl/workbook.xml", workbookPart},
		{"xl/_rels/workbook.xml.rels", workbookRels},
		{"xl/styles.xml", stylesPart},
		{"xl/worksheets/sheet1.xml", sheetHead},
	} {
		file, err := s.book.Create(part.name)
		if err != nil {
			return nil, fmt.Errorf("making a workbook: %w", err)
		}
		s.rows = bufio.NewWriter(file) // the last one stays open
		if _, err := s.rows.WriteString(part.text); err != nil {
			return nil, fmt.Errorf("making a workbook: %w", err)
		}
		if err := s.rows.Flush(); err != nil {
			return nil, fmt.Errorf("making a workbook: %w", err)
		}
	}
	return s, s.write(columns())
}

// literal keeps a reader of a workbook from taking a text for an escaped character, as "_x0041_" is one (ECMA-376, part
// 1, section 22.9.2.19): the underscore that begins it is written as such an escape itself.
func literal(text string) string {
	if !strings.Contains(text, "_x") {
		return text
	}
	var b strings.Builder
	for i := range len(text) {
		if isEscape(text[i:]) {
			b.WriteString("_x005F")
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

func isEscape(s string) bool {
	return len(s) >= 7 && s[:2] == "_x" && s[6] == '_' && strings.Trim(s[2:6], "0123456789abcdefABCDEF") == ""
}

func (s *xlsxSheet) write(cells []string) error {
	row := strconv.Itoa(s.next)
	s.next++
	_, _ = s.rows.WriteString(`<row r="` + row + `">`) // a bufio.Writer keeps its error for Flush
	for i, text := range cells {
		_, _ = s.rows.WriteString(`<c r="` + string(rune('A'+i)) + row + `" s="1" t="inlineStr"><is><t xml:space="preserve">`)
		if err := xml.EscapeText(s.rows, []byte(literal(text))); err != nil {
			return err
		}
		_, _ = s.rows.WriteString(`</t></is></c>`)
	}
	_, err := s.rows.WriteString(`</row>`)
	return err
}

func (s *xlsxSheet) add(row line) error {
	if s.next > sheetRows {
		return fmt.Errorf("a workbook holds %d rows; export as csv or jsonl, or fewer organisations at once", sheetRows)
	}
	cells := row.cells()
	for i, text := range cells {
		if reason := unfit(text); reason != "" {
			return &CellError{Contact: row.ID, Org: row.OrgID, Column: columns()[i], Reason: reason}
		}
	}
	return s.write(cells)
}

// unfit says why a workbook can't hold a text as it is; empty if it can.
func unfit(text string) string {
	units := 0
	for _, r := range text {
		if !inXML(r) {
			return fmt.Sprintf("holds a character that a workbook can't hold (%U)", r)
		}
		units += utf16.RuneLen(r)
	}
	if units > cellUnits {
		return fmt.Sprintf("is longer than the %d characters of a workbook's cell", cellUnits)
	}
	return ""
}

// inXML reports whether XML has a character (XML 1.0, production 2).
func inXML(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' ||
		' ' <= r && r <= 0xD7FF || 0xE000 <= r && r <= 0xFFFD || 0x10000 <= r && r <= 0x10FFFF
}

func (s *xlsxSheet) finish() error {
	_, _ = s.rows.WriteString(sheetTail)
	if err := s.rows.Flush(); err != nil {
		return fmt.Errorf("writing the workbook: %w", err)
	}
	if err := s.book.Close(); err != nil {
		return fmt.Errorf("writing the workbook: %w", err)
	}
	return nil
}
