package plan

import (
	"context"
	"strings"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/dedupe"
	"github.com/contactsync/contactsync/importer/diff"
	"github.com/contactsync/contactsync/mapping"
)

// Why a column of ids is given up once all rows have been read. A column that a person or a profile named is never.
const (
	reasonNoID      = "several people share many of its values, so that it says nothing about which of them a row is"
	reasonWeakID    = "it numbers customers or companies, and in this input several people have the same number"
	reasonStrangers = "it numbers customers or companies, and some of its numbers lead to contacts of other people"
)

// ids tell which ids of the rows' own identify them.
type ids struct {
	identities *dedupe.Identities // nil: no input has any
	groups     *dedupe.Groups
}

// identify finds out, before any row is decided on, which ids in the input identify people, and gives up columns that number
// something else. What remains is the same in every pass.
func (m *maker) identify(ctx context.Context) error {
	for again := true; again; {
		again = false
		m.ids.identities = nil
		if !m.mapsIDs() {
			return nil
		}
		strangers, err := m.compareIDs(ctx)
		if err != nil {
			return err
		}
		for i, in := range m.plan.Inputs {
			if reason := m.noID(i, strangers[i]); reason != "" {
				m.plan.Inputs[i].Mapping = in.Mapping.Without(contact.ExternalID, reason)
				again = true // ids of the others may have been shared with this one only
			}
		}
	}
	return nil
}

func (m *maker) mapsIDs() bool {
	for _, in := range m.plan.Inputs {
		if in.Maps(contact.ExternalID) {
			return true
		}
	}
	return false
}

// noID tells why an input's column of ids is none; empty if it is one, or if somebody wants it to be. strangers tells
// that known ids in it lead to other people.
func (m *maker) noID(input int, strangers bool) string {
	columns := m.plan.Inputs[input].Mapping
	tally := m.ids.identities.Tally(input)
	switch {
	case columns.Weak[contact.ExternalID] && tally.Shared > 0:
		return reasonWeakID
	case columns.Weak[contact.ExternalID] && strangers:
		return reasonStrangers
	case detected(columns) && tally.IsNoID():
		return reasonNoID
	}
	return ""
}

// detected reports whether the column of ids was found by what it is called and holds, and not named by anybody.
func detected(m *mapping.Mapping) bool {
	switch m.Fields[contact.ExternalID].Why {
	case "header", "values":
		return true
	}
	return false
}

// compareIDs reads all ids, then the rows whose ids stand in others too, and those whose ids may be none for what is known
// of them: strangers are the inputs in which one leads to somebody else.
func (m *maker) compareIDs(ctx context.Context) (strangers map[int]bool, err error) {
	m.ids.identities = dedupe.NewIdentities()
	doubted := map[int]bool{} // rows of weak columns whose ids are known
	for row, err := range m.rows.IDs(ctx) {
		if err != nil {
			return nil, err
		}
		if row.Checked.ExternalID == "" {
			continue
		}
		m.ids.identities.Note(uint32(row.Seq), row.Input, identityOf(row))
		if m.plan.Inputs[row.Input].Mapping.Weak[contact.ExternalID] && m.ids.linked(m.world, row) != 0 {
			doubted[row.Seq] = true
		}
	}
	strangers = map[int]bool{}
	wanted := check.Those(func(seq int) bool { return doubted[seq] || m.ids.identities.IsContested(uint32(seq)) })
	for row, err := range m.rows.Each(ctx, wanted) {
		if err != nil {
			return nil, err
		}
		if row.Checked.ExternalID == "" {
			continue
		}
		if doubted[row.Seq] && m.leadsElsewhere(row) {
			strangers[row.Input] = true
		}
		m.ids.identities.Compare(uint32(row.Seq), row.Input, identityOf(row), bearerOf(row))
	}
	return strangers, nil
}

func (m *maker) leadsElsewhere(row *check.Row) bool {
	o := m.world.Orgs[row.Org]
	if o == nil || o.Match == nil {
		return false
	}
	switch o.Match.Lead(row, m.ids.linked(m.world, row)) {
	case diff.Moved, diff.Elsewhere:
		return true
	}
	return false
}

func identityOf(row *check.Row) dedupe.Identity {
	return dedupe.IdentityOf(row.Org, contact.HashText(contact.Key{}, row.Checked.ExternalID)) // compared within the run only
}

func bearerOf(row *check.Row) dedupe.Bearer {
	b := dedupe.Bearer{Keys: row.Keys, Name: strings.Clone(row.Checked.Contact.Name), Invalid: !row.Valid()}
	if b.Invalid {
		b.Email = strings.Clone(row.Checked.Contact.Email)
	}
	return b
}

// sharedWith returns a row that has the same id and is another contact; 0 if the id is one.
func (x *ids) sharedWith(row *check.Row) uint32 {
	if !x.identities.AnyShared() || row.Checked.ExternalID == "" {
		return 0
	}
	first, other, shared := x.identities.Shared(identityOf(row))
	switch seq := uint32(row.Seq); {
	case !shared:
		return 0
	case seq == first, x.groups.DuplicateOf(seq) == first:
		return other
	}
	return first
}

// external is what a row is recognised by over runs besides its content: the hash of its own id; zero where it has none
// that identifies it.
func (x *ids) external(key contact.Key, row *check.Row) contact.Hash {
	if row.Checked.ExternalID == "" || x.sharedWith(row) != 0 {
		return contact.Hash{}
	}
	return contact.HashText(key, row.Checked.ExternalID)
}

// linked is the contact that the job knows by a row's own id, listed or not; 0 if it knows none, or the id is none.
func (x *ids) linked(w *World, row *check.Row) int64 {
	o := w.Orgs[row.Org]
	if o == nil || !o.Before.HasLinks() || row.Checked.ExternalID == "" || x.sharedWith(row) != 0 {
		return 0
	}
	if id := o.Before.LinkedTo(contact.HashText(w.Key, row.Checked.ExternalID)); id != 0 {
		return id
	}
	for _, former := range row.Checked.FormerIDs() {
		if id := o.Before.LinkedTo(contact.HashText(w.Key, former)); id != 0 {
			return id
		}
	}
	return 0
}

// kept are the contacts that are known by an id which a row shares with others, and that may be the row's all the same.
func (x *ids) kept(w *World, row *check.Row) []int64 {
	o := w.Orgs[row.Org]
	if o == nil || x.sharedWith(row) == 0 {
		return nil
	}
	return diff.Resembling(w.Key, o.Now, o.Before, row)
}
