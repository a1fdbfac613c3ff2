package stop

import (
	"slices"
	"strconv"
	"strings"
)

// Pass is what lets a run pass a guard once: a flag, and the figure that it takes. That of a switch says what was counted.
type Pass struct{ Flag, Figure string }

// Exceeded is a guard that a run does not pass.
type Exceeded struct {
	Pass
	// Says tells what is more than what allows, and Hint what to do now: a clause each, without values of rows. Where nothing is said the
	// hint is a remark on what the others say.
	Says, Hint string
}

// Guards ends a run that does not pass some guards, before anything is sent: nil if it passes all. None hides another: a person
// who lets one pass has heard of all.
func Guards(exceeded ...Exceeded) error {
	e := &Error{Cause: CauseGuard}
	var says, hints []string
	for _, x := range exceeded {
		if !slices.Contains(hints, x.Hint) {
			hints = append(hints, x.Hint)
		}
		if x.Says != "" {
			says, e.Passes = append(says, x.Says), addPass(e.Passes, x.Pass)
		}
	}
	if len(says) == 0 {
		return nil
	}
	e.Message, e.Hint = strings.Join(append(says, "nothing was sent"), "; "), strings.Join(hints, "; ")
	return e
}

// addPass adds what lets one more guard pass. Where several have the same flag, the highest figure lets all of them pass.
func addPass(passes []Pass, p Pass) []Pass {
	for i, have := range passes {
		if have.Flag != p.Flag {
			continue
		}
		a, _ := strconv.Atoi(have.Figure)
		if b, _ := strconv.Atoi(p.Figure); b > a {
			passes[i] = p
		}
		return passes
	}
	return append(passes, p)
}

// Together ends a run for all that its guards say, a saved plan that does not hold among them: nothing lets that pass, and so
// nothing lets the run. Another error than that of a guard goes before.
func Together(errs ...error) error {
	var all *Error
	for _, err := range errs {
		e := Of(err)
		switch {
		case err == nil:
		case e == nil || e.Cause != CauseGuard:
			return err
		case all == nil:
			all = e
		default:
			both := &Error{Cause: CauseGuard, Message: all.Message + "; and " + e.Message, Hint: all.Hint + "; " + e.Hint}
			if len(all.Passes) > 0 && len(e.Passes) > 0 {
				both.Passes = append(append(both.Passes, all.Passes...), e.Passes...)
			}
			all = both
		}
	}
	if all == nil {
		return nil
	}
	return all
}
