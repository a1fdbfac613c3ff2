package notify

import (
	"testing"
)

func TestDecide(t *testing.T) {
	t.Parallel()
	past := func(exits ...int) Past {
		var p Past
		for i, exit := range exits {
			p.Last = append(p.Last, Outcome{Run: string(rune('a' + i)), ExitCode: exit})
		}
		return p
	}
	lost := func(p Past) Past {
		p.Pending = []Outcome{{ExitCode: 3}}
		return p
	}
	for name, tt := range map[string]struct {
		exit     int
		past     Past
		always   bool
		want     Why
		own      bool
		previous string
	}{
		"the first run ends well":                    {0, past(), false, "", false, ""},
		"the first run fails":                        {3, past(), false, Failure, true, ""},
		"well as before":                             {0, past(0), false, "", false, "a"},
		"it fails":                                   {3, past(0), false, Failure, true, "a"},
		"it fails as before":                         {3, past(3), false, "", false, "a"},
		"it fails in another way":                    {1, past(3), false, OtherFailure, true, "a"},
		"in yet another way":                         {4, past(1), false, OtherFailure, true, "a"},
		"it recovers":                                {0, past(1), false, Recovery, true, "a"},
		"a guard":                                    {6, past(0), false, Guard, true, "a"},
		"a guard again":                              {6, past(6), false, Guard, true, "a"},
		"a guard at first":                           {6, past(), false, Guard, true, ""},
		"a guard is passed":                          {0, past(6), false, Recovery, true, "a"},
		"after a guard it fails":                     {3, past(6), false, OtherFailure, true, "a"},
		"it crashes":                                 {134, past(0), false, Failure, true, "a"},
		"wrong usage":                                {2, past(0), true, "", false, ""},
		"wrong usage, and nothing is known":          {2, Past{Unknown: true}, false, "", false, ""},
		"another run has the lock":                   {5, lost(past(3)), true, "", false, ""},
		"every run is told":                          {0, past(0), true, EveryRun, true, "a"},
		"every run is told, the first too":           {0, past(), true, EveryRun, true, ""},
		"every run is told, and it fails":            {3, past(0), true, Failure, true, "a"},
		"nothing new, and something was lost":        {3, lost(past(3)), false, Undelivered, false, "a"},
		"well as before, and something was lost":     {0, lost(past(0)), false, Undelivered, false, "a"},
		"something new, and something was lost":      {0, lost(past(3)), false, Recovery, true, "a"},
		"every run, and something was lost":          {0, lost(past(0)), true, EveryRun, true, "a"},
		"nothing is known, and it ends well":         {0, Past{Unknown: true}, false, NotCompared, true, ""},
		"nothing is known, and it fails":             {1, Past{Unknown: true}, false, NotCompared, true, ""},
		"nothing is known, and a guard":              {6, Past{Unknown: true}, false, Guard, true, ""},
		"somebody mended it by hand":                 {0, past(0, 3), false, Recovery, true, "b"},
		"somebody's run failed likewise":             {3, past(3, 0), false, Failure, true, "b"},
		"somebody's run failed, untold":              {0, past(3, 0), false, Recovery, true, "a"},
		"somebody's run ended well, it fails again":  {3, past(0, 3), false, Failure, true, "a"},
		"somebody's run failed in another way":       {3, past(4, 3), false, OtherFailure, true, "a"},
		"somebody's run failed otherwise, as told":   {3, past(4, 1), false, OtherFailure, true, "a"},
		"somebody's run ended as this, told another": {1, past(1, 3), false, OtherFailure, true, "b"},
	} {
		d := Decide(tt.exit, tt.past, tt.always)
		previous := ""
		if d.Previous != nil {
			previous = d.Previous.Run
		}
		if d.Why != tt.want || d.Own != tt.own || previous != tt.previous {
			t.Errorf("%s: %q, of its own: %t, previous %q; want %q, %t, %q", name, d.Why, d.Own, previous, tt.want, tt.own, tt.previous)
		}
	}
}
