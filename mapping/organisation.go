package mapping

import (
	"slices"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/mapping/heading"
)

// onlyOurs are names of fields that no other system has: beside one of them, "org_id" is ours and not a CRM's.
func onlyOurs() []string {
	return []string{string(contact.SecondaryAddress), string(contact.PurchaseOrderNumber), string(contact.ExternalID)}
}

// doubtOrganisation raises a doubt about the columns whose headers name emnify's organisation, where neither a person nor
// a profile that a person chose has said whether rows go where these say: a file that somebody else made would write into
// an organisation that the command never meant, or all of its rows would go to one that the file did not mean. The column
// stays what it was taken for, so that it can be looked at, and held against the organisation that a command names. Our
// own files are no doubt: what stands in that column was written by us.
func (m *Mapping) doubtOrganisation(chosen bool) {
	if m.ownFile() {
		return
	}
	if _, mapped := m.Fields[contact.Org]; mapped && chosen {
		return
	}
	columns := m.organisations()
	if len(columns) == 0 {
		return
	}
	m.Fields[contact.Org] = FieldMap{Columns: columns[:1], Join: " ", Confidence: Unsure, Why: "header"}
	m.Doubts = append(m.Doubts, Doubt{
		Field: contact.Org, Column: columns[0], Candidates: columns,
		Reason: "its header names emnify's organisation, and nobody has said whether rows go where it says",
		Settle: Flag(contact.Org, columns[0]) + " if each row goes to the organisation that it names, or " + Flag(contact.Org) + " if that is something else " +
			"(--org alone takes the rows that name no other organisation)",
	})
}

// organisations are the columns whose headers name emnify's organisation, in the order of the header.
func (m *Mapping) organisations() []string {
	_, mapped := m.Fields[contact.Org]
	ours := mapped || slices.ContainsFunc(onlyOurs(), func(name string) bool { return slices.Contains(m.Header, name) })
	var out []string
	for i, h := range m.Header {
		name, _ := heading.Plain(m.Header, i)
		if slices.Contains(m.Ignored, h) {
			continue
		}
		if heading.Shared().Understand(name, 0).Kind == heading.KindOrg || ours && heading.Fold(name) == string(contact.Org) {
			out = append(out, h)
		}
	}
	return out
}

// ownFile reports whether the input is one that contactsync wrote and that nobody has added to: its export, or the contacts
// that validate accepted, with all their columns.
func (m *Mapping) ownFile() bool {
	if m.Profile != ownProfile {
		return false
	}
	return m.exported() || !slices.ContainsFunc(contact.Fields(), func(f contact.Field) bool { return !slices.Contains(m.Header, string(f)) })
}

// InDoubt reports whether a person should settle a field's mapping.
func (m *Mapping) InDoubt(f contact.Field) bool {
	return slices.ContainsFunc(m.Doubts, func(d Doubt) bool { return d.Field == f })
}

// Settle takes a field's mapping for settled: whoever could be asked has said that it is right as it is.
func (m *Mapping) Settle(f contact.Field) {
	m.Doubts = slices.DeleteFunc(m.Doubts, func(d Doubt) bool { return d.Field == f })
	if fm, ok := m.Fields[f]; ok {
		fm.Confidence = 1
		m.Fields[f] = fm
	}
}
