package mapping

import (
	"slices"
	"strings"

	"github.com/contactsync/contactsync/importer/cell"
	"github.com/contactsync/contactsync/importer/contact"
)

// standsForNothing decides on a cell that may hold a placeholder. One that may be a value in its field is none unless
// something speaks against it: the same word in other fields of the row, or, in a name, that nothing else is there or
// that it is spelled in another way than the rest. Kept in doubt it is told.
func (r *reading) standsForNothing(s *source, column int, text string) bool {
	p, ok := cell.AsPlaceholder(text)
	switch {
	case !ok && s.field == contact.Name && cell.HoldsPlaceholder(text):
		r.doubt(s, column)
		return false
	case !ok:
		return (s.field == contact.Phone || s.field == contact.Mobile) && strings.Trim(text, "0 ") == ""
	case !p.MayBeIn(string(s.field)):
		return true
	}
	n := r.alsoIn(s, text)
	switch {
	case n >= sameElsewhere(s.field):
		return true
	case p.Own:
		return false
	}
	switch s.field {
	case contact.Name:
		return !r.partOfName(s, column, text)
	case contact.City:
		if !cell.SpelledAsName(text, "") {
			return true
		}
		r.doubt(s, column)
	case contact.CountryField:
		if n > 0 {
			r.doubt(s, column)
		}
	}
	return false
}

func (r *reading) doubt(s *source, column int) {
	r.warn(s, column, codeDoubtful, "may stand for a missing value; kept, since it may be a real one", "empty it if it stands for nothing")
}

// sameElsewhere is how many other fields must hold the same word before it is a placeholder in this one too. A program
// that writes NA for what is missing writes it more than once in a row without an address; a person in Namibia, whose
// towns have no postcodes, may write it once for "not applicable" and once for the country.
func sameElsewhere(f contact.Field) int {
	if f == contact.CountryField {
		return 2
	}
	return 1
}

// alsoIn counts the other fields that have the text in one of their columns.
func (r *reading) alsoIn(s *source, text string) int {
	n := 0
	for i := range r.mapper.fields {
		other := &r.mapper.fields[i]
		if other.field != s.field && slices.ContainsFunc(other.columns, func(c int) bool { return r.is(c, text) }) {
			n++
		}
	}
	return n
}

func (r *reading) is(column int, text string) bool {
	return column < len(r.cells) && strings.TrimSpace(r.cells[column]) == text
}

// partOfName reports whether a word may be a part of the name that the other cells begin or end.
func (r *reading) partOfName(s *source, column int, text string) bool {
	var others []string
	for _, c := range s.columns {
		if c == column || c >= len(r.cells) {
			continue
		}
		other := strings.TrimSpace(r.cells[c])
		if p, ok := cell.AsPlaceholder(other); other != "" && (!ok || p.Own) {
			others = append(others, other)
		}
	}
	if len(others) == 0 || !cell.SpelledAsName(text, strings.Join(others, " ")) {
		return false
	}
	if !strings.Contains(text, ".") { // initials are told by their dots
		r.doubt(s, column)
	}
	return true
}
