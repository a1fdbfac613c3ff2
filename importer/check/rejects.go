package check

import (
	"slices"
	"strings"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/source"
)

// statusColumn is the name of the column that the report adds to the rows of a rejects file.
const statusColumn = "contactsync_status"

// unread recognises, in a rejects file that is read again, the rows that hold the text of a record which could not be
// parsed: it stands whole in the first cell. Uncorrected it is still no contact, however much a name it looks like.
type unread struct {
	status int // the column of ours; -1: the input is no rejects file
	own    int // how many columns stand before it
	marks  string
}

func newUnread(in Input) unread {
	header := in.Source.RawHeader()
	at := slices.IndexFunc(header, func(h string) bool { return strings.TrimSpace(h) == statusColumn })
	return unread{status: at, own: at, marks: "\"\r\n" + in.Source.Detected().Separator()}
}

func (u unread) is(cells []string) bool {
	if u.status < 2 || u.status >= len(cells) || strings.TrimSpace(cells[u.status]) != "invalid" {
		return false
	}
	for _, cell := range cells[1:u.own] {
		if cell != "" {
			return false
		}
	}
	return strings.ContainsAny(cells[0], u.marks)
}

func (u unread) problem() contact.Problem {
	return contact.Problem{
		Code: source.CodeQuote, Message: "is still the text of a record that could not be read, all of it in the first cell",
		Fix: "put each value into its own column, or remove the row",
	}
}
