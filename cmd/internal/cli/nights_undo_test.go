package cli_test

import (
	"fmt"
	"maps"
	"slices"

	"github.com/contactsync/contactsync/importer/simulator"
)

// nightRun is a run that can be taken back.
type nightRun struct {
	id            string
	before, after nightState
	members       map[int64]bool // of the job before it
}

// undo takes the newest run back, which may be an undo itself.
func (n *nightPlayer) undo(h happening) error {
	if len(n.runs) == 0 {
		return nil
	}
	target := n.runs[len(n.runs)-1]
	args := n.undoArgs(target.id)
	now, arrived := n.state(), n.server.Count()
	want := target.takenBack(now)
	code := n.through(troubleOf(h), args)
	after, sent := n.state(), n.writesSince(arrived)
	if err := n.checkUndo(want, code, now, after, sent); err != nil {
		return n.explained(err, args)
	}
	n.runs = append(n.runs, nightRun{n.lastRun(), now, after, maps.Clone(n.memory.members)})
	n.memory.learnUndo(want, now, after, target.members)
	for id := range target.after {
		if _, existed := target.before[id]; existed { // what the run adopted is whose it was
			if target.members[id] {
				n.memory.members[id] = true
			} else {
				delete(n.memory.members, id)
			}
		}
	}
	if h.c>>3&1 == 0 {
		return nil
	}
	n.start(args...)
	if again := n.writesSince(arrived); !slices.Equal(again, sent) {
		return n.explained(fmt.Errorf("the same undo once more has sent what is more than %v: %v", sent, again), args)
	}
	return nil
}

// takenBack is what an undo is expected to leave.
type takenBack struct {
	contacts nightState // those that keep their numbers
	anew     map[int64]simulator.Contact
	left     int // contacts that are left alone
}

// takenBack works out what is left when a run is taken back: what somebody has changed since stays as it is.
func (r nightRun) takenBack(now nightState) takenBack {
	want := takenBack{contacts: maps.Clone(now), anew: map[int64]simulator.Contact{}}
	for id, was := range r.after {
		before, existed := r.before[id]
		is, there := now[id]
		switch {
		case existed && before == was:
		case !there && existed:
			want.left++
		case !there: // somebody has deleted what would be deleted
		case !existed && is == was:
			delete(want.contacts, id)
		case existed && restorable(is, was, before):
			want.contacts[id] = before
		default:
			want.left++
		}
	}
	for id, before := range r.before {
		if _, stayed := r.after[id]; stayed {
			continue
		}
		equal, others := r.madeSince(now, before)
		switch {
		case others == 0:
			want.anew[id] = before
		case equal:
		default:
			want.left++
		}
	}
	return want
}

// restorable tells whether a contact is as a run left it, but for fields that are as they were before it.
func restorable(is, was, before simulator.Contact) bool {
	for field := range nightFields {
		if v := valuesIn(is)[field]; v != valuesIn(was)[field] && v != valuesIn(before)[field] {
			return false
		}
	}
	return true
}

// madeSince counts the contacts that others made since, and that are who was deleted; the first may be equal in everything.
func (r nightRun) madeSince(now nightState, before simulator.Contact) (equal bool, others int) {
	for _, id := range slices.Sorted(maps.Keys(now)) {
		c := now[id]
		_, existed := r.before[id]
		_, ours := r.after[id]
		if existed || ours || c.Org != before.Org || c.Type != before.Type || c.Email != before.Email || !namesFit(c.Name, before.Name) {
			continue
		}
		if others++; others == 1 {
			equal = valuesIn(c) == valuesIn(before)
		}
	}
	return equal, others
}

func (n *nightPlayer) checkUndo(want takenBack, code int, now, after nightState, sent []written) error {
	if wanted := map[bool]int{true: 0, false: 3}[want.left == 0]; code != wanted {
		return fmt.Errorf("it ended with %d, want %d (%d are left alone)", code, wanted, want.left)
	}
	r, err := n.readNightReport()
	if err != nil {
		return err
	}
	if err := r.checkWrites(sent); err != nil {
		return err
	}
	var anew, got []string
	for _, c := range want.anew {
		anew = append(anew, fmt.Sprint(c.Org, valuesIn(c)))
	}
	for id, c := range after {
		if _, there := now[id]; !there {
			got = append(got, fmt.Sprint(c.Org, valuesIn(c)))
		} else if wanted, stays := want.contacts[id]; !stays || valuesIn(wanted) != valuesIn(c) {
			return fmt.Errorf("contact %d is %q, want %q", id, valuesIn(c), valuesIn(wanted))
		}
	}
	slices.Sort(anew)
	slices.Sort(got)
	if !slices.Equal(anew, got) {
		return fmt.Errorf("%q were made anew, want %q", got, anew)
	}
	for id := range want.contacts {
		if _, there := after[id]; !there {
			return fmt.Errorf("contact %d is gone", id)
		}
	}
	return nil
}

// learnUndo takes note of what an undo has done: what it restored it wrote, and what it made anew is whose it was before.
func (m *nightMemory) learnUndo(want takenBack, now, after nightState, members map[int64]bool) {
	wrote := func(id int64) {
		v := valuesIn(after[id])
		m.base[id], m.wrote[id] = v, v
		m.rowOf[inOrg[nightValues]{after[id].Org, v}] = id
	}
	for id := range now {
		c, stays := after[id]
		switch {
		case !stays:
			m.deleted[id] = true
			delete(m.members, id)
		case valuesIn(c) != valuesIn(now[id]):
			wrote(id)
		}
	}
	for old, c := range want.anew {
		for id, is := range after {
			if _, there := now[id]; there || is.Org != c.Org || valuesIn(is) != valuesIn(c) || m.made[id] {
				continue
			}
			m.made[id] = true
			wrote(id)
			if members[old] {
				m.members[id] = true
			}
			if own, known := m.idOf[old]; known && m.link[inOrg[string]{c.Org, own}] == old {
				m.know(nightLine{id: own, org: c.Org}, id)
			}
			break
		}
	}
}
