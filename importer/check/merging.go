package check

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/dedupe"
	"github.com/contactsync/contactsync/importer/outcome"
)

// Merging makes one contact of the rows of a group. The group's first row is the one that carries it.
type Merging struct {
	Groups *dedupe.Groups
	Name   func(seq uint32) string // as the report names rows
}

// mergeAtOnce is of how many groups the later rows are in memory at once. For more of them the input is read once more,
// without checking what is not wanted.
const mergeAtOnce = 1 << 14

// mergeBlock is what the later rows add to the groups whose first rows stand from one row to another.
type mergeBlock struct {
	from, to uint32
	adds     map[uint32]*dedupe.Merge // by first row
}

// merged yields the checked rows with the contact of its whole group in each group's first row. The later rows of a block
// of groups are read when its first one comes by.
func (c *Checker) merged(ctx context.Context, wanted Selection) iter.Seq2[*Row, error] {
	return func(yield func(*Row, error) bool) {
		block := mergeBlock{}
		for row, err := range c.Each(ctx, wanted) {
			if err == nil && c.Merging.Groups.Last(uint32(row.Seq)) != 0 {
				if uint32(row.Seq) > block.to {
					block, err = c.readBlock(ctx, uint32(row.Seq))
				}
				if err == nil {
					c.merge(row, block.adds[uint32(row.Seq)])
				}
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// readBlock reads what later rows add to the groups from a first row on.
func (c *Checker) readBlock(ctx context.Context, from uint32) (mergeBlock, error) {
	groups := c.Merging.Groups
	b := mergeBlock{from: from, to: from, adds: map[uint32]*dedupe.Merge{}}
	end := uint32(0)
	for first := from; len(b.adds) < mergeAtOnce && first <= groups.Rows(); first++ {
		if last := groups.Last(first); last != 0 {
			b.to, end = first, max(end, last)
			b.adds[first] = &dedupe.Merge{}
		}
	}
	wanted := Selection{Last: int(end), Has: func(seq int) bool {
		first := groups.Earlier(uint32(seq))
		return first >= b.from && first <= b.to
	}}
	for row, err := range c.Each(ctx, wanted) {
		if err != nil {
			return b, err
		}
		b.adds[groups.Earlier(uint32(row.Seq))].Add(memberOf(row))
	}
	return b, nil
}

func memberOf(row *Row) dedupe.Member {
	return dedupe.Member{Row: uint32(row.Seq), Contact: row.Checked.Contact, ExternalID: row.Checked.ExternalID, Defaulted: row.Checked.Defaulted}
}

// merge makes the group's contact of its first row.
func (c *Checker) merge(row *Row, adds *dedupe.Merge) {
	made := adds.Into(memberOf(row))
	fields := c.Inputs[row.Input].Mapping.Fields
	for _, d := range made.Contradictions {
		row.Checked.Warnings = append(row.Checked.Warnings, contact.Problem{
			Code: outcome.CodeContradiction, Field: d.Field, Column: strings.Join(fields[d.Field].Columns, "+"), Value: d.ValueA,
			Message: fmt.Sprintf("row %s has %q, row %s of the same contact has %q; the earlier one is taken",
				c.Merging.Name(d.A), d.ValueA, c.Merging.Name(d.B), d.ValueB),
			Fix: "correct one of the two rows",
		})
	}
	if len(made.Filled) == 0 {
		return
	}
	row.Checked.Contact, row.Checked.ExternalID, row.Checked.Defaulted = made.Contact, made.ExternalID, made.Defaulted
	row.Filled = made.Filled
	row.Keys = c.Match.Keys(c.Key, row.Org, made.Contact)
	c.find(row)
}
