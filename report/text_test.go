package report

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
)

func sampleEnd() End {
	e := End{Summary: sampleSummary(sampleRows()), Tally: &Tally{}, Dir: "out\x1b[2J", Advice: "correct the rejected rows, then", Next: "contactsync import out/rejects.csv --org 7"}
	for _, r := range sampleRows() {
		e.Tally.add(r)
	}
	return e
}

func explain(code string) (meaning, fix string) { return "the meaning of " + code, "the cure" }

func render(t *testing.T, e End, o TextOptions) string {
	t.Helper()
	var b strings.Builder
	if err := RenderText(&b, e, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestRenderText(t *testing.T) {
	t.Parallel()
	stopped := sampleEnd()
	stopped.Summary.Stopped, stopped.Hint = "the API stopped answering", "run the same command again"
	stopped.Fallbacks = []map[string]string{{}, {"Zoo": "name"}}
	stopped.Summary.Inputs = append(stopped.Summary.Inputs, InputSummary{Source: "b.csv", Unmapped: map[string]int{"Zoo": 7}})
	for name, c := range map[string]struct {
		end     End
		options TextOptions
	}{
		"end.txt":        {sampleEnd(), TextOptions{Values: true}},
		"end-pipe.txt":   {sampleEnd(), TextOptions{Explain: explain}},
		"end-narrow.txt": {sampleEnd(), TextOptions{Values: true, Width: 40}},
		"end-colour.txt": {stopped, TextOptions{Values: true, Colour: true, Width: 60}},
	} {
		golden(t, name, render(t, c.end, c.options))
	}
}

func TestRenderTextHidesValues(t *testing.T) {
	t.Parallel()
	for _, o := range []TextOptions{{}, {Explain: explain}} {
		got := render(t, sampleEnd(), o)
		for _, secret := range []string{"bob", "gmial", "gmail", "cmd()", "too long"} {
			if strings.Contains(got, secret) {
				t.Errorf("%q is told:\n%s", secret, got)
			}
		}
		if !strings.Contains(got, "line 5") || !strings.Contains(got, `column "E-mail"`) || !strings.Contains(got, "email.syntax") {
			t.Errorf("line, column and code are not told:\n%s", got)
		}
	}
}

func TestRenderTextIsSafe(t *testing.T) {
	t.Parallel()
	for _, v := range naughty() {
		e := sampleEnd()
		e.Dir, e.Next, e.Advice, e.Summary.Stopped = v, v, v, v
		e.Summary.Inputs[0].Unmapped = map[string]int{v: 2}
		e.Tally = &Tally{}
		p := contact.Problem{Code: v, Field: contact.Field(v), Column: v, Value: v, Message: v, Fix: v}
		e.Tally.add(Row{Source: v, Line: 1, Status: outcome.Invalid, Problems: []contact.Problem{p}})
		got := render(t, e, TextOptions{Values: true, Width: 80})
		if lines := strings.ReplaceAll(got, "\n", ""); Visible(lines) != lines {
			t.Errorf("%q: %q", v, got)
		}
	}
}

func TestRenderTextWidth(t *testing.T) {
	t.Parallel()
	const width = 40
	for _, line := range strings.Split(render(t, sampleEnd(), TextOptions{Values: true, Width: width, Colour: true}), "\n") {
		if n := visibleWidth(line); n > width && !strings.HasPrefix(line, "contactsync ") {
			t.Errorf("%d characters: %q", n, line)
		}
	}
}

func TestRenderTextLimits(t *testing.T) {
	t.Parallel()
	e := End{Tally: &Tally{}, Summary: Summary{Inputs: []InputSummary{{Unmapped: map[string]int{}}}}}
	for i := range 12 {
		e.Summary.Inputs[0].Unmapped[fmt.Sprintf("Column %02d", i)] = 1
		for range i + 1 {
			p := contact.Problem{Code: fmt.Sprintf("code.%02d", i), Message: "m"}
			e.Tally.add(Row{Line: 1, Status: outcome.Invalid, Problems: []contact.Problem{p, p}})
		}
	}
	got := render(t, e, TextOptions{Values: true})
	for _, want := range []string{"code.11: 12 rows", "code.07: 8 rows", "and 7 more kinds", "Column 09: 1 value\n", "and 2 columns more"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing:\n%s", want, got)
		}
	}
	if strings.Contains(got, "code.06") || strings.Contains(got, "Column 10") {
		t.Errorf("too much is shown:\n%s", got)
	}
}

func TestRenderTextEmpty(t *testing.T) {
	t.Parallel()
	if got := render(t, End{}, TextOptions{}); got != "0 rows in 0.0s\n" {
		t.Errorf("%q", got)
	}
	if err := RenderText(broken{}, sampleEnd(), TextOptions{}); err == nil {
		t.Error("no error")
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestTally(t *testing.T) {
	t.Parallel()
	var tally Tally
	for i := range maxCodes + 10 {
		tally.add(Row{Status: outcome.Failed, Problems: []contact.Problem{{Code: fmt.Sprint(i)}}})
	}
	tally.add(Row{Status: outcome.Valid})
	if n := len(tally.Problems()); n != maxCodes {
		t.Errorf("%d codes", n)
	}
	if got := tally.RejectedIn(0); got != maxCodes+10 || tally.counted().Total != maxCodes+11 {
		t.Errorf("%d rejected of %d", got, tally.counted().Total)
	}
}
