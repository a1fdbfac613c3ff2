package cli_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// mistyped is the number of an organisation that no token sees.
const mistyped = 31

// tokenEdits are what becomes of the organisations that the token sees. The caller's own one it always does.
func (n *nightPlayer) tokenEdits() map[string]func(happening) {
	return map[string]func(happening){
		"token loses an organisation": func(h happening) {
			if len(n.orgs) > 1 {
				org := n.orgs[1+h.a%(len(n.orgs)-1)]
				n.server.Hide(org)
				delete(n.memory.seen, org)
			}
		},
		"token sees all": func(happening) { n.seeAll() },
	}
}

func (n *nightPlayer) seeAll() {
	for _, org := range n.orgs {
		n.server.Show(org)
		n.memory.seen[org] = true
	}
}

// visible leaves of the organisations what the token sees.
func (m *nightMemory) visible(now nightState) nightState {
	seen := maps.Clone(now)
	for id, c := range now {
		if !m.seen[c.Org] {
			delete(seen, id)
		}
	}
	return seen
}

// unseen finds the organisations that the run has to do with and that can't be seen, with the job's contacts there that would be
// pruned as far as anybody knows: nobody else has them, and no row is about them by its id or as they were last written.
func (f *forecaster) unseen() {
	f.out.unseen = map[int64][]int64{}
	if !f.o.prune || !f.valid() {
		return
	}
	for id := range f.own.members {
		org := f.m.orgOf[id]
		known, hasID := f.own.idOf[id]
		wrote, written := f.m.wrote[id]
		isAbout := func(line nightLine) bool {
			return hasID && known == line.id || written && line.org == org && line.values == wrote
		}
		if !f.m.seen[org] && len(f.m.holders(id, f.o.job)) == 0 && !slices.ContainsFunc(f.bad, isAbout) {
			f.out.unseen[org] = append(f.out.unseen[org], id)
		}
	}
}

// checkUnseen holds the report to having a line for each organisation in which nothing could be pruned, with the contacts.
func (r nightReport) checkUnseen(want map[int64][]int64) error {
	told := map[int64]string{}
	for _, o := range r.lines {
		if o.Row == nil && slices.Contains(o.Codes, "org_id.not_visible") {
			told[*o.OrgID] = o.Status + o.Message
		}
	}
	for org, ids := range want {
		var names []string
		for _, id := range slices.Sorted(slices.Values(ids)) {
			names = append(names, strconv.FormatInt(id, 10))
		}
		if line := told[org]; !strings.HasPrefix(line, "failed") || !strings.Contains(line+";", ": "+strings.Join(names, ", ")+";") {
			return fmt.Errorf("of organisation %d %q is told, which should name %v", org, line, names)
		}
	}
	if len(told) != len(want) {
		return fmt.Errorf("of organisations that can't be seen %v is told, want %v", told, want)
	}
	return nil
}
