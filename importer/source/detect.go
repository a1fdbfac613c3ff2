package source

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// sniffSize is how much decoded text is looked at to tell the form of the table: enough for the longest header.
const sniffSize = MaxRow + 64<<10

// detect tells the input's form from what was seen of it, and checks that it has a header and a row.
func (in *Input) detect(seen *survey) error {
	if seen.size == 0 {
		return in.unusable("the file is empty", "check the export: it should have a header line and one line for each contact")
	}
	if looks, fix := notText(seen.head); looks != "" {
		return in.unusable("it is not CSV: it looks like "+looks, fix)
	}
	if err := in.detectEncoding(seen); err != nil {
		return err
	}
	in.pad = seen.pad
	if in.charset.utf16 != nil {
		in.pad &^= 1 // the first byte of an odd number is the second half of the last character: \n is 0A 00
	}
	whole := seen.size-in.pad <= int64(len(seen.head))
	head := seen.head[:min(int64(len(seen.head)), seen.size-in.pad)]
	text := string(in.charset.decoder().append(nil, head[min(in.mark, len(head)):], whole))
	if len(text) > sniffSize {
		text, whole = text[:sniffSize], false
	}
	if looks, fix := notTable(text); looks != "" {
		return in.unusable("it is not CSV: it looks like "+looks, fix)
	}
	if strings.IndexFunc(text, func(r rune) bool { return r != '\n' && r != '\r' && !blankLine(string(r)) }) < 0 && whole {
		return in.unusable("the file has only blank lines", "check the export: it should have a header line and one line for each contact")
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
	if len(rows) == 0 {
		return &FormatError{File: in.name, Line: in.dialect.headerLine, Message: "there is a header, but no row below it",
			Fix: "check the export's filter; if another line is the header, give it with --header-line"}
	}
	return nil
}

func (in *Input) unusable(message, fix string) error {
	return &FormatError{File: in.name, Message: message, Fix: fix}
}

func (in *Input) detectEncoding(seen *survey) error {
	marked, mark := byteOrderMark(seen.head)
	wide, isWide := wideWithoutMark(seen.start())
	switch told, _ := lookupCharset(in.told.Encoding); {
	case in.told.Encoding != "" && told.name == "utf-16":
		switch {
		case marked.utf16 != nil:
			in.charset, in.mark = marked, mark
		case isWide:
			in.charset = wide
		default:
			in.charset, _ = lookupCharset(UTF16LE)
		}
	case in.told.Encoding != "":
		in.charset = told
		if told.name == marked.name {
			in.mark = mark
		}
		if mark == 0 && !isWide {
			in.noteFormer(seen)
		}
	case mark > 0:
		in.charset, in.mark = marked, mark
	case isWide:
		in.charset = wide
	default:
		if start := seen.start(); !shiftsToJapanese(start) && looksBinary(latin1(start[:min(len(start), 64<<10)])) {
			return in.unusable("it is not CSV: it looks like binary data, not text", "export the contacts as CSV")
		}
		return in.narrow(seen)
	}
	in.sound = in.charset.name == UTF8 && seen.invalid == 0
	return nil
}

// narrow tells the encoding of an input that is neither marked nor UTF-16.
func (in *Input) narrow(seen *survey) error {
	r, doubt := seen.narrow()
	if doubt != nil {
		if err := in.locate(doubt); err != nil {
			return err
		}
		return doubt
	}
	in.charset, in.languages = r.charset, r.page.languages
	in.sound = in.charset.name == UTF8 && seen.invalid == 0
	in.mixed = in.charset.table != nil && seen.multibyte > 0
	in.noteFormer(seen)
	return nil
}

// noteFormer notes the encoding that version 1 took the input for, unless the text reads alike in it. Somebody may name the
// right one just because of that.
func (in *Input) noteFormer(seen *survey) {
	if in.charset.utf16 != nil || in.charset.name == UTF8 || in.charset.name == iso2022JP {
		return
	}
	if was, ok := formerCharset(seen.strange); ok && !seen.evidence.same(was, in.charset) {
		in.former = &was
	}
}

// latin1 makes text of bytes one by one, those above ASCII taken for letters.
func latin1(b []byte) string {
	var s strings.Builder
	for _, c := range b {
		if c >= utf8.RuneSelf {
			c = 'x'
		}
		s.WriteByte(c)
	}
	return s.String()
}

func (in *Input) detectTable(text string, whole bool) error {
	d, ok := sniff(text, whole, in.told)
	if !ok && in.told.HeaderLine > 0 {
		return &FormatError{File: in.name, Line: in.told.HeaderLine, Message: "there is no header on this line",
			Fix: "check --header-line: lines are counted from 1, and the header must stand near the start"}
	}
	if !ok {
		return in.unusable("no header was found near the start of the file", "give the line that names the columns with --header-line")
	}
	in.dialect = d
	if d.strange != "" {
		return &FormatError{File: in.name, Line: d.headerLine, Message: "the cells stand within " + d.strange + ", which are text in CSV",
			Fix: "replace them all by one pair of plain ones (\") in an editor for plain text, or export the file again"}
	}
	if i, e := cutEntity(d.header); i >= 0 && d.delim == ';' {
		return &FormatError{File: in.name, Line: d.headerLine,
			Message: fmt.Sprintf("the semicolon of %s cuts the name of column %d in two", e, i+1),
			Fix:     "write the character itself instead of " + e + ", or put quotes around the name"}
	}
	if in.told.HeaderLine == 0 {
		if i, what := dataCell(d.header); i >= 0 {
			return &FormatError{File: in.name, Line: d.headerLine,
				Message: fmt.Sprintf("the header is missing: column %d of this line holds %s", i+1, what),
				Fix:     "put a line above it that names the columns (Name, E-mail, ...), or give the header's line with --header-line"}
		}
	}
	if n := len(d.header); n > MaxColumns {
		return &FormatError{File: in.name, Line: d.headerLine, Message: fmt.Sprintf("the header has %d columns; %d is the most that is read", n, MaxColumns),
			Fix: "check the delimiter, or export fewer columns"}
	}
	in.header = nameColumns(d.header)
	return nil
}

// dataCell finds a cell of a supposed header that no one calls a column by.
func dataCell(header []string) (int, string) {
	for i, cell := range header {
		cell = Clean(cell)
		if local, domain, ok := strings.Cut(cell, "@"); ok && local != "" && strings.Contains(domain, ".") && !strings.ContainsAny(cell, " :(") {
			return i, "an e-mail address"
		}
		digits := 0
		if strings.IndexFunc(cell, func(r rune) bool {
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
		name = strings.Join(strings.Fields(Clean(unwrapped(name))), " ")
		for tail := fmt.Sprintf("#%d", i+1); name == "" || taken[name]; {
			name = strings.TrimSpace(name + " " + tail)
		}
		taken[name] = true
		names[i] = name
	}
	return names
}

// Read starts a pass over all rows.
func (in *Input) Read() (*Reader, error) {
	file, err := in.store.again()
	if err != nil {
		return nil, err
	}
	r := newReader(in, file)
	if err := r.start(); err != nil {
		if errors.Is(err, io.EOF) {
			err = &ChangedError{File: in.name}
		}
		return nil, joinClose(err, file.Close)
	}
	return r, nil
}
