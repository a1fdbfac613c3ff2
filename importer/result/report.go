// Package result joins each row with what was decided for it and with what the ledger has of it, and says in words how it ended.
package result

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strconv"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/dedupe"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/report"
)

// ContactWriter takes the contacts of the rows that were accepted, in input order.
type ContactWriter interface {
	Write(c contact.Contact, org int64, externalID string) error
}

// Report is the last pass: every row is read again and joined with its outcome, in input order. What it writes depends on
// the input, the options and the ledger only, not on the order in which answers came. Its fields are set before Write.
type Report struct {
	Plan  *plan.Plan
	World *plan.World
	// Outcomes are what the ledger has of this run, by row.
	Outcomes iter.Seq2[ledger.Attempt, error]
	// OwnID is a row's own id, by its hash, as far as the ledger keeps it; empty: it does not.
	OwnID func(hash contact.Hash) (string, error)
	// Notes are what was found out of the contacts of rows that earlier runs made, by organisation and content.
	Notes func(org int64, content contact.Hash) []outcome.Note
	// Offline tells that there is no API, DryRun that nothing was to be sent, and OnDuplicate which row of several counts.
	Offline, DryRun bool
	OnDuplicate     dedupe.OnDuplicate
	// RemovesLate tells that contacts which stand twice were to be deleted.
	RemovesLate bool
	// Stored is what the service has made of what was sent.
	Stored outcome.Stored
	// TookOver tells that what earlier runs did has been taken over.
	TookOver bool
	// Stopped is why the run ended before its rows did; nil if it did not.
	Stopped error
	// Accepted takes the accepted contacts; nil: nobody wants them.
	Accepted ContactWriter
	// See is told the status of each row.
	See func(outcome.Status)
}

// Counts are how rows, and contacts without one, ended.
type Counts struct {
	Rows  report.Counts
	ByOrg map[int64]*report.Counts
	// Late tells that a contact stands twice because of us.
	Late bool
	// Adopted counts the contacts that belong to the job from now on.
	Adopted int
	// PairsLeftOut counts the pairs of rows that are too many to be listed.
	PairsLeftOut int
	// Stopped is why the run ended: the report's, or that the input changed while it was read for the report.
	Stopped error
}

func (c *Counts) add(org int64, s outcome.Status) {
	c.Rows.Add(s)
	if org == 0 {
		return
	}
	if c.ByOrg[org] == nil {
		c.ByOrg[org] = &report.Counts{}
	}
	c.ByOrg[org].Add(s)
}

// writing is one Write.
type writing struct {
	in         *Report
	ends       []shared // by row
	unreadable *check.Unreadable
	counts     Counts
}

// Write writes the rows, the contacts that were to be deleted, and the pairs of rows that have to do with each other.
func (r *Report) Write(ctx context.Context, set *report.Set) (Counts, error) {
	p := r.Plan
	w := &writing{
		in: r, ends: make([]shared, max(p.Len()+1, int(p.Groups.Rows())+1)),
		unreadable: &check.Unreadable{Last: func(input int) int { return p.Names.Last(input, p.Len()) }},
		counts:     Counts{ByOrg: map[int64]*report.Counts{}, Stopped: r.Stopped},
	}
	if err := w.foresee(); err != nil {
		return w.counts, err
	}
	next, done := iter.Pull2(r.Outcomes)
	defer done()
	join := &joined{next: next}
	join.advance()
	if err := w.rows(ctx, set, join); err != nil {
		return w.counts, err
	}
	if changed := w.unreadable.Err(); changed != nil && w.counts.Stopped == nil {
		w.counts.Stopped = check.Changed(changed)
	}
	for _, d := range w.deletes() {
		mine, err := join.of(d.Seq)
		if err != nil {
			return w.counts, err
		}
		if err := w.writeDelete(set, d, mine); err != nil {
			return w.counts, err
		}
	}
	for _, d := range p.LetGo {
		mine, err := join.of(d.Seq)
		if err != nil {
			return w.counts, err
		}
		if err := w.writeLetGo(set, d, mine); err != nil {
			return w.counts, err
		}
	}
	for _, d := range p.Kept {
		if err := w.writeKept(set, d); err != nil {
			return w.counts, err
		}
	}
	for _, d := range p.Waiting {
		if err := w.writeWaiting(set, d); err != nil {
			return w.counts, err
		}
	}
	for _, u := range p.Unseen {
		if err := w.writeUnseen(set, u); err != nil {
			return w.counts, err
		}
	}
	return w.counts, w.pairs(set)
}

func (w *writing) rows(ctx context.Context, set *report.Set, join *joined) error {
	p := w.in.Plan
	rows := *p.Rows
	rows.Unreadable = w.unreadable
	for row, err := range rows.Rows(ctx, check.Selection{}) {
		if err != nil {
			return err
		}
		if row.Seq > p.Len() {
			break // the first pass ended here, and what changed since is as it was again
		}
		mine, err := join.ofRow(row.Seq)
		if err != nil {
			return err
		}
		became, err := w.outcome(ctx, row, mine)
		if err != nil {
			return err
		}
		w.ends[row.Seq] = sharedBy(became.Status)
		w.counts.add(row.Org, became.Status)
		if w.in.Accepted != nil && became.Status == outcome.Valid && !row.Unreadable() {
			if err := w.in.Accepted.Write(row.Checked.Contact, row.Checked.Org, row.Checked.ExternalID); err != nil {
				return err
			}
		}
		if err := set.Write(w.reportRow(row, became)); err != nil {
			return err
		}
		w.in.See(became.Status)
	}
	return nil
}

// joined gives the ledger's outcomes as rows ask for them, both in the order of rows.
type joined struct {
	next    func() (ledger.Attempt, error, bool)
	attempt ledger.Attempt
	err     error
	more    bool
}

func (j *joined) advance() { j.attempt, j.err, j.more = j.next() }

// of returns the outcome of a change; nil if the ledger has none. What stands before it is passed over.
func (j *joined) of(seq int) (*ledger.Attempt, error) {
	for j.more && j.err == nil && j.attempt.Seq < seq {
		j.advance()
	}
	if j.err != nil {
		return nil, ledger.Unreadable(j.err)
	}
	if !j.more || j.attempt.Seq != seq {
		return nil, nil
	}
	mine := j.attempt
	return &mine, nil
}

// ofRow is of, for rows: each of them is asked for, so that nothing may stand before it.
func (j *joined) ofRow(seq int) (*ledger.Attempt, error) {
	if j.more && j.err == nil && j.attempt.Seq < seq {
		return nil, fmt.Errorf("the ledger has an outcome of row %d that was never sent", j.attempt.Seq)
	}
	mine, err := j.of(seq)
	if mine != nil {
		j.advance()
		if j.err != nil {
			return nil, ledger.Unreadable(j.err)
		}
	}
	return mine, err
}

// shared is how a row ended, as far as its duplicates share it: one byte, for files of many millions of rows.
type shared uint8

// sharedStatuses are those that a duplicate takes over; they count from 1.
func sharedStatuses() []outcome.Status {
	return []outcome.Status{outcome.Failed, outcome.Uncertain, outcome.NotAttempted}
}

func sharedBy(s outcome.Status) shared { return shared(1 + slices.Index(sharedStatuses(), s)) }

func (s shared) status() outcome.Status {
	if s == 0 {
		return ""
	}
	return sharedStatuses()[s-1]
}

// foresee finds out how rows end whose duplicates stand before them, so far as a duplicate shares that.
func (w *writing) foresee() error {
	if w.in.OnDuplicate != dedupe.KeepLast {
		return nil
	}
	p := w.in.Plan
	for seq := 1; seq <= p.Len(); seq++ {
		switch p.Do(seq) {
		case plan.NotVisible, plan.Ambiguous, plan.Conflicting, plan.GoneInDispute, plan.OtherPerson, plan.Moved:
			w.ends[seq] = sharedBy(outcome.Failed)
		case plan.InDoubt:
			w.ends[seq] = sharedBy(outcome.Uncertain)
		case plan.Resumed, plan.Update, plan.Create:
			w.ends[seq] = sharedBy(w.unsent())
		}
	}
	for seq := p.Len() + 1; p.Cut && seq < len(w.ends); seq++ {
		w.ends[seq] = sharedBy(w.unsent()) // counts in the place of a row that was read, and has not been read again
	}
	for a, err := range w.in.Outcomes {
		switch {
		case err != nil:
			return ledger.Unreadable(err)
		case a.Seq >= len(w.ends):
		case a.Result == nil:
			w.ends[a.Seq] = sharedBy(outcome.Uncertain)
		default:
			w.ends[a.Seq] = sharedBy(a.Result.Status)
		}
	}
	return nil
}

// unsent is how a row ended that was to be sent, and of which the ledger knows nothing.
func (w *writing) unsent() outcome.Status {
	switch {
	case w.in.Offline:
		return outcome.Valid
	case w.in.DryRun && w.counts.Stopped == nil:
		return outcome.Planned
	}
	return outcome.NotAttempted
}

// reportRow is a row as the report takes it.
func (w *writing) reportRow(row *check.Row, o outcome.Outcome) report.Row {
	p := w.in.Plan
	in := p.Inputs[row.Input]
	out := report.Row{
		Input: row.Input, Source: in.Name, Row: row.Source.Number, Line: row.Source.Line,
		OrgID: row.Org, ExternalID: row.Checked.ExternalID, Action: o.Action, Status: o.Status,
		ContactID: o.Receipt.ContactID, Attempts: o.Receipt.Attempts, HTTPStatus: o.Receipt.HTTPStatus,
		RequestID: o.Receipt.RequestID, CloudFrontID: o.Receipt.CloudFrontID,
		Problems: o.Problems, Warnings: o.Warnings, Changes: o.Changes, Cells: in.Source.Returned(row.Source), Raw: row.Source.Raw,
	}
	if first := p.Groups.DuplicateOf(uint32(row.Seq)); first != 0 {
		out.DuplicateOf, out.DuplicateKind = p.Names.Of(first), "exact"
	} else if other := p.Groups.RelatedTo(uint32(row.Seq)); other != 0 {
		out.DuplicateOf, out.DuplicateKind = p.Names.Of(other), "related"
		out.Warnings = append(out.Warnings, contact.Problem{
			Code:    outcome.CodeRelated,
			Message: "has the same key as row " + p.Names.Of(other) + " and a clearly different name: both are kept",
		})
	} else if len(row.Found.Related) > 0 {
		out.DuplicateOf, out.DuplicateKind = strconv.FormatInt(row.Found.Related[0], 10), "related"
	}
	return out
}

// pairs writes the pairs of rows that have to do with each other. With one input rows have its numbers, with
// several they are counted through all of them.
func (w *writing) pairs(set *report.Set) error {
	p := w.in.Plan
	for pair := range p.Groups.Pairs(func(n int) { w.counts.PairsLeftOut = n }) {
		out := report.Pair{
			Group: p.Names.Number(pair.Group), RowA: p.Names.Number(pair.A), RowB: p.Names.Number(pair.B),
			Kind: "exact", Score: 1, Reasons: []string{"equal in the key, names fit"},
		}
		if pair.Related {
			out.Kind, out.Score = "related", 0
			out.Reasons = []string{"equal in the key, names clearly differ"}
		}
		if err := set.WritePair(out); err != nil {
			return err
		}
	}
	return nil
}
