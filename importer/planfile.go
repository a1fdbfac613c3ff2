package importer

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/stop"
)

// Planning is how a run's plan is kept, and held to one that was kept before.
type Planning struct {
	// Options are those of the command line that decide what is done.
	Options map[string][]string
	// Save takes the plan before anything is sent; nil: nobody wants it.
	Save func(plan.Saved) error
	// Exactly is the plan that is to be done, and no other; nil: what is found out now.
	Exactly *plan.Saved
}

func (p Planning) isWanted() bool { return p.Save != nil || p.Exactly != nil }

// PlanError says that the plan could not be saved. Nothing has been sent.
type PlanError struct{ Err error }

func (e *PlanError) Error() string { return "saving the plan: " + e.Err.Error() }

// Unwrap returns the cause.
func (e *PlanError) Unwrap() error { return e.Err }

// Hint says what to do now.
func (e *PlanError) Hint() string { return "nothing was sent; give --plan-out another place" }

// differencesTold is how many differences from a saved plan are told one by one.
const differencesTold = 20

// hintNewPlan says what to do about a plan that can't be done.
const hintNewPlan = "make a new plan with --dry-run --plan-out, look at it, and do that one"

// bindPlan stops a run whose saved plan was made with another ledger, before anything is asked of the API: its hashes can't
// be compared with those that are made under this ledger's key.
func (r *run) bindPlan() error {
	if r.Planning.Exactly == nil {
		return nil
	}
	exactly, ok := r.Planning.Exactly.Under(r.key())
	if !ok {
		return &stop.Error{
			Cause:   stop.CauseGuard,
			Message: fmt.Sprintf("the plan of run %s was made with another ledger than this run's; nothing was sent", exactly.RunID),
			Hint:    "name the plan's ledger with --state, or " + hintNewPlan,
		}
	}
	r.Planning.Exactly = &exactly
	return nil
}

// holdToPlan stops a run that would not do exactly what its saved plan says.
func (r *run) holdToPlan(now plan.Saved) error {
	if r.Planning.Exactly == nil {
		return nil
	}
	differences := r.Planning.Exactly.Since(now, r.madeByUs())
	if len(differences) == 0 {
		return nil
	}
	told := differences[:min(len(differences), differencesTold)]
	text := strings.Join(told, "; ")
	if more := len(differences) - len(told); more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return &stop.Error{
		Cause:   stop.CauseGuard,
		Message: fmt.Sprintf("the plan of run %s does not hold any more; nothing was sent: %s", r.Planning.Exactly.RunID, text),
		Hint:    hintNewPlan,
	}
}

// madeByUs tells which contacts runs of this ledger made, if this run goes on with one of them; else nil.
func (r *run) madeByUs() func(id int64) bool {
	if len(r.continues) == 0 {
		return nil
	}
	return func(id int64) bool {
		for _, t := range r.territories {
			if t.before.Owned[id] {
				return true
			}
		}
		return false
	}
}

// savedPlan is the run's plan, as a file holds it.
func (r *run) savedPlan() (plan.Saved, error) {
	s := plan.Saved{
		RunID: r.About.ID, Version: r.About.Version, Made: r.listedAt.UTC().Format(time.RFC3339), Command: r.About.Command, Host: r.Host, Key: plan.KeyName(r.key()),
		Options: maps.Clone(r.Planning.Options), Changes: []plan.SavedChange{},
	}
	for _, in := range r.Inputs {
		sum, rows := in.Source.Sum()
		s.Inputs = append(s.Inputs, plan.SavedInput{Source: in.Source.Name(), SHA256: sum, Rows: rows})
	}
	for _, org := range r.orgs() {
		t := r.territories[org]
		o := plan.SavedOrganisation{ID: org, Name: t.name, Contacts: map[int64]contact.FieldHashes{}}
		for _, id := range t.ids {
			c, kept := r.checker.Existing[org].ByID(id)
			if o.Contacts[id] = t.prints[id]; kept {
				o.Contacts[id] = c.FieldHashes(r.key())
			}
		}
		s.Organisations = append(s.Organisations, o)
	}
	for row, err := range r.checker.Rows(r.quit, check.Those(r.toSend)) {
		if err != nil {
			return s, err
		}
		s.Changes = append(s.Changes, r.savedRow(row))
	}
	for _, d := range r.deletions {
		s.Changes = append(s.Changes, plan.SavedChange{Action: outcome.Delete, Org: d.org, ID: d.id})
	}
	return s, nil
}

func (r *run) savedRow(row *check.Row) plan.SavedChange {
	c := plan.SavedChange{Action: outcome.Create, Row: r.names.Of(uint32(row.Seq)), Org: row.Org}
	becomes := row.Checked.Contact
	if r.verdicts[row.Seq] == update {
		t := r.territories[row.Org]
		c.Action = outcome.Update
		c.ID, _ = r.aim(t, row)
		c.Fields = r.compared(t, row, c.ID).Fields()
		have, _ := r.checker.Existing[row.Org].ByID(c.ID)
		becomes = plan.With(have, becomes, c.Fields)
	}
	prints := becomes.FieldHashes(r.key())
	c.Becomes = &prints
	return c
}

// decide is what stands between the first pass and the first write: the saved plan if there is one, the limits, the plan
// that is to be saved, and the question.
func (r *run) decide(stop context.Context) error {
	var now plan.Saved
	if r.Planning.isWanted() {
		var err error
		if now, err = r.savedPlan(); err != nil {
			return err
		}
	}
	if err := r.holdToPlan(now); err != nil {
		return err
	}
	if err := r.guard(); err != nil {
		return err
	}
	if stop.Err() != nil {
		return context.Cause(stop)
	}
	if r.Planning.Save != nil {
		if err := r.Planning.Save(now); err != nil {
			return &PlanError{Err: err}
		}
	}
	return r.confirm(stop)
}
