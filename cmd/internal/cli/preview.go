package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/contactsync/contactsync/importer"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/mapping"
	"github.com/contactsync/contactsync/report"
)

// showPreview tells what a run is about to do. Values of rows are shown only where a person is.
func showPreview(w io.Writer, p importer.Preview, values bool) {
	for _, org := range p.Organisations {
		name := ""
		if org.Name != "" {
			name = fmt.Sprintf(" %q", org.Name)
		}
		fmt.Fprintf(w, "Organisation %d%s, %s in all\n", org.ID, report.Visible(name), counted(p.Existing, "contact"))
	}
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
	fmt.Fprintf(w, "%s: %d to create, %d there already, %d duplicate, %d invalid",
		counted(p.Rows, "row"), p.Creates, p.Exists, p.Duplicates, p.Invalid)
	if p.Continued > 0 {
		fmt.Fprintf(w, ", %d done by the run that is continued", p.Continued)
	}
	if p.Unclear > 0 {
		fmt.Fprintf(w, ", %d unclear since an earlier run", p.Unclear)
	}
	fmt.Fprintln(w)
	if p.Creates > 0 {
		fmt.Fprintf(w, "Sending takes %s under the request budget.\n", atLeast(p.Duration))
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
