package cli_test

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// jobMemory is what runs of a job have left behind.
type jobMemory struct {
	members map[int64]bool          // contacts that belong to it
	has     map[int64]bool          // those that its rows were, or may have been, about when they were last read, or that it took since
	link    map[inOrg[string]]int64 // by id: the job's contact
	idOf    map[int64]string        // by contact: the id that it is known by, the newest
	been    map[int64]bool          // organisations in which it ever had a contact
	good    bool                    // it has a good run
}

func newJobMemory() *jobMemory {
	return &jobMemory{been: map[int64]bool{}, members: map[int64]bool{}, has: map[int64]bool{}, link: map[inOrg[string]]int64{}, idOf: map[int64]string{}}
}

// linked is the contact that the job knows by a row's id; 0: none.
func (j *jobMemory) linked(line nightLine) int64 {
	if id := j.link[inOrg[string]{line.org, line.id}]; line.id != "" && j.idOf[id] == line.id {
		return id
	}
	return 0
}

// know takes note of the id that a contact is known by.
func (j *jobMemory) know(line nightLine, id int64) {
	if line.id == "" {
		return
	}
	j.link[inOrg[string]{line.org, line.id}] = id
	j.idOf[id] = line.id
}

// owners tell whose contacts are: a contact belongs to every job that made it, or whose rows have it.
type owners struct {
	jobs   map[string]*jobMemory
	former map[takenBy][]string // whose a contact was until a job adopted it
	writer map[int64]lastWrite  // by contact
}

type takenBy struct {
	id  int64
	job string
}

// lastWrite is what was sent of a contact last, and by which job.
type lastWrite struct {
	job    string
	fields map[string]bool // nil: it was created
}

func newOwners() owners {
	return owners{jobs: map[string]*jobMemory{}, former: map[takenBy][]string{}, writer: map[int64]lastWrite{}}
}

// of is what is known of a job. A run of none leaves nothing behind.
func (w *owners) of(job string) *jobMemory {
	if job != "" && w.jobs[job] == nil {
		w.jobs[job] = newJobMemory()
	}
	if j := w.jobs[job]; j != nil {
		return j
	}
	return newJobMemory()
}

// whose are the jobs that a contact belongs to, but for one of them.
func (w *owners) whose(id int64, but string) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(w.jobs)), func(job string) bool { return job == but || !w.jobs[job].members[id] })
}

// holders are those of them whose last run had a row of it, or that took it since.
func (w *owners) holders(id int64, but string) []string {
	return slices.DeleteFunc(w.whose(id, but), func(job string) bool { return !w.jobs[job].has[id] })
}

// everybody is whose all contacts are.
func (w *owners) everybody() map[int64][]string {
	all := map[int64][]string{}
	for job, j := range w.jobs {
		for id := range j.members {
			all[id] = append(all[id], job)
		}
	}
	return all
}

// belongs makes a contact one of these jobs and of no other.
func (w *owners) belongs(id int64, jobs ...string) {
	for job, j := range w.jobs {
		if !slices.Contains(jobs, job) {
			delete(j.members, id)
			delete(j.has, id)
		}
	}
	for _, job := range jobs {
		w.of(job).members[id] = true
	}
}

// take does to whose a contact is what the code of it says that a run of a job did.
func (w *owners) take(code string, id int64, job string) {
	j := w.of(job)
	switch code {
	case "job.adopted":
		if was := w.whose(id, ""); !slices.Equal(was, []string{job}) {
			w.former[takenBy{id, job}] = was
		}
		w.belongs(id, job)
		j.has[id] = true
	case "job.shared":
		j.members[id], j.has[id] = true, true
	case "job.let_go":
		delete(j.members, id)
		delete(j.has, id)
	case "job.given_back":
		back := append(w.whose(id, job), w.former[takenBy{id, job}]...)
		w.belongs(id, back...)
		for _, former := range back {
			w.of(former).has[id] = true
		}
	}
}

// wrote takes note of what a run of a job has sent of a contact; nil: it has created it.
func (w *owners) wrote(id int64, job string, changes map[string]string) {
	last := lastWrite{job: job}
	if changes != nil {
		last.fields = map[string]bool{}
		for name := range changes {
			last.fields[name] = true
		}
	}
	w.writer[id] = last
}

// takes tells how the contact of a row comes to belong to the job.
func (f *forecaster) takes(id int64) string {
	switch {
	case f.o.job == "" || f.own.members[id]:
	case f.o.adopt:
		return "job.adopted"
	case len(f.m.whose(id, f.o.job)) > 0:
		return "job.shared"
	}
	return ""
}

// overwrites tells whether another job, which has the contact too, wrote last what a row is to change.
func (f *forecaster) overwrites(id int64, changes map[string]string) bool {
	last, written := f.m.writer[id]
	if !written || last.job == f.o.job || !slices.Contains(f.m.holders(id, f.o.job), last.job) {
		return false
	}
	for field, name := range nightFieldNames() {
		if _, changed := changes[name]; changed && (last.fields[name] || last.fields == nil && valuesIn(f.now[id])[field] != "") {
			return true
		}
	}
	return false
}

// looksAt are the organisations that the run has to do with: those of the rows, and with --prune those that the job ever had contacts in.
func (f *forecaster) looksAt(org int64) bool {
	if slices.ContainsFunc(f.rows, func(line nightLine) bool { return line.org == org }) {
		return true
	}
	return f.o.prune && f.own.been[org]
}

// valid tells whether the file has any valid row: of one that has none nothing is missing.
func (f *forecaster) valid() bool {
	return slices.ContainsFunc(f.out.rows, func(e expected) bool { return e.status != "invalid" })
}

// gone tells whether no row of the file is, or may be, about a contact of the job.
func (f *forecaster) gone(id int64) bool {
	return f.valid() && f.owner[id] == 0 && !f.keep[id] && !f.mayMean(id)
}

// holds works out what the job has from this run on: what rows are about, and may be about. What is gone it has no more, unless
// that is more than --max-deletes allows.
func (f *forecaster) holds() {
	f.out.has = maps.Clone(f.own.has)
	gone, had := map[int64][]int64{}, map[int64]int{}
	for id, c := range f.now {
		switch {
		case f.owner[id] != 0:
			f.out.has[id] = true
		case f.own.members[id] && !f.looksAt(c.Org):
			continue
		case f.own.members[id] && f.valid() && !f.gone(id):
			f.out.has[id] = true
		case f.own.has[id] && f.valid():
			gone[c.Org] = append(gone[c.Org], id)
			f.out.has[id] = false
		}
		if f.own.has[id] {
			had[c.Org]++
		}
	}
	for org, ids := range gone {
		if len(ids) <= atMost(f.o.deletes, had[org], 1) {
			continue
		}
		for _, id := range ids {
			f.out.has[id] = true
		}
	}
}

// atMost is how many of so many a limit allows; a share never means fewer than the least.
func atMost(limit string, of, least int) int {
	if share, is := strings.CutSuffix(limit, "%"); is {
		percent, _ := strconv.Atoi(share)
		return max(least, percent*of/100)
	}
	most, _ := strconv.Atoi(limit)
	return most
}
