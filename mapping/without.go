package mapping

import (
	"maps"
	"slices"

	"github.com/contactsync/contactsync/importer/contact"
)

// Without returns the mapping without a field that it should not have after all, and with the reason told of the
// columns that feed nothing now. The mapping itself stays as it is; a field that is not mapped changes nothing. The
// reason is one lower-case clause about the column.
func (m *Mapping) Without(f contact.Field, reason string) *Mapping {
	out := *m
	out.Fields, out.Weak, out.Reasons = maps.Clone(m.Fields), maps.Clone(m.Weak), maps.Clone(m.Reasons)
	out.Doubts = slices.DeleteFunc(slices.Clone(m.Doubts), func(d Doubt) bool { return d.Field == f })
	fm := m.Fields[f]
	delete(out.Fields, f)
	delete(out.Weak, f)
	out.settle()
	for _, c := range fm.AllColumns() {
		if slices.Contains(out.Unmapped, c) {
			out.reason(c, reason)
		}
	}
	return &out
}

// reason notes why a column feeds nothing.
func (m *Mapping) reason(column, why string) {
	if m.Reasons == nil {
		m.Reasons = map[string]string{}
	}
	m.Reasons[column] = why
}

// settled forgets what speaks against a field's column: a person or a profile says which one it is.
func (m *Mapping) settled(f contact.Field) {
	delete(m.Weak, f)
	if f == contact.ExternalID { // no other field's columns have reasons so far
		clear(m.Reasons)
	}
}
