package report

import (
	"cmp"
	"slices"
)

// columnValues is a column that went nowhere, with the number of its values.
type columnValues struct {
	name   string
	values int
}

// mostValues returns the columns that have values, the fullest first: an empty column is no loss.
func mostValues(unmapped map[string]int) []columnValues {
	var list []columnValues
	for name, n := range unmapped {
		if n > 0 {
			list = append(list, columnValues{name, n})
		}
	}
	slices.SortFunc(list, func(a, b columnValues) int {
		return cmp.Or(cmp.Compare(b.values, a.values), cmp.Compare(a.name, b.name))
	})
	return list
}
