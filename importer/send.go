package importer

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/contactsync/contactsync/importer/apply"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/plan"
)

// send is the second pass: the rows that are to be sent are read again and sent, with back-pressure up to the file.
func (r *run) send(stop, abort context.Context) error {
	if err := r.Ledger.Begin(r.quit, r.About); err != nil {
		return ledgerUnwritable(err)
	}
	r.begun = true
	for _, org := range r.orgs() {
		t := r.territories[org]
		if err := r.Ledger.Baseline(r.quit, r.About.ID, t.scope, t.ids); err != nil {
			return ledgerUnwritable(err)
		}
	}
	r.Progress.Start(PassSend, r.counts[create])
	defer r.Progress.End()
	runner := &apply.Runner{
		API:         r.API,
		Ledger:      &recorder{ledger: r.Ledger, run: r.About.ID, host: r.Host},
		Concurrency: r.Concurrency,
		MaxFailures: max(r.MaxFailures.Of(r.counts[create]), r.leastFailures()),
		Done:        func(s plan.Status) { r.Progress.Row(s) },
		Log:         r.Log,
	}
	err := runner.Run(stop, abort, r.changes())
	if flushErr := r.Ledger.Flush(context.WithoutCancel(r.quit)); flushErr != nil && err == nil {
		err = ledgerUnwritable(flushErr)
	}
	return err
}

// fewFailures is how many failed rows never stop a run, unless the user counted them: a share of few rows means little.
const fewFailures = 10

func (r *run) leastFailures() int {
	if r.MaxFailures.IsPercent() {
		return fewFailures
	}
	return 0
}

// changes yields the rows that are to be sent.
func (r *run) changes() iter.Seq2[apply.Change, error] {
	return func(yield func(apply.Change, error) bool) {
		for row, err := range r.checker.check(r.quit, r.toSend) {
			if err != nil {
				yield(apply.Change{}, err)
				return
			}
			c := apply.Change{
				Seq: row.seq, Org: row.org, Action: plan.Create,
				Contact: row.checked.Contact, Content: row.keys.Content, Key: row.keys.Primary,
			}
			if !yield(c, nil) {
				return
			}
		}
	}
}

func ledgerUnwritable(err error) error {
	return &plan.StopError{
		Cause: plan.CauseLedger, Message: "the ledger could not be written",
		Hint: "no request may leave before its intent is on disk: mend what the message names, or choose another place with --state",
		Err:  err,
	}
}

// recorder writes what the runner does into the ledger, without the contact's values.
type recorder struct {
	ledger ledger.Ledger
	run    string
	host   string
}

func (w *recorder) Intend(ctx context.Context, c apply.Change, attempt int) error {
	return w.ledger.Intend(ctx, ledger.Intent{
		Run: w.run, Seq: c.Seq, Action: c.Action, Attempt: attempt, At: time.Now(),
		// Rows of equal content are twins, and only the first of them is sent: its occurrence is 0.
		Row: ledger.RowKey{Scope: ledger.Scope{Host: w.host, Org: c.Org}, Content: c.Content, Key: c.Key},
	})
}

func (w *recorder) Settle(ctx context.Context, c apply.Change, o plan.Outcome) error {
	result := ledger.Result{Status: o.Status, Receipt: o.Receipt, At: time.Now()}
	if len(o.Problems) > 0 {
		p := o.Problems[0]
		result.Field, result.Code, result.Detail = p.Field, p.Code, mask(p.Message, c.Contact)
	}
	return w.ledger.Settle(ctx, w.run, c.Seq, result)
}

// mask replaces the contact's own values in the API's words by the names of their fields, in braces; unmask puts them
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

func unmask(text string, c contact.Contact) string {
	for _, f := range contact.Fields() {
		if v := c.Value(f); v != "" {
			text = strings.ReplaceAll(text, placeholder(f), v)
		}
	}
	return text
}

func placeholder(f contact.Field) string { return fmt.Sprintf("{%s}", f) }
