package terminal

import (
	"fmt"
	"strings"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/question"
	"github.com/contactsync/contactsync/report"
)

// Taken is the run that an undo takes back, and what whoever named it as the last one should know.
type Taken struct {
	ledger.Run
	// Others are the jobs of other runs that could have been meant; the empty name stands for runs of no job.
	Others []string
	// Quiet tells that the run wrote nothing. Wrote is then the last one before it that did; nil: there is none.
	Quiet bool
	Wrote *ledger.Run
}

// ShowUndo tells what an undo is about to do.
func (s *Screen) ShowUndo(target Taken, p question.Preview, values bool) {
	w := s.sheet()
	showOrganisations(w, p)
	fmt.Fprintf(w, "Taking back run %s\n", named(target.Run))
	if len(target.Others) > 0 {
		others := make([]string, len(target.Others))
		for i, job := range target.Others {
			others[i] = OfJob(job)
		}
		fmt.Fprintf(w, "It is the last run of all; the ledger has runs %s too: --job means the last one of a job, an id any run.\n", strings.Join(others, " and "))
	}
	for _, c := range p.Changes {
		showChange(w, c, values)
	}
	if more := p.Creates + p.Updates + p.Deletes + p.Failed - len(p.Changes); more > 0 {
		fmt.Fprintf(w, "... and %d more, all of them in the report\n", more)
	}
	showCounts(w, Counted(p.Rows, "contact"), []count{{p.Deletes, "%d to delete", true}, {p.Updates, "%d to restore", true}, {p.Creates, "%d to make anew", true},
		{p.GivenBack, "%d to give back", false}, {p.Exists, "%d with nothing left to do", false}, {p.Continued, "%d done by the undo that is continued", false}, {p.Failed, "%d left alone", false},
		{p.Unclear, "%d unclear", false},
	})
	if p.Requests() > 0 {
		fmt.Fprintf(w, "Sending takes %s under the request budget.\n", atLeast(p.Duration))
	}
	switch {
	case target.Wrote != nil:
		fmt.Fprintf(w, "That run wrote nothing: there is nothing to take back. The last one that wrote something is run %s.\n", named(*target.Wrote))
	case target.Quiet:
		fmt.Fprintln(w, "That run wrote nothing, and neither did one before it: there is nothing to take back.")
	}
}

// named is a run with what a person knows it by.
func named(r ledger.Run) string {
	job := ""
	if r.Job != "" {
		job = " " + report.Visible(OfJob(r.Job))
	}
	return fmt.Sprintf("%s, the %s%s of %s", r.ID, r.Command, job, r.Started.UTC().Format("2006-01-02 15:04 UTC"))
}

// OfJob says whose a run is; empty is the name of no job.
func OfJob(job string) string {
	if job == "" {
		return "of no job"
	}
	return fmt.Sprintf("of the job %q", job)
}
