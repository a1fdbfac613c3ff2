package cli_test

import (
	"maps"
	"slices"
	"strconv"
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
	return f.m.linked(line)
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
	if ours := only(func(id int64) bool { return f.m.members[id] }); len(ours) == 1 {
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
	id, known := f.m.idOf[matched[0]]
	return known && f.m.link[inOrg[string]{f.now[matched[0]].Org, id}] == matched[0]
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
		e.links = external && f.m.linked(line) != id || f.o.adopt && !f.m.members[id]
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

// keepsShared keeps the contact that is known by an id which people share now, where it may be the row's.
func (f *forecaster) keepsShared(line nightLine) {
	if id := f.m.linked(line); f.has(id) {
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

// prune finds what is deleted: contacts of the job that no row is about, or may be about.
func (f *forecaster) prune() {
	valid := slices.ContainsFunc(f.out.rows, func(e expected) bool { return e.status != "invalid" })
	if !f.o.prune || !valid {
		return
	}
	for _, id := range slices.Sorted(maps.Keys(f.now)) {
		if !f.m.members[id] || f.owner[id] != 0 || f.keep[id] || f.mayMean(id) {
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
	known, hasID := f.m.idOf[id]
	return slices.ContainsFunc(f.bad, func(line nightLine) bool {
		return hasID && known == line.id || is[fieldName] == line.values[fieldName] || is[fieldEmail] == line.values[fieldEmail] ||
			is[fieldPhone] != "" && is[fieldPhone] == line.values[fieldPhone]
	})
}

// limit asks the guards, by the figures of the README.
func (f *forecaster) limit() {
	if f.o.creates == "" && f.m.good {
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
	for id := range f.m.members {
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
	if percent, is := strings.CutSuffix(f.o.deletes, "%"); is {
		share, _ := strconv.Atoi(percent)
		f.out.guard = f.out.guard || deletes > max(1, share*all/100)
		for org, n := range lost {
			f.out.guard = f.out.guard || n > max(1, share*each[org]/100)
		}
	} else if most, err := strconv.Atoi(f.o.deletes); err == nil {
		f.out.guard = f.out.guard || deletes > most
	}
	f.limitUpdates()
}

// limitUpdates is --max-updates by default: half of the job's contacts and of those that rows are about, never fewer than 10.
func (f *forecaster) limitUpdates() {
	of := len(f.owner)
	for id := range f.m.members {
		if f.has(id) && f.owner[id] == 0 {
			of++
		}
	}
	f.out.guard = f.out.guard || f.m.good && f.out.count("updated") > max(10, of/2)
}

// learn takes note of what a command has done: rows with the contacts that they came to have, in the state after it.
func (m *nightMemory) learn(f forecast, rows []nightLine, contacts []int64, after nightState, o nightOptions, job bool) {
	for i, e := range f.rows {
		line, id := rows[i], contacts[i]
		shared := slices.Contains(e.codes, "external_id.shared")
		switch e.status {
		case "created":
			m.made[id] = true
			m.base[id] = valuesIn(after[id])
			if job {
				m.members[id] = true
			}
		case "updated":
			m.base[id] = m.written(e, id, valuesIn(after[id]))
		case "exists", "failed":
			m.agree(e, after, o)
			if !e.links {
				continue
			}
		default:
			continue
		}
		if e.status != "exists" { // what was only found to be there was not made of the row
			m.wrote[id] = line.values
			m.rowOf[inOrg[nightValues]{line.org, line.values}] = id
		}
		if job && o.adopt && !o.imports {
			m.members[id] = true
		}
		if job && !shared {
			m.know(line, id)
		}
	}
	for _, e := range f.pruned {
		if e.status == "deleted" {
			m.deleted[e.contact] = true
			delete(m.members, e.contact)
		}
	}
	m.good = m.good || job
}

// agree takes note of what file and portal agree on.
func (m *nightMemory) agree(e expected, after nightState, o nightOptions) {
	if e.contact == 0 || o.imports {
		return
	}
	base, known := m.base[e.contact]
	have := valuesIn(after[e.contact])
	switch {
	case known && len(e.agreed) > 0:
		for _, field := range e.agreed {
			base[field] = have[field]
		}
		m.base[e.contact] = base
	case !known && len(e.changes)+len(e.kept) == 0:
		m.base[e.contact] = have
	}
}
