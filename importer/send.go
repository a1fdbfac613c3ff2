package importer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/contactsync/contactsync/importer/apply"
	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/settle"
)

// send is the second pass: the rows that are to be sent are read again and sent, with back-pressure up to the file. Rows
// whose answers were lost are looked for, and those that are not there are sent once more, until nothing is pending.
func (r *run) send(stop, abort context.Context) error {
	if err := r.beginRun(); err != nil {
		return err
	}
	if err := r.noteAssociations(); err != nil {
		return err
	}
	if err := r.showAgreed(); err != nil {
		return err
	}
	if err := r.removeEarlierTwins(stop); err != nil {
		return err
	}
	if r.writes() == 0 && len(r.continues) == 0 {
		return nil
	}
	w := &recorder{run: r}
	runner := &apply.Runner{
		API: r.API, Ledger: w, Concurrency: r.Concurrency, Log: r.Log,
		MaxFailures: max(r.MaxFailures.Of(r.writes()), r.leastFailures()),
		Done:        func(s outcome.Status) { r.Progress.Row(s) },
		Doubt:       r.doubt,
	}
	err := r.rounds(stop, abort, runner, w)
	if flushErr := r.Ledger.Flush(context.WithoutCancel(r.quit)); flushErr != nil && err == nil {
		err = ledger.Unwritable(flushErr)
	}
	if err == nil {
		err = r.verify(stop)
	}
	return err
}

// beginRun tells the ledger what the run goes on with, and what there was before its first write.
func (r *run) beginRun() error {
	var continues []string
	for _, i := range slices.Sorted(maps.Keys(r.continues)) {
		continues = append(continues, r.runs.Run(i).ID)
	}
	if err := r.Ledger.Continue(r.quit, r.About.ID, continues...); err != nil {
		return ledger.Unwritable(err)
	}
	for _, org := range r.orgs() {
		t := r.territories[org]
		if err := r.Ledger.Baseline(r.quit, r.About.ID, t.scope, t.ids); err != nil {
			return ledger.Unwritable(err)
		}
	}
	for part := range slices.Chunk(r.carried, carriedAtOnce) {
		if err := r.Ledger.Resume(r.quit, r.About.ID, part); err != nil {
			return ledger.Unwritable(err)
		}
	}
	r.tookOver = true
	return nil
}

// carriedAtOnce is how many rows are carried over in one commit.
const carriedAtOnce = 4096

// fewFailures is how many failed rows never stop a run, unless the user counted them: a share of few rows means little.
const fewFailures = 10

func (r *run) leastFailures() int {
	if r.MaxFailures.IsPercent() {
		return fewFailures
	}
	return 0
}

// changes yields the rows that are to be sent.
func (r *run) changes(stop context.Context, wanted check.Selection) iter.Seq2[apply.Change, error] {
	return func(yield func(apply.Change, error) bool) {
		for row, err := range r.checker.Rows(r.quit, wanted) {
			if err == nil {
				err = r.pace(stop)
			}
			if err != nil {
				yield(apply.Change{}, err)
				return
			}
			if overtaken, err := r.overtaken(row); err != nil {
				yield(apply.Change{}, err)
				return
			} else if overtaken {
				continue
			}
			c, err := r.change(row), error(nil)
			if r.verdicts[row.Seq] == update {
				c, err = r.updateOf(row)
			}
			if !yield(c, err) || err != nil {
				return
			}
		}
	}
}

// change is what is to be done for a row.
func (r *run) change(row *check.Row) apply.Change {
	before := r.prior[row.Seq]
	return apply.Change{
		External: r.external(row),
		Seq:      row.Seq, Org: row.Org, Action: outcome.Create, Contact: row.Checked.Contact,
		Fingerprint: contact.FingerprintOf(r.key(), row.Checked.Contact, row.Keys),
		Attempts:    before.attempts, Unclear: before.unclear,
	}
}

// recorder writes what the runner does into the ledger, without the contact's values.
type recorder struct{ *run }

func (w *recorder) Intend(ctx context.Context, c apply.Change, attempt int) error {
	w.beginAttempt(c)
	return w.intend(ctx, w.intent(c, attempt))
}

func (w *recorder) intend(ctx context.Context, i ledger.Intent) error {
	err := w.Ledger.Intend(ctx, i)
	if taken, ok := errors.AsType[*ledger.TakenOverError](err); ok {
		return ledger.TakenOver(taken)
	}
	return err
}

// beginAttempt takes note of what was known when a create left.
func (w *recorder) beginAttempt(c apply.Change) {
	if t := w.territories[c.Org]; c.Action == outcome.Create {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.naming.begin(c.Seq)
	}
}

func (w *recorder) intent(c apply.Change, attempt int) ledger.Intent {
	// Rows of equal content are twins, and only the first of them is sent: its occurrence is 0. Two contacts that are
	// deleted may be equal; their ids tell them apart, and from the row that they are equal to.
	occurrence := 0
	if c.Action == outcome.Delete {
		occurrence = int(c.Target & math.MaxInt32)
	}
	return ledger.Intent{
		Run: w.About.ID, Seq: c.Seq, Action: c.Action, Attempt: attempt, Unclear: c.Unclear, Target: c.Target, At: time.Now(),
		External: c.External, Before: c.Image, After: c.Becomes, Fields: contact.MaskOf(c.Fields...),
		Row: ledger.RowKey{
			Scope: ledger.Scope{Host: w.Host, Org: c.Org}, Fingerprint: c.Fingerprint,
			Occurrence: occurrence,
		},
	}
}

func (w *recorder) Settle(ctx context.Context, c apply.Change, o outcome.Outcome) error {
	result := ledger.Result{Status: o.Status, Receipt: o.Receipt, At: time.Now()}
	if len(o.Problems) > 0 {
		p := o.Problems[0]
		result.Field, result.Code, result.Detail = p.Field, p.Code, mask(p.Message, c.Contact)
	}
	t := w.territories[c.Org]
	if o.Status == outcome.Updated && w.adopts(t, c.Target) {
		result.Notes = []outcome.Note{{Code: outcome.CodeAdopted}}
	}
	if o.Status == outcome.Created {
		w.noteCreated(t, c, o.Receipt.ContactID, result.At)
	}
	return w.Ledger.Record(ctx, w.About.ID, c.Seq, result)
}

// noteCreated takes note of a contact that this run has made; id is 0 if its answer did not tell.
func (w *recorder) noteCreated(t *territory, c apply.Change, id int64, at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if id == 0 {
		t.nameless = append(t.nameless, settle.InDoubt{
			Run: w.About.ID, Seq: c.Seq, Org: c.Org, Made: true, Attempts: 1 + c.Unclear, Fingerprint: c.Fingerprint,
			Before: func(id int64) bool { return t.listed[id] },
		})
		return
	}
	t.witnesses = append(t.witnesses, history.Witness{ID: id, At: at})
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
