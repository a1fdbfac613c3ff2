package importer

import (
	"context"
	"time"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// noteAssociations writes down which contact is which row's, where that is new: by the row's own id, so that a row whose
// e-mail or name changes is still recognised, and for contacts that the job adopts.
func (r *run) noteAssociations() error {
	if len(r.associate) == 0 {
		return nil
	}
	ctx := context.WithoutCancel(r.quit)
	w := &recorder{run: r}
	wanted := check.RowsOf(r.associate).And(func(seq int) bool { return r.associate[seq] != 0 && r.verdicts[seq] == exists })
	for row, err := range r.checker.Rows(r.quit, wanted) {
		if err != nil {
			return err
		}
		c := r.change(row)
		c.Action = outcome.None
		if err := r.Ledger.Intend(ctx, w.intent(c, 0)); err != nil {
			return ledger.Unwritable(err)
		}
		result := ledger.Result{
			Status: outcome.Exists, At: time.Now(), Receipt: outcome.Receipt{Effect: outcome.EffectNone, ContactID: r.associate[row.Seq]},
		}
		if r.adopts(r.territories[row.Org], r.associate[row.Seq]) {
			result.Notes = []outcome.Note{{Code: outcome.CodeAdopted}}
		}
		if err := r.Ledger.Record(ctx, r.About.ID, row.Seq, result); err != nil {
			return ledger.Unwritable(err)
		}
	}
	return nil
}
