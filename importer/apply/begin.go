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

// NoteLinks writes down which contact is which row's, where that is new.
func (w *Recorder) NoteLinks(ctx context.Context, p *plan.Plan) error {
	linked := check.RowsOf(p.Links).And(func(seq int) bool { return p.Do(seq) == plan.Exists })
	for row, err := range p.Rows.Rows(ctx, linked) {
		if err != nil {
			return err
		}
		link := p.Links[row.Seq]
		c, err := p.Change(row, plan.Attempts{})
		if err != nil {
			return err
		}
		c.Action = outcome.None
		noted := ledger.Result{
			Status: outcome.Exists, At: time.Now(), Receipt: outcome.Receipt{Effect: outcome.EffectNone, ContactID: link.Contact},
		}
		if link.Adopt {
			noted.Notes = []outcome.Note{{Code: outcome.CodeAdopted}}
		}
		if err := w.Note(ctx, c, noted); err != nil {
			return err
		}
	}
	return nil
}

// SaveAgreed writes down what file and portal agree on. It costs no request.
func (w *Recorder) SaveAgreed(ctx context.Context, p *plan.Plan, world *plan.World) error {
	for _, org := range world.Numbers() {
		if agreed := p.Agreed[org]; len(agreed) > 0 {
			if err := w.Book.SaveFieldHashes(context.WithoutCancel(ctx), w.Run, world.Orgs[org].Scope, agreed); err != nil {
				return ledger.Unwritable(err)
			}
		}
	}
	return nil
}
