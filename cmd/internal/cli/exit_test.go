package cli

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/contactsync/contactsync/importer/ending"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/stop"
	"github.com/contactsync/contactsync/report"
)

func stopped(c stop.Cause) error { return &stop.Error{Cause: c, Message: "stopped"} }

func TestExitCodeOfAnError(t *testing.T) {
	t.Parallel()
	full := errors.New("no space left on device")
	for name, c := range map[string]struct {
		err  error
		want int
	}{
		"none":                              {nil, 0},
		"unknown":                           {full, 1},
		"told already":                      {endWith(exitRows, nil), 3},
		"usage":                             {fmt.Errorf("x: %w", &stop.UsageError{}), 2},
		"lock":                              {&ledger.HeldError{}, 5},
		"interrupted":                       {stopped(stop.CauseInterrupted), 4},
		"out of time":                       {stopped(stop.CauseOutOfTime), 4},
		"outage":                            {stopped(stop.CauseOutage), 4},
		"quota":                             {stopped(stop.CauseQuota), 4},
		"unreachable":                       {stopped(stop.CauseUnreachable), 1},
		"redirect":                          {stopped(stop.CauseRedirect), 1},
		"credentials":                       {stopped(stop.CauseCredentials), 1},
		"forbidden":                         {stopped(stop.CauseForbidden), 1},
		"ledger":                            {stopped(stop.CauseLedger), 1},
		"taken over":                        {stopped(stop.CauseTakenOver), 5},
		"input changed":                     {stopped(stop.CauseInputChanged), 1},
		"guard":                             {stopped(stop.CauseGuard), 6},
		"at once":                           {fmt.Errorf("reading: %w", context.Canceled), 4},
		"interrupted, report not writable":  {errors.Join(stopped(stop.CauseInterrupted), &ending.ReportError{Err: full}), 1},
		"guard, ledger not writable":        {errors.Join(stopped(stop.CauseGuard), stopped(stop.CauseLedger)), 1},
		"outage and guard":                  {errors.Join(stopped(stop.CauseOutage), stopped(stop.CauseGuard)), 6},
		"interrupted, then at once":         {errors.Join(stopped(stop.CauseInterrupted), context.Canceled), 4},
		"wrapped join":                      {fmt.Errorf("x: %w", errors.Join(stopped(stop.CauseOutage), full)), 1},
		"a stop's own cause does not count": {&stop.Error{Cause: stop.CauseOutage, Err: full}, 4},
	} {
		if got := exitOf(c.err); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func TestExitCodeOfARun(t *testing.T) {
	t.Parallel()
	limit := func(s string) plan.Limit {
		l, err := plan.ParseLimit(s)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	for _, c := range []struct {
		statuses []outcome.Status
		accept   string
		err      error
		want     int
	}{
		{[]outcome.Status{outcome.Created, outcome.Exists, outcome.Gone, outcome.Duplicate, outcome.Valid, outcome.Planned}, "0", nil, 0},
		{[]outcome.Status{outcome.Created, outcome.Invalid}, "0", nil, 3},
		{[]outcome.Status{outcome.Created, outcome.Invalid}, "1", nil, 0},
		{[]outcome.Status{outcome.Created, outcome.Invalid}, "49%", nil, 3},
		{[]outcome.Status{outcome.Created, outcome.Invalid}, "50%", nil, 0},
		{[]outcome.Status{outcome.Invalid, outcome.Failed}, "100%", nil, 3},
		{[]outcome.Status{outcome.Uncertain}, "100%", nil, 3},
		{[]outcome.Status{outcome.NotAttempted}, "100%", nil, 3},
		{[]outcome.Status{outcome.Invalid, outcome.NotAttempted}, "0", stopped(stop.CauseOutage), 4},
		{[]outcome.Status{outcome.Invalid, outcome.NotAttempted}, "0", stopped(stop.CauseGuard), 6},
		{[]outcome.Status{outcome.Invalid, outcome.NotAttempted}, "0", stopped(stop.CauseCredentials), 1},
	} {
		var rows report.Counts
		for _, s := range c.statuses {
			rows.Add(s)
		}
		if got := exitOfRun(ending.Result{Rows: rows, Err: c.err}, limit(c.accept)); got != c.want {
			t.Errorf("%v, --accept-invalid %s, %v: %d, want %d", c.statuses, c.accept, c.err, got, c.want)
		}
	}
}
