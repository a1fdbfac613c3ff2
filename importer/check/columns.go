package check

// Columns counts the values in the columns of the inputs that go nowhere.
type Columns struct{ inputs [][]*column }

type column struct {
	header string
	at     int
	values int
}

// NewColumns returns the columns of inputs of which no row has been counted yet.
func NewColumns(inputs []Input) *Columns {
	c := &Columns{}
	for _, in := range inputs {
		c.inputs = append(c.inputs, unmapped(in))
	}
	return c
}

func unmapped(in Input) []*column {
	at := map[string]int{}
	for i, h := range in.Mapping.Header {
		at[h] = i
	}
	var columns []*column
	for _, h := range in.Mapping.Unmapped {
		columns = append(columns, &column{header: h, at: at[h]})
	}
	return columns
}

// Count counts the cells of a row that have a value and go nowhere.
func (c *Columns) Count(row *Row) {
	if row.Source.Defect != nil {
		return
	}
	for _, u := range c.inputs[row.Input] {
		if u.at < len(row.Source.Cells) && row.Source.Cells[u.at] != "" {
			u.values++
		}
	}
}

// Values counts the values that go nowhere, of all inputs.
func (c *Columns) Values() int {
	n := 0
	for _, columns := range c.inputs {
		for _, u := range columns {
			n += u.values
		}
	}
	return n
}

// Unmapped are the headers of an input's columns that go nowhere, with the number of their values.
func (c *Columns) Unmapped(input int) map[string]int {
	values := map[string]int{}
	for _, u := range c.inputs[input] {
		values[u.header] = u.values
	}
	return values
}
