package result

import (
	"maps"
	"slices"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/report"
)

// Summarise adds to a summary what only a run over inputs has.
func (c Counts) Summarise(s *report.Summary, p *plan.Plan, w *plan.World) {
	if n := len(p.Continues); n > 0 {
		s.ResumedFrom = w.Runs.Run(p.Continues[n-1]).ID
	}
	s.Orphans, s.PairsLeftOut, s.Adopted = p.Orphans, c.PairsLeftOut, c.Adopted
	s.Organisations = organisations(w, c.ByOrg)
	pruned := report.PruneSummary{Changed: len(p.Kept) + p.DeletesChanged(), Kept: len(p.Kept), Waiting: len(p.Waiting)}
	if pruned != (report.PruneSummary{}) {
		s.Prune = &pruned
	}
	for i, in := range p.Inputs {
		sum := inputOf(in, p.Columns.Unmapped(i))
		sum.SharedIDs = sharedIDsOf(p, i)
		s.Inputs = append(s.Inputs, sum)
	}
}

func organisations(w *plan.World, byOrg map[int64]*report.Counts) []report.OrganisationSummary {
	var all []report.OrganisationSummary
	for _, org := range slices.Sorted(maps.Keys(byOrg)) {
		s := report.OrganisationSummary{OrgID: org, Rows: *byOrg[org]}
		if o := w.Orgs[org]; o != nil {
			s.Name = o.Name
		}
		all = append(all, s)
	}
	return all
}

func inputOf(in check.Input, unmapped map[string]int) report.InputSummary {
	d := in.Source.Detected()
	sum, rows := in.Source.Sum()
	s := report.InputSummary{
		Source: in.Name, SHA256: sum, Rows: rows, Format: d.Format, Encoding: d.Encoding, Delimiter: d.Separator(),
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

// sharedIDsOf tells of an input's column of ids that is used although people share many of its values; nil: there is
// nothing to tell.
func sharedIDsOf(p *plan.Plan, input int) *report.SharedIDs {
	columns, tally, shared := p.SharedIDs(input)
	if !shared {
		return nil
	}
	return &report.SharedIDs{Column: columns, Values: tally.Values, Shared: tally.Shared}
}

// SharedIDs tells of columns of ids that are used although people share many of their values.
func SharedIDs(p *plan.Plan) []report.SharedIDs {
	var all []report.SharedIDs
	for i := range p.Inputs {
		if shared := sharedIDsOf(p, i); shared != nil {
			all = append(all, *shared)
		}
	}
	return all
}
