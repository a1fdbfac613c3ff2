package simulator

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/agnivade/levenshtein"
)

// Fault is one thing that goes wrong, and when; ParseFault makes it.
type Fault struct {
	Name string
	// On is what it hits: one of TargetNames, as given or the default of the fault.
	On string
	// Wait is the fault's length of time, where it has one.
	Wait time.Duration

	text     string
	kind     kind
	targets  []target
	schedule schedule
	storing  *storing      // what it makes of values; nil: it is one of requests
	ahead    time.Duration // how far the server's clock is before ours
}

// String returns the fault as ParseFault reads it.
func (f Fault) String() string { return f.text }

// FaultName describes one fault for help texts.
type FaultName struct {
	Name    string
	Meaning string
	// On is what it hits unless the fault says otherwise.
	On string
	// Wait is its length of time unless the fault says otherwise; 0 if it has none.
	Wait time.Duration
}

// FaultNames returns all faults, in the order of the help text.
func FaultNames() []FaultName {
	var out []FaultName
	for _, k := range kinds() {
		out = append(out, FaultName{k.name, k.meaning, k.on, k.wait})
	}
	return out
}

// ParseFault reads NAME=WHEN[/DURATION][@TARGET].
//
// NAME is one of FaultNames. WHEN is the share of requests that it hits ("10%"), every Nth ("every:50"), the first N
// ("first:3"), all after the first N ("after:100") or only the Nth ("at:7"); requests are counted for each fault by
// itself, those of its target only. Two are none of a request: "clock=+2h" sets the clock that clients see; and "store=cut:40"
// stores no more than so many characters, "store=upper" capitals, "store=upper@city" those of one field. DURATION ("5s") is for faults that wait. TARGET is one of TargetNames.
func ParseFault(text string) (Fault, error) {
	name, rest, ok := strings.Cut(text, "=")
	if !ok {
		return Fault{}, fmt.Errorf("fault %q: want NAME=WHEN[/DURATION][@TARGET], such as lose=10%%", text)
	}
	if name == storeName {
		storing, err := parseStoring(rest)
		if err != nil {
			return Fault{}, fmt.Errorf("fault %q: %w", text, err)
		}
		return Fault{Name: name, text: text, storing: storing}, nil
	}
	if name == clockName {
		ahead, err := time.ParseDuration(rest)
		if err != nil {
			return Fault{}, fmt.Errorf("fault %q: %q is no length of time, such as +2h or -90s", text, rest)
		}
		return Fault{Name: name, text: text, ahead: ahead}, nil
	}
	all := kinds()
	at := slices.IndexFunc(all, func(k kind) bool { return k.name == name })
	if at < 0 {
		return Fault{}, fmt.Errorf("fault %q: no fault is called %q%s", text, name, didYouMean(name, all))
	}
	f := Fault{Name: name, On: all[at].on, Wait: all[at].wait, text: text, kind: all[at]}
	rest, on, hasTarget := strings.Cut(rest, "@")
	if hasTarget {
		f.On = strings.ToUpper(on)
	}
	targets, known := targetSets()[f.On]
	if !known {
		return Fault{}, fmt.Errorf("fault %q: %q is no target; known: %s", text, on, strings.Join(TargetNames(), ", "))
	}
	f.targets = targets
	if f.kind.fixed {
		home := targetSets()[f.kind.on]
		f.targets = slices.DeleteFunc(slices.Clone(targets), func(t target) bool { return !slices.Contains(home, t) })
		if len(f.targets) == 0 {
			return Fault{}, fmt.Errorf("fault %q: %s has no effect on %s, only on %s", text, name, f.On, f.kind.on)
		}
	}
	when, wait, hasWait := strings.Cut(rest, "/")
	if hasWait {
		d, err := time.ParseDuration(wait)
		if err != nil || d <= 0 || f.kind.wait == 0 {
			return Fault{}, fmt.Errorf("fault %q: %q is no duration that %s can take", text, wait, name)
		}
		f.Wait = d
	}
	schedule, err := parseSchedule(when)
	if err != nil {
		return Fault{}, fmt.Errorf("fault %q: %w", text, err)
	}
	f.schedule = schedule
	return f, nil
}

func didYouMean(name string, all []kind) string {
	best, distance := "", 3
	for _, k := range all {
		if d := levenshtein.ComputeDistance(name, k.name); d < distance {
			best, distance = k.name, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

// schedule says which of the requests that a fault is for it hits.
type schedule struct {
	kind  scheduleKind
	n     int
	share float64 // of 1
}

type scheduleKind int

const (
	never scheduleKind = iota
	share
	every
	first
	after
	at
)

func parseSchedule(text string) (schedule, error) {
	if number, ok := strings.CutSuffix(text, "%"); ok {
		percent, err := strconv.ParseFloat(number, 64)
		// Written so that NaN fails too.
		if err != nil || !(percent >= 0 && percent <= 100) {
			return schedule{}, fmt.Errorf("%q is no share from 0%% to 100%%", text)
		}
		return schedule{kind: share, share: percent / 100}, nil
	}
	word, number, _ := strings.Cut(text, ":")
	kinds := map[string]scheduleKind{"every": every, "first": first, "after": after, "at": at}
	kind, known := kinds[word]
	n, err := strconv.Atoi(number)
	if !known || err != nil || n < 0 || (n == 0 && kind != after) {
		return schedule{}, fmt.Errorf("%q is neither N%% nor every:N, first:N, after:N or at:N", text)
	}
	return schedule{kind: kind, n: n}, nil
}

// hits tells for the nth request, counted from 1; draw is its number in [0, 1).
func (s schedule) hits(nth int, draw float64) bool {
	switch s.kind {
	case share:
		return draw < s.share
	case every:
		return nth%s.n == 0
	case first:
		return nth <= s.n
	case after:
		return nth > s.n
	case at:
		return nth == s.n
	}
	return false
}
