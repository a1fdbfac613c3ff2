package importer

import (
	"slices"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
)

// findSeconds looks for contacts that equal one of the target's of which an answer was lost: a request that took effect
// late may have made them. The ledger does not say that it did, so that they are told and not deleted.
func (u *undoing) findSeconds() {
	byContent := map[int64]map[contact.Hash][]int64{}
	for _, item := range slices.Clone(u.items) {
		g := u.grounds[item.org]
		if item.did != outcome.Create || item.unclear || item.id == 0 || item.lost == 0 {
			continue
		}
		if byContent[item.org] == nil {
			byContent[item.org] = g.byContent(u.key())
		}
		for _, id := range byContent[item.org][item.wrote] {
			if id == item.id || g.laidBefore(id) || g.before.Owned[id] || g.undeletes[id] {
				continue
			}
			u.items = append(u.items, &undoItem{seq: len(u.items) + 1, org: item.org, did: outcome.Create, id: id, like: item.id})
		}
	}
}

// byContent indexes what the organisation has.
func (g *ground) byContent(key contact.Key) map[contact.Hash][]int64 {
	index := make(map[contact.Hash][]int64, len(g.raw))
	for id := range g.raw {
		c, _ := g.existing.ByID(id)
		content := c.ContentHash(key, g.scope.Org)
		index[content] = append(index[content], id)
	}
	for _, ids := range index {
		slices.Sort(ids)
	}
	return index
}
