package importer

import (
	"strings"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/dedupe"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// verdict is what a run has decided for a row: one byte, for files of many millions of rows.
type verdict uint8

const (
	undecided   verdict = iota
	invalid             // does not pass the rules
	twin                // the same contact as an earlier row
	exists              // the organisation has it
	known               // the organisation has it, as an earlier run knows: the listing alone does not tell
	unseen              // its organisation can't be seen
	blocked             // an earlier run could not find out what became of it
	carried             // the run that this one goes on with knows how it ended
	gone                // an earlier run made it, and somebody has deleted it since
	ambiguous           // several contacts fit it, and can't be told apart
	conflicting         // a person has changed what the file would change
	stranger            // its id leads to the contact of somebody else
	update              // to be changed
	create              // to be created
)

// prior is what was sent for a row before, over all runs.
type prior struct{ attempts, unclear int }

// judge decides for a row that is no twin.
func (r *run) judge(row *check.Row) verdict {
	t := r.territories[row.Org]
	switch {
	case !row.Valid():
		return invalid
	case t == nil: // nothing is known of any organisation: validate, or a run that could not begin
		return create
	case t.refused != nil:
		return unseen
	case r.carry(t, row):
		return carried
	case r.Sync != nil:
		return r.judgeSync(t, row)
	case len(row.Found.Same) > 0:
		return exists
	case r.knownElsewhere(t, row) != 0:
		return known
	case t.before.Doubts(row):
		return blocked
	case r.isGone(t, row):
		return gone
	default:
		return create
	}
}

// isGone reports whether an earlier run made the row's contact, and somebody other than a run of ours has deleted it.
func (r *run) isGone(t *territory, row *check.Row) bool {
	m, _, _ := t.before.Of(row)
	return !r.Recreate && m.HasContact() && t.before.Owned[m.ID] && !t.listed[m.ID] && !t.before.Deleted[m.ID]
}

// carry reports whether an open run knows how a row ended: then this run goes on with that one, and what the ledger
// knows goes before everything that could be found out of the row now. A dry run goes on with nothing.
func (r *run) carry(t *territory, row *check.Row) bool {
	m, content, ok := t.before.Of(row)
	if !ok || r.seen[content] {
		return false // the second of two equal rows is a duplicate of the first
	}
	r.seen[content] = true
	if r.DryRun || !r.runs.GoesOnWith(m.Run) {
		return false // what another job has begun is that job's to go on with
	}
	r.continues[m.Run] = true
	if content != row.Keys.Content {
		return false // another value was sent than the row is read as now: what it matches tells how it stands
	}
	if !m.Binds() || t.before.Deleted[m.ID] {
		return false
	}
	if m.Status == outcome.Updated && t.before.Latest[m.ID] != row.Keys.Content {
		return false // an undo, or a later run, has made something else of its contact
	}
	if r.Sync != nil {
		r.keepCarried(t, row, m.ID)
	}
	r.carried = append(r.carried, ledger.Resumed{Seq: row.Seq, From: ledger.Ref{Run: r.runs.Run(m.Run).ID, Seq: int(m.Seq)}})
	return true
}

// knownElsewhere returns the id of the row's contact where the ledger knows more than the listing tells: it was made a
// moment ago and is not listed yet, or somebody has changed it so that only its id tells that it is the row's. 0: not
// known; -1: it is there, its id is not known.
func (r *run) knownElsewhere(t *territory, row *check.Row) int64 {
	if id, ok := t.before.RecentlyCreated(row); ok {
		if id == 0 {
			return -1
		}
		return id
	}
	m, _, _ := t.before.Of(row)
	if m.HasContact() && t.listed[m.ID] {
		return m.ID
	}
	return 0
}

// count is the first pass: every row is judged, and afterwards twins are told apart from namesakes.
func (r *run) count() error {
	r.verdicts = append(r.verdicts[:0], undecided) // rows count from 1
	r.associate, r.shield, r.inputTypes = map[int]int64{}, newShield(r.key()), map[int]bool{}
	r.continues, r.prior, r.seen = map[int32]bool{}, map[int]prior{}, map[contact.Hash]bool{}
	r.leftOut = map[contact.Hash]bool{}
	claiming := map[int]bool{}
	r.Progress.Start(PassCheck, 0)
	defer r.Progress.End()
	r.twins = dedupe.NewGroups()
	if err := r.identify(); err != nil && !r.endsAt(err) {
		return err
	}
	if err := r.group(); err != nil {
		return err
	}
	for row, err := range r.checker.Rows(r.reading, check.Selection{}) {
		if r.endsAt(err) {
			break // the rows that were read so far are told of
		}
		if err != nil {
			return err
		}
		v := r.judgeInGroup(row)
		r.verdicts = append(r.verdicts, v)
		r.names.Note(row)
		r.columns.Count(row)
		if v == create || v == update {
			r.countPrior(row)
		}
		if v == invalid || v == unseen || v == conflicting || v == stranger || v == blocked {
			r.shield.protect(row, r.names.InFile(row), r.linked(row) != 0)
		}
		if v == ambiguous {
			claiming[row.Seq] = true
		}
		if v == invalid {
			r.countMissingID(row)
		} else {
			r.inputTypes[row.Checked.Contact.Type.ID] = true
			if !r.OnDuplicate.AfterAll() {
				r.twins.Add(uint32(row.Seq), row.Keys)
			}
			r.withTypeID++
		}
		r.Progress.Row("")
	}
	if r.stopped == nil {
		if err := r.needRows(); err != nil {
			return err
		}
	}
	if !r.OnDuplicate.AfterAll() {
		if err := r.resolveTwins(); err != nil {
			return err
		}
	}
	if err := r.protectClaiming(claiming); err != nil {
		return err
	}
	for seq := 1; seq < len(r.verdicts); seq++ {
		if r.twins.DuplicateOf(uint32(seq)) != 0 && r.verdicts[seq] != carried {
			r.verdicts[seq] = twin
			if r.OnDuplicate == dedupe.KeepError {
				r.verdicts[seq] = invalid
			}
		}
		r.counts[r.verdicts[seq]]++
	}
	r.planDeletes()
	r.carryDeletes()
	return nil
}

// countPrior takes note of what was sent before for a row that is to be sent.
func (r *run) countPrior(row *check.Row) {
	t := r.territories[row.Org]
	if t == nil {
		return
	}
	if m, _, ok := t.before.Of(row); ok && m.Attempts > 0 && !m.HasContact() {
		r.prior[row.Seq] = prior{attempts: int(m.Attempts), unclear: int(m.Unclear)}
	}
}

// resolveTwins reads the rows again whose names must be seen to tell a twin from another person with the same mailbox.
func (r *run) resolveTwins() error {
	contested := r.twins.Contested()
	if len(contested) == 0 {
		r.twins.Resolve(nil)
		return nil
	}
	names := make(map[uint32]string, len(contested))
	next := 0
	wanted := check.Selection{Last: int(contested[len(contested)-1]), Has: func(seq int) bool {
		if next < len(contested) && contested[next] == uint32(seq) {
			next++
			return true
		}
		return false
	}}
	for row, err := range r.checker.Rows(r.reading, wanted) {
		if r.endsAt(err) {
			break
		}
		if err != nil {
			return err
		}
		names[uint32(row.Seq)] = strings.Clone(row.Checked.Contact.Name)
	}
	r.twins.Resolve(names)
	return nil
}

// countMissingID counts the rows that lack nothing but the number of their type: if no row's type has one, the run has
// no chance, and the user hears that instead of a report full of invalid rows.
func (r *run) countMissingID(row *check.Row) {
	for _, p := range row.Checked.Problems {
		if p.Code == codeTypeNoID {
			r.withoutTypeID++
			return
		}
	}
}

// toSend reports whether a row is to be sent.
func (r *run) toSend(seq int) bool { return r.verdicts[seq] == create || r.verdicts[seq] == update }

// codeTypeNoID is that of a row whose type has no known number, as the rules of contacts give it.
const codeTypeNoID = "type.no_id"
