package sqlite

import (
	"slices"
	"strconv"
	"strings"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// packNotes writes notes as "code:1,2,city;code:", which a person who looks into the ledger can read.
func packNotes(notes []outcome.Note) string {
	var b strings.Builder
	for i, n := range notes {
		if i > 0 {
			b.WriteByte(';')
		}
		b.WriteString(n.Code)
		b.WriteByte(':')
		for j, id := range n.IDs {
			if j > 0 {
				b.WriteByte(',')
			}
			b.WriteString(strconv.FormatInt(id, 10))
		}
		for j, f := range n.Fields {
			if j+len(n.IDs) > 0 {
				b.WriteByte(',')
			}
			b.WriteString(string(f))
		}
	}
	return b.String()
}

// unpackNotes reads what packNotes wrote. What it can't read is left out: without one a contact is told less of, or a value sent once more.
func unpackNotes(packed string) []outcome.Note {
	if packed == "" {
		return nil
	}
	var notes []outcome.Note
	for item := range strings.SplitSeq(packed, ";") {
		code, list, _ := strings.Cut(item, ":")
		n := outcome.Note{Code: code}
		for text := range strings.SplitSeq(list, ",") {
			if id, err := strconv.ParseInt(text, 10, 64); err == nil {
				n.IDs = append(n.IDs, id)
			} else if f := contact.Field(text); slices.Contains(contact.Fields(), f) {
				n.Fields = append(n.Fields, f)
			}
		}
		notes = append(notes, n)
	}
	return notes
}

// The kinds of runs, as the column dry_run holds them: earlier versions wrote 0 and 1.
const (
	kindDry       = 1
	kindSimulated = 2
)

func kindOf(r ledger.Run) (kind int64) {
	if r.DryRun {
		kind |= kindDry
	}
	if r.Simulated {
		kind |= kindSimulated
	}
	return kind
}
