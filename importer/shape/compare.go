package shape

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Jump is a measure in which a shape differs by more than is tolerated.
type Jump struct {
	Measure Measure
	// Text tells both figures and the limit, in one clause without values of rows.
	Text string
}

// letsPass is how each jump names what lets it pass.
const letsPass = "--accept-shape"

// fewest is how many rows an input has at least that another one is held to: with fewer somebody tries something out.
const fewest = 10

// Compare tells in what an input's shape jumps from what it was before.
func Compare(before, now Shape) []Jump {
	if before.Rows < fewest {
		return nil
	}
	jumps := slices.Concat(compareRows(before, now), compareColumns(before, now))
	for _, name := range now.mapped() {
		if was, there := before.Columns[name]; there && was.Mapped {
			jumps = append(jumps, compareShares(Empty, was.Empty, now.Columns[name].Empty, fmt.Sprintf("of the cells in the column %q are empty", name))...)
		}
	}
	jumps = append(jumps, compareShares(Invalid, before.Invalid, now.Invalid, "of the rows are invalid")...)
	jumps = append(jumps, compareShares(Matched, before.Matched, now.Matched, "of the valid rows match a contact")...)
	if before.Command == now.Command {
		says := "of the rows with a contact would change it"
		if now.Command == "import" {
			says = "of the rows with a contact differ from it"
		}
		jumps = append(jumps, compareShares(Differing, before.Differing, now.Differing, says)...)
	}
	return append(jumps, compareShares(Damaged, before.Damaged, now.Damaged, "of the filled cells have damaged letters")...)
}

func compareRows(before, now Shape) []Jump {
	l := limitOf(Rows)
	was := float64(before.Rows)
	most := was*(1+l.Rise.By) + l.Rise.Deviations*math.Sqrt(was) + float64(l.Rise.Few)
	least := was*(1-l.Fall.By) - l.Fall.Deviations*math.Sqrt(was) - float64(l.Fall.Few)
	told := func(than string, limit float64) []Jump {
		return []Jump{{Rows, fmt.Sprintf("there are %d rows, %d in the job's last good run: %s than %d need %s", now.Rows, before.Rows, than, int(limit), letsPass)}}
	}
	switch n := float64(now.Rows); {
	case n > most:
		return told("more", math.Floor(most))
	case n < least:
		return told("fewer", math.Ceil(least))
	}
	return nil
}

// compareColumns finds columns that made a field and are missing.
func compareColumns(before, now Shape) []Jump {
	made := before.mapped()
	missing := slices.DeleteFunc(slices.Clone(made), func(name string) bool { _, there := now.Columns[name]; return there })
	if len(missing) == 0 {
		return nil
	}
	return []Jump{{Columns, fmt.Sprintf("of %d columns of which fields were made in the job's last good run %d are there, and not %s: fewer than %d need %s",
		len(made), len(made)-len(missing), quoted(missing), len(made), letsPass)}}
}

// mostNamed is how many columns are named, and longestName how much of a name: a header that is none may be anything.
const (
	mostNamed   = 10
	longestName = 40
)

func quoted(names []string) string {
	var parts []string
	for _, name := range names[:min(len(names), mostNamed)] {
		if r := []rune(name); len(r) > longestName {
			name = string(r[:longestName]) + "..."
		}
		parts = append(parts, strconv.Quote(name))
	}
	if more := len(names) - len(parts); more > 0 {
		parts = append(parts, fmt.Sprintf("%d more", more))
	}
	return strings.Join(parts, ", ")
}

// compareShares compares a share; says tells what it is one of. One of nothing can't be compared.
func compareShares(m Measure, before, now Share, says string) []Jump {
	if before.Of == 0 || now.Of == 0 {
		return nil
	}
	l := limitOf(m)
	was, is := before.part(), now.part()
	told := func(than string, limit float64) []Jump {
		return []Jump{{m, fmt.Sprintf("%s %s (%d of %d), %s in the job's last good run (%d of %d): %s than %s needs %s",
			percent(is), says, now.N, now.Of, percent(was), before.N, before.Of, than, percent(limit), letsPass)}}
	}
	if limit := was + l.Rise.width(was+l.Rise.By, before, now); l.Rise != (Tolerance{}) && is > limit {
		return told("more", limit)
	}
	if limit := was - l.Fall.width(was-l.Fall.By, before, now); l.Fall != (Tolerance{}) && is < limit {
		return told("less", limit)
	}
	return nil
}

// width is how far a share may be from what it was, where at is the share that is tolerated in large files.
func (t Tolerance) width(at float64, before, now Share) float64 {
	at = min(1, max(0, at))
	deviation := math.Sqrt(at * (1 - at) * (1/float64(before.Of) + 1/float64(now.Of)))
	return max(t.By+t.Deviations*deviation, float64(t.Few)/float64(now.Of))
}

// percent writes a share with as many digits as tell something.
func percent(part float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(100*part, 'f', 1, 64), ".0") + "%"
}
