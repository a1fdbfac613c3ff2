// Package shape holds the input of a recurring job to the shape that it had in the job's last good run: how many rows, which
// columns, how much of them is empty, invalid, known, different, damaged. What is right row by row can be wrong as a whole: half a
// file, another customer's, one whose columns have been exchanged. It owns which differences are a jump, and why, as data; it reads
// no input, asks nobody, and decides nothing about rows.
package shape

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
)

// Share is so many of so many.
type Share struct {
	N  int `json:"n"`
	Of int `json:"of"`
}

func (s Share) part() float64 { return float64(s.N) / float64(max(1, s.Of)) }

// Settings are what a person has said of how the input is read. Where they change, another shape is no surprise.
type Settings struct {
	// Mapping stands for the profile and for what was mapped by hand; empty: all was detected.
	Mapping string `json:"mapping,omitempty"`
	// Type and Country are those of rows that name none.
	Type    string `json:"type,omitempty"`
	Country string `json:"country,omitempty"`
}

// changed names what is not as it was.
func (s Settings) changed(before Settings) []string {
	var names []string
	if s.Mapping != before.Mapping {
		names = append(names, "the mapping")
	}
	if !strings.EqualFold(s.Type, before.Type) {
		names = append(names, "--type")
	}
	if !strings.EqualFold(s.Country, before.Country) {
		names = append(names, "--country")
	}
	return names
}

// Column is what was found in the columns of one name, of all inputs.
type Column struct {
	// Mapped tells that a field is made of it; Empty counts cells of one that is.
	Mapped bool  `json:"mapped,omitempty"`
	Empty  Share `json:"empty"`
}

// Shape is that of a run's input.
type Shape struct {
	Command  string            `json:"command"`
	Settings Settings          `json:"settings"`
	Rows     int               `json:"rows"`
	Columns  map[string]Column `json:"columns"`
	// Invalid counts rows of all, Matched those whose contact there was of the valid ones, Differing those that are not as their contact
	// is of those that have one: rows to be updated, in an import that changes none those that would be. Damaged counts cells with
	// letters that an encoding has damaged of those that hold something.
	Invalid   Share `json:"invalid"`
	Matched   Share `json:"matched"`
	Differing Share `json:"differing"`
	Damaged   Share `json:"damaged"`
}

// Of is the shape of a plan's input. What a run has done that this one goes on with counts as it did there.
func Of(p *plan.Plan, command string, s Settings) Shape {
	n := p.Counts
	created := n[plan.Create] + p.ResumedAs[outcome.Created]
	updated := n[plan.Update] + p.ResumedAs[outcome.Updated]
	matched := updated + n[plan.Exists] + n[plan.ExistsByLedger] + n[plan.Ambiguous] + n[plan.Conflicting] + n[plan.OtherPerson] + n[plan.Moved] +
		p.ResumedAs[outcome.Exists]
	now := Shape{
		Command: command, Settings: s, Rows: p.Len(), Columns: map[string]Column{}, Invalid: Share{n[plan.Invalid], p.Len()},
		Matched: Share{matched, matched + created + n[plan.Gone] + n[plan.GoneInDispute]}, Differing: Share{p.Differing, p.Compared},
	}
	if p.IsSync() {
		now.Differing = Share{updated, matched}
	}
	for name, c := range p.Columns.ByName() {
		now.Columns[name] = Column{Mapped: c.Mapped, Empty: Share{c.Empty, c.Cells}}
		if c.Mapped {
			now.Damaged.N, now.Damaged.Of = now.Damaged.N+c.Damaged, now.Damaged.Of+c.Cells-c.Empty
		}
	}
	return now
}

// first is the shape of an input that is held to none: what is made now is there the next time.
func (s Shape) first() Shape {
	s.Matched.N = s.Matched.Of
	return s
}

// mapped are the names of the columns of which fields are made.
func (s Shape) mapped() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(s.Columns)), func(name string) bool { return !s.Columns[name].Mapped })
}

func (s Shape) encode() (string, error) {
	text, err := json.Marshal(s)
	if err != nil {
		return "", fmt.Errorf("writing the shape of the input: %w", err)
	}
	return string(text), nil
}

func decode(text string) (s Shape, err error) {
	if err = json.Unmarshal([]byte(text), &s); err != nil {
		return Shape{}, fmt.Errorf("reading the shape of the last good run's input: %w", err)
	}
	return s, nil
}
