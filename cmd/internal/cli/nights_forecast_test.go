package cli_test

import (
	"maps"
	"slices"
	"strings"
)

// lead is where a row's id leads, as the table in the README has it.
type lead int

const (
	leadsNowhere lead = iota
	leadsHome
	leadsMoved
	leadsElsewhere
)

func (f *forecaster) linked(line nightLine) int64 {
	if id := (inOrg[string]{line.org, line.id}); f.shared[id] || f.free[id] {
		return 0
	}
	return f.own.linked(line)
}

func (f *forecaster) lead(line nightLine) lead {
	linked, same := f.linked(line), f.same(line)
	have, listed := f.now[linked]
	switch {
	case !listed:
		return leadsNowhere
	case f.o.trust:
		return leadsHome
	case len(same) > 0 && !slices.Contains(same, linked):
		return leadsMoved
	}
	row, is := line.values, valuesIn(have)
	was := f.m.base[linked]
	if namesFit(row[fieldName], is[fieldName]) || row[fieldEmail] == is[fieldEmail] || row[fieldName] == was[fieldName] || row[fieldEmail] == was[fieldEmail] {
		return leadsHome
	}
	return leadsElsewhere
}

func (f *forecaster) follows(line nightLine) bool {
	l := f.lead(line)
	return l == leadsHome || l == leadsElsewhere || l == leadsMoved && !f.o.accept
}

// match is the contact that a row is about; several, where they can't be told apart.
func (f *forecaster) match(line nightLine) []int64 {
	if f.follows(line) {
		return []int64{f.linked(line)}
	}
	same := f.same(line)
	if len(same) > 1 {
		same = f.narrow(line, same)
	}
	if len(same) > 0 {
		return same
	}
	if id := f.madeOf(line); f.has(id) {
		return []int64{id}
	}
	return nil
}

func (f *forecaster) has(id int64) bool {
	_, there := f.now[id]
	return there
}

// narrow picks the contact that is equal to the row in everything, or the only one that is the job's.
func (f *forecaster) narrow(line nightLine, same []int64) []int64 {
	only := func(fits func(int64) bool) []int64 {
		return slices.DeleteFunc(slices.Clone(same), func(id int64) bool { return !fits(id) })
	}
	if equal := only(func(id int64) bool { return valuesIn(f.now[id]) == line.values }); len(equal) == 1 {
		return equal
	}
	if ours := only(func(id int64) bool { return f.own.members[id] }); len(ours) == 1 {
		return ours
	}
	return same
}

// madeOf is the contact that was last made of the very same row, if nothing else was made of it since.
func (f *forecaster) madeOf(line nightLine) int64 {
	id := f.m.rowOf[inOrg[nightValues]{line.org, line.values}]
	if f.m.wrote[id] != line.values {
		return 0
	}
	return id
}

// isAnothersID tells whether a row merely fits a contact that the job knows by an id, which another row may have.
func (f *forecaster) isAnothersID(line nightLine, matched []int64) bool {
	if len(matched) != 1 || f.lead(line) == leadsMoved && !f.o.accept || f.lead(line) == leadsElsewhere || matched[0] == f.linked(line) && f.follows(line) {
		return false
	}
	id, known := f.own.idOf[matched[0]]
	return known && f.own.link[inOrg[string]{f.now[matched[0]].Org, id}] == matched[0]
}

// failed is a row that is left alone for a reason: whatever it may be about stays.
func (f *forecaster) failed(line nightLine, code string) expected {
	f.bad = append(f.bad, line)
	return expected{status: "failed", codes: []string{code}}
}

func (f *forecaster) synced(i int) expected {
	line := f.rows[i]
	switch f.lead(line) {
	case leadsMoved:
		if !f.o.accept {
			f.keeps(f.linked(line))
			f.keeps(f.same(line)...)
			return f.failed(line, "external_id.moved")
		}
	case leadsElsewhere:
		f.keeps(f.linked(line))
		return f.failed(line, "external_id.other_person")
	}
	matched := f.match(line)
	switch {
	case len(matched) > 1:
		f.keeps(matched...)
		return f.failed(line, "match.ambiguous")
	case len(matched) == 0:
		return f.unmatched(line)
	}
	id := matched[0]
	if taken := f.owner[id]; taken != 0 {
		if f.isAnothersID(line, matched) && !f.isAnothersID(f.rows[taken-1], matched) {
			return f.unmatched(line)
		}
		return f.failed(line, "match.ambiguous")
	}
	f.owner[id] = i + 1
	e := f.compared(line, id)
	if f.lead(line) == leadsMoved {
		e.codes = append(e.codes, "external_id.moved") // accepted, and told all the same
	}
	return e
}

// unmatched is a row that fits no contact there is.
func (f *forecaster) unmatched(line nightLine) expected {
	if f.shared[inOrg[string]{line.org, line.id}] {
		f.keepsShared(line)
	}
	if !f.isGone(line) {
		return expected{status: "created"}
	}
	switch {
	case f.o.recreate:
	case f.o.conflict == "remote":
		return expected{status: "gone", codes: []string{"contact.gone"}}
	case f.o.conflict == "fail":
		return f.failed(line, "contact.gone")
	}
	return expected{status: "created", codes: []string{"contact.gone"}}
}

// isGone tells whether somebody has deleted the contact that a row had.
func (f *forecaster) isGone(line nightLine) bool {
	id := f.linked(line)
	made := f.madeOf(line)
	if id == 0 {
		id = made
	}
	if id == 0 || f.has(id) || f.m.deleted[id] {
		return false
	}
	was, known := f.m.base[id]
	return !known || f.o.trust || id == made || was[fieldName] == line.values[fieldName] || was[fieldEmail] == line.values[fieldEmail]
}

// compared is a row beside its contact.
func (f *forecaster) compared(line nightLine, id int64) expected {
	have := valuesIn(f.now[id])
	base, known := f.m.base[id]
	e := expected{status: "exists", contact: id, changes: map[string]string{}}
	conflicts := false
	for field, name := range nightFieldNames() {
		edited := known && have[field] != base[field]
		differs := line.values[field] != have[field] && (line.values[field] != "" || f.o.clear)
		switch {
		case !differs:
			if edited && line.values[field] != "" {
				e.agreed = append(e.agreed, field)
			}
		case edited && f.o.conflict != "file":
			e.kept = append(e.kept, field)
			conflicts = true
		default:
			e.changes[name] = line.values[field]
			conflicts = conflicts || edited
		}
	}
	if conflicts {
		e.codes = []string{"conflict"}
	}
	switch {
	case len(e.kept) > 0 && f.o.conflict == "fail":
		e.changes, e.status = nil, "failed"
		f.bad = append(f.bad, line)
	case len(e.changes) > 0:
		e.status = "updated"
	default:
		external := line.id != "" && !f.shared[inOrg[string]{line.org, line.id}]
		e.links = external && f.own.linked(line) != id
	}
	if e.status == "updated" && f.overwrites(id, e.changes) {
		e.codes = append(e.codes, "job.overwrites")
	}
	if code := f.takes(id); code != "" && e.status != "failed" {
		e.codes, e.links, e.whose = append(e.codes, code), true, f.m.whose(id, f.o.job)
	}
	return e
}

// imported is a row of an import.
func (f *forecaster) imported(line nightLine) expected {
	if same := f.same(line); len(same) > 0 {
		return expected{status: "exists", contact: same[0]}
	}
	id := f.m.rowOf[inOrg[nightValues]{line.org, line.values}]
	switch {
	case id != 0 && f.has(id):
		return expected{status: "exists", contact: id}
	case id != 0 && f.m.made[id] && !f.m.deleted[id] && !f.o.recreate:
		return expected{status: "gone", contact: id, codes: []string{"contact.gone"}}
	}
	return expected{status: "created"}
}

func (f *forecaster) keeps(ids ...int64) {
	for _, id := range ids {
		f.keep[id] = true
	}
}

// keepsOwn keeps what a duplicate is about by itself, whatever the row is that counts in its place: the file still has it.
func (f *forecaster) keepsOwn(line nightLine) {
	if f.o.imports {
		return
	}
	if f.lead(line) == leadsMoved && !f.o.accept {
		f.bad = append(f.bad, line)
		f.keeps(f.same(line)...)
	}
	f.keeps(f.match(line)...)
}

// keepsShared keeps the contact that is known by an id which people share now, where it may be the row's.
func (f *forecaster) keepsShared(line nightLine) {
	if id := f.own.linked(line); f.has(id) {
		if is := valuesIn(f.now[id]); namesFit(is[fieldName], line.values[fieldName]) || is[fieldEmail] == line.values[fieldEmail] {
			f.keeps(id)
			f.out.passing = true // only as long as the row has no contact
		}
	}
}

// noteShared adds what is told of ids in rows of different people.
func (f *forecaster) noteShared() {
	for i, line := range f.rows {
		if row := &f.out.rows[i]; f.shared[inOrg[string]{line.org, line.id}] {
			row.codes = append(row.codes, "external_id.shared")
		}
	}
}

// prune finds what is deleted: contacts of the job that no row is about, or may be about. What another job has is only let go.
func (f *forecaster) prune() {
	if !f.o.prune {
		return
	}
	for _, id := range slices.Sorted(maps.Keys(f.now)) {
		if !f.own.members[id] || !f.gone(id) {
			continue
		}
		if holders := f.m.holders(id, f.o.job); len(holders) > 0 {
			f.out.pruned = append(f.out.pruned, expected{status: "exists", contact: id, codes: []string{"job.let_go"}, whose: holders})
			continue
		}
		e := expected{status: "deleted", contact: id}
		if base, known := f.m.base[id]; known && base != valuesIn(f.now[id]) {
			e.codes = []string{"conflict"}
			e.status = map[string]string{"file": "deleted", "remote": "exists", "fail": "failed"}[f.o.conflict]
		}
		f.out.pruned = append(f.out.pruned, e)
	}
}

// mayMean tells whether a row that is not in order may be about a contact.
func (f *forecaster) mayMean(id int64) bool {
	is := valuesIn(f.now[id])
	known, hasID := f.own.idOf[id]
	return slices.ContainsFunc(f.bad, func(line nightLine) bool {
		return hasID && known == line.id || is[fieldName] == line.values[fieldName] || is[fieldEmail] == line.values[fieldEmail] ||
			is[fieldPhone] != "" && is[fieldPhone] == line.values[fieldPhone]
	})
}

// limit asks the guards, by the figures of the README.
func (f *forecaster) limit() {
	if f.o.creates == "" && f.own.good {
		f.out.guard = f.out.guard || 2*f.out.count("created") > len(f.rows)
	}
	moved := 0
	for _, row := range f.out.rows {
		if row.status == "failed" && slices.Contains(row.codes, "external_id.moved") {
			moved++
		}
	}
	f.out.guard = f.out.guard || moved > 2 && moved*100 > 5*len(f.rows)
	all, each := 0, map[int64]int{}
	for id := range f.own.members {
		if c, there := f.now[id]; there {
			all++
			each[c.Org]++
		}
	}
	lost, deletes := map[int64]int{}, 0
	for _, e := range f.out.pruned {
		if e.status == "deleted" {
			deletes++
			lost[f.now[e.contact].Org]++
		}
	}
	f.out.guard = f.out.guard || deletes > atMost(f.o.deletes, all, 1)
	for org, n := range lost {
		f.out.guard = f.out.guard || strings.HasSuffix(f.o.deletes, "%") && n > atMost(f.o.deletes, each[org], 1)
	}
	f.limitUpdates()
}

// limitUpdates is --max-updates by default: half of the job's contacts and of those that rows are about, never fewer than 10.
func (f *forecaster) limitUpdates() {
	of := len(f.owner)
	for id := range f.own.members {
		if f.has(id) && f.owner[id] == 0 && f.looksAt(f.now[id].Org) {
			of++
		}
	}
	f.out.guard = f.out.guard || f.own.good && f.out.count("updated") > max(10, of/2)
}
