package importer

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strconv"

	"github.com/contactsync/contactsync/importer/apply"
	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/dedupe"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/stop"
)

// deletion is a contact that a sync deletes, since its job's input no longer has it.
type deletion struct {
	org, id int64
	seq     int // behind those of the rows
}

// shield is what keeps contacts from being deleted: rows that are not in order may be about them. Where that can't be
// told of a row, nothing is deleted at all.
type shield struct {
	key       contact.Key // of its hashes
	externals map[contact.Hash]bool
	contents  map[contact.Hash]bool
	traits    []contact.Identifiers
	ids       map[int64]bool
	refused   string // why nothing may be deleted; empty: something may
}

func newShield(key contact.Key) *shield {
	return &shield{key: key, externals: map[contact.Hash]bool{}, contents: map[contact.Hash]bool{}, ids: map[int64]bool{}}
}

// keep keeps contacts by their ids.
func (s *shield) keep(ids ...int64) {
	for _, id := range ids {
		s.ids[id] = true
	}
}

// protect keeps whatever a row may be about. A row's own id tells that only if an earlier run knows whose it is.
func (s *shield) protect(row *check.Row, name string, known bool) {
	s.protectFormer(row)
	traits := row.Checked.Contact.Identifiers(s.key)
	for _, external := range check.ExternalHashes(s.key, row) {
		s.externals[external] = true
	}
	if traits != (contact.Identifiers{}) {
		s.traits = append(s.traits, traits)
		known = true
	}
	s.contents[row.Keys.Content] = true
	if (!known || row.Source.Defect != nil) && s.refused == "" {
		s.refused = fmt.Sprintf("row %s can't be read so far that it could be told whose contact it is", name)
	}
}

// protectFormer keeps what the row was about by its former form.
func (s *shield) protectFormer(row *check.Row) {
	if row.Former == nil {
		return
	}
	s.keep(row.Former.Same...)
	s.traits = append(s.traits, row.Former.Contact.Identifiers(s.key))
	s.contents[row.Former.Keys.Content] = true
}

func (s *shield) covers(c contact.Contact, content contact.Hash, knownBy []contact.Hash) bool {
	if s.contents[content] || slices.ContainsFunc(knownBy, func(h contact.Hash) bool { return s.externals[h] }) {
		return true
	}
	return slices.ContainsFunc(s.traits, c.Identifiers(s.key).Agrees)
}

// protectClaiming keeps what rows may be about that fit a contact which another row has. A duplicate of that row is about
// nothing else: what its name or number has in common with an outdated contact keeps that one no more than the other row
// does.
func (r *run) protectClaiming(rows map[int]bool) error {
	for seq := range rows {
		if r.twins.DuplicateOf(uint32(seq)) != 0 && r.OnDuplicate != dedupe.KeepError {
			delete(rows, seq)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	for row, err := range r.checker.Rows(r.quit, check.RowsOf(rows)) {
		if r.endsAt(err) {
			return nil
		}
		if err != nil {
			return err
		}
		r.shield.protect(row, r.names.InFile(row), r.linked(row) != 0)
	}
	return nil
}

// planDeletes lists what is to be deleted: contacts of the job (or, with --prune-unmanaged, of the input's types) that no
// row is about. An input without a valid row deletes nothing: a broken export must not empty an organisation.
func (r *run) planDeletes() {
	r.deletions = nil
	if r.Sync == nil || !r.Sync.Prune {
		return
	}
	if r.withTypeID == 0 && r.shield.refused == "" {
		r.shield.refused = "the input has no valid row"
	}
	if r.shield.refused != "" {
		return
	}
	for _, org := range r.orgs() {
		t := r.territories[org]
		if t.refused != nil {
			continue
		}
		for _, id := range r.prunable(t) {
			r.deletions = append(r.deletions, deletion{org: org, id: id, seq: len(r.verdicts) + len(r.deletions)})
		}
	}
}

// addAbandoned adds the organisations in which the job has contacts, and the input has no row any more: they are to be
// pruned too. Only an input that says of each row whose it is tells that.
func (r *run) addAbandoned(ctx context.Context) error {
	if r.Sync == nil || !r.Sync.Prune || !r.namesOrganisations() || r.About.Simulated {
		return nil
	}
	if slices.ContainsFunc(r.Inputs, func(in check.Input) bool { return in.OnlyOrg }) {
		return nil // the command is about one organisation
	}
	runs, err := r.Ledger.Runs(ctx)
	if err != nil {
		return ledger.Unreadable(err)
	}
	ours := map[string]bool{}
	for _, earlier := range runs {
		ours[earlier.ID] = earlier.Job == r.About.Job
	}
	scopes, err := r.Ledger.Scopes(ctx, r.Host)
	if err != nil {
		return ledger.Unreadable(err)
	}
	for _, scope := range scopes {
		for a, err := range r.Ledger.History(ctx, scope) {
			if err != nil {
				return ledger.Unreadable(err)
			}
			if ours[a.Run] && a.Result != nil && (a.Result.Status == outcome.Created || history.Adopted(a)) {
				r.addTerritory(scope.Org, "")
				break
			}
		}
	}
	return nil
}

// prunable are the ids, ascending, of an organisation's contacts that may be deleted.
func (r *run) prunable(t *territory) []int64 {
	known := t.before.KnownBy()
	var ids []int64
	for _, id := range t.ids {
		managed := t.before.Members[id]
		if t.before.Foreign[id] || r.shield.ids[id] {
			continue
		}
		if !managed && !r.Sync.Unmanaged {
			continue
		}
		c, _ := r.checker.Existing[t.scope.Org].ByID(id)
		if !managed && !r.inputTypes[c.Type.ID] {
			continue
		}
		if _, aimed := t.targets[id]; aimed || r.shield.covers(c, c.ContentHash(r.key(), t.scope.Org), known[id]) {
			continue
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// jobContacts counts the listed contacts that belong to the job.
func (r *run) jobContacts() int {
	n := 0
	for _, org := range r.orgs() {
		t := r.territories[org]
		for id := range t.before.Members {
			if t.listed[id] {
				n++
			}
		}
	}
	return n
}

// guardDeletes stops a run that would delete more than the user bears: by default a tenth of the job's contacts, at
// least one.
func (r *run) guardDeletes() error {
	if r.Sync == nil || len(r.deletions) == 0 {
		return nil
	}
	limit, total := r.Sync.MaxDeletes, r.jobContacts()
	most := limit.Of(total)
	if limit.IsPercent() {
		most = max(1, most)
	}
	if n := len(r.deletions); n > most {
		return &stop.Error{
			Cause: stop.CauseGuard, Flag: "max-deletes", Figure: strconv.Itoa(n),
			Message: r.tooManyDeletes(total),
			Hint:    "if the input really has so many contacts less, let them pass once with a higher --max-deletes",
		}
	}
	return nil
}

// tooManyDeletes says what stops a run that would delete more than it may, of so many contacts that belong to the job.
func (r *run) tooManyDeletes(total int) string {
	ours := 0
	for _, d := range r.deletions {
		if r.territories[d.org].before.Members[d.id] {
			ours++
		}
	}
	if others := len(r.deletions) - ours; others > 0 {
		return fmt.Sprintf("%d of the job's %d contacts would be deleted, and with --prune-unmanaged %d more that it did not make: "+
			"more than --max-deletes %s allows; nothing was sent", ours, total, others, r.Sync.MaxDeletes)
	}
	return fmt.Sprintf("%d of the job's %d contacts would be deleted, more than --max-deletes %s allows; nothing was sent", ours, total, r.Sync.MaxDeletes)
}

// deletes yields the deletes that are wanted.
func (r *run) deletes(wanted func(deletion) bool) iter.Seq2[apply.Change, error] {
	return func(yield func(apply.Change, error) bool) {
		for _, d := range r.deletions {
			if !wanted(d) {
				continue
			}
			c, err := r.deleteOf(d)
			if !yield(c, err) || err != nil {
				return
			}
		}
	}
}

func (r *run) deleteOf(d deletion) (apply.Change, error) {
	t := r.territories[d.org]
	image, err := json.Marshal(t.raw[d.id])
	if err != nil {
		return apply.Change{}, fmt.Errorf("keeping contact %d as it is before it is deleted: %w", d.id, err)
	}
	c, _ := r.checker.Existing[d.org].ByID(d.id)
	sent := contact.FingerprintOf(r.key(), c, r.Match.Keys(r.key(), d.org, c))
	sent.Key = contact.Hash{} // what becomes of one delete says nothing about another of the same key: none has to wait
	before := r.prior[d.seq]
	return apply.Change{
		Seq: d.seq, Org: d.org, Action: outcome.Delete, Target: d.id, Image: image, Was: sent.Content, Fingerprint: sent,
		Attempts: before.attempts, Unclear: before.unclear,
	}, nil
}
