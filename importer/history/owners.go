package history

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// owners tell which jobs a contact belongs to: those that made or adopted it, and those whose rows were matched with it after;
// and which of these still have it, by the rows of their last run.
type owners struct {
	job  string // of this run
	sets jobSets
	// own are those of this run's job, others the other jobs of each contact.
	own    map[int64]bool
	others map[int64]jobSet
	// before is whose a contact was until a job adopted it, deletedFrom until it was deleted: made anew by an undo it belongs to
	// them again.
	before      map[adoption]owned
	deletedFrom map[int64]owned
	// lists are the last runs of jobs that noted what their rows are about; holding who has each contact by these, or since.
	lists   map[string]int32
	holding map[int64]jobSet
	// writers are the runs of other jobs that wrote a contact last, with the fields that they sent.
	writers map[int64]written
}

// adoption is that of a contact by a job, the last one that there was.
type adoption struct {
	id  int64
	job string
}

// owned is whom a contact belongs to.
type owned struct {
	own    bool
	others jobSet
}

func newOwners(job string) owners {
	return owners{
		job: job, sets: newJobSets(), own: map[int64]bool{}, others: map[int64]jobSet{}, before: map[adoption]owned{},
		deletedFrom: map[int64]owned{}, lists: map[string]int32{}, holding: map[int64]jobSet{}, writers: map[int64]written{},
	}
}

// loadHeld reads what the rows of each job's last run are about.
func (w *owners) loadHeld(ctx context.Context, book Ledger, h *Runs, s ledger.Scope) error {
	noted, err := book.HeldIn(ctx, s)
	if err != nil {
		return ledger.Unreadable(err)
	}
	for _, id := range noted {
		if at, known := h.at[id]; known && !h.list[at].Simulated { // this run is not known
			w.lists[h.list[at].Job] = at
		}
	}
	for _, job := range slices.Sorted(maps.Keys(w.lists)) {
		ids, err := book.HeldBy(ctx, h.list[w.lists[job]].ID, s)
		if err != nil {
			return ledger.Unreadable(err)
		}
		for _, id := range ids {
			w.hold(id, job)
		}
	}
	return nil
}

func (w *owners) hold(id int64, job string) { w.holding[id] = w.sets.with(w.holding[id], job) }

// letGo notes that a job has a contact no more since a run, if it has said nothing newer.
func (w *owners) letGo(id int64, job string, run int32) {
	if !w.isNews(job, run) {
		return
	}
	if set := w.sets.without(w.holding[id], job); set != 0 {
		w.holding[id] = set
	} else {
		delete(w.holding, id)
	}
}

func (w *owners) of(id int64) owned { return owned{w.own[id], w.others[id]} }

func (w *owners) set(id int64, to owned) {
	if to.own {
		w.own[id] = true
	} else {
		delete(w.own, id)
	}
	if to.others != 0 {
		w.others[id] = to.others
	} else {
		delete(w.others, id)
	}
}

// and is whom a contact belongs to that belongs to a job too.
func (w *owners) and(to owned, job string) owned {
	if job == w.job {
		to.own = true
	} else if job != "" {
		to.others = w.sets.with(to.others, job)
	}
	return to
}

func (w *owners) less(to owned, job string) owned {
	if job == w.job {
		to.own = false
	} else {
		to.others = w.sets.without(to.others, job)
	}
	return to
}

// note takes note of what an attempt of a run of a job says about whose contact is whose. What another run took over says
// nothing new, but where the run that did it is removed.
func (w *owners) note(a ledger.Attempt, job string, run int32) {
	if a.Result == nil || a.Result.Receipt.ContactID == 0 {
		return
	}
	id := a.Result.Receipt.ContactID
	if a.Origin != "" && w.of(id) != (owned{}) {
		return
	}
	switch a.Result.Status {
	case outcome.Created:
		if a.Target != 0 {
			w.set(id, w.deletedFrom[a.Target]) // made anew by an undo
		} else {
			w.set(id, w.and(owned{}, job))
		}
		w.take(id, job, run)
	case outcome.Deleted:
		if was := w.of(id); was != (owned{}) { // a run that has taken the delete over says it again
			w.deletedFrom[id] = was
		}
		w.set(id, owned{})
		delete(w.holding, id)
	case outcome.Exists, outcome.Updated:
		w.noteCode(id, OwnershipOf(a), job, run)
	}
	w.noteWriter(a, job, run)
}

func (w *owners) noteCode(id int64, code, job string, run int32) {
	switch code {
	case outcome.CodeAdopted:
		if w.of(id) != w.and(owned{}, job) { // what stood between two adoptions may have been removed
			w.before[adoption{id, job}] = w.of(id)
		}
		for _, former := range w.sets.jobs(w.others[id]) {
			w.letGo(id, former, run)
		}
		if job != w.job {
			w.letGo(id, w.job, run)
		}
		w.set(id, w.and(owned{}, job))
		w.take(id, job, run)
	case outcome.CodeShared:
		w.set(id, w.and(w.of(id), job))
		w.take(id, job, run)
	case outcome.CodeLetGo:
		w.set(id, w.less(w.of(id), job))
		w.letGo(id, job, run)
	case outcome.CodeGivenBack:
		back := w.less(w.of(id), job)
		former := w.before[adoption{id, job}] // beside those that came to have it since
		back.own = back.own || former.own
		for _, other := range w.sets.jobs(former.others) {
			back.others = w.sets.with(back.others, other)
		}
		w.letGo(id, job, run)
		w.set(id, back)
		for _, former := range w.sets.jobs(back.others) {
			w.take(id, former, run)
		}
		if back.own {
			w.take(id, w.job, run)
		}
	}
}

// take notes that a job has a contact since a run, if it has said nothing newer.
func (w *owners) take(id int64, job string, run int32) {
	if job != "" && w.isNews(job, run) {
		w.hold(id, job)
	}
}

// isNews reports whether a run is none before the last one of a job that noted what its rows are about: what those before it took
// and let go is in that list.
func (w *owners) isNews(job string, run int32) bool {
	last, listed := w.lists[job]
	return !listed || run >= last
}

// jobSet stands for a set of jobs; 0 is the empty one. There are few different ones, and a number is small beside a contact.
type jobSet int32

type jobSets struct {
	sets   [][]string // each ascending
	byName map[string]jobSet
}

func newJobSets() jobSets { return jobSets{sets: [][]string{nil}, byName: map[string]jobSet{"": 0}} }

func (s *jobSets) jobs(set jobSet) []string { return s.sets[set] }

func (s *jobSets) has(set jobSet, job string) bool { return slices.Contains(s.sets[set], job) }

func (s *jobSets) with(set jobSet, job string) jobSet {
	if s.has(set, job) {
		return set
	}
	return s.intern(append(slices.Clone(s.sets[set]), job))
}

func (s *jobSets) without(set jobSet, job string) jobSet {
	if !s.has(set, job) {
		return set
	}
	return s.intern(slices.DeleteFunc(slices.Clone(s.sets[set]), func(other string) bool { return other == job }))
}

func (s *jobSets) intern(jobs []string) jobSet {
	slices.Sort(jobs)
	name := strings.Join(jobs, "\x00")
	set, known := s.byName[name]
	if !known {
		set = jobSet(len(s.sets))
		s.sets, s.byName[name] = append(s.sets, jobs), set
	}
	return set
}
