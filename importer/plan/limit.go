package plan

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Limit is a number, or a share, of rows: "10" or "2.5%". The zero value limits nothing.
type Limit struct {
	set     bool
	percent bool
	value   float64
	text    string
}

// ParseLimit reads "N" or "P%". N is a whole number, P a number from 0 to 100.
func ParseLimit(s string) (Limit, error) {
	text := strings.TrimSpace(s)
	number, percent := strings.CutSuffix(text, "%")
	v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	switch {
	case err != nil || math.IsNaN(v) || math.IsInf(v, 0) || v < 0:
		return Limit{}, fmt.Errorf("%q is neither a number of rows like 10 nor a share like 5%%", s)
	case percent && v > 100:
		return Limit{}, fmt.Errorf("%q is more than 100%%", s)
	case !percent && v != math.Trunc(v):
		return Limit{}, fmt.Errorf("%q is not a whole number of rows", s)
	}
	return Limit{set: true, percent: percent, value: v, text: text}, nil
}

// IsSet reports whether there is a limit at all.
func (l Limit) IsSet() bool { return l.set }

// IsPercent reports whether it is a share.
func (l Limit) IsPercent() bool { return l.percent }

// Exceeded reports whether n of total rows are more than the limit allows.
func (l Limit) Exceeded(n, total int) bool {
	if !l.set {
		return false
	}
	return float64(n) > l.of(total)
}

// Of returns how many of total rows the limit allows.
func (l Limit) Of(total int) int {
	if !l.set {
		return total
	}
	return int(l.of(total))
}

// Most is how many of total it allows, where a share never means fewer than so many: of a few it says little.
func (l Limit) Most(total, least int) int {
	if l.percent {
		return max(least, l.Of(total))
	}
	return l.Of(total)
}

func (l Limit) of(total int) float64 {
	if l.percent {
		return l.value * float64(total) / 100
	}
	return l.value
}

// String gives the limit as it was written.
func (l Limit) String() string { return l.text }

// Half is the limit of creates, and of updates, that a recurring job has by default.
func Half() Limit { return Limit{set: true, percent: true, value: 50, text: "50%"} }
