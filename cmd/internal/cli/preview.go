package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/contactsync/contactsync/importer"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"

	"github.com/contactsync/contactsync/mapping"
	"github.com/contactsync/contactsync/report"
)

// showPreview tells what a run is about to do. Values of rows are shown only where a person is.
func showPreview(w io.Writer, p importer.Preview, values bool) {
	showOrganisations(w, p)
	for _, in := range p.Inputs {
		fmt.Fprintf(w, "%s (mapping: %s)\n", report.Visible(in.Source.Name()), report.Visible(in.Mapping.Profile))
		showMapping(w, in.Mapping)
	}
	if values && p.First != (contact.Contact{}) {
		fmt.Fprintln(w, "First contact:")
		for _, f := range contact.Fields() {
			if v := p.First.Value(f); v != "" {
				fmt.Fprintf(w, "  %-22s %s\n", f, report.Visible(v))
			}
		}
	}
	for _, c := range p.Changes {
		showChange(w, c, values)
	}
	showMore(w, p)
	fmt.Fprintf(w, "%s: %d to create, %d there already, %d duplicate, %d invalid",
		counted(p.Rows, "row"), p.Creates, p.Exists, p.Duplicates, p.Invalid)
	if p.Updates > 0 {
		fmt.Fprintf(w, ", %d to update", p.Updates)
	}
	if p.Deletes > 0 {
		fmt.Fprintf(w, ", and %s to delete", counted(p.Deletes, "contact"))
	}
	if p.Failed > 0 {
		fmt.Fprintf(w, ", %d left alone (see the report)", p.Failed)
	}
	if p.Gone > 0 {
		fmt.Fprintf(w, ", %d gone", p.Gone)
	}
	if p.Continued > 0 {
		fmt.Fprintf(w, ", %d done by the run that is continued", p.Continued)
	}
	if p.Unclear > 0 {
		fmt.Fprintf(w, ", %d unclear since an earlier run", p.Unclear)
	}
	fmt.Fprintln(w)
	for _, shared := range p.SharedIDs {
		fmt.Fprintf(w, "%s.\n", report.Visible(shared.String()))
	}
	if p.NewJob != "" && p.Creates > 0 {
		fmt.Fprintf(w, "The ledger knows no earlier run of the job %s: no contact belongs to it yet, and --max-creates has no default. "+
			"If that is not right, see --state and --job.\n", report.Visible(strconv.Quote(p.NewJob)))
	}
	if p.Unpruned != "" {
		fmt.Fprintf(w, "Nothing is pruned: %s.\n", report.Visible(p.Unpruned))
	}
	if p.Creates+p.Updates+p.Deletes > 0 {
		fmt.Fprintf(w, "Sending takes %s under the request budget, for %s.\n", atLeast(p.Duration), counted(p.Creates+p.Updates+p.Deletes, "request"))
	}
}

func showOrganisations(w io.Writer, p importer.Preview) {
	for i, org := range p.Organisations {
		name := ""
		if org.Name != "" {
			name = fmt.Sprintf(" %q", org.Name)
		}
		fmt.Fprintf(w, "Organisation %d%s, %s in all\n", org.ID, report.Visible(name), counted(p.Existing[i], "contact"))
	}
}

// showChange is one line of a plan, and one for each field that an update changes. Where values must not be shown it
// tells rows, ids and fields only.
func showChange(w io.Writer, c importer.PlannedChange, values bool) {
	mark := map[outcome.Action]string{outcome.Create: "+", outcome.Update: "~", outcome.Delete: "-"}[c.Action]
	fmt.Fprintf(w, "%s %s", mark, c.Action)
	if c.ID != 0 {
		fmt.Fprintf(w, " contact %d", c.ID)
	}
	if c.Row != "" {
		fmt.Fprintf(w, " (row %s)", report.Visible(c.Row))
	}
	if values {
		fmt.Fprintf(w, " %s", report.Visible(c.Contact.Name))
		if c.Contact.Email != "" {
			fmt.Fprintf(w, " <%s>", report.Visible(c.Contact.Email))
		}
	}
	fmt.Fprintln(w)
	for _, f := range c.Fields {
		switch {
		case values:
			fmt.Fprintf(w, "    %s: %q → %q", f.Field, f.Old, f.New)
		default:
			fmt.Fprintf(w, "    %s", f.Field)
		}
		if f.Conflict {
			fmt.Fprint(w, " (changed in the portal since)")
		}
		fmt.Fprintln(w)
	}
}

// showMore tells how many changes are not shown.
func showMore(w io.Writer, p importer.Preview) {
	if len(p.Changes) == 0 {
		return
	}
	more := p.Creates + p.Updates + p.Deletes - len(p.Changes)
	if more > 0 {
		fmt.Fprintf(w, "... and %d more, all of them in the report\n", more)
	}
}

// showMapping lists the fields with the columns that make them.
func showMapping(w io.Writer, m *mapping.Mapping) {
	for _, f := range contact.Fields() {
		fm, ok := m.Fields[f]
		if !ok {
			continue
		}
		from := strings.Join(fm.Columns, " + ")
		if fm.Constant != "" {
			from = fmt.Sprintf("%q", fm.Constant)
		}
		if len(fm.Fallback) > 0 {
			from += ", else " + strings.Join(fm.Fallback, ", else ")
		}
		fmt.Fprintf(w, "  %-22s <- %s\n", f, report.Visible(from))
	}
	for _, c := range m.Unmapped {
		if why := m.Reasons[c]; why != "" {
			fmt.Fprintf(w, "  not used: %s: %s\n", report.Visible(c), report.Visible(why))
		}
	}
}

// counted writes a number with its noun.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func atLeast(d time.Duration) string {
	if d < time.Second {
		return "a moment"
	}
	return "at least " + d.Round(time.Second).String()
}

// ask puts a question that only "y" or "yes" answers with yes. It ends with the context: whoever interrupts has answered.
func ask(ctx context.Context, in io.Reader, out io.Writer, question string) (bool, error) {
	fmt.Fprint(out, question, " [y/N] ")
	if s, ok := out.(*screen); ok && s.asJSON {
		s.flush()
	}
	type answer struct {
		text string
		err  error
	}
	answers := make(chan answer, 1)
	go func() { // a read from a terminal can't be cancelled; it ends with the process
		text, err := bufio.NewReader(in).ReadString('\n')
		answers <- answer{text, err}
	}()
	select {
	case a := <-answers:
		if a.err != nil && a.text == "" {
			return false, nil
		}
		switch strings.ToLower(strings.TrimSpace(a.text)) {
		case "y", "yes":
			return true, nil
		}
		return false, nil
	case <-ctx.Done():
		fmt.Fprintln(out)
		return false, context.Cause(ctx)
	}
}
