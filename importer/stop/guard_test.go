package stop_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/contactsync/contactsync/importer/stop"
)

func exceeded(flag, figure, says, hint string) stop.Exceeded {
	return stop.Exceeded{Pass: stop.Pass{Flag: flag, Figure: figure}, Says: says, Hint: hint}
}

func TestGuards(t *testing.T) {
	t.Parallel()
	if err := stop.Guards(); err != nil {
		t.Errorf("a run that passes all is stopped: %v", err)
	}
	deletes, waits := exceeded("max-deletes", "9", "9 deletes", "a"), exceeded("max-deletes", "12", "12 waits", "b")
	creates := exceeded("max-creates", "3", "3 creates", "c")
	got := stop.Of(stop.Guards(deletes, waits, creates))
	if got.Cause != stop.CauseGuard || got.Message != "9 deletes; 12 waits; 3 creates; nothing was sent" || got.Hint != "a; b; c" {
		t.Errorf("%d: %q, %q", got.Cause, got.Message, got.Hint)
	}
	if want := []stop.Pass{{Flag: "max-deletes", Figure: "12"}, {Flag: "max-creates", Figure: "3"}}; !slices.Equal(got.Passes, want) {
		t.Errorf("lets pass %v, want %v", got.Passes, want)
	}
}

func TestTogether(t *testing.T) {
	t.Parallel()
	plan := &stop.Error{Cause: stop.CauseGuard, Message: "the plan does not hold", Hint: "make a new one"}
	guard := stop.Guards(exceeded("max-creates", "3", "3 creates", "c"))
	usage := errors.New("wrong command")
	if err := stop.Together(nil, nil); err != nil {
		t.Errorf("nothing stops a run, and yet: %v", err)
	}
	if got := stop.Together(nil, guard); !errors.Is(got, guard) {
		t.Errorf("one guard alone says %v", got)
	}
	if got := stop.Together(plan, usage); !errors.Is(got, usage) {
		t.Errorf("a wrong command is told as %v", got)
	}
	got := stop.Of(stop.Together(plan, guard))
	if got.Message != "the plan does not hold; and 3 creates; nothing was sent" || got.Hint != "make a new one; c" || got.Passes != nil {
		t.Errorf("%q, %q, passed by %v", got.Message, got.Hint, got.Passes)
	}
}
