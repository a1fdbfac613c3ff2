package mapping

import (
	"slices"
	"strings"

	"github.com/contactsync/contactsync/importer/cell"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/mapping/heading"
)

// Codes of what is found in cells, beside "repaired." and a layer's name.
const (
	CodePlaceholder = "cell.placeholder"
	codeDoubtful    = "cell.doubtful"
	CodeError       = "cell.error"
	codeDamaged     = "cell.damaged"

	codeRepaired = "repaired."
	decimals     = "decimals"
)

// Notes are what was found in the cells of a row.
type Notes struct {
	// Problems keep the row from being sent; Warnings tell what was repaired, left out or kept in doubt.
	Problems []contact.Problem
	Warnings []contact.Problem
	// Defaulted are the fields for which the row's cells had nothing, and that have the profile's default.
	Defaulted contact.FieldMask
}

// Reread reports whether something in the row was taken for another value than it stands there, so that [Mapper.Former]
// makes another draft.
func (n Notes) Reread() bool {
	return len(n.Problems) > 0 || slices.ContainsFunc(n.Warnings, func(p contact.Problem) bool { return p.Code != codeDoubtful && p.Code != codeDamaged })
}

// Codes explains every code of [Notes].
func Codes() []contact.CodeInfo {
	codes := []contact.CodeInfo{
		{Code: CodePlaceholder, Meaning: "warning: the cell holds what stands for a missing value (NULL, N/A, k. A., -), and is taken as empty", Fix: "nothing, if that is right; leave such cells empty"},
		{Code: codeDoubtful, Meaning: "warning: the cell may stand for a missing value and is kept, since it may be a real one (the surname Null)", Fix: "empty it if it stands for nothing"},
		{Code: CodeError, Meaning: "a spreadsheet shows an error (`#REF!`, `########`) or a formula in place of the value, which is lost; a warning where the row can do without the field, which is left alone", Fix: "fill it anew from the source"},
		{Code: codeDamaged, Meaning: "warning: halves of letters (MÃller), or of a mail header's word, are left of an encoding; what they were is lost", Fix: "fill it anew from the source"},
	}
	for _, r := range repairs() {
		codes = append(codes, contact.CodeInfo{
			Code: codeRepaired + r.name, Meaning: "warning: " + r.meaning, Fix: "nothing, if the value is right now",
		})
	}
	return codes
}

// repair is something that is taken off a cell without being asked, since it can't be anything else.
type repair struct{ name, meaning, message string }

func repairs() []repair {
	return []repair{
		{string(cell.Wrapper), `a formula that only keeps a spreadsheet from changing the value (="01067") was taken off`, "a spreadsheet's wrapper was around the value"},
		{string(cell.MIME), "an encoded word of a mail header (=?utf-8?Q?...?=) was decoded", "was written as in the header of a mail"},
		{string(cell.Escapes), `escapes (J%C3%BCrgen, J\u00fcrgen, J=C3=BCrgen) were decoded`, "held escapes of an address, a mail or a program"},
		{string(cell.Entities), "HTML entities (`&uuml;`) were decoded", "held HTML entities"},
		{string(cell.Tags), "HTML tags were taken out; `<br>` and `<p>` end a line", "held HTML tags"},
		{string(cell.Mojibake), "letters that had been read in a wrong encoding (JÃ¼rgen) were put right", "letters had been read in a wrong encoding"},
		{decimals, "decimals of a code (10117.0) were taken off", "a program took the code for a number with decimals"},
	}
}

// TellsNothing reports whether a code tells that what stands in a cell stands for nothing.
func TellsNothing(code string) bool { return code == CodePlaceholder }

// TellsDamage reports whether a code tells that an encoding has damaged the letters of a cell, whether or not they were put right.
func TellsDamage(code string) bool {
	return code == codeDamaged || code == codeRepaired+string(cell.Mojibake)
}

func messageOf(name string) string {
	for _, r := range repairs() {
		if r.name == name {
			return r.message
		}
	}
	return ""
}

// reading is one row's cells on their way into fields.
type reading struct {
	mapper *Mapper
	cells  []string
	asIs   bool // without looking for what programs leave in cells
	notes  Notes
	lost   bool // of the field at hand
}

// value is a cell, cleaned and, unless it is to stand as it is, freed of what programs leave in it.
func (r *reading) value(s *source, column int) string {
	if column >= len(r.cells) {
		return ""
	}
	raw := r.cells[column]
	text := strings.TrimSpace(r.mapper.clean(raw))
	if text == "" || r.asIs {
		return text
	}
	if len(s.values) > 0 {
		if _, translated := s.values[heading.Fold(text)]; translated { // the profile knows better
			return text
		}
	}
	return r.read(s, column, text)
}

func (r *reading) read(s *source, column int, text string) string {
	text = r.unlayered(s, column, text)
	if s.field == contact.Org { // whatever is no number there is refused: the wrong organisation is worse
		return r.whole(s, column, text)
	}
	loss := cell.Lost(text)
	if isCode(s.field) && loss == cell.Kept {
		loss = cell.LostCode(text)
	}
	if loss != cell.Kept {
		r.loseField(s, column, loss)
		return ""
	}
	if r.standsForNothing(s, column, text) {
		r.warn(s, column, CodePlaceholder, "stands for a missing value; taken as empty", "nothing, if that is right; leave such cells empty")
		return ""
	}
	return r.whole(s, column, text)
}

// unlayered takes off layers. Of an id, which may look like anything, only a spreadsheet's wrapper.
func (r *reading) unlayered(s *source, column int, text string) string {
	raw := r.cells[column]
	if s.field == contact.ExternalID || s.field == contact.Org {
		inner, wrapped := cell.Unwrap(raw)
		if !wrapped {
			return text
		}
		text = strings.TrimSpace(r.mapper.clean(inner))
		r.repaired(s, column, string(cell.Wrapper), text)
		return text
	}
	read := cell.Read(raw)
	if len(read.Layers) > 0 {
		text = strings.TrimSpace(r.mapper.clean(read.Text))
	}
	for _, l := range read.Layers {
		r.repaired(s, column, string(l), text)
	}
	if read.Damaged {
		r.warn(s, column, codeDamaged, "halves of letters or words are left of an encoding; what they were is lost", "fill it anew from the source")
	}
	return text
}

// isCode reports whether a field holds codes, which are never numbers, whatever they look like.
func isCode(f contact.Field) bool { return f == contact.Zipcode || f == contact.PurchaseOrderNumber }

// whole takes off the decimals that a code never has. Those of phone numbers and ids are their own rules' matter.
func (r *reading) whole(s *source, column int, text string) string {
	var whole string
	var had bool
	switch s.field {
	case contact.Zipcode, contact.PurchaseOrderNumber, contact.TypeField, contact.Org, contact.State, contact.SecondaryAddress:
		whole, had = cell.WithoutDecimals(text)
	case contact.Street:
		whole, had = cell.StreetWithoutDecimals(text)
	}
	if !had {
		return text
	}
	r.repaired(s, column, decimals, whole)
	return whole
}

// loseField takes note that a field's value is lost. Without a name, a way to reach somebody, or what decides on how
// other fields are read, the row would make another contact than it means: it is refused. Of another field the rest of
// the row is true.
func (r *reading) loseField(s *source, column int, loss cell.Loss) {
	r.lost = true
	p := r.problem(s, column, CodeError, string(loss)+" stands in place of the value, which is lost", "fill it anew from the source; format the column as text in the spreadsheet")
	switch s.field {
	case contact.Name, contact.Email, contact.Phone, contact.Mobile, contact.CountryField, contact.TypeField, contact.ExternalID:
		r.notes.Problems = append(r.notes.Problems, p)
	default:
		p.Message += "; the field is left alone"
		r.notes.Warnings = append(r.notes.Warnings, p)
	}
}

func (r *reading) repaired(s *source, column int, name, text string) {
	r.warn(s, column, codeRepaired+name, messageOf(name)+"; read as "+text, "nothing, if that is right; else correct the cell")
}

func (r *reading) warn(s *source, column int, code, message, fix string) {
	r.notes.Warnings = append(r.notes.Warnings, r.problem(s, column, code, message, fix))
}

func (r *reading) problem(s *source, column int, code, message, fix string) contact.Problem {
	return contact.Problem{
		Code: code, Field: s.field, Column: r.mapper.header[column], Value: r.cells[column], Message: message, Fix: fix,
	}
}
