package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/contactsync/contactsync/cmd/internal/terminal"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/ledger"
)

func newJobsShow(env Env) *cobra.Command {
	o := &jobsOptions{env: env, runF: showJob}
	cmd := &cobra.Command{
		Use:   "show JOB",
		Short: "Show one job, and every contact that belongs to it",
		Long: `Show what the ledger knows of a job, and every contact that belongs to it, by organisation and number. These are the ones
that --prune may delete. No network: one that somebody has deleted in the portal is shown until a run finds it gone.

` + jobsExitHelp,
		Example: `  contactsync jobs show crm
  contactsync jobs show crm --json`,
		Args: cobra.ExactArgs(1),
	}
	o.registerToRead(cmd)
	cmd.ValidArgsFunction = o.complete(func(at int) bool { return at == 0 })
	return cmd
}

// ownedContact is a contact of a job as it is shown to scripts.
type ownedContact struct {
	Host      string `json:"host"`
	OrgID     int64  `json:"org_id"`
	ContactID int64  `json:"contact_id"`
}

func showJob(o *jobsOptions, args []string) (err error) {
	ctx := context.Background()
	book, err := openHistory(ctx, o.env, o.state)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	runs, err := book.Runs(ctx)
	if err != nil {
		return err
	}
	j, err := findJob(history.JobsOf(runs), args[0])
	if err != nil {
		return err
	}
	owned, err := ownedBy(ctx, book, j.Name)
	if err != nil {
		return err
	}
	shown := shownJobOf(j)
	for _, of := range owned {
		shown.add(of)
	}
	// A million contacts are written as they come.
	w := bufio.NewWriter(o.env.Stdout)
	if o.json {
		err = shown.writeJSON(w, owned)
	} else {
		shown.write(w, owned)
	}
	if err = errors.Join(err, w.Flush()); err != nil {
		return fmt.Errorf("printing: %w", err)
	}
	return nil
}

// ownedBy is what belongs to a job in each organisation in which it did anything.
func ownedBy(ctx context.Context, book ledger.Ledger, job string) (owned []history.Owned, err error) {
	scopes, err := book.Scopes(ctx, "")
	if err != nil {
		return nil, err
	}
	for _, s := range scopes {
		jobs, err := history.OwnedIn(ctx, book, s, job)
		if err != nil {
			return nil, err
		}
		if of, ok := jobs[job]; ok {
			owned = append(owned, of)
		}
	}
	return owned, nil
}

// writeJSON writes the job as its members say, with all of its contacts behind them.
func (j *shownJob) writeJSON(w io.Writer, owned []history.Owned) error {
	var head strings.Builder
	if err := terminal.PrintJSON(&head, j); err != nil {
		return err
	}
	fmt.Fprintf(w, "%s,\n  \"owned\": [", strings.TrimSuffix(strings.TrimSpace(head.String()), "\n}"))
	separator := "\n"
	for _, of := range owned {
		for _, c := range of.Contacts {
			line, err := json.Marshal(ownedContact{Host: of.Scope.Host, OrgID: of.Scope.Org, ContactID: c.ID})
			if err != nil {
				return err
			}
			fmt.Fprintf(w, "%s    %s", separator, line)
			separator = ",\n"
		}
	}
	if separator != "\n" {
		fmt.Fprint(w, "\n  ")
	}
	_, err := fmt.Fprint(w, "]\n}\n")
	return err
}

func (j *shownJob) write(w io.Writer, owned []history.Owned) {
	line := func(name, text string) { fmt.Fprintf(w, "%-14s%s\n", name, terminal.OneLine(text)) }
	line("job", j.Name)
	line("runs", strconv.Itoa(j.Runs))
	line("last run", j.LastRun.text())
	if j.LastGoodRun == nil {
		line("last good run", "none")
	} else {
		line("last good run", j.LastGoodRun.text())
	}
	for _, of := range owned {
		line("organisation", fmt.Sprintf("%d at %s: %s", of.Scope.Org, of.Scope.Host, terminal.Counted(len(of.Contacts), "contact")))
	}
	line("contacts", strconv.Itoa(j.Contacts))
	if j.Contacts == 0 {
		return
	}
	const heading = "ORGANISATION"
	width := len(heading)
	for _, o := range j.Organisations {
		width = max(width, len(j.nameOf(o)))
	}
	fmt.Fprintf(w, "\n%-*s  %s\n", width, heading, "CONTACT")
	for i, of := range owned {
		name := j.nameOf(j.Organisations[i])
		for _, c := range of.Contacts {
			fmt.Fprintf(w, "%-*s  %d\n", width, name, c.ID)
		}
	}
}

// text tells of a run of a job in one line.
func (r *jobRun) text() string {
	return fmt.Sprintf("%s, the %s of %s: %s", r.ID, r.Command, r.Started.Format(time.RFC3339), r.Ended)
}
