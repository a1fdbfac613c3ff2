package check

import "strconv"

// Names tells by what name reports and messages call a row: its number, with its input where there are several. A row can be
// named once the first row of its input has been noted.
type Names struct {
	inputs []string
	from   int   // the number of the first row that is taken of each input
	firsts []int // the first row of each input; 0 for one without rows
}

// NewNames returns the names of rows of which none has been noted yet.
func NewNames(inputs []Input, of Range) *Names {
	n := &Names{from: max(1, of.From), firsts: make([]int, len(inputs))}
	for _, in := range inputs {
		n.inputs = append(n.inputs, in.Name)
	}
	return n
}

// Note takes note of a row. Rows come in their order.
func (n *Names) Note(row *Row) {
	if n.firsts[row.Input] == 0 {
		n.firsts[row.Input] = row.Seq
	}
}

// HasRows reports whether a row of an input has been noted.
func (n *Names) HasRows(input int) bool { return n.firsts[input] != 0 }

// Of names a row.
func (n *Names) Of(seq uint32) string {
	input := 0
	for i, first := range n.firsts {
		if first != 0 && first <= int(seq) {
			input = i
		}
	}
	number := strconv.Itoa(int(seq) - n.firsts[input] + n.from)
	if len(n.inputs) == 1 {
		return number
	}
	return n.inputs[input] + ":" + number
}

// InFile names a row together with its input, whether it has been noted or not.
func (n *Names) InFile(row *Row) string {
	return n.inputs[row.Input] + ":" + strconv.Itoa(row.Source.Number)
}

// Number is a row's number in the report of pairs: its number in its input, or, where there are several, in all of them.
func (n *Names) Number(seq uint32) int {
	if len(n.inputs) == 1 {
		return int(seq) - 1 + n.from
	}
	return int(seq)
}

// Last is the number of an input's last row, if so many rows were read of all inputs; 0 for an input without rows.
func (n *Names) Last(input, rows int) int {
	first, end := n.firsts[input], rows+1
	if first == 0 {
		return 0
	}
	for _, next := range n.firsts[input+1:] {
		if next != 0 {
			end = next
			break
		}
	}
	return end - 1 - first + n.from
}
