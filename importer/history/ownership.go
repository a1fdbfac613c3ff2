package history

import (
	"iter"
	"maps"
	"slices"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// written is what a run sent of a contact last. Of a create nobody knows any more which fields were empty.
type written struct {
	run     int32
	fields  contact.FieldMask
	created bool
}

// noteWriter takes note of runs of other jobs that wrote a contact last.
func (w *owners) noteWriter(a ledger.Attempt, job string, run int32) {
	id := a.Result.Receipt.ContactID
	switch status := a.Result.Status; {
	case status != outcome.Created && status != outcome.Updated:
	case job == w.job || job == "":
		delete(w.writers, id)
	default:
		w.writers[id] = written{run: run, fields: a.Fields, created: status == outcome.Created}
	}
}

// noteOverwritten takes note of the run of another job that wrote a contact last, before a run that can be gone on with writes it.
func (o *Org) noteOverwritten(a ledger.Attempt, run int32) {
	if a.Result == nil || a.Result.Status != outcome.Updated || o.overwritten == nil || !o.OfJob() || !o.runs.GoesOnWith(run) {
		return
	}
	if last, written := o.owners.writers[a.Result.Receipt.ContactID]; written {
		o.overwritten[a.Result.Receipt.ContactID] = last
	}
}

// OverwrittenBefore is the other job that wrote a contact last before a run that can be gone on with did; empty: none.
func (o *Org) OverwrittenBefore(id int64) string {
	if last, written := o.overwritten[id]; written {
		return o.runs.list[last.run].Job
	}
	return ""
}

// taking is how a run has come to have a contact for its job, by the code of that.
type taking struct {
	code string
	run  int32
}

// noteTaking takes note of what a run that can be gone on with has taken for the job, or let go: the one that goes on has done it too.
func (o *Org) noteTaking(a ledger.Attempt, run int32) {
	code := OwnershipOf(a)
	if code == "" || o.taking == nil {
		return
	}
	id := a.Result.Receipt.ContactID
	delete(o.taking, id)
	delete(o.letGo, id)
	switch {
	case !o.OfJob() || !o.runs.GoesOnWith(run):
	case code == outcome.CodeAdopted || code == outcome.CodeShared:
		o.taking[id] = taking{code: code, run: run}
	case code == outcome.CodeLetGo:
		o.letGo[id] = run
	}
}

// LetGo are the contacts that runs which this one can go on with have let go, with the last of these runs.
func (o *Org) LetGo() map[int64]int32 { return o.letGo }

// Taking tells how a run that this one can go on with has come to have a contact for the job, by the code of that; false: none has.
func (o *Org) Taking(id int64) (code string, run int32, ok bool) {
	t, ok := o.taking[id]
	return t.code, t.run, ok && o.Belongs(id)
}

// TakenFrom are the other jobs that a contact belongs to, or did until a run that can be gone on with adopted it, ascending.
func (o *Org) TakenFrom(id int64) []string {
	if code, _, taken := o.Taking(id); taken && code == outcome.CodeAdopted {
		return o.owners.sets.jobs(o.owners.before[adoption{id, o.owners.job}].others)
	}
	return o.Others(id)
}

// OfJob reports whether the run is one of a recurring job.
func (o *Org) OfJob() bool { return o.owners.job != "" }

// Belongs reports whether a contact belongs to the run's job: it made or adopted it, or a row of it was matched with it when it
// belonged to another job.
func (o *Org) Belongs(id int64) bool { return o.owners.own[id] }

// Members are the contacts that belong to the run's job, and how many these are.
func (o *Org) Members() iter.Seq[int64] { return maps.Keys(o.owners.own) }

// Others are the other jobs that a contact belongs to, ascending.
func (o *Org) Others(id int64) []string { return o.owners.sets.jobs(o.owners.others[id]) }

// Holders are those of the other jobs that still have a contact: by the rows of their last run, or since. Of a job that has
// never noted what its rows are about, all that belongs to it counts.
func (o *Org) Holders(id int64) []string {
	w := &o.owners
	return slices.DeleteFunc(slices.Clone(o.Others(id)), func(job string) bool {
		_, listed := w.lists[job]
		return listed && !w.sets.has(w.holding[id], job)
	})
}

// Had reports whether a row of the job's last run was about a contact of the job, or it came to belong to the job since.
func (o *Org) Had(id int64) bool {
	w := &o.owners
	_, listed := w.lists[w.job]
	return w.own[id] && (!listed || w.sets.has(w.holding[id], w.job))
}

// IsNewJob reports whether the run's job has never had anything to do with the organisation.
func (o *Org) IsNewJob() bool {
	_, listed := o.owners.lists[o.owners.job]
	return !listed && len(o.owners.own) == 0
}

// Overwritten are the fields among those that the run's job is to change in a contact, and that another job which still has it
// wrote last; job is that one. Empty: there is no such job.
func (o *Org) Overwritten(id int64, change contact.FieldMask, filled func(contact.Field) bool) (job string, fields []contact.Field) {
	last, written := o.owners.writers[id]
	if !written || !slices.Contains(o.Holders(id), o.runs.list[last.run].Job) {
		return "", nil
	}
	for _, f := range change.Fields() {
		if last.created && filled(f) || !last.created && last.fields.Has(f) {
			fields = append(fields, f)
		}
	}
	if len(fields) == 0 {
		return "", nil
	}
	return o.runs.list[last.run].Job, fields
}

// OwnershipOf is the code of what an attempt says about whose its contact is; empty: nothing. An attempt has one at most.
func OwnershipOf(a ledger.Attempt) string {
	if a.Result == nil {
		return ""
	}
	notes := a.Result.Notes
	if a.Result.Status == outcome.Updated { // what became of one whose answer was lost is found out without that
		notes = slices.Concat(notes, a.Told)
	}
	for _, n := range notes {
		switch n.Code {
		case outcome.CodeAdopted, outcome.CodeShared, outcome.CodeLetGo, outcome.CodeGivenBack:
			return n.Code
		}
	}
	return ""
}
