package plan

import (
	"slices"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
)

// The ledger knows rows' own ids by hashes. For people who ask whom a job knows by which id it keeps the ids themselves too,
// sealed, each once: a night like the one before has none to add.

// mustKeepID reports whether the ledger is to keep a row's own id and does not.
func (m *maker) mustKeepID(row *check.Row) bool {
	o := m.world.Orgs[row.Org]
	if o == nil || o.Before == nil || row.Checked.ExternalID == "" {
		return false
	}
	external := m.ids.external(m.world.Key, row)
	return external != (contact.Hash{}) && o.Before.MustKeep(external)
}

// UnkeptIDs selects the rows that become known by ids of their own which the ledger is to keep and does not.
func (p *Plan) UnkeptIDs() check.Selection {
	slices.Sort(p.unkept)
	return check.Of(slices.Compact(p.unkept)).And(func(seq int) bool {
		do := p.Do(seq)
		return do.Writes() || do == Exists && p.IsSync()
	})
}

// KeptID is a row's own id as the ledger keeps it.
func (p *Plan) KeptID(row *check.Row) ledger.KeptID {
	return ledger.SealID(p.world.Key, p.ids.external(p.world.Key, row), row.Checked.ExternalID)
}
