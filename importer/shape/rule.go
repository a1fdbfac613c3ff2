package shape

import (
	"fmt"
	"slices"
	"strings"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/stop"
)

// Rule is how a run's input is held to its job's last good run.
type Rule struct {
	Settings Settings
	// Accept lets a shape pass that jumps.
	Accept bool
}

// Held is what came of that.
type Held struct {
	// Exceeded are the jumps, as guards that the run does not pass.
	Exceeded []stop.Exceeded
	// Note is a sentence for whoever looks on: why nothing was compared, or what passes; empty: there is nothing to say.
	Note string
}

// Hold compares the input of a plan with that of the job's last good run. A simulated run has no past, and one of some rows no shape.
// An input without a row that may be so has columns at most.
func (r Rule) Hold(p *plan.Plan, w *plan.World, about ledger.Run, l plan.Limits) (Held, error) {
	last, before, found, err := lastOf(w)
	if err != nil || !found || !hasShape(p, about) {
		return Held{}, err
	}
	now := Of(p, about.Command, r.Settings)
	if names := now.Settings.changed(before.Settings); len(names) > 0 {
		note := fmt.Sprintf("the input's shape is not compared with that of the job's last good run (%s), since %s changed: it is taken anew",
			last.ID, joined(names))
		return Held{Exceeded: []stop.Exceeded{{Hint: note}}, Note: sentence(note)}, nil
	}
	jumps := Compare(before, now)
	if now.Rows == 0 && l.AllowEmpty {
		jumps = slices.DeleteFunc(jumps, func(j Jump) bool { return j.Measure != Columns || len(now.Columns) == 0 })
	}
	var held Held
	var texts []string
	for _, j := range jumps {
		texts = append(texts, j.Text)
		held.Exceeded = append(held.Exceeded, stop.Exceeded{
			Pass: stop.Pass{Flag: "accept-shape"}, Says: j.Text,
			Hint: fmt.Sprintf("look at the input: is it whole, of the right system, with its columns and letters as ever? The last good run was %s, at %s; "+
				"if the input is right as it is, let it pass once with --accept-shape", last.ID, last.Started.UTC().Format("2006-01-02 15:04")),
		})
	}
	if r.Accept && len(jumps) > 0 {
		return Held{Note: sentence("the input's shape passes this once (--accept-shape): " + strings.Join(texts, "; "))}, nil
	}
	return held, nil
}

// Keep is what is to be kept of the input of a run once that has ended well, sealed; nil: nothing, since there is no job, since it was no
// whole input, or since more of its rows were invalid than anybody accepted. Nothing but not nil stands for an input without a valid row.
func (r Rule) Keep(p *plan.Plan, w *plan.World, about ledger.Run, l plan.Limits) []byte {
	switch {
	case about.DryRun || !hasShape(p, about) || p.Ended != nil:
		return nil
	case !p.HasValid():
		return []byte{}
	case !p.BearsInvalid(l):
		return nil
	}
	now := Of(p, about.Command, r.Settings)
	if _, before, found, err := lastOf(w); err != nil || !found || len(now.Settings.changed(before.Settings)) > 0 {
		now = now.first()
	}
	text, err := now.encode()
	if err != nil {
		return nil // of numbers and texts there is always one
	}
	return ledger.SealShape(w.Key, about.ID, text)
}

func lastOf(w *plan.World) (last ledger.Run, before Shape, found bool, err error) {
	last, text, found := w.Runs.LastShape()
	if !found {
		return last, before, false, nil
	}
	before, err = decode(text)
	return last, before, err == nil, err
}

// hasShape reports whether the input of a run is all that its job has.
func hasShape(p *plan.Plan, about ledger.Run) bool {
	return about.Job != "" && !about.Simulated && p.Rows.Range.To == 0
}

func joined(names []string) string {
	if len(names) == 1 {
		return names[0] + " has"
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1] + " have"
}

func sentence(text string) string { return strings.ToUpper(text[:1]) + text[1:] + "." }
