package importer

import (
	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/dedupe"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// group finds out, before any row is judged, which rows are the same contact, where a later row says what counts: the
// last one, or all of them together. Otherwise that is known when rows have been counted.
func (r *run) group() error {
	r.checker.Merging = nil
	if !r.OnDuplicate.AfterAll() {
		return nil
	}
	for row, err := range r.checker.Rows(r.reading, check.Selection{}) {
		if r.endsAt(err) {
			break
		}
		if err != nil {
			return err
		}
		r.names.Note(row)
		if row.Valid() {
			r.twins.Add(uint32(row.Seq), row.Keys)
		}
	}
	if err := r.resolveTwins(); err != nil {
		return err
	}
	if r.OnDuplicate == dedupe.KeepLast {
		r.twins.KeepLast()
		return nil
	}
	r.twins.NoteLast()
	r.checker.Merging = &check.Merging{Groups: r.twins, Name: r.names.Of}
	return nil
}

// judgeInGroup decides for a row of which it may be known already that another one counts in its place.
func (r *run) judgeInGroup(row *check.Row) verdict {
	if !r.OnDuplicate.AfterAll() || r.twins.DuplicateOf(uint32(row.Seq)) == 0 {
		return r.judge(row)
	}
	r.leaveOut(row)
	return twin
}

// leaveOut takes note of a row in whose place another one counts. The contact that it is about by itself is not deleted
// for that: the input still has it.
func (r *run) leaveOut(row *check.Row) {
	t := r.territories[row.Org]
	if t == nil || t.refused != nil {
		return
	}
	if _, content, lost := t.before.Of(row); lost {
		r.leftOut[content] = true
	}
	if r.Sync != nil {
		id, several := r.aim(t, row)
		r.shield.keep(append(several, id)...)
	}
}

// foretell tells of rows how they end whose duplicates stand before them, so far as a duplicate shares that.
func (r *run) foretell(ends []fate) error {
	if r.OnDuplicate != dedupe.KeepLast {
		return nil
	}
	for seq := 1; seq < len(r.verdicts); seq++ {
		switch r.verdicts[seq] {
		case unseen, ambiguous, conflicting, stranger:
			ends[seq] = fateOf(outcome.Failed)
		case blocked:
			ends[seq] = fateOf(outcome.Uncertain)
		case carried, update, create:
			ends[seq] = fateOf(r.unsent())
		}
	}
	for seq := len(r.verdicts); r.cut && seq < len(ends); seq++ {
		ends[seq] = fateOf(r.unsent()) // counts in the place of a row that was read, and has not been read again
	}
	for a, err := range r.outcomes() {
		switch {
		case err != nil:
			return ledger.Unreadable(err)
		case a.Seq >= len(ends):
		case a.Result == nil:
			ends[a.Seq] = fateOf(outcome.Uncertain)
		default:
			ends[a.Seq] = fateOf(a.Result.Status)
		}
	}
	return nil
}

// unsent is how a row ended that was to be sent, and of which the ledger knows nothing.
func (r *run) unsent() outcome.Status {
	switch {
	case r.offline():
		return outcome.Valid
	case r.DryRun && r.stopped == nil:
		return outcome.Planned
	}
	return outcome.NotAttempted
}
