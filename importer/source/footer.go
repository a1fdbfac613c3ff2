package source

import (
	"regexp"
	"slices"
	"strings"

	"github.com/contactsync/contactsync/importer/cell"
	"github.com/contactsync/contactsync/importer/source/csv"
)

// Remarks below a table: "Grand Total: 25 records", "Copyright (c) Example, Inc.", as reports of CRM systems end. Only
// the end of an input is searched for them, and what may be somebody's row is a row: one too many costs a line of the
// report, one too few costs a contact.

// maxFooter is how many records may be taken for remarks; more than that are rows.
const maxFooter = 32

// remarkKind says what a record is if nothing but its like follows.
type remarkKind int

const (
	noRemark   remarkKind = iota
	paddedText            // one text with delimiters beside it: also somebody's only datum
	lonelyText            // one text alone on its line
	toldRemark            // by its words a total, a copyright line or the like
)

// remarkOf tells what a record may be. One with an @ is somebody's, whatever else stands in it.
func remarkOf(rec *csv.Record) remarkKind {
	if rec.Fault != csv.NoFault || strings.Contains(rec.Raw, "@") {
		return noRemark
	}
	if crowded(rec.Cells) {
		return noRemark
	}
	first, others, counts := "", 0, 0
	for _, text := range rec.Cells {
		switch text = cell.Clean(text); {
		case text == "":
		case first == "":
			first = text
		case smallCount.MatchString(text):
			counts++
		default:
			others++
		}
	}
	switch {
	case legalNotice.MatchString(first), others == 0 && isTotal(first, counts > 0):
		return toldRemark
	case others+counts > 0:
		return noRemark
	case len(rec.Cells) == 1:
		return lonelyText
	}
	return paddedText
}

// crowded reports at little cost, since every row is asked, that a record has more cells with something in them than a
// remark has, with commas in its text.
func crowded(cells []string) bool {
	const most = 4
	n := 0
	for _, cell := range cells {
		if cell != "" {
			if n++; n > most {
				return true
			}
		}
	}
	return false
}

// areFooter decides over the last records of an input. One that says what it is speaks for those around it; without one
// each must be a text alone on its line, below rows.
func areFooter(kinds []remarkKind, below bool) bool {
	return slices.Contains(kinds, toldRemark) ||
		below && slices.Contains(kinds, lonelyText) && !slices.Contains(kinds, paddedText)
}

// isTotal reports whether a cell counts the rows or sums them up. The word alone may be a name ("Total") and needs a
// number beside it.
func isTotal(cell string, counted bool) bool {
	if rowCount.MatchString(cell) {
		return true
	}
	word := totalWord.FindString(cell)
	if word == "" {
		return false
	}
	rest := strings.TrimSpace(cell[len(word):])
	return totalRest.MatchString(rest) || counted && strings.Trim(rest, ":=") == ""
}

var (
	// smallCount is a number of records, too short to be a phone number.
	smallCount = regexp.MustCompile(`^[0-9]{1,3}(?:[.,' ]?[0-9]{3})?$`)
	rowCount   = regexp.MustCompile(`(?i)^\(?[0-9][0-9.,' ]* (?:rows?|records?|contacts?|entries|items|datensätze|kontakte|einträge|` +
		`zeilen|lignes|enregistrements|registros|filas|contatti|righe|rijen|rekord(?:y|ów))(?: affected| selected| exported| total)?\.?\)?$`)
	totalWord = regexp.MustCompile(`(?i)^(?:(?:grand|sub|report)[ -]?totals?|totals?|total général|total general|totale|totaal|` +
		`summe|gesamt(?:summe|zahl|anzahl)?|anzahl|count|record count|(?:number|total) of records|suma|razem|somme)\b`)
	totalRest   = regexp.MustCompile(`^(?:[:=(] ?[0-9][0-9.,' ]*(?: ?\p{L}+)?\)?|[0-9][0-9.,' ]*)$`)
	legalNotice = regexp.MustCompile(`(?i)^(?:(?:copyright\b.*(?:\(c\)|©|[0-9]{4}))|(?:©|\(c\)) ?(?:copyright|[0-9]{4})|` +
		`(?:\(c\)|©).*all rights reserved|confidential information\b|(?:generated|created|exported|report run) (?:by|on|at)\b ?:|` +
		`(?:erstellt|generiert|exportiert) (?:von|am)\b ?:)`)
)
