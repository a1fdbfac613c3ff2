package undo

import (
	"slices"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
)

// findSeconds looks for contacts that equal one of the target's of which an answer was lost: a request that took effect
// late may have made them. The ledger does not say that it did, so that they are told and not deleted.
func (u *Undo) findSeconds() {
	byContent, told := map[int64]map[contact.Hash][]int64{}, map[int64]map[int64]bool{}
	for _, item := range u.items {
		g := u.orgs[item.org]
		if item.did != outcome.Create || item.unclear || item.id == 0 || item.lost == 0 {
			continue
		}
		if byContent[item.org] == nil {
			byContent[item.org], told[item.org] = g.byContent(u.decider.Key), map[int64]bool{}
		}
		for _, id := range byContent[item.org][item.wrote] {
			if id == item.id || g.existedBefore(u.decider.Target.ID, id) || g.Before.Owned[id] || g.toDelete[id] || told[item.org][id] {
				continue
			}
			told[item.org][id] = true
			u.items = append(u.items, &entry{seq: len(u.items) + 1, org: item.org, did: outcome.Create, id: id, like: item.id})
		}
	}
}

// byContent indexes what the organisation has.
func (g *organisation) byContent(key contact.Key) map[contact.Hash][]int64 {
	index := make(map[contact.Hash][]int64, len(g.now.raw))
	for id := range g.now.raw {
		c, _ := g.now.index.ByID(id)
		content := c.ContentHash(key, g.Scope.Org)
		index[content] = append(index[content], id)
	}
	for _, ids := range index {
		slices.Sort(ids)
	}
	return index
}
