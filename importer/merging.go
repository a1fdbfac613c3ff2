package importer

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/dedupe"
	"github.com/contactsync/contactsync/importer/outcome"
)

// merging makes one contact of the rows of a group. The group's first row is the one that carries it.
type merging struct {
	groups *dedupe.Groups
	name   func(seq uint32) string // as the report names rows
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
func (c *checker) merged(ctx context.Context, wanted selection) iter.Seq2[*row, error] {
	return func(yield func(*row, error) bool) {
		block := mergeBlock{}
		for row, err := range c.each(ctx, wanted) {
			if err == nil && c.merging.groups.Last(uint32(row.seq)) != 0 {
				if uint32(row.seq) > block.to {
					block, err = c.readBlock(ctx, uint32(row.seq))
				}
				if err == nil {
					c.merge(row, block.adds[uint32(row.seq)])
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
func (c *checker) readBlock(ctx context.Context, from uint32) (mergeBlock, error) {
	groups := c.merging.groups
	b := mergeBlock{from: from, to: from, adds: map[uint32]*dedupe.Merge{}}
	end := uint32(0)
	for first := from; len(b.adds) < mergeAtOnce && first <= groups.Rows(); first++ {
		if last := groups.Last(first); last != 0 {
			b.to, end = first, max(end, last)
			b.adds[first] = &dedupe.Merge{}
		}
	}
	wanted := selection{last: int(end), has: func(seq int) bool {
		first := groups.Twin(uint32(seq))
		return first >= b.from && first <= b.to
	}}
	for row, err := range c.each(ctx, wanted) {
		if err != nil {
			return b, err
		}
		b.adds[groups.Twin(uint32(row.seq))].Add(memberOf(row))
	}
	return b, nil
}

func memberOf(row *row) dedupe.Member {
	return dedupe.Member{Row: uint32(row.seq), Contact: row.checked.Contact, ExternalID: row.checked.ExternalID}
}

// merge makes the group's contact of its first row.
func (c *checker) merge(row *row, adds *dedupe.Merge) {
	made := adds.Into(memberOf(row))
	fields := c.inputs[row.input].Mapping.Fields
	for _, d := range made.Contradictions {
		row.checked.Warnings = append(row.checked.Warnings, contact.Problem{
			Code: outcome.CodeContradiction, Field: d.Field, Column: strings.Join(fields[d.Field].Columns, "+"), Value: d.ValueA,
			Message: fmt.Sprintf("row %s has %q, row %s of the same contact has %q; the earlier one is taken",
				c.merging.name(d.A), d.ValueA, c.merging.name(d.B), d.ValueB),
			Fix: "correct one of the two rows",
		})
	}
	if len(made.Filled) == 0 {
		return
	}
	row.checked.Contact, row.checked.ExternalID = made.Contact, made.ExternalID
	row.filled = made.Filled
	row.keys = c.match.Keys(c.key, row.org, made.Contact)
	c.find(row)
}

// fieldsOf are the fields of which a row says something: those that its input has columns for, without those whose value
// a spreadsheet lost, and those that were filled from other rows of its group.
func (r *run) fieldsOf(row *row) contact.FieldSet {
	mapped := r.Inputs[row.input].mapped()
	for _, f := range row.lost() {
		delete(mapped, f)
	}
	for _, f := range row.filled {
		mapped[f] = true
	}
	return mapped
}
