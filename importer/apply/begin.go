package apply

import (
	"context"
	"time"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
)

// resumedAtOnce is how many rows are taken over in one commit.
const resumedAtOnce = 4096

// Begin tells the ledger what the run goes on with, and what there was before its first write.
func (w *Recorder) Begin(ctx context.Context, world *plan.World, continues []int32, resumed []ledger.Resumed) error {
	var earlier []string
	for _, run := range continues {
		earlier = append(earlier, world.Runs.Run(run).ID)
	}
	if err := w.Book.Continue(ctx, w.Run, earlier...); err != nil {
		return ledger.Unwritable(err)
	}
	for _, org := range world.Numbers() {
		var ids []int64
		if now := world.Orgs[org].Now; now != nil {
			ids = now.IDs
		}
		if err := w.Book.Baseline(ctx, w.Run, world.Orgs[org].Scope, ids); err != nil {
			return ledger.Unwritable(err)
		}
	}
	for len(resumed) > 0 {
		part := resumed[:min(len(resumed), resumedAtOnce)]
		resumed = resumed[len(part):]
		if err := w.Book.Resume(ctx, w.Run, part); err != nil {
			return ledger.Unwritable(err)
		}
	}
	return nil
}

// NotePlan writes down what a plan says that costs no request: which contact is which row's and which ids rows have where that is new, what file and
// portal agree on, and which contacts the job has from now on. An input that lacks more of them than most allows does not tell
// that they are gone.
func (w *Recorder) NotePlan(ctx context.Context, p *plan.Plan, world *plan.World, most plan.Limit) error {
	if err := w.noteLinks(ctx, p); err != nil || !p.IsSync() {
		return err
	}
	if err := w.noteLetGo(ctx, p); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	for _, org := range world.Numbers() {
		o := world.Orgs[org]
		if agreed := p.Agreed[org]; len(agreed) > 0 {
			if err := w.Book.SaveFieldHashes(ctx, w.Run, o.Scope, agreed); err != nil {
				return ledger.Unwritable(err)
			}
		}
		if o.Refused != nil || !o.Before.OfJob() {
			continue
		}
		if err := w.Book.Hold(ctx, w.Run, o.Scope, p.Holds(org, most)); err != nil {
			return ledger.Unwritable(err)
		}
	}
	return nil
}

// idsAtOnce is how many ids are kept in one commit.
const idsAtOnce = 4096

// keepIDs keeps the rows' own ids by which contacts become known, before they do.
func (w *Recorder) keepIDs(ctx context.Context, p *plan.Plan) error {
	var ids []ledger.KeptID
	keep := func() error {
		if len(ids) == 0 {
			return nil
		}
		if err := w.Book.KeepIDs(context.WithoutCancel(ctx), ids); err != nil {
			return ledger.Unwritable(err)
		}
		ids = ids[:0]
		return nil
	}
	for row, err := range p.Rows.Rows(ctx, p.UnkeptIDs()) {
		if err != nil {
			return err
		}
		if ids = append(ids, p.KeptID(row)); len(ids) == idsAtOnce {
			if err := keep(); err != nil {
				return err
			}
		}
	}
	return keep()
}

func (w *Recorder) noteLinks(ctx context.Context, p *plan.Plan) error {
	if err := w.keepIDs(ctx, p); err != nil {
		return err
	}
	linked := check.RowsOf(p.Links).And(func(seq int) bool { return p.Do(seq) == plan.Exists })
	for row, err := range p.Rows.Rows(ctx, linked) {
		if err != nil {
			return err
		}
		c, err := p.Change(row, plan.Attempts{})
		if err != nil {
			return err
		}
		link := p.Links[row.Seq]
		if err := w.NoteOwned(ctx, c, link.Contact, link.Take.Code()); err != nil {
			return err
		}
	}
	return nil
}

// noteLetGo writes down which contacts are other jobs' alone from now on.
func (w *Recorder) noteLetGo(ctx context.Context, p *plan.Plan) error {
	for _, d := range p.LetGo {
		c, err := p.DeleteChange(d, plan.Attempts{})
		if err != nil {
			return err
		}
		c.Image = nil // nothing is done to it
		if err := w.NoteOwned(ctx, c, d.ID, outcome.CodeLetGo); err != nil {
			return err
		}
	}
	return nil
}

// NoteOwned writes down what becomes of whose a contact is, by the code of that; empty: it is the row's, and nothing else.
func (w *Recorder) NoteOwned(ctx context.Context, c plan.Change, id int64, code string) error {
	c.Action = outcome.None
	noted := ledger.Result{Status: outcome.Exists, At: time.Now(), Receipt: outcome.Receipt{Effect: outcome.EffectNone, ContactID: id}}
	if code != "" {
		noted.Notes = []outcome.Note{{Code: code}}
	}
	return w.Note(ctx, c, noted)
}
