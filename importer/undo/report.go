package undo

import (
	"context"
	"iter"

	"github.com/contactsync/contactsync/importer/apply"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/result"
	"github.com/contactsync/contactsync/report"
)

// Preview is what the undo is about to do.
type Preview struct {
	// Creates, Updates and Deletes count what is to be sent; Resumed, AsBefore, Unclear and LeftAlone the other contacts.
	Creates, Updates, Deletes, Resumed, AsBefore, Unclear, LeftAlone int
	// GivenBack counts contacts that belong to whom they did before the target.
	GivenBack int
	// Changes are the first of each kind.
	Changes []plan.Preview
}

// Preview counts what is decided, and shows the first of each kind.
func (u *Undo) Preview() Preview {
	var p Preview
	shown := map[outcome.Action]int{}
	for i, item := range u.items {
		d := u.decisions[i]
		switch d.Do {
		case alreadyOurs:
			p.Resumed++
		case isAsBefore, isGone:
			p.AsBefore++
		case isUnclear:
			p.Unclear++
		case isLeftAlone, isNotVisible:
			p.LeftAlone++
		case toTakeBack:
			p.count(d.Action)
		}
		action, tells := d.shownAs()
		if !tells || d.Do == toTakeBack && action == outcome.None {
			continue
		}
		if shown[action]++; shown[action] <= plan.PreviewedOfEach {
			p.Changes = append(p.Changes, u.previewOf(item, d, action))
		}
	}
	return p
}

// All yields all that a preview shows the first of, and whose contacts are given back.
func (u *Undo) All(context.Context) iter.Seq2[plan.Preview, error] {
	return func(yield func(plan.Preview, error) bool) {
		for i, item := range u.items {
			d := u.decisions[i]
			if action, tells := d.shownAs(); tells && !yield(u.previewOf(item, d, action), nil) {
				return
			}
		}
	}
}

// shownAs is what a preview says that is done to a contact: none to one that is left alone; false where it has nothing to say.
func (d *Decision) shownAs() (outcome.Action, bool) {
	switch d.Do {
	case toTakeBack:
		return d.Action, true
	case isLeftAlone, isNotVisible:
		return outcome.None, true
	}
	return outcome.None, false
}

func (p *Preview) count(a outcome.Action) {
	switch a {
	case outcome.Create:
		p.Creates++
	case outcome.Update:
		p.Updates++
	case outcome.Delete:
		p.Deletes++
	default:
		p.GivenBack++
	}
}

func (u *Undo) previewOf(item *entry, d Decision, action outcome.Action) plan.Preview {
	c := plan.Preview{Action: action, ID: item.id, Fields: d.Changes, Why: d.Why.Message}
	switch {
	case d.Do != toTakeBack || item.owned == "":
	case inverseOwned(item.owned) == outcome.CodeAdopted:
		c.Whose = plan.WhoseAdopt
	default:
		c.Whose = plan.WhoseGiveBack
	}
	if now, there := u.orgs[item.org].now.index.ByID(item.id); there {
		c.Contact = now
	} else if item.before != nil {
		c.Contact = u.decider.Rules.Normalise(*item.before)
	}
	return c
}

// Counts are how the contacts ended that the target wrote.
type Counts struct {
	Rows report.Counts
	// LeftAlone counts those that are not taken back, since somebody has changed them.
	LeftAlone int
	// Late tells that a contact stands twice because of us.
	Late bool
}

// Write reports every contact that the target wrote, in the order of its rows. unsent is the status of what was to be sent, and
// was not; ownID the own id of the row that had a contact, by its hash.
func (u *Undo) Write(set *report.Set, outcomes iter.Seq2[ledger.Attempt, error], unsent outcome.Status, ownID func(contact.Hash) (string, error), see func(outcome.Status)) (Counts, error) {
	var counts Counts
	next, done := iter.Pull2(outcomes)
	defer done()
	attempt, err, more := next()
	for i, item := range u.items {
		if more && err == nil && attempt.Seq < item.seq {
			attempt, err, more = next()
		}
		if err != nil {
			return counts, ledger.Unreadable(err)
		}
		var mine *ledger.Attempt
		if more && attempt.Seq == item.seq {
			mine = &attempt
		}
		row := u.rowOf(item, u.decisions[i], mine, unsent, &counts)
		if row.ExternalID, err = ownID(u.orgs[item.org].external[item.id]); err != nil {
			return counts, err
		}
		counts.Rows.Add(row.Status)
		if err := set.Write(row); err != nil {
			return counts, err
		}
		see(row.Status)
	}
	return counts, nil
}

// rowOf tells of one contact. It stands in no input.
func (u *Undo) rowOf(item *entry, d Decision, mine *ledger.Attempt, unsent outcome.Status, counts *Counts) report.Row {
	row := report.Row{Input: -1, OrgID: item.org, Action: d.Action, ContactID: d.ID, Changes: d.Changes}
	who := u.called(item, mine)
	row.ContactName, row.ContactEmail = who.name, who.address
	if mine != nil {
		tellAttempt(item, mine, &row, counts)
		return row
	}
	switch d.Do {
	case isAsBefore, isGone, isLeftAlone:
		row.Action, row.Status, row.Warnings = outcome.None, outcome.Exists, []contact.Problem{d.Why}
		if d.Do == isGone || d.Why.Code == outcome.CodeUndoGone { // the number is that of a contact which is not there
			row.Status = outcome.Gone
		}
		if d.Do == isLeftAlone {
			counts.LeftAlone++
		}
	case isUnclear:
		row.Status, row.Problems = outcome.Uncertain, []contact.Problem{d.Why}
	case isNotVisible:
		row.Status, row.Problems = outcome.Failed, []contact.Problem{d.Why}
	default:
		row.Status = unsent
	}
	return row
}

// called is what a contact goes by.
type called struct{ name, address string }

func calledOf(s contact.Stored) called {
	name, address := s.Called()
	return called{name, address}
}

// called is what a contact went by before the undo did anything about it, mine; else when a run last showed it.
func (u *Undo) called(item *entry, mine *ledger.Attempt) called {
	if mine != nil {
		if shown, known := mine.Shown(); known {
			return calledOf(shown)
		}
	}
	g := u.orgs[item.org]
	if now, there := g.now.raw[item.id]; there {
		return calledOf(now)
	}
	if who, known := g.called[item.id]; known || item.before == nil {
		return who
	}
	return calledOf(*item.before)
}

// tellAttempt tells what the ledger has of a contact that was to be taken back.
func tellAttempt(item *entry, mine *ledger.Attempt, row *report.Row, counts *Counts) {
	row.Action = mine.Action
	if mine.Result == nil {
		row.Status, row.Attempts = outcome.Uncertain, mine.Attempt
		row.Problems = result.BrokenOff()
		return
	}
	res := mine.Result
	row.Status, row.Attempts, row.HTTPStatus = res.Status, res.Receipt.Attempts, res.Receipt.HTTPStatus
	row.RequestID, row.CloudFrontID = res.Receipt.RequestID, res.Receipt.CloudFrontID
	if mine.Action == outcome.Create {
		row.ContactID = res.Receipt.ContactID
	}
	if res.Code != "" {
		row.Problems = []contact.Problem{problemOf(item, res)}
	}
	row.Warnings = result.NoteWarnings(res.Notes)
	if code := history.OwnershipOf(*mine); code != "" {
		row.Warnings = append(row.Warnings, contact.Problem{Code: code, Message: ownedNow(item.id, code)})
	}
	if res.Status == outcome.Gone {
		row.Warnings = append(row.Warnings, contact.Problem{
			Code: outcome.CodeUndoGone, Message: "somebody has deleted contact " + number(item.id) + " while it was to be deleted",
		})
	}
	if history.NotedIDs(res.Notes, outcome.CodeTwice) != nil {
		counts.Late = true
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

func problemOf(item *entry, res *ledger.Result) contact.Problem {
	p := contact.Problem{Code: res.Code, Field: res.Field, Message: res.Detail, Fix: "run the same command again"}
	if item.before != nil {
		p.Message = apply.Unmask(res.Detail, item.before.AsSent())
	}
	switch res.Code {
	case outcome.CodeUnclear:
		p.Message = "the request left, and no answer tells whether it took effect"
		p.Fix = result.FixUnclear
	case outcome.CodeDoubted:
		p.Fix = result.FixDoubted
	case outcome.CodeAbsent:
		p.Message = "sent without an answer, and proved not to have happened; the run ended before it was sent again"
	case outcome.CodeGone:
		p.Fix = "nothing, if that was right"
	case outcome.CodeRefused:
		p.Fix = "see what the API says, and do it by hand in the portal"
	}
	return p
}
