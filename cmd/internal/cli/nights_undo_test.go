package cli_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/contactsync/contactsync/importer/simulator"
)

// nightRun is a run that can be taken back.
type nightRun struct {
	id            string
	job           string // empty: an import
	before, after nightState
	whose         map[int64][]string // by contact: the jobs that it belonged to before it
	took          map[int64]string   // by contact: what it did to that, by the code
	anew          map[int64]int64    // what an undo made anew, by the old contact
	troubled      bool               // answers may have been lost
}

// undo takes back the newest run of the job whose turn it is, or of none. It may be an undo itself.
func (n *nightPlayer) undo(h happening) error {
	at := len(n.runs) - 1
	for at >= 0 && n.runs[at].job != n.job && n.runs[at].job != "" {
		at--
	}
	if at < 0 {
		return nil
	}
	n.seeAll()
	target, since := n.runs[at], n.runs[at+1:]
	args := n.undoArgs(target.id)
	now, arrived := n.state(), n.server.Count()
	want := target.takenBack(now, since, &n.memory)
	trouble := troubleOf(h)
	code := n.through(trouble, args)
	after, sent := n.state(), n.writesSince(arrived)
	if err := n.checkUndo(want, code, now, after, sent); err != nil {
		return n.explained(err, args)
	}
	run := nightRun{n.lastRun(), target.job, now, after, n.memory.everybody(), want.gives, map[int64]int64{}, trouble.isAny()}
	n.memory.learnUndo(want, target, &run)
	n.runs = append(n.runs, run)
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
	gives    map[int64]string // by contact: what is done to whose it is, by the code
	left     int              // contacts that are left alone
}

// takenBack works out what is left when a run is taken back: what somebody has changed since stays as it is, and so does what
// another job has.
func (r nightRun) takenBack(now nightState, since []nightRun, m *nightMemory) takenBack {
	want := takenBack{contacts: maps.Clone(now), anew: map[int64]simulator.Contact{}, gives: map[int64]string{}}
	for id, was := range r.after {
		before, existed := r.before[id]
		is, there := now[id]
		switch {
		case existed && before == was:
		case !there && existed:
			want.left++
		case !there && hasAnew(since, id, now):
			want.left++
		case !there: // somebody has deleted what would be deleted
		case !existed && is == was && len(m.holders(id, r.job)) > 0:
			want.left++
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
	for id, code := range r.took {
		r.givesBack(&want, id, code, now, since, m)
	}
	return want
}

// hasAnew tells whether an undo since has made a contact anew that is not there any more.
func hasAnew(since []nightRun, id int64, now nightState) bool {
	return slices.ContainsFunc(since, func(run nightRun) bool {
		_, there := now[run.anew[id]]
		return there
	})
}

// givesBack works out what becomes of whose a contact is: what the run did to that is taken back where it still holds. What another
// job has adopted since is left alone, unless the run's job has given the contact away itself.
func (r nightRun) givesBack(want *takenBack, id int64, code string, now nightState, since []nightRun, m *nightMemory) {
	inverse := map[string]string{
		"job.adopted": "job.given_back", "job.given_back": "job.adopted", "job.shared": "job.let_go", "job.let_go": "job.shared",
	}
	gained := code == "job.adopted" || code == "job.shared"
	adopted, own := false, ""
	for _, run := range since {
		if run.job != r.job {
			adopted = adopted || run.took[id] == "job.adopted"
		} else if run.took[id] != "" {
			own = run.took[id]
		}
	}
	_, there := now[id]
	switch {
	case !there:
	case m.of(r.job).members[id] == gained:
		want.gives[id] = inverse[code]
	case gained && adopted && own != "job.given_back" && own != "job.let_go":
		want.left++
	}
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
	if err := errors.Join(r.checkWrites(sent), r.checkGiven(want.gives)); err != nil {
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

// checkGiven holds the report to telling of whose contacts are again, and of nothing else of that.
func (r nightReport) checkGiven(want map[int64]string) error {
	told := map[int64]string{}
	for _, o := range r.lines {
		for _, code := range o.Codes {
			if strings.HasPrefix(code, "job.") {
				told[o.contact()] = code
			}
		}
	}
	if !maps.Equal(told, want) {
		return fmt.Errorf("of whose contacts are %v is told, want %v", told, want)
	}
	return nil
}

// learnUndo takes note of what an undo has done: what it restored it wrote, and what it made anew is whose it was before.
func (m *nightMemory) learnUndo(want takenBack, target nightRun, run *nightRun) {
	now, after := run.before, run.after
	wrote := func(id int64, changes map[string]string) {
		m.owners.wrote(id, run.job, changes)
		v := valuesIn(after[id])
		m.base[id], m.wrote[id] = v, v
		m.rowOf[inOrg[nightValues]{after[id].Org, v}] = id
	}
	for id := range now {
		c, stays := after[id]
		switch {
		case !stays:
			m.deleted[id] = true
			m.belongs(id)
		case valuesIn(c) != valuesIn(now[id]):
			wrote(id, differing(valuesIn(now[id]), valuesIn(c)))
		}
	}
	for id, code := range want.gives {
		m.take(code, id, run.job)
	}
	for old, c := range want.anew {
		for id, is := range after {
			if _, there := now[id]; there || is.Org != c.Org || valuesIn(is) != valuesIn(c) || m.made[id] {
				continue
			}
			m.made[id] = true
			run.anew[old] = id
			wrote(id, nil)
			m.belongs(id, target.whose[old]...)
			j := m.of(run.job)
			j.has[id] = j.members[id]
			if own, known := j.idOf[old]; known && j.link[inOrg[string]{c.Org, own}] == old {
				j.know(nightLine{id: own, org: c.Org}, id)
			}
			break
		}
	}
}

// differing are the fields in which values differ from what they were, as they are.
func differing(was, is nightValues) map[string]string {
	fields := map[string]string{}
	for field, name := range nightFieldNames() {
		if was[field] != is[field] {
			fields[name] = is[field]
		}
	}
	return fields
}
