package terminal

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/question"
	"github.com/contactsync/contactsync/mapping"
	"github.com/contactsync/contactsync/report"
)

// count is a part of a line of counts: so many, in the words of a format. always tells that it stands there where it is none too.
type count struct {
	n      int
	format string
	always bool
}

// showCounts writes a line of counts behind what they are counts of.
func showCounts(w io.Writer, of string, counts []count) {
	var parts []string
	for _, c := range counts {
		if c.n > 0 || c.always {
			parts = append(parts, fmt.Sprintf(c.format, c.n))
		}
	}
	fmt.Fprintf(w, "%s: %s\n", of, strings.Join(parts, ", "))
}

// ShowPreview tells what a run is about to do. Values of rows are shown only where a person is.
func (s *Screen) ShowPreview(p question.Preview, values bool) {
	w := s.sheet()
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
	deletes := "and %d " + plural(p.Deletes, "contact") + " to delete"
	if p.DeletesChanged > 0 {
		deletes += fmt.Sprintf(" (%d of them changed in the portal since)", p.DeletesChanged)
	}
	showCounts(w, Counted(p.Rows, "row"), []count{
		{p.Creates, "%d to create", true}, {p.Exists, "%d there already", true}, {p.Duplicates, "%d duplicate", true}, {p.Invalid, "%d invalid", true},
		{p.Updates, "%d to update", false}, {p.Deletes, deletes, false},
		{p.Kept, "%d " + plural(p.Kept, "contact") + " kept that somebody has changed in the portal since", false},
		{p.Waiting, "%d " + plural(p.Waiting, "contact") + " waiting to be deleted", false},
		{p.Adopted, "%d to adopt", false}, {p.Conflicts, "%d in conflict with the portal", false}, {p.Failed, "%d left alone (see the report)", false}, {p.Gone, "%d gone", false},
		{p.Continued, "%d done by the run that is continued", false}, {p.Unclear, "%d unclear since an earlier run", false},
	})
	for _, shared := range p.SharedIDs {
		fmt.Fprintf(w, "%s.\n", report.Visible(shared.String()))
	}
	showJob(w, p)
	showOwners(w, p)
	if p.Unpruned != "" {
		fmt.Fprintf(w, "Nothing is pruned: %s.\n", report.Visible(p.Unpruned))
	}
	for _, unseen := range p.Unseen {
		fmt.Fprintf(w, "Organisation %d can't be seen any more: the job has %s there that no row is known to be about, and nothing there is pruned.\n",
			unseen.Org, Counted(len(unseen.IDs), "contact"))
	}
	if p.Requests() > 0 {
		fmt.Fprintf(w, "Sending takes %s under the request budget, for %s.\n", atLeast(p.Duration), Counted(p.Requests(), "request"))
	}
}

// verb is the form of a verb that n things have.
func verb(n int, one, several string) string {
	if n == 1 {
		return one
	}
	return several
}

// showOwners tells whose contacts come to be whose.
func showOwners(w io.Writer, p question.Preview) {
	if p.Adopted > 0 {
		fmt.Fprintf(w, "> adopt %s: from now on --prune may delete them\n", Counted(p.Adopted, "contact"))
	}
	if p.Shared > 0 {
		fmt.Fprintf(w, "%s of other jobs %s to this one too from now on: deleted when none of the jobs has them any more.\n",
			Counted(p.Shared, "contact"), verb(p.Shared, "belongs", "belong"))
	}
	if p.LetGo > 0 {
		fmt.Fprintf(w, "%s that no row has any more %s, since other jobs have them.\n", Counted(p.LetGo, "contact"), verb(p.LetGo, "stays", "stay"))
	}
	if p.Nobodys > 0 {
		fmt.Fprintf(w, "%s that rows are about %s to no job: --prune never deletes them. With --adopt they belong to this one.\n", Counted(p.Nobodys, "contact"), verb(p.Nobodys, "belongs", "belong"))
	}
}

// Question asks for leave to do what is planned.
func Question(p question.Preview) string {
	var parts []string
	for _, part := range []struct {
		verb string
		n    int
	}{{"create", p.Creates}, {"update", p.Updates}, {"delete", p.Deletes}, {"adopt", p.Adopted}, {"give back", p.GivenBack}} {
		if part.n > 0 {
			parts = append(parts, part.verb+" "+Counted(part.n, "contact"))
		}
	}
	text := strings.Join(parts, ", ") + "?"
	return strings.ToUpper(text[:1]) + text[1:]
}

func showOrganisations(w io.Writer, p question.Preview) {
	for i, org := range p.Organisations {
		name := ""
		if org.Name != "" {
			name = fmt.Sprintf(" %q", org.Name)
		}
		if p.Existing[i] < 0 {
			fmt.Fprintf(w, "Organisation %d%s can't be read with this application token\n", org.ID, report.Visible(name))
			continue
		}
		fmt.Fprintf(w, "Organisation %d%s, %s in all\n", org.ID, report.Visible(name), Counted(p.Existing[i], "contact"))
	}
}

// showChange is one line of a plan, and one for each field that an update changes. Where values must not be shown it
// tells rows, ids and fields only.
func showChange(w *sheet, c plan.Preview, values bool) {
	defer w.paint(plain)
	w.paint(map[outcome.Action]colour{outcome.Create: created, outcome.Update: updated, outcome.Delete: deleted, outcome.None: conflict}[c.Action])
	if c.Whose != "" {
		w.paint(adopted)
		row := ""
		if c.Row != "" {
			row = " (row " + report.Visible(c.Row) + ")"
		}
		fmt.Fprintf(w, "> %s contact %d%s%s\n", c.Whose, c.ID, row, called(c.Contact, values))
		return
	}
	if c.Action == outcome.None && !c.Changed {
		fmt.Fprintf(w, "! leave contact %d%s: %s\n", c.ID, called(c.Contact, values), report.Visible(c.Why))
		return
	}
	mark := map[outcome.Action]string{outcome.Create: "+ create", outcome.Update: "~ update", outcome.Delete: "- delete", outcome.None: "! keep"}[c.Action]
	fmt.Fprint(w, mark)
	if c.ID != 0 {
		fmt.Fprintf(w, " contact %d", c.ID)
	}
	if c.Row != "" {
		fmt.Fprintf(w, " (row %s)", report.Visible(c.Row))
	}
	fmt.Fprint(w, called(c.Contact, values))
	if c.Gone != 0 {
		fmt.Fprintf(w, " (contact %d was deleted in the portal since)", c.Gone)
	}
	if c.Changed {
		fmt.Fprint(w, " (changed in the portal since)")
	}
	fmt.Fprintln(w)
	for _, f := range c.Fields {
		w.paint(plain)
		switch {
		case values && c.Changed:
			fmt.Fprintf(w, "    %s: %q", f.Field, f.Old)
		case values:
			fmt.Fprintf(w, "    %s: %q → %q", f.Field, f.Old, f.New)
		default:
			fmt.Fprintf(w, "    %s", f.Field)
		}
		if f.Conflict && !c.Changed {
			w.paint(conflict)
			fmt.Fprint(w, " (changed in the portal since)")
		}
		fmt.Fprintln(w)
	}
}

// called is what a contact goes by, behind a blank; empty where values must not be shown.
func called(c contact.Contact, values bool) string {
	if !values {
		return ""
	}
	text := ""
	if c.Name != "" {
		text += " " + report.Visible(c.Name)
	}
	if c.Email != "" {
		text += " <" + report.Visible(c.Email) + ">"
	}
	return text
}

// showMore tells how many changes are not shown.
func showMore(w io.Writer, p question.Preview) {
	if len(p.Changes) == 0 {
		return
	}
	more := p.Creates + p.Updates + p.Deletes + p.Kept + p.Waiting - len(p.Changes)
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

func atLeast(d time.Duration) string {
	if d < time.Second {
		return "a moment"
	}
	return "at least " + d.Round(time.Second).String()
}
