package result

import (
	"slices"
	"strings"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/outcome"
)

// earlierNotes words what settling earlier runs found out about a row's contact.
func (w *writing) earlierNotes(row *check.Row) []contact.Problem {
	_, content, _ := w.in.World.Orgs[row.Org].Before.Of(row)
	return w.notedWarnings(row, w.in.Notes(row.Org, content))
}

// notedWarnings words what was found out about a row's contact, and takes note of one that stands twice because of us.
func (w *writing) notedWarnings(row *check.Row, notes []outcome.Note) []contact.Problem {
	if history.NotedIDs(notes, outcome.CodeTwice) != nil {
		w.counts.Late = true
	}
	warnings := w.withValues(row, notes, NoteWarnings(notes))
	if !w.in.RemovesLate {
		return warnings
	}
	for _, n := range notes { // which has been tried, or may not be done
		at := slices.IndexFunc(warnings, func(p contact.Problem) bool { return p.Code == outcome.CodeTwice })
		if n.Code == outcome.CodeTwice && at >= 0 {
			warnings[at].Fix = "look at them, and delete all but " + IDs(n.IDs[:1]) + " in the portal"
		}
	}
	return warnings
}

// NoteWarnings words what was found out about a row's contact.
func NoteWarnings(notes []outcome.Note) []contact.Problem {
	var warnings []contact.Problem
	for _, n := range notes {
		p := contact.Problem{Code: n.Code}
		switch n.Code {
		case outcome.CodeTwice:
			p.Message = "a request of this row whose answer was lost took effect late: the contact stands twice, as " + IDs(n.IDs)
			p.Fix = "delete all but " + IDs(n.IDs[:1]) + " in the portal, or run again with --twins remove"
		case outcome.CodeTwiceRemoved:
			p.Message = "a request of this row whose answer was lost took effect late; kept and deleted are " + IDs(n.IDs)
		case outcome.CodeTwiceUnclear:
			p.Message = "deleting " + IDs(n.IDs[1:]) + " was tried, and no answer told whether that took effect; at the last look it was still there"
			p.Fix = "look in the portal whether " + IDs(n.IDs[1:]) + " is still there, and delete it"
		case outcome.CodeKeyTwice:
			p.Message = "somebody else created a contact with the same key during this run: " + IDs(n.IDs)
			p.Fix = "if they are one person, keep one of them and delete the others in the portal"
		case outcome.CodeStoredDiffers:
			p.Message = "the service shows contact " + IDs(n.IDs) + " with other values than were sent" + inFields(n.Fields)
			p.Fix = "nothing, if contact " + IDs(n.IDs) + " is right as it stands in the portal; else change it there"
			if len(n.Fields) > 0 {
				p.Field = n.Fields[0]
			}
		case outcome.CodeStoredMissing:
			p.Message = "the listing at the end of the run does not show contact " + IDs(n.IDs)
			p.Fix = "look for contact " + IDs(n.IDs) + " in the portal; somebody may have deleted it"
		case outcome.CodeSuspects:
			p.Message = "these contacts could be the row's: " + IDs(n.IDs)
			p.Fix = "look in the portal which of them is the row's"
		default:
			continue
		}
		warnings = append(warnings, p)
	}
	return warnings
}

// inFields names the fields that something is about; empty where it is about all.
func inFields(fields []contact.Field) string {
	if len(fields) == 0 {
		return ""
	}
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = string(f)
	}
	return ", in " + strings.Join(names, ", ")
}
