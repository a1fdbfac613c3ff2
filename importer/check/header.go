package check

import (
	"fmt"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/source"
	"github.com/contactsync/contactsync/mapping/heading"
)

// tables follows, through the rows of one input, of which table they are. What stands below the header of another one has
// other columns, and would be taken for contacts with one value in the place of another.
type tables struct {
	headers *heading.Rows
	other   int // the line of the header of another table; 0 while the rows are of the first
}

func newTables(in Input) *tables { return &tables{headers: in.Mapping.HeaderRows()} }

// refuse tells why the next row is no record; nil if it is one.
func (t *tables) refuse(r source.Row) *contact.Problem {
	switch t.headers.Of(r.Cells, r.Number == 1) {
	case heading.HeaderAgain:
		t.other = 0
		return &contact.Problem{
			Code: outcome.CodeHeader, Message: "is the header again, or the labels of its columns, and no contact", Fix: "remove the row",
		}
	case heading.HeaderOfOther:
		t.other = r.Line
		return &contact.Problem{
			Code: outcome.CodeHeader, Message: "is the header of a table with other columns, and no contact",
			Fix: "put that table into a file of its own",
		}
	}
	if t.other == 0 || r.Defect != nil {
		return nil
	}
	return &contact.Problem{
		Code:    outcome.CodeOtherTable,
		Message: fmt.Sprintf("stands below the header of another table, in line %d: its columns are not those of the file's header", t.other),
		Fix:     "put that table into a file of its own",
	}
}
