package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/contactsync/contactsync/cmd/internal/terminal"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/ledger"
)

func newJobsShow(env Env) *cobra.Command {
	o := &jobsOptions{env: env, runF: showJob}
	cmd := &cobra.Command{
		Use:   "show JOB",
		Short: "Show one job, and every contact that belongs to it",
		Long: `Show what the ledger knows of a job, and every contact that belongs to it: organisation, number, and the external_id that the
job knows it by. These are the ones that --prune may delete, once no other job has them. No network: one that somebody has
deleted in the portal is shown until a run finds it gone. An id is (unknown) that an earlier version noted, until the next run of the job that has its row.

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
	// ExternalID is the id that the job knows it by; empty: by none; null: by one that the ledger does not keep.
	ExternalID *string `json:"external_id"`
}

func showJob(o *jobsOptions, args []string) error {
	return o.readJobs(func(ctx context.Context, book ledger.Ledger, jobs []history.Job) error {
		j, err := findJob(jobs, args[0])
		if err != nil {
			return err
		}
		return o.show(ctx, book, j)
	})
}

func (o *jobsOptions) show(ctx context.Context, book ledger.Ledger, j history.Job) error {
	owned, err := ownedBy(ctx, book, j.Name)
	if err != nil {
		return err
	}
	shown := shownJobOf(j)
	for _, of := range owned {
		shown.add(of.Scope, len(of.Contacts))
	}
	// A million contacts are written as they come.
	w := bufio.NewWriter(o.env.Stdout)
	if o.json {
		err = shown.writeJSON(ctx, w, book, owned)
	} else {
		err = shown.write(ctx, w, book, owned)
	}
	if err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
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
func (j *shownJob) writeJSON(ctx context.Context, w io.Writer, book ledger.Ledger, owned []history.Owned) error {
	var head strings.Builder
	if err := terminal.PrintJSON(&head, j); err != nil {
		return err
	}
	fmt.Fprintf(w, "%s,\n  \"owned\": [", strings.TrimSuffix(strings.TrimSpace(head.String()), "\n}"))
	separator := "\n"
	for _, of := range owned {
		for c, err := range of.WithIDs(ctx, book) {
			if err != nil {
				return err
			}
			shown := ownedContact{Host: of.Scope.Host, OrgID: of.Scope.Org, ContactID: c.ID, ExternalID: &c.ExternalID}
			if idUnknown(c) {
				shown.ExternalID = nil
			}
			line, err := json.Marshal(shown)
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

// idUnknown reports whether a job knows a contact by an id that the ledger does not keep.
func idUnknown(c history.OwnedContact) bool {
	return c.External != (contact.Hash{}) && c.ExternalID == ""
}

func (j *shownJob) write(ctx context.Context, w io.Writer, book ledger.Ledger, owned []history.Owned) error {
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
		return nil
	}
	heading := [...]string{"ORGANISATION", "CONTACT", "EXTERNAL ID"}
	orgs, numbers := len(heading[0]), len(heading[1])
	for i, of := range owned {
		orgs = max(orgs, len(j.nameOf(j.Organisations[i])))
		if n := len(of.Contacts); n > 0 {
			numbers = max(numbers, len(strconv.FormatInt(of.Contacts[n-1].ID, 10)))
		}
	}
	row := func(org, number, id string) {
		fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("%-*s  %-*s  %s", orgs, org, numbers, number, terminal.OneLine(id)), " "))
	}
	fmt.Fprintln(w)
	row(heading[0], heading[1], heading[2])
	for i, of := range owned {
		name := j.nameOf(j.Organisations[i])
		for c, err := range of.WithIDs(ctx, book) {
			if err != nil {
				return err
			}
			id := c.ExternalID
			if idUnknown(c) {
				id = "(unknown)"
			}
			row(name, strconv.FormatInt(c.ID, 10), id)
		}
	}
	return nil
}

// text tells of a run of a job in one line.
func (r *jobRun) text() string {
	return fmt.Sprintf("%s, the %s of %s: %s", r.ID, r.Command, r.Started.Format(time.RFC3339), r.Ended)
}
