package csv

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/contactsync/contactsync/importer/cell"
)

// What must hold before a table is read in another form than RFC 4180 has. Each is tried only where the text gives cause,
// so that a plain file is cut once for each delimiter.
const (
	// blanksGain is how much better a table must look with blanks allowed before quotes: a single line that looks better
	// so is reread by itself, and may be a text with a quotation in it.
	blanksGain = 0.2
	// leastGain is a gain at all, beyond the noise of adding fractions up.
	leastGain = 1e-9
	// wholeShare is the share of rows that stand within one pair of quotes from which on it is a trait of the file. What
	// was saved by a spreadsheet has there only the rows that hold a quote, so that it need not be most of them; those
	// are decided one by one (see wholeRow).
	wholeShare = 0.5
	// enclosedShare is the share of texts that begin, and that end, with a typographic or a single quote from which on it
	// encloses cells. A quotation or a name (d'Arc, O'Brien) is far from it, and one that only cells with a delimiter have
	// can't be told from a text.
	enclosedShare = 0.5
)

// bestForm cuts a text with one delimiter, and finds out in which form its quotes are.
func bestForm(text string, line int, whole bool, delim rune, told bool) look {
	cutAs := func(f Form) look { return lookAt(text, line, whole, f, told) }
	best := cutAs(plainForm(delim))
	if strings.Contains(text, string(delim)+` "`) {
		f := best.Form
		f.blanks = true
		if l := cutAs(f); l.quality > best.quality+blanksGain {
			best = l
		}
	}
	if strings.Contains(text, `\"`) {
		f := best.Form
		f.Escape = true
		if l := cutAs(f); l.quality > best.quality+leastGain {
			best = l
		}
	}
	if strings.Contains(text, `'`+string(delim)+`'`) && enclosed(best.rows(), "'", "'") {
		f := best.Form
		f.Quote = '\''
		best = cutAs(f) // even if it has more broken rows so: the others would be called 'Ann'
		if f.Escape = true; strings.Contains(text, `\'`) {
			if l := cutAs(f); l.quality > best.quality+leastGain {
				best = l
			}
		}
	}
	if strings.Contains(text, `"`) && best.hasWhole() {
		f := best.Form
		f.Whole = true
		if l := cutAs(f); l.quality > best.quality-leastGain && l.mostlyWhole() {
			best = l
		}
	}
	return best
}

// rows are the records below the header.
func (l look) rows() []Record { return l.records[l.header+1:] }

// hasWhole reports whether a record has but one cell, in quotes, with the delimiter in it.
func (l look) hasWhole() bool {
	for _, rec := range l.records {
		if rec.Quoted && rec.Fault == NoFault && strings.Contains(rec.Cells[0], l.Delimiter) && cell.AllEmpty(rec.Cells[1:]) {
			return true
		}
	}
	return false
}

// mostlyWhole reports whether rows within one pair of quotes are a trait of the table. In one of two columns a name with
// a comma looks like one: there it must be all rows, without a blank behind the delimiter. So does a name with several
// commas before empty cells.
func (l look) mostlyWhole() bool {
	whole, all := 0, 0
	for _, rec := range l.rows() {
		if rec.Blank {
			continue
		}
		all++
		if l.isWhole(rec) {
			whole++
		}
	}
	if l.width <= 2 {
		return l.width == 2 && whole > 0 && whole == all
	}
	return whole > 0 && float64(whole) >= wholeShare*float64(all)
}

func (l look) isWhole(rec Record) bool {
	if rec.wholeOf == 0 || len(rec.Cells) != l.width {
		return false
	}
	alone, tight := rec.wholeOf == 1, IsTight(rec.Cells)
	if l.width == 2 {
		return alone && tight
	}
	return alone || tight
}

// IsTight reports whether no blank stands behind a delimiter. In a sentence one does.
func IsTight(cells []string) bool {
	return !slices.ContainsFunc(cells[1:], func(c string) bool { return strings.HasPrefix(c, " ") })
}

// enclosed reports whether most texts of a table have one of the opening characters before them and one of the closing
// ones behind. One that holds the delimiter is in several pieces: it counts at either end.
func enclosed(records []Record, opening, closing string) bool {
	begin, end, texts := 0, 0, 0
	for _, rec := range records {
		if rec.Blank || rec.Fault != NoFault {
			continue
		}
		for _, c := range rec.Cells {
			c = strings.TrimSpace(c)
			first, size := utf8.DecodeRuneInString(c)
			last, _ := utf8.DecodeLastRuneInString(c)
			if c == "" || unicode.IsDigit(first) || first == '+' {
				continue
			}
			texts++
			if strings.ContainsRune(opening, first) && len(c) > size {
				begin++
			}
			if strings.ContainsRune(closing, last) && len(c) > size {
				end++
			}
		}
	}
	few := min(begin, end)
	return few > 0 && float64(few) >= enclosedShare*float64(texts)
}

// strangeQuotes tells of quotes around the cells that are text in CSV; empty if there are none.
func (l look) strangeQuotes() string {
	switch {
	case enclosed(l.records, "“”„«»", "“”«»"):
		return "typographic quotes (“ ”)"
	case enclosed(l.records, `"`, `"`):
		return "a second pair of quotes"
	}
	return ""
}
