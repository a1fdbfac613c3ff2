package source

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/contactsync/contactsync/importer/cell"
	"github.com/contactsync/contactsync/importer/source/charset"
	"github.com/contactsync/contactsync/importer/source/csv"
	"github.com/contactsync/contactsync/importer/source/json"
)

// sniffSize is how much decoded text is looked at to tell the form of the table: enough for the longest header.
const sniffSize = csv.MaxRow + 64<<10

// detect tells the input's form from what was seen of it, and checks that it has a header and a row.
func (in *Input) detect(seen *charset.Survey) error {
	if seen.Size == 0 {
		return in.hollow("the file is empty", seen)
	}
	if looks, fix := notText(seen.Head); looks != "" {
		return in.unusable("it is not CSV: it looks like "+looks, fix)
	}
	if err := in.detectEncoding(seen); err != nil {
		return err
	}
	in.pad = seen.Pad
	if in.text.Wide() {
		in.pad &^= 1 // the first byte of an odd number is the second half of the last character: \n is 0A 00
	}
	whole := seen.Size-in.pad <= int64(len(seen.Head))
	head := seen.Head[:min(int64(len(seen.Head)), seen.Size-in.pad)]
	text := string(in.text.Decoder().Append(nil, head[min(in.text.Mark, len(head)):], whole))
	if len(text) > sniffSize {
		text, whole = text[:sniffSize], false
	}
	if in.told.Format != formatCSV && (in.told.Format != "" || json.Looks(text)) {
		return in.detectObjects(text, whole)
	}
	if looks, fix := notTable(text); looks != "" {
		return in.unusable("it is not CSV: it looks like "+looks, fix)
	}
	if strings.IndexFunc(text, func(r rune) bool { return r != '\n' && r != '\r' && !cell.Blank(string(r)) }) < 0 && whole {
		return in.hollow("the file has only blank lines", seen)
	}
	if err := in.detectTable(text, whole); err != nil {
		return err
	}
	rows, err := in.Sample(1)
	if err != nil {
		return err
	}
	if err := in.findSlipped(); err != nil {
		return err
	}
	if len(rows) == 0 && !in.told.AllowEmpty {
		return &FormatError{File: in.name, Line: in.dialect.HeaderLine, Message: "there is a header, but no row below it",
			Fix: "check the export's filter; if another line is the header, give it with --header-line; " + fixEmpty}
	}
	return nil
}

// fixEmpty is what to do about an input without a row that is right so.
const fixEmpty = "if the file may be without a row, say so with --allow-empty"

// hollow is how an input ends that has no header: refused, unless it may be empty.
func (in *Input) hollow(message string, seen *charset.Survey) error {
	if !in.told.AllowEmpty {
		return in.unusable(message, "check the export: it should have a header line and one line for each contact; "+fixEmpty)
	}
	in.empty, in.complete, in.dialect.Delimiter, in.dialect.Newline = true, true, ',', "\n"
	return in.detectEncoding(seen)
}

func (in *Input) unusable(message, fix string) error {
	return &FormatError{File: in.name, Message: message, Fix: fix}
}

// detectEncoding tells the encoding, or says where the byte stands that leaves it in doubt.
func (in *Input) detectEncoding(seen *charset.Survey) error {
	found, err := seen.Detect(in.told.Encoding)
	var doubt *charset.UndecidedError
	switch {
	case errors.Is(err, charset.ErrBinary):
		return in.unusable("it is not CSV: it looks like binary data, not text", "export the contacts as CSV")
	case errors.As(err, &doubt):
		return in.locate(doubt)
	}
	in.text = found
	return err
}

func (in *Input) detectTable(text string, whole bool) error {
	d, ok := csv.Sniff(text, whole, csv.Told{Delimiter: in.told.Delimiter, HeaderLine: in.told.HeaderLine})
	if !ok && in.told.HeaderLine > 0 {
		return &FormatError{File: in.name, Line: in.told.HeaderLine, Message: "there is no header on this line",
			Fix: "check --header-line: lines are counted from 1, and the header must stand near the start"}
	}
	if !ok {
		return in.unusable("no header was found near the start of the file", "give the line that names the columns with --header-line")
	}
	in.dialect = d
	if d.Strange != "" {
		return &FormatError{File: in.name, Line: d.HeaderLine, Message: "the cells stand within " + d.Strange + ", which are text in CSV",
			Fix: "replace them all by one pair of plain ones (\") in an editor for plain text, or export the file again"}
	}
	if i, e := csv.CutEntity(d.Header); i >= 0 && d.Delimiter == ';' {
		return &FormatError{File: in.name, Line: d.HeaderLine,
			Message: fmt.Sprintf("the semicolon of %s cuts the name of column %d in two", e, i+1),
			Fix:     "write the character itself instead of " + e + ", or put quotes around the name"}
	}
	if in.told.HeaderLine == 0 {
		if i, what := dataCell(d.Header); i >= 0 {
			return &FormatError{File: in.name, Line: d.HeaderLine,
				Message: fmt.Sprintf("the header is missing: column %d of this line holds %s", i+1, what),
				Fix:     "put a line above it that names the columns (Name, E-mail, ...), or give the header's line with --header-line"}
		}
	}
	if n := len(d.Header); n > maxColumns {
		return &FormatError{File: in.name, Line: d.HeaderLine, Message: fmt.Sprintf("the header has %d columns; %d is the most that is read", n, maxColumns),
			Fix: "check the delimiter, or export fewer columns"}
	}
	in.header = nameColumns(d.Header)
	return nil
}

// dataCell finds a cell of a supposed header that no one calls a column by.
func dataCell(header []string) (int, string) {
	for i, text := range header {
		text = cell.Clean(text)
		if local, domain, ok := strings.Cut(text, "@"); ok && local != "" && strings.Contains(domain, ".") && !strings.ContainsAny(text, " :(") {
			return i, "an e-mail address"
		}
		digits := 0
		if strings.IndexFunc(text, func(r rune) bool {
			if '0' <= r && r <= '9' {
				digits++
				return false
			}
			return !strings.ContainsRune("+-/() .", r)
		}) < 0 && digits >= 7 {
			return i, "a number"
		}
	}
	return -1, ""
}

// unwrapped is the text within the wrapper that keeps it from a spreadsheet: ="Name".
func unwrapped(name string) string {
	text := strings.TrimSpace(name)
	if len(text) < len(`=""`) || !strings.HasPrefix(text, `="`) || !strings.HasSuffix(text, `"`) {
		return name
	}
	return strings.ReplaceAll(text[2:len(text)-1], `""`, `"`)
}

// nameColumns cleans the names of columns and tells them apart.
func nameColumns(raw []string) []string {
	names := make([]string, len(raw))
	taken := map[string]bool{}
	for i, name := range raw {
		name = strings.Join(strings.Fields(cell.Clean(unwrapped(name))), " ")
		for tail := fmt.Sprintf("#%d", i+1); name == "" || taken[name]; {
			name = strings.TrimSpace(name + " " + tail)
		}
		taken[name] = true
		names[i] = name
	}
	return names
}

// Read starts a pass over all rows.
func (in *Input) Read() (Reader, error) {
	if in.objects != nil {
		return in.readObjects()
	}
	return in.readTable()
}

func (in *Input) readTable() (*tableReader, error) {
	pass, err := in.file.Pass()
	if err != nil {
		return nil, err
	}
	if in.empty {
		return &tableReader{in: in, pass: pass, err: io.EOF}, nil
	}
	r := newTableReader(in, pass)
	if err := r.start(); err != nil {
		if errors.Is(err, io.EOF) {
			err = &ChangedError{File: in.name}
		}
		return nil, joinClose(err, pass.Close)
	}
	return r, nil
}
