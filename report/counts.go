package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/contactsync/contactsync/importer/outcome"
)

// statusCount is how many statuses there are: outcome.Statuses().
const statusCount = 12

// Counts is how many rows ended how. Two are equal if they count the same.
type Counts struct {
	// Total is how many rows there are; Add counts them, and who knows it otherwise sets it.
	Total int
	by    [statusCount]int // in the order of outcome.Statuses()
}

// Add counts a row that ended so.
func (c *Counts) Add(s outcome.Status) { c.AddN(s, 1) }

// AddN counts n rows that ended so.
func (c *Counts) AddN(s outcome.Status, n int) {
	c.Total += n
	if i := slices.Index(outcome.Statuses(), s); i >= 0 {
		c.by[i] += n
	}
}

// Of returns how many rows ended so.
func (c Counts) Of(s outcome.Status) int {
	if i := slices.Index(outcome.Statuses(), s); i >= 0 {
		return c.by[i]
	}
	return 0
}

func (c Counts) sum() int {
	n := 0
	for _, k := range c.by {
		n += k
	}
	return n
}

// MarshalJSON writes {"created":1,...,"total":2} with every status.
func (c Counts) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, s := range outcome.Statuses() {
		fmt.Fprintf(&b, "%q:%d,", s, c.by[i])
	}
	fmt.Fprintf(&b, "%q:%d}", "total", c.Total)
	return b.Bytes(), nil
}

// UnmarshalJSON reads what MarshalJSON writes; what it does not know it leaves out.
func (c *Counts) UnmarshalJSON(text []byte) error {
	var m map[string]int
	if err := json.Unmarshal(text, &m); err != nil {
		return err
	}
	*c = Counts{Total: m["total"]}
	for i, s := range outcome.Statuses() {
		c.by[i] = m[string(s)]
	}
	return nil
}
