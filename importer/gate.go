package importer

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/stop"
	"github.com/contactsync/contactsync/report"
)

// Preview is what a run is about to do, shown before it does it.
type Preview struct {
	// Organisations are those of the run, Existing how many contacts each of them has.
	Organisations []remote.Organisation
	Existing      []int
	Inputs        []check.Input
	Rows          int
	// Invalid, Duplicates, Exists and Creates count rows; Continued those that the run which is continued has seen to and
	// the contacts that it has deleted; Unclear rows that stay unsent because nobody knows what became of them.
	Invalid, Duplicates, Exists, Creates, Continued, Unclear int
	// Updates, Failed and Gone count rows too, Deletes contacts that no row has any more; Unpruned says why none of those
	// is deleted although it was asked for.
	Updates, Failed, Gone, Deletes int
	Unpruned                       string
	// NewJob is the job's name, if the ledger knows no run of it: then nothing guards how many contacts are made.
	NewJob string
	// SharedIDs tells of columns of ids that are used all the same although people share many of their values.
	SharedIDs []report.SharedIDs
	// Changes are the first of what is to be done, of each kind.
	Changes []PlannedChange
	// First is the first contact that would be created; zero if there is none.
	First contact.Contact
	// Duration is how long the creates take at least under the request budget.
	Duration time.Duration
	DryRun   bool
}

// guard decides, at the end of the first pass, whether anything may be sent. Nothing has been sent yet, and every
// refusal before the first write is made here.
func (r *run) guard() error {
	rows := r.inputRows()
	if r.withTypeID == 0 && r.withoutTypeID > 0 {
		return r.noTypeID()
	}
	if err := r.guardInvalid(); err != nil {
		return err
	}
	if err := r.guardDeletes(); err != nil {
		return err
	}
	if n := r.counts[create]; r.maxCreates().Exceeded(n, rows) {
		return &stop.Error{
			Cause: stop.CauseGuard, Flag: "max-creates", Figure: strconv.Itoa(n),
			Message: fmt.Sprintf("%d of %d rows would be created, more than --max-creates %s allows; nothing was sent", n, rows, r.maxCreates()),
			Hint:    "if so many new contacts are right, let them pass once with a higher --max-creates",
		}
	}
	return nil
}

// needRows refuses a range of rows that no input reaches: a run of nothing would end well.
func (r *run) needRows() error {
	if r.Rows.To == 0 || len(r.verdicts) > 1 || r.inputRows() == 0 {
		return nil
	}
	most := 0
	for _, in := range r.Inputs {
		_, rows := in.Source.Sum()
		most = max(most, rows)
	}
	return &stop.UsageError{
		Message: fmt.Sprintf("--rows %d-%d: the longest input has %d rows", r.Rows.From, r.Rows.To, most), Hint: "give rows that there are",
	}
}

// tellShort tells which of several inputs end before the range of rows that the run takes.
func (r *run) tellShort() {
	for i, in := range r.Inputs {
		if _, rows := in.Source.Sum(); r.Rows.To != 0 && !r.names.HasRows(i) && !r.cut && rows > 0 {
			r.Log.Warn().Int("input", i+1).Int("rows", rows).Int("from", r.Rows.From).
				Msg("an input has fewer rows than --rows begins with, so that none of it is taken")
		}
	}
}

// inputRows is how many rows the inputs have, also those that --rows leaves out: a trial of one new row is not the whole
// file anew.
func (r *run) inputRows() int {
	if r.Rows.To == 0 {
		return len(r.verdicts) - 1
	}
	n := 0
	for _, in := range r.Inputs {
		_, rows := in.Source.Sum()
		n += rows
	}
	return max(n, len(r.verdicts)-1)
}

// maxCreates is the user's limit, else half of the rows once the job has a good run behind it: a renamed column, another
// --type or a lost ledger must not make everybody anew.
func (r *run) maxCreates() plan.Limit {
	if r.MaxCreates.IsSet() || r.About.Job == "" || r.About.Simulated { // a simulator has nothing of what real runs made
		return r.MaxCreates
	}
	if r.runs.HasGoodRun() {
		return plan.HalfOfRows()
	}
	return r.MaxCreates
}

// guardInvalid stops a run with more invalid rows than the user bears.
func (r *run) guardInvalid() error {
	n, rows := r.counts[invalid], len(r.verdicts)-1
	if !r.MaxInvalid.Exceeded(n, rows) {
		return nil
	}
	return &stop.Error{
		Cause: stop.CauseGuard, Flag: "max-invalid", Figure: strconv.Itoa(n),
		Message: fmt.Sprintf("%d of %d rows are invalid, more than --max-invalid %s allows; nothing was sent", n, rows, r.MaxInvalid),
		Hint:    "correct the rows in rejects.csv, or let so many pass once with a higher --max-invalid",
	}
}

// noTypeID tells of a run in which no row's contact type has a number. The API documents the names only.
func (r *run) noTypeID() error {
	known := "no contact there has a type yet"
	var names []string
	for _, t := range r.types {
		names = append(names, fmt.Sprintf("%q (%d)", t.Name, t.ID))
	}
	if len(names) > 0 {
		known = "the types with a known id are " + strings.Join(names, ", ")
	}
	return &stop.UsageError{
		Message: "the id of the rows' contact type is not known: the API does not document it, and " + known,
		Hint: "either give it with --type-id NAME=ID (for example --type-id \"Technical=2\"), or make one contact of that type " +
			"in the portal and run this command again: the id is then learned from it",
	}
}

// confirm shows what is to be done and asks for leave, where somebody is there to be asked.
func (r *run) confirm(ctx context.Context) error {
	if r.Confirm == nil {
		return nil
	}
	p, err := r.preview()
	if err != nil {
		return err
	}
	return r.askLeave(ctx, p)
}

func (r *run) askLeave(ctx context.Context, p Preview) error {
	yes, err := r.Confirm(ctx, p)
	if err != nil {
		return err
	}
	if !yes {
		return &stop.Error{
			Cause: stop.CauseInterrupted, Message: "not confirmed; nothing was sent",
			Hint: "run the same command again and answer yes, or give --yes",
		}
	}
	return nil
}

func (r *run) preview() (Preview, error) {
	p := Preview{
		Inputs: r.Inputs, Rows: len(r.verdicts) - 1, DryRun: r.DryRun,
		Invalid: r.counts[invalid], Duplicates: r.counts[twin], Creates: r.counts[create],
		Exists: r.counts[exists] + r.counts[known], Continued: r.counts[carried] + len(r.deleted), Unclear: r.counts[blocked],
		Updates: r.counts[update], Failed: r.counts[ambiguous] + r.counts[conflicting] + r.counts[stranger] + r.counts[unseen], Gone: r.counts[gone],
		Deletes:  len(r.deletions),
		Duration: r.forecast(),
	}
	for i := range r.Inputs {
		if shared := r.sharedIDs(i); shared != nil {
			p.SharedIDs = append(p.SharedIDs, *shared)
		}
	}
	for _, org := range r.orgs() {
		p.Organisations = append(p.Organisations, remote.Organisation{ID: org, Name: r.territories[org].name})
		p.Existing = append(p.Existing, len(r.territories[org].ids))
	}
	if r.Sync != nil && r.Sync.Prune {
		p.Unpruned = r.shield.refused
	}
	if r.runs.IsNew() {
		p.NewJob = r.About.Job
	}
	return p, r.previewChanges(&p)
}

// forecast tells how long the creates take at least from now on.
func (r *run) forecast() time.Duration {
	writes := r.writes()
	if r.Forecast == nil || writes == 0 {
		return 0
	}
	return r.Forecast(writes)
}

// writes counts the requests that change something, if all goes well.
func (r *run) writes() int {
	return r.counts[create] + r.counts[update] + len(r.deletions)
}

func quotedList(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = fmt.Sprintf("%q", n)
	}
	return strings.Join(quoted, ", ")
}
