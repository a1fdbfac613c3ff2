package planfile

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/stop"
)

// Planning is how a run's plan is kept, and held to one that was kept before.
type Planning struct {
	// Options are those of the command line that decide what is done.
	Options map[string][]string
	// Save takes the plan before anything is sent; nil: nobody wants it.
	Save func(File) error
	// Exactly is the plan that is to be done, and no other; nil: what is found out now.
	Exactly *File
}

// IsWanted reports whether the plan is needed as a file.
func (p Planning) IsWanted() bool { return p.Save != nil || p.Exactly != nil }

// SaveError says that the plan could not be saved. Nothing has been sent.
type SaveError struct{ Err error }

func (e *SaveError) Error() string { return "saving the plan: " + e.Err.Error() }

// Unwrap returns the cause.
func (e *SaveError) Unwrap() error { return e.Err }

// Hint says what to do now.
func (e *SaveError) Hint() string { return "nothing was sent; give --plan-out another place" }

// differencesTold is how many differences from a saved plan are told one by one.
const differencesTold = 20

// hintNewPlan says what to do about a plan that can't be done.
const hintNewPlan = "make a new plan with --dry-run --plan-out, look at it, and do that one"

// Bind brings the plan that is to be done under the key of the run's ledger. It stops a run whose saved plan was made with
// another ledger: its hashes can't be compared with those that are made under this ledger's key.
func (p Planning) Bind(key contact.Key) (Planning, error) {
	if p.Exactly == nil {
		return p, nil
	}
	exactly, ok := p.Exactly.Under(key)
	if !ok {
		return p, &stop.Error{
			Cause:   stop.CauseGuard,
			Message: fmt.Sprintf("the plan of run %s was made with another ledger than this run's; nothing was sent", exactly.RunID),
			Hint:    "name the plan's ledger with --state, or " + hintNewPlan,
		}
	}
	p.Exactly = &exactly
	return p, nil
}

// Hold stops a run that would not do exactly what its saved plan says: now is today's plan as a file.
func (p Planning) Hold(now File, today *plan.Plan, w *plan.World) error {
	if p.Exactly == nil {
		return nil
	}
	differences := p.Exactly.Since(now, madeByUs(today, w))
	if len(differences) == 0 {
		return nil
	}
	if by, done := w.Runs.DoneBy(p.Exactly.Checksum, p.Exactly.RunID); done {
		return &stop.Error{
			Cause: stop.CauseGuard, Message: "this plan was " + doneBy(by) + "; nothing was sent",
			Hint: fmt.Sprintf("contactsync runs show %s tells how that run ended; for what there is to do now %s", by.ID, hintNewPlan),
		}
	}
	told := differences[:min(len(differences), differencesTold)]
	text := strings.Join(told, "; ")
	if more := len(differences) - len(told); more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return &stop.Error{
		Cause:   stop.CauseGuard,
		Message: fmt.Sprintf("the plan of run %s does not hold any more; nothing was sent: %s", p.Exactly.RunID, text),
		Hint:    hintNewPlan,
	}
}

// doneBy says by which run a plan was done, and how well.
func doneBy(r ledger.Run) string {
	by := fmt.Sprintf("run %s at %s", r.ID, r.Finished.UTC().Format(time.RFC3339))
	switch {
	case r.ExitCode == 0:
		return "done by " + by
	case ledger.Closes(r.ExitCode):
		return "done by " + by + ", though not all of its rows ended well"
	case r.ExitCode == ledger.StillOpen:
		by = "run " + r.ID
	}
	return "begun by " + by + ", and a later run has gone on with that one, or taken it back"
}

// Of is a run's plan, as a file holds it. made is when the organisations were listed, as RFC 3339 writes it.
func Of(ctx context.Context, p *plan.Plan, w *plan.World, about ledger.Run, host, made string, options map[string][]string) (File, error) {
	f := File{
		RunID: about.ID, Version: about.Version, Made: made, Command: about.Command, Host: host, Key: KeyName(w.Key),
		Options: maps.Clone(options), Changes: []Change{},
	}
	for _, in := range p.Inputs {
		sum, rows := in.Source.Sum()
		f.Inputs = append(f.Inputs, Input{Source: in.Source.Name(), SHA256: sum, Rows: rows})
	}
	for _, org := range w.Numbers() {
		o := w.Orgs[org]
		all := Organisation{ID: org, Name: o.Name, Contacts: map[int64]contact.FieldHashes{}}
		if o.Now != nil {
			for _, id := range o.Now.IDs {
				c, kept := o.Now.ByID(id)
				if all.Contacts[id] = o.Now.Hashes[id]; kept {
					all.Contacts[id] = c.FieldHashes(w.Key)
				}
			}
		}
		f.Organisations = append(f.Organisations, all)
	}
	tells := func(seq int) bool { return p.Do(seq).Writes() || p.Take(seq).Code() != "" }
	for row, err := range p.Rows.Rows(ctx, check.Those(tells)) {
		if err != nil {
			return f, err
		}
		d := p.Of(row)
		if code := p.Take(row.Seq).Code(); code != "" {
			f.Changes = append(f.Changes, Change{Action: outcome.None, Row: p.Names.Of(uint32(row.Seq)), Org: row.Org, ID: d.Target, Code: code, From: w.Orgs[row.Org].Before.TakenFrom(d.Target)})
		}
		if !d.Do.Writes() {
			continue
		}
		c := Change{Action: outcome.Create, Row: p.Names.Of(uint32(row.Seq)), Org: row.Org}
		if d.Do == plan.Update {
			c.Action, c.ID, c.Fields = outcome.Update, d.Target, d.Changes.Fields()
		}
		hashes := p.Becomes(row, d).FieldHashes(w.Key)
		c.Becomes = &hashes
		f.Changes = append(f.Changes, c)
	}
	for _, d := range p.Deletes {
		f.Changes = append(f.Changes, Change{Action: outcome.Delete, Org: d.Org, ID: d.ID})
	}
	for _, d := range p.LetGo {
		f.Changes = append(f.Changes, Change{Action: outcome.None, Org: d.Org, ID: d.ID, Code: outcome.CodeLetGo})
	}
	return f, nil
}

// madeByUs tells which contacts runs of this ledger made, if the run goes on with one of them; else nil.
func madeByUs(p *plan.Plan, w *plan.World) func(id int64) bool {
	if len(p.Continues) == 0 {
		return nil
	}
	return func(id int64) bool {
		for _, o := range w.Orgs {
			if o.Before.Owned[id] {
				return true
			}
		}
		return false
	}
}
