package terminal

import (
	"bufio"
	"context"
	"errors"
	"io"
	"iter"
	"strings"

	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/report"
)

// Pager shows a long text page by page.
type Pager struct {
	// Run runs the program that a command line names, with a text on its standard input, until it ends. The error is a
	// *NoPagerError if there is no such program; that it has seen enough is none. Nil: there is none.
	Run func(ctx context.Context, command string, text io.Reader) error
	// Command is the command line. Empty, or cat: the text is to stand on the screen.
	Command string
	// Chosen tells that somebody chose it, and wants to know if it can't be had.
	Chosen bool
}

// NoPagerError says that a program that was to show a text can't be run.
type NoPagerError struct{ Command string }

func (e *NoPagerError) Error() string {
	return "the pager " + report.Visible(e.Command) + " can't be run"
}

// defaultPager shows colours, as everything that a plan says may have some.
const defaultPager = "less -R"

// PagerOf is the pager that a person wants, run so.
func PagerOf(lookupEnv func(string) (string, bool), run func(ctx context.Context, command string, text io.Reader) error) Pager {
	if command, chosen := lookupEnv("PAGER"); chosen {
		return Pager{Run: run, Command: strings.TrimSpace(command), Chosen: true}
	}
	return Pager{Run: run, Command: defaultPager}
}

// ViewChanges shows changes, each as a preview does, by a pager, or on the screen where there is none. Of them no more is held
// than the pager wants to see.
func (s *Screen) ViewChanges(ctx context.Context, p Pager, changes iter.Seq2[plan.Preview, error], values bool) error {
	w := s.sheet()
	if p.Run != nil && w.view.Steers && p.Command != "" && p.Command != "cat" {
		err := page(ctx, p, func(out io.Writer) error { return showChanges(&sheet{out: out, view: w.view}, changes, values) })
		none, missing := errors.AsType[*NoPagerError](err)
		if !missing {
			return err
		}
		if p.Chosen {
			s.TellError(none, "see PAGER")
		}
	}
	return showChanges(w, changes, values)
}

// page runs a pager with what show writes.
func page(ctx context.Context, p Pager, show func(io.Writer) error) error {
	text, in := io.Pipe()
	shown := make(chan error, 1)
	go func() {
		out := bufio.NewWriter(in)
		err := show(out)
		if err == nil {
			err = out.Flush()
		}
		_ = in.CloseWithError(err) // its errors are those of the reader
		shown <- err
	}()
	err := p.Run(ctx, p.Command, text)
	_ = text.Close()
	// Whoever has seen enough closes the pager: what it was not shown is no loss.
	if failed := <-shown; failed != nil && !errors.Is(failed, io.ErrClosedPipe) {
		return failed
	}
	return err
}

func showChanges(w *sheet, changes iter.Seq2[plan.Preview, error], values bool) error {
	for c, err := range changes {
		if err != nil {
			return err
		}
		if showChange(w, c, values); w.err != nil {
			return w.err
		}
	}
	return nil
}
