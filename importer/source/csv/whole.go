package csv

import (
	"strings"

	"github.com/contactsync/contactsync/importer/cell"
)

// WholeRow takes a record apart that is one cell in quotes with the delimiter in it, and nothing beside it. It does not
// say that it has to be. Without cells the record is none; ok says that its text is one by itself.
func (s *Splitter) WholeRow(rec *Record) (cells []string, ok bool) {
	if !rec.Quoted || rec.Fault != NoFault || !strings.Contains(rec.Cells[0], s.Delimiter) || !cell.AllEmpty(rec.Cells[1:]) ||
		!strings.HasPrefix(strings.TrimLeft(rec.Raw, " "), string(s.Quote)) {
		return nil, false
	}
	f := s.Form
	f.Whole = false
	found, _, ok := s.alone(rec.Cells[0], f)
	return append([]string{}, found...), ok
}

// Put puts cells that were found otherwise where those of the record in hand are kept.
func (s *Splitter) Put(cells []string) []string { return append(s.slab[:0], cells...) }

// Keep makes the record's cells, which the splitter put into its slab, the caller's own: exactly as many as width.
func (s *Splitter) Keep(cells []string, width int) []string {
	for len(cells) < width {
		cells = append(cells, "")
	}
	if len(s.slab) < 2*width { // else the cells may lie elsewhere, and nothing is lost by cutting
		s.slab = make([]string, max(slabSize, 4*width))
	} else {
		s.slab = s.slab[width:]
	}
	return cells[:width:width]
}
