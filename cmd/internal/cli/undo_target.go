package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/contactsync/contactsync/cmd/internal/terminal"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/stop"
	"github.com/contactsync/contactsync/importer/undo"
)

// findUndo finds the run that is to be taken back. The last one is the newest that is no undo: the same command must go
// on with an undo that was cut off, and not take that one back.
func (o *undoOptions) findUndo(ctx context.Context, book ledger.Ledger, name string) (terminal.Taken, error) {
	runs, err := book.Runs(ctx)
	if err != nil {
		return terminal.Taken{}, err
	}
	if name != lastRun {
		r, err := pastOf(runs).find(name)
		if err == nil && o.given("job") && !o.from.IsSet("job") && r.Job != o.write.Job {
			err = &stop.UsageError{
				Message: fmt.Sprintf("run %s is %s, and not of --job %q", r.ID, terminal.OfJob(r.Job), o.write.Job),
				Hint:    "leave --job out, or name another run: contactsync runs lists all",
			}
		}
		return terminal.Taken{Run: r}, err
	}
	takeable, err := takeable(ctx, book, pastOf(runs).runs)
	if err != nil {
		return terminal.Taken{}, err
	}
	jobs := jobsOf(takeable)
	if o.write.Job != "" {
		takeable = slices.DeleteFunc(takeable, func(r ledger.Run) bool { return r.Job != o.write.Job })
		if len(takeable) == 0 && len(jobs) > 0 {
			return terminal.Taken{}, &stop.UsageError{
				Message: fmt.Sprintf("the ledger knows no run of the job %q that could be taken back", o.write.Job),
				Hint:    "there are runs " + strings.Join(ofJobs(jobs), ", and "),
			}
		}
		jobs = nil // it is said which one is meant
	}
	last, err := pastOf(takeable).find(name)
	if err != nil {
		return terminal.Taken{}, err
	}
	taken := terminal.Taken{Run: last}
	for _, job := range jobs {
		if job != last.Job {
			taken.Others = append(taken.Others, job)
		}
	}
	for _, r := range slices.Backward(takeable) {
		wrote, err := hasWritten(ctx, book, r.ID)
		if err != nil {
			return terminal.Taken{}, err
		}
		if wrote {
			if r.ID != last.ID {
				taken.Wrote = &r
			}
			return taken, nil
		}
		taken.Quiet = true
	}
	return taken, nil
}

// hasWritten reports whether there is something of a run that could be taken back.
func hasWritten(ctx context.Context, book ledger.Ledger, run string) (bool, error) {
	for a, err := range book.Outcomes(ctx, run) {
		if err != nil || undo.TakesBack(a) {
			return err == nil, err
		}
	}
	return false, nil
}

// takeable are the runs that last may stand for: no undo, and none that ended before it wrote anything.
func takeable(ctx context.Context, book ledger.Ledger, runs []ledger.Run) (some []ledger.Run, err error) {
	for _, r := range runs {
		if r.Command == ledger.CommandUndo || r.Simulated {
			continue
		}
		wrote := r.ExitCode == exitOK || r.ExitCode == exitRows
		for _, err := range book.Outcomes(ctx, r.ID) {
			if err != nil {
				return nil, err
			}
			wrote = true
			break
		}
		if wrote {
			some = append(some, r)
		}
	}
	return some, nil
}

// jobsOf are the jobs of runs, the one of the newest run first; the empty name stands for those of no job.
func jobsOf(runs []ledger.Run) []string {
	var jobs []string
	for _, r := range slices.Backward(runs) {
		if !slices.Contains(jobs, r.Job) {
			jobs = append(jobs, r.Job)
		}
	}
	return jobs
}

func ofJobs(jobs []string) []string {
	texts := make([]string, len(jobs))
	for i, job := range jobs {
		texts[i] = terminal.OfJob(job)
	}
	return texts
}

// afterQuiet names the command that takes back the last run that wrote something, where the last one wrote nothing.
func (o *undoOptions) afterQuiet(taken terminal.Taken) step {
	if taken.Wrote == nil {
		return step{}
	}
	return o.step(fmt.Sprintf("run %s wrote nothing; this takes back the last one that did", taken.ID), "undo", change{}, taken.Wrote.ID)
}
