package source

import (
	"slices"

	"github.com/contactsync/contactsync/importer/source/charset"
)

// formerCell returns a text of the input as version 1 read it.
func (in *Input) formerCell(text string) string {
	if in.text.Former == nil || charset.IsASCII(text) {
		return text
	}
	return in.text.Former.Decode(in.text.Encode(text))
}

// FormerCells returns a row's cells as version 1 read them; nil if it read them as they are now. It may be called by many
// goroutines at once.
func (in *Input) FormerCells(row Row) []string {
	if in.text.Former == nil && !row.Apart {
		return nil
	}
	former := slices.Clone(row.Cells)
	for i, cell := range former {
		switch {
		case row.Apart && in.text.Former != nil:
			former[i] = in.text.Former.Decode([]byte(cell))
		case row.Apart:
			former[i] = in.text.Decode([]byte(cell))
		default:
			former[i] = in.formerCell(cell)
		}
	}
	if slices.Equal(former, row.Cells) {
		return nil
	}
	return former
}

// Returned returns a row's cells as they are given back in the input's encoding: those of a row in UTF-8 that the encoding
// has no characters for come back with the bytes that they came with.
func (in *Input) Returned(row Row) []string {
	if !row.Apart || !slices.ContainsFunc(row.Cells, func(cell string) bool { return !in.text.Has(cell) }) {
		return row.Cells
	}
	back := make([]string, len(row.Cells))
	for i, cell := range row.Cells {
		back[i] = in.text.Decode([]byte(cell))
	}
	return back
}
