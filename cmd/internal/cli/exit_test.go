package cli

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/contactsync/contactsync/importer"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/report"
)

func stop(c plan.Cause) error { return &plan.StopError{Cause: c, Message: "stopped"} }

func TestExitCodeOfAnError(t *testing.T) {
	t.Parallel()
	full := errors.New("no space left on device")
	for name, c := range map[string]struct {
		err  error
		want int
	}{
		"none":                              {nil, 0},
		"unknown":                           {full, 1},
		"usage":                             {fmt.Errorf("x: %w", &importer.UsageError{}), 2},
		"lock":                              {&ledger.HeldError{}, 5},
		"interrupted":                       {stop(plan.CauseInterrupted), 4},
		"out of time":                       {stop(plan.CauseOutOfTime), 4},
		"outage":                            {stop(plan.CauseOutage), 4},
		"quota":                             {stop(plan.CauseQuota), 4},
		"unreachable":                       {stop(plan.CauseUnreachable), 1},
		"redirect":                          {stop(plan.CauseRedirect), 1},
		"credentials":                       {stop(plan.CauseCredentials), 1},
		"forbidden":                         {stop(plan.CauseForbidden), 1},
		"ledger":                            {stop(plan.CauseLedger), 1},
		"taken over":                        {stop(plan.CauseTakenOver), 5},
		"input changed":                     {stop(plan.CauseInputChanged), 1},
		"guard":                             {stop(plan.CauseGuard), 6},
		"at once":                           {fmt.Errorf("reading: %w", context.Canceled), 4},
		"interrupted, report not writable":  {errors.Join(stop(plan.CauseInterrupted), &importer.ReportError{Err: full}), 1},
		"guard, ledger not writable":        {errors.Join(stop(plan.CauseGuard), stop(plan.CauseLedger)), 1},
		"outage and guard":                  {errors.Join(stop(plan.CauseOutage), stop(plan.CauseGuard)), 6},
		"interrupted, then at once":         {errors.Join(stop(plan.CauseInterrupted), context.Canceled), 4},
		"wrapped join":                      {fmt.Errorf("x: %w", errors.Join(stop(plan.CauseOutage), full)), 1},
		"a stop's own cause does not count": {&plan.StopError{Cause: plan.CauseOutage, Err: full}, 4},
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
		statuses []plan.Status
		accept   string
		err      error
		want     int
	}{
		{[]plan.Status{plan.Created, plan.Exists, plan.Gone, plan.Duplicate, plan.Valid, plan.Planned}, "0", nil, 0},
		{[]plan.Status{plan.Created, plan.Invalid}, "0", nil, 3},
		{[]plan.Status{plan.Created, plan.Invalid}, "1", nil, 0},
		{[]plan.Status{plan.Created, plan.Invalid}, "49%", nil, 3},
		{[]plan.Status{plan.Created, plan.Invalid}, "50%", nil, 0},
		{[]plan.Status{plan.Invalid, plan.Failed}, "100%", nil, 3},
		{[]plan.Status{plan.Uncertain}, "100%", nil, 3},
		{[]plan.Status{plan.NotAttempted}, "100%", nil, 3},
		{[]plan.Status{plan.Invalid, plan.NotAttempted}, "0", stop(plan.CauseOutage), 4},
		{[]plan.Status{plan.Invalid, plan.NotAttempted}, "0", stop(plan.CauseGuard), 6},
		{[]plan.Status{plan.Invalid, plan.NotAttempted}, "0", stop(plan.CauseCredentials), 1},
	} {
		var rows report.Counts
		for _, s := range c.statuses {
			rows.Add(s)
		}
		if got := exitOfRun(importer.Result{Rows: rows, Err: c.err}, limit(c.accept)); got != c.want {
			t.Errorf("%v, --accept-invalid %s, %v: %d, want %d", c.statuses, c.accept, c.err, got, c.want)
		}
	}
}
