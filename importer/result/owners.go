package result

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/report"
)

// takeWarnings tells how the contact of a row has come to belong to the run's job: as the ledger has it, or in a dry run as it is
// planned.
func (w *writing) takeWarnings(row *check.Row, id int64, mine *ledger.Attempt) []contact.Problem {
	code := ""
	switch {
	case mine != nil:
		code = history.OwnershipOf(*mine)
	case w.in.DryRun && w.counts.Stopped == nil:
		code = w.in.Plan.Take(row.Seq).Code()
	}
	others := Jobs(w.in.World.Orgs[row.Org].Before.TakenFrom(id))
	switch {
	case code == outcome.CodeAdopted && others != "":
		w.counts.Adopted++
		return []contact.Problem{adopted(id, "; until now it was that of job "+others)}
	case code == outcome.CodeAdopted:
		w.counts.Adopted++
		return []contact.Problem{adopted(id, "")}
	case code == outcome.CodeShared:
		return []contact.Problem{{
			Code: outcome.CodeShared, Message: fmt.Sprintf("contact %d belongs to this job too from now on, beside job %s: it is deleted when none of them has it any more", id, others),
			Fix: "nothing; --adopt makes it this job's alone",
		}}
	}
	return nil
}

func adopted(id int64, from string) contact.Problem {
	return contact.Problem{
		Code: outcome.CodeAdopted, Message: fmt.Sprintf("contact %d belongs to the job from now on, and --prune may delete it%s", id, from),
		Fix: "nothing, if that is right; undo gives it back",
	}
}

// overwriteWarnings tells of a contact that another job has too, and has written otherwise: when the run decided that, or the one that
// it goes on with.
func (w *writing) overwriteWarnings(row *check.Row, d plan.Decision, mine *ledger.Attempt) []contact.Problem {
	job, fields := w.in.Plan.Overwritten(row, d)
	if mine != nil && mine.Origin != "" {
		job, fields = w.in.World.Orgs[row.Org].Before.OverwrittenBefore(d.Target), plan.Told(mine.Told, outcome.CodeOverwrites).Fields
	}
	if len(fields) == 0 {
		return nil
	}
	return []contact.Problem{{
		Code: outcome.CodeOverwrites, Field: fields[0],
		Message: fmt.Sprintf("job %s has contact %d too, and wrote other values last%s: the two overwrite each other", strconv.Quote(job), d.Target, inFields(fields)),
		Fix:     "give both inputs the same values, or keep the person in one of them",
	}}
}

// writeLetGo reports a contact that no row has any more and that stays, since another job has it.
func (w *writing) writeLetGo(set *report.Set, d plan.Delete, mine *ledger.Attempt) error {
	if isPlanned := w.in.DryRun && w.counts.Stopped == nil; mine == nil && !isPlanned {
		return nil // the run ended before anything was written down
	}
	out := report.Row{Input: -1, OrgID: d.Org, Action: outcome.None, Status: outcome.Exists, ContactID: d.ID}
	out.Warnings = []contact.Problem{{
		Code: outcome.CodeLetGo, Message: fmt.Sprintf("contact %d stays, since job %s has it: it is not this job's any more",
			d.ID, Jobs(w.in.World.Orgs[d.Org].Before.Holders(d.ID))),
		Fix: "nothing; where that job is no more, see contactsync jobs",
	}}
	return w.write(set, out, nil)
}

// Jobs lists jobs by their names.
func Jobs(names []string) string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = strconv.Quote(name)
	}
	return strings.Join(list, ", ")
}
