package importer

import (
	"iter"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/remote"

	"github.com/contactsync/contactsync/report"
)

// preview is what the undo is about to do.
func (u *undoing) preview() Preview {
	p := Preview{Rows: len(u.items), DryRun: u.DryRun}
	shown := map[outcome.Action]int{}
	for _, item := range u.items {
		d := item.decision
		action := d.action
		switch d.verdict {
		case undoCarried:
			p.Continued++
			continue
		case undoDone, undoGone:
			p.Exists++
			continue
		case undoUnclear:
			p.Unclear++
			continue
		case undoLeft, undoUnseen:
			p.Failed++
			action = outcome.None
		case undoWrite:
			countWrite(&p, action)
		}
		if shown[action]++; shown[action] <= shownOfEach {
			p.Changes = append(p.Changes, u.planned(item, action))
		}
	}
	for _, org := range u.orgs() {
		p.Organisations = append(p.Organisations, remote.Organisation{ID: org, Name: u.territories[org].name})
		p.Existing = append(p.Existing, len(u.territories[org].ids))
	}
	if n := u.writes(); u.Forecast != nil && n > 0 {
		p.Duration = u.Forecast(n)
	}
	return p
}

func countWrite(p *Preview, a outcome.Action) {
	switch a {
	case outcome.Create:
		p.Creates++
	case outcome.Update:
		p.Updates++
	case outcome.Delete:
		p.Deletes++
	}
}

func (u *undoing) planned(item *undoItem, action outcome.Action) PlannedChange {
	c := PlannedChange{Action: action, ID: item.id, Fields: item.decision.changes, Why: item.decision.why.Message}
	if now, there := u.grounds[item.org].existing.ByID(item.id); there {
		c.Contact = now
	} else if item.before != nil {
		c.Contact = u.checker.Rules.Normalise(*item.before)
	}
	return c
}

// finish completes the report and tells the ledger that the run has ended.
func (u *undoing) finish(set *report.Set) Result {
	return u.complete(set, func() error { return u.tell(set) }, func(exit int) report.Summary {
		s := u.summary(exit)
		s.ResumedFrom, s.Orphans = u.goesOnWith(), 0
		return s
	})
}

// goesOnWith is the latest undo of which this one has taken something over.
func (u *undoing) goesOnWith() string {
	latest := int32(-1)
	for i := range u.continues {
		if i != u.index {
			latest = max(latest, i)
		}
	}
	if latest < 0 {
		return ""
	}
	return u.runs.Run(latest).ID
}

// tell reports every contact that the target wrote, in the order of its rows.
func (u *undoing) tell(set *report.Set) error {
	next, done := iter.Pull2(u.outcomes())
	defer done()
	attempt, err, more := next()
	u.Progress.Start(PassReport, len(u.items))
	defer u.Progress.End()
	for _, item := range u.items {
		if more && err == nil && attempt.Seq < item.seq {
			attempt, err, more = next()
		}
		if err != nil {
			return ledger.Unreadable(err)
		}
		var mine *ledger.Attempt
		if more && attempt.Seq == item.seq {
			mine = &attempt
		}
		row := u.rowOf(item, mine)
		u.ended.Add(row.Status)
		if err := set.Write(row); err != nil {
			return err
		}
		u.Progress.Row(row.Status)
	}
	return nil
}

// rowOf tells of one contact. It stands in no input.
func (u *undoing) rowOf(item *undoItem, mine *ledger.Attempt) report.Row {
	d := item.decision
	row := report.Row{Input: -1, OrgID: item.org, Action: d.action, ContactID: d.id, Changes: d.changes}
	if mine != nil {
		u.tellAttempt(item, mine, &row)
		return row
	}
	switch d.verdict {
	case undoDone, undoGone, undoLeft:
		row.Action, row.Status, row.Warnings = outcome.None, outcome.Exists, []contact.Problem{d.why}
		if d.verdict == undoGone || d.why.Code == outcome.CodeUndoGone { // the number is that of a contact which is not there
			row.Status = outcome.Gone
		}
		if d.verdict == undoLeft {
			u.leftAlone++
		}
	case undoUnclear:
		row.Status, row.Problems = outcome.Uncertain, []contact.Problem{d.why}
	case undoUnseen:
		row.Status, row.Problems = outcome.Failed, []contact.Problem{d.why}
	default:
		row.Status = outcome.NotAttempted
		if u.DryRun && u.stopped == nil {
			row.Status = outcome.Planned
		}
	}
	return row
}

// tellAttempt tells what the ledger has of a contact that was to be taken back.
func (u *undoing) tellAttempt(item *undoItem, mine *ledger.Attempt, row *report.Row) {
	row.Action = mine.Action
	if mine.Result == nil {
		row.Status, row.Attempts = outcome.Uncertain, mine.Attempt
		row.Problems = []contact.Problem{{
			Code: outcome.CodeUnclear, Message: "the request left, but the run ended before its answer came", Fix: fixUnclear,
		}}
		return
	}
	res := mine.Result
	row.Status, row.Attempts, row.HTTPStatus = res.Status, res.Receipt.Attempts, res.Receipt.HTTPStatus
	row.RequestID, row.CloudFrontID = res.Receipt.RequestID, res.Receipt.CloudFrontID
	if mine.Action == outcome.Create {
		row.ContactID = res.Receipt.ContactID
	}
	if res.Code != "" {
		row.Problems = []contact.Problem{u.problemOf(item, res)}
	}
	row.Warnings = noteWarnings(res.Notes)
	if res.Status == outcome.Gone {
		row.Warnings = append(row.Warnings, contact.Problem{
			Code: outcome.CodeUndoGone, Message: "somebody has deleted contact " + number(item.id) + " while it was to be deleted",
		})
	}
	if history.NotedIDs(res.Notes, outcome.CodeTwice) != nil {
		u.twice = true
	}
	if mine.Action == outcome.Create && res.Status == outcome.Created {
		row.Warnings = append(row.Warnings, contact.Problem{
			Code: outcome.CodeUndoNewID, Message: "contact " + number(item.id) + " was made anew, with another id: " + newID(row.ContactID),
			Fix: "whoever knows the contact by its old id must learn the new one",
		})
	}
}

func newID(id int64) string {
	if id == 0 {
		return "the answer did not name it"
	}
	return number(id)
}

func (u *undoing) problemOf(item *undoItem, res *ledger.Result) contact.Problem {
	p := contact.Problem{Code: res.Code, Field: res.Field, Message: res.Detail, Fix: "run the same command again"}
	if item.before != nil {
		p.Message = unmask(res.Detail, wasOf(*item.before))
	}
	switch res.Code {
	case outcome.CodeUnclear:
		p.Message = "the request left, and no answer tells whether it took effect"
		p.Fix = fixUnclear
	case outcome.CodeDoubted:
		p.Fix = fixDoubted
	case outcome.CodeAbsent:
		p.Message = "sent without an answer, and proved not to have happened; the run ended before it was sent again"
	case outcome.CodeGone:
		p.Fix = "nothing, if that was right"
	case outcome.CodeRefused:
		p.Fix = "see what the API says, and do it by hand in the portal"
	}
	return p
}
