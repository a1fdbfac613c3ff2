package shape

// Measure is what of a shape is compared.
type Measure string

// The measures.
const (
	Rows      Measure = "rows"
	Columns   Measure = "columns that make fields"
	Empty     Measure = "empty cells, of each of these columns"
	Invalid   Measure = "invalid rows"
	Matched   Measure = "rows that match a contact"
	Differing Measure = "rows that differ from their contact"
	Damaged   Measure = "cells with damaged letters"
)

// Tolerance is by how much a measure may rise, or fall, until that is a jump. The zero value tolerates any.
type Tolerance struct {
	// By is that in large files: a part of the number of rows, or of the whole of a share (0.1: from 3% to 13%).
	By float64
	// Deviations are added for chance, as many standard deviations of a number, or of a share, as the size of both files makes them: 3 of
	// 12 rows tell less than 3,000 of 12,000.
	Deviations float64
	// Few is how many rows or cells more or less are never a jump.
	Few int
}

// Limit is what of a measure is tolerated, and why.
type Limit struct {
	Measure    Measure
	Rise, Fall Tolerance
	Reason     string
}

// Limits are those of all measures.
func Limits() []Limit {
	return []Limit{
		{
			Measure: Rows, Rise: Tolerance{By: 0.4, Deviations: 2, Few: 10}, Fall: Tolerance{By: 0.2, Deviations: 1, Few: 10},
			Reason: "an export that was cut off has fewer rows, one that was joined to another or to itself has more; a job grows by a branch at once, and hardly ever loses one",
		},
		{
			Measure: Columns,
			Reason:  "a field is made of a column by its name, and without it of nothing, or of another one. What a new column fills counts below as rows that differ, and columns that make nothing may come and go",
		},
		{
			Measure: Empty, Rise: Tolerance{By: 0.1, Deviations: 2, Few: 5}, Fall: Tolerance{By: 0.3, Deviations: 2, Few: 10},
			Reason: "a filter or a right that the export lost empties a column, and exchanged columns fill one that was nearly empty; people empty cells one by one, and fill many at once when they tidy up",
		},
		{
			Measure: Invalid, Rise: Tolerance{By: 0.05, Deviations: 2, Few: 5},
			Reason: "what is damaged as a whole does not pass the rules; single bad rows come and go, and fewer of them are welcome",
		},
		{
			Measure: Matched, Fall: Tolerance{By: 0.2, Deviations: 2, Few: 20},
			Reason: "rows that match nobody make everybody anew: another customer's file, another type, keys that are written otherwise; a company that is bought brings new people at once, hardly ever more than a fifth",
		},
		{
			Measure: Differing, Rise: Tolerance{By: 0.2, Deviations: 2, Few: 20},
			Reason: "exchanged or shifted columns make everybody somebody else; a company that moves changes all of its people at once, and hardly ever is a fifth of the file",
		},
		{
			Measure: Damaged, Rise: Tolerance{By: 0.005, Deviations: 2, Few: 5},
			Reason: "an encoding that is read wrongly damages every letter that is not plain, which few cells have; one that comes from somewhere else is no more than a cell or two",
		},
	}
}

func limitOf(m Measure) Limit {
	for _, l := range Limits() {
		if l.Measure == m {
			return l
		}
	}
	return Limit{}
}
