package importer

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"

	"github.com/contactsync/contactsync/importer/source"
	"github.com/contactsync/contactsync/report"
)

// ReportError says that the report could not be written. What was sent stands in the ledger.
type ReportError struct{ Err error }

func (e *ReportError) Error() string { return "writing the report: " + e.Err.Error() }

// Unwrap returns the cause.
func (e *ReportError) Unwrap() error { return e.Err }

// Hint says what to do now.
func (e *ReportError) Hint() string {
	return "make the report folder writable, or give another --report-dir, and run the same command again"
}

// MovedReportError says that the report stands elsewhere, since its own folder could not take it any more. It does not
// unwrap to the cause: a folder that is another run's by now kept this run from nothing, unlike one that was so from the start.
type MovedReportError struct {
	From, To string
	Err      error
}

func (e *MovedReportError) Error() string {
	return fmt.Sprintf("the report is in %q, since it could not be written to %q any more: %s", e.To, e.From, e.Err)
}

// Hint says what to do now.
func (e *MovedReportError) Hint() string {
	return "all rows stand in it; for the next run make the report folder writable, or give another --report-dir"
}

// createReport makes the report's folder, after an earlier report has been moved away.
func (r *run) createReport() (*report.Set, error) {
	o := report.Options{Dir: r.About.ReportDir, RunID: r.About.ID}
	for _, in := range r.Inputs {
		d := in.Source.Detected()
		o.Inputs = append(o.Inputs, report.Input{
			Name: in.Source.Name(), Header: in.Source.RawHeader(), Delimiter: d.Delimiter, Newline: d.Newline,
			Encode: func(w io.Writer) (io.WriteCloser, error) { return in.Source.Encode(w), nil },
		})
	}
	set, err := report.Create(o)
	if err != nil {
		return nil, &ReportError{Err: err}
	}
	return set, nil
}

// close makes the last pass and completes the report.
func (r *run) close(set *report.Set) Result {
	return r.complete(set, func() error { return r.tell(set, r.Accepted) }, r.summary)
}

// complete is close for a run with a last pass and a summary of its own.
func (r *run) complete(set *report.Set, tell func() error, summary func(exit int) report.Summary) Result {
	moved, err := r.house(set)
	if err != nil {
		return r.unreported(set, err)
	}
	if err := tell(); err != nil {
		return r.unreported(set, err)
	}
	result := Result{Err: errors.Join(r.stopped, moved), ReportDir: set.Dir()}
	result.Rows, result.Twice, result.LeftAlone = r.ended, r.twice, r.leftAlone
	result.Tally, result.Unmapped = set.Tally(), r.columns.Values()
	if r.stopped == nil && !r.DryRun && r.held == 0 && r.ended.Of(outcome.NotAttempted) > 0 {
		return r.unreported(set, fmt.Errorf("%d rows were not sent, and nothing says why", r.ended.Of(outcome.NotAttempted)))
	}
	exit := r.ExitCode(result)
	result.Summary = summary(exit)
	if moved != nil {
		result.Summary.Stopped = result.Err.Error()
	}
	if err := set.Close(result.Summary); err != nil {
		return r.unreported(set, err)
	}
	return result
}

// house sees to it that the report has a folder to be written to, whatever has become of its own while the run sent: one
// that was taken away is made again, and for one that is another run's by now, or is closed, there are the spare ones.
// moved says that one of those has the report.
func (r *run) house(set *report.Set) (moved, err error) {
	if err := set.Prepare(); err != nil {
		return nil, err
	}
	own := r.claimFolder()
	if own == nil {
		own = set.Reopen(set.Dir())
	}
	if own == nil {
		return nil, nil
	}
	for _, spare := range r.Spare {
		from := set.Dir()
		if set.Reopen(spare) == nil {
			return &MovedReportError{From: from, To: spare, Err: own}, nil
		}
	}
	return nil, own
}

// unreported is the result of a run whose report could not be made.
func (r *run) unreported(set *report.Set, err error) Result {
	err = errors.Join(err, set.Abort())
	var changed *source.ChangedError
	if !errors.As(err, &changed) && r.quit.Err() == nil {
		err = &ReportError{Err: err}
	}
	return Result{Err: errors.Join(r.stopped, err)}
}

func (r *run) summary(exit int) report.Summary {
	s := report.Summary{
		Simulated: r.About.Simulated,
		RunID:     r.About.ID, Command: r.About.Command, Version: r.About.Version,
		Started: r.About.Started, Finished: time.Now(), ExitCode: exit, Rows: r.ended,
	}
	if r.stopped != nil {
		s.Stopped = r.stopped.Error()
	}
	s.PassSeconds = r.passTimes.seconds()
	s.ResumedFrom, s.Orphans, s.PairsLeftOut = r.resumedFrom(), r.orphans(), r.pairsLeftOut
	if r.Usage != nil {
		requests, waited := r.Usage()
		s.Requests, s.RateWaitSeconds = requests, waited.Seconds()
	}
	s.Organisations = r.organisationSummaries()
	for i, in := range r.Inputs {
		sum := inputSummary(in, r.columns.Unmapped(i))
		sum.SharedIDs = r.sharedIDs(i)
		s.Inputs = append(s.Inputs, sum)
	}
	return s
}

// countEnd counts how a row, or a contact without one, ended.
func (r *run) countEnd(org int64, s outcome.Status) {
	r.ended.Add(s)
	if org == 0 {
		return
	}
	if r.byOrg == nil {
		r.byOrg = map[int64]*report.Counts{}
	}
	if r.byOrg[org] == nil {
		r.byOrg[org] = &report.Counts{}
	}
	r.byOrg[org].Add(s)
}

func (r *run) organisationSummaries() []report.OrganisationSummary {
	var all []report.OrganisationSummary
	for _, org := range slices.Sorted(maps.Keys(r.byOrg)) {
		s := report.OrganisationSummary{OrgID: org, Rows: *r.byOrg[org]}
		if t := r.territories[org]; t != nil {
			s.Name = t.name
		}
		all = append(all, s)
	}
	return all
}

// resumedFrom is the latest run that this one goes on with.
func (r *run) resumedFrom() string {
	if len(r.continues) == 0 {
		return ""
	}
	return r.runs.Run(slices.Max(slices.Collect(maps.Keys(r.continues)))).ID
}

// orphans counts the unclear attempts of earlier runs whose row is no longer in the input.
func (r *run) orphans() int {
	n := 0
	if r.cut {
		return 0 // nobody has looked at all rows
	}
	for _, t := range r.territories {
		for _, a := range t.before.InDoubt {
			if a.Action == outcome.Create && !r.seen[a.Row.Content] && !r.leftOut[a.Row.Content] {
				n++
			}
		}
	}
	return n
}

func inputSummary(in check.Input, unmapped map[string]int) report.InputSummary {
	d := in.Source.Detected()
	sum, rows := in.Source.Sum()
	s := report.InputSummary{
		Source: in.Name, SHA256: sum, Rows: rows, Format: d.Format, Encoding: d.Encoding, Delimiter: string(d.Delimiter),
		Newline: d.NewlineName(), MixedNewlines: d.MixedNewlines, SepLine: d.SepLine,
		HeaderLine: d.HeaderLine, PreambleLines: d.Preamble, FooterRecords: d.Footer, BlankRows: d.BlankRows, Quoting: string(d.Quoting),
		Mapping: in.Mapping.Profile, Fields: map[string][]string{}, Unmapped: unmapped, UnmappedReasons: in.Mapping.Reasons,
		Change: string(in.Source.Change()),
	}
	s.Changed = s.Change != ""
	for f, columns := range in.Mapping.Inspect().Fields {
		s.Fields[string(f)] = columns
	}
	return s
}

// reportRow is a row as the report takes it.
func (r *run) reportRow(row *check.Row, o outcome.Outcome) report.Row {
	out := report.Row{
		Input: row.Input, Source: r.Inputs[row.Input].Name, Row: row.Source.Number, Line: row.Source.Line,
		OrgID: row.Org, ExternalID: row.Checked.ExternalID, Action: o.Action, Status: o.Status,
		ContactID: o.Receipt.ContactID, Attempts: o.Receipt.Attempts, HTTPStatus: o.Receipt.HTTPStatus,
		RequestID: o.Receipt.RequestID, CloudFrontID: o.Receipt.CloudFrontID,
		Problems: o.Problems, Warnings: o.Warnings, Changes: o.Changes, Cells: r.Inputs[row.Input].Source.Returned(row.Source), Raw: row.Source.Raw,
	}
	if twin := r.twins.DuplicateOf(uint32(row.Seq)); twin != 0 {
		out.DuplicateOf, out.DuplicateKind = r.names.Of(twin), "exact"
	} else if other := r.twins.RelatedTo(uint32(row.Seq)); other != 0 {
		out.DuplicateOf, out.DuplicateKind = r.names.Of(other), "related"
		out.Warnings = append(out.Warnings, contact.Problem{
			Code:    outcome.CodeRelated,
			Message: "has the same key as row " + r.names.Of(other) + " and a clearly different name: both are kept",
		})
	} else if len(row.Found.Related) > 0 {
		out.DuplicateOf, out.DuplicateKind = strconv.FormatInt(row.Found.Related[0], 10), "related"
	}
	return out
}

// tellPairs writes the pairs of rows that have to do with each other. With one input rows have its numbers, with
// several they are counted through all of them.
func (r *run) tellPairs(set *report.Set) error {
	number := r.names.Number
	for p := range r.twins.Pairs(func(n int) { r.pairsLeftOut = n }) {
		pair := report.Pair{
			Group: number(p.Group), RowA: number(p.A), RowB: number(p.B), Kind: "exact", Score: 1, Reasons: []string{"equal in the key, names fit"},
		}
		if p.Related {
			pair.Kind, pair.Score = "related", 0
			pair.Reasons = []string{"equal in the key, names clearly differ"}
		}
		if err := set.WritePair(pair); err != nil {
			return err
		}
	}
	return nil
}
