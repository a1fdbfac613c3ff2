package check

import (
	"cmp"
	"slices"
	"strings"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/mapping"
)

// codeRowEmpty is that of a row without name and way to reach somebody, as the rules of contacts give it.
const codeRowEmpty = "row.empty"

// addNotes adds what was found in a row's cells to what the rules found in its fields. A row that is empty only because
// of that hears the reason.
func addNotes(checked *contact.Checked, notes mapping.Notes) {
	if len(notes.Problems)+len(notes.Warnings) == 0 {
		return
	}
	if i := slices.IndexFunc(checked.Problems, func(p contact.Problem) bool { return p.Code == codeRowEmpty }); i >= 0 {
		if slices.ContainsFunc(notes.Problems, names) {
			checked.Problems = slices.Delete(checked.Problems, i, i+1) // not empty: what stood there is lost
		} else if holders := placeholders(notes); len(holders) > 0 {
			p := &checked.Problems[i]
			p.Message += "; what stands there (" + strings.Join(holders, ", ") + ") are placeholders of a missing value"
		}
	}
	checked.Problems = inOrder(append(notes.Problems, checked.Problems...))
	checked.Warnings = inOrder(append(notes.Warnings, checked.Warnings...))
}

// names reports whether a problem is about a field that names somebody or leads to somebody.
func names(p contact.Problem) bool {
	return slices.Contains([]contact.Field{contact.Name, contact.Email, contact.Phone, contact.Mobile}, p.Field)
}

// placeholders are the values, each once, that were taken as empty where somebody should be named.
func placeholders(notes mapping.Notes) []string {
	var values []string
	for _, p := range notes.Warnings {
		if v := strings.TrimSpace(p.Value); p.Code == mapping.CodePlaceholder && names(p) && !slices.Contains(values, v) {
			values = append(values, v)
		}
	}
	return values
}

// inOrder puts problems in the order of the fields, those about the whole row first.
func inOrder(problems []contact.Problem) []contact.Problem {
	order := contact.Fields()
	slices.SortStableFunc(problems, func(a, b contact.Problem) int {
		return cmp.Compare(slices.Index(order, a.Field), slices.Index(order, b.Field))
	})
	return problems
}

// LostFields are the fields of a row whose value stood in the input once and is lost: that they are empty says nothing.
func (r *Row) LostFields() []contact.Field {
	var fields []contact.Field
	for _, p := range r.Checked.Warnings {
		if p.Code == mapping.CodeError {
			fields = append(fields, p.Field)
		}
	}
	return fields
}
