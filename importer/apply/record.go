package apply

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
)

// Book is what sending needs of the ledger.
type Book interface {
	Intend(ctx context.Context, i ledger.Intent) error
	Record(ctx context.Context, run string, seq int, r ledger.Result) error
	Continue(ctx context.Context, run string, earlier ...string) error
	Resume(ctx context.Context, run string, rows []ledger.Resumed) error
	Baseline(ctx context.Context, run string, s ledger.Scope, ids []int64) error
	SaveFieldHashes(ctx context.Context, run string, s ledger.Scope, hashes map[int64]contact.FieldHashes) error
	Hold(ctx context.Context, run string, s ledger.Scope, ids []int64) error
	KeepIDs(ctx context.Context, ids []ledger.KeptID) error
}

// Recorder writes what a run does into the ledger, without the contact's values.
type Recorder struct {
	Book Book
	// Run is the run's id, Host the API's.
	Run, Host string
}

// Intend notes, durably, that an attempt of a change is about to leave.
func (w *Recorder) Intend(ctx context.Context, c plan.Change, attempt int) error {
	err := w.Book.Intend(ctx, ledger.Intent{
		Run: w.Run, Seq: c.Seq, Action: c.Action, Attempt: attempt, Unclear: c.Unclear, Target: c.Target, At: time.Now(),
		Fields: contact.MaskOf(c.Fields...), Told: c.Told, External: c.External, Before: c.Image, After: c.Becomes,
		Row: ledger.RowKey{Scope: ledger.Scope{Host: w.Host, Org: c.Org}, Fingerprint: c.Fingerprint, Occurrence: c.Occurrence},
	})
	if taken, ok := errors.AsType[*ledger.TakenOverError](err); ok {
		return ledger.TakenOver(taken)
	}
	return err
}

// Record notes how a change ended, of which an attempt is noted. What is known is noted whatever has ended ctx.
func (w *Recorder) Record(ctx context.Context, seq int, r ledger.Result) error {
	return w.Book.Record(context.WithoutCancel(ctx), w.Run, seq, r)
}

// Note notes how a change ended for which nothing was sent now, whatever has ended ctx.
func (w *Recorder) Note(ctx context.Context, c plan.Change, r ledger.Result) error {
	ctx = context.WithoutCancel(ctx)
	if err := w.Intend(ctx, c, c.Attempts); err != nil {
		return ledger.Unwritable(err)
	}
	if err := w.Record(ctx, c.Seq, r); err != nil {
		return ledger.Unwritable(err)
	}
	return nil
}

// resultOf is an outcome as the ledger keeps it.
func resultOf(c plan.Change, o outcome.Outcome) ledger.Result {
	result := ledger.Result{Status: o.Status, Receipt: o.Receipt, At: time.Now()}
	if len(o.Problems) > 0 {
		p := o.Problems[0]
		result.Field, result.Code, result.Detail = p.Field, p.Code, mask(p.Message, c.Contact)
	}
	if code := c.Take.Code(); o.Status == outcome.Updated && code != "" {
		result.Notes = []outcome.Note{{Code: code}}
	}
	return result
}

// mask replaces the contact's own values in the API's words by the names of their fields, in braces; [Unmask] puts them
// back when the row is at hand again.
func mask(text string, c contact.Contact) string {
	fields := contact.Fields()
	slices.SortStableFunc(fields, func(a, b contact.Field) int { return cmp.Compare(len(c.Value(b)), len(c.Value(a))) })
	for _, f := range fields {
		if v := c.Value(f); len(v) > 1 { // a single letter is in every text
			text = strings.ReplaceAll(text, v, placeholder(f))
		}
	}
	return text
}

// Unmask puts the contact's values back into a text that the ledger has kept without them.
func Unmask(text string, c contact.Contact) string {
	for _, f := range contact.Fields() {
		if v := c.Value(f); v != "" {
			text = strings.ReplaceAll(text, placeholder(f), v)
		}
	}
	return text
}

func placeholder(f contact.Field) string { return fmt.Sprintf("{%s}", f) }
