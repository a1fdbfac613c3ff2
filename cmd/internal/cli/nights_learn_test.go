package cli_test

import (
	"maps"
	"slices"
)

// learn takes note of what a command has done: rows with the contacts that they came to have, in the state after it.
func (m *nightMemory) learn(f forecast, rows []nightLine, contacts []int64, after nightState, o nightOptions) {
	own := m.of(o.job)
	if !o.imports {
		own.has = maps.Clone(f.has)
	}
	for i, e := range f.rows {
		line, id := rows[i], contacts[i]
		shared := slices.Contains(e.codes, "external_id.shared")
		switch e.status {
		case "created":
			m.made[id] = true
			m.base[id] = valuesIn(after[id])
			m.wroteTo(id, o.job, nil)
		case "updated":
			m.base[id] = m.written(e, id, valuesIn(after[id]))
			m.wroteTo(id, o.job, e.changes)
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
		if !o.imports && !shared {
			own.know(line, id)
		}
	}
	for id, code := range f.took(contacts) {
		m.take(code, id, o.job)
		own.been[m.orgOf[id]] = true
	}
	for _, e := range f.pruned {
		if e.status == "deleted" {
			m.deleted[e.contact] = true
			m.belongs(e.contact)
		}
	}
	own.good = own.good || !o.imports
}

// wroteTo takes note of a run of a job that has written a contact; changes are nil if it has created it, so that it is the job's.
func (m *nightMemory) wroteTo(id int64, job string, changes map[string]string) {
	m.owners.wrote(id, job, changes)
	if changes == nil && job != "" {
		m.belongs(id, job)
		m.of(job).has[id], m.of(job).been[m.orgOf[id]] = true, true
	}
}

// took are the contacts of which the run changes whose they are, with the codes of that.
func (f *forecast) took(contacts []int64) map[int64]string {
	took := map[int64]string{}
	note := func(id int64, e expected) {
		for _, code := range []string{"job.adopted", "job.shared", "job.let_go"} {
			if slices.Contains(e.codes, code) {
				took[id] = code
			}
		}
	}
	for i, e := range f.rows {
		note(contacts[i], e)
	}
	for _, e := range f.pruned {
		note(e.contact, e)
	}
	return took
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

// written is what both start from once a row has changed its contact: in what was sent, or agreed on, as it is now. What else
// somebody has changed since an earlier run stays that.
func (m *nightMemory) written(e expected, id int64, now nightValues) nightValues {
	base, known := m.base[id]
	if !known {
		return now
	}
	for field, name := range nightFieldNames() {
		if _, sent := e.changes[name]; sent || slices.Contains(e.agreed, field) {
			base[field] = now[field]
		}
	}
	return base
}
