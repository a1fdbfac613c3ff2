package verify

import (
	"context"
	"iter"
	"maps"
	"slices"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/settle"
	"github.com/contactsync/contactsync/importer/wait"
)

// judge looks for rows that were made by what is shown and nobody has claimed.
func (v *closing) judge(made []settle.InDoubt) []settle.Finding {
	if len(made) == 0 {
		return nil
	}
	return settle.Judge(made, slices.Collect(maps.Values(v.shown.candidates)), v.claimed)
}

// list takes the closing listing. One out of a cache, or one that does not show a contact which a 201 told of without its
// id, is too old to tell anything of what was made last: it is asked for again, as often as anything is. What is missing
// is waited for longer each time, beyond the settle time in all; a cache is not, since another listing may not come.
func (v *closing) list(stopping context.Context) error {
	pause := v.in.Pauses.First
	for looks := 1; ; looks++ {
		v.shown = shown{
			candidates: map[int64]settle.Candidate{}, hashes: map[int64]contact.FieldHashes{}, otherwise: map[int64]contact.Contact{},
		}
		listing, err := v.in.Directory.List(stopping, v.org.Scope.Org, func(s contact.Stored) bool {
			v.see(s)
			return false
		})
		if err != nil {
			return err
		}
		v.forgetUnlisted(listing.IDs)
		// One that others could be it, too, may be missing as well: they are not equal to what was sent.
		lacks := slices.ContainsFunc(v.judge(v.expected.made), func(f settle.Finding) bool { return f.Presence != settle.Present })
		if looks >= max(1, v.in.Looks) || !listing.Cached && !lacks {
			return nil
		}
		if err := wait.Sleep(stopping, pause); err != nil {
			return err
		}
		if lacks {
			pause = v.in.Pauses.after(pause)
		}
	}
}

// see takes note of a contact that the run has written, or may have made. Others tell nothing.
func (v *closing) see(s contact.Stored) {
	want, ours := v.expected.content[s.ID]
	if !ours && !v.expected.wide && v.org.Now.Has(s.ID) {
		return
	}
	v.shown.candidates[s.ID] = v.describe(s)
	c := v.in.World.Rules.Normalise(s)
	v.shown.hashes[s.ID] = c.FieldHashes(v.in.World.Key)
	if ours && want != v.shown.candidates[s.ID].Content {
		v.shown.otherwise[s.ID] = c
	}
}

// forgetUnlisted drops what was shown on a page that was read anew, and is not there any more.
func (v *closing) forgetUnlisted(ids []int64) {
	there := make(map[int64]bool, len(v.shown.candidates))
	for _, id := range ids {
		if _, seen := v.shown.candidates[id]; seen {
			there[id] = true
		}
	}
	maps.DeleteFunc(v.shown.candidates, func(id int64, _ settle.Candidate) bool { return !there[id] })
}

// WrittenBy yields what was sent for rows, read again from the inputs.
func WrittenBy(ctx context.Context, p *plan.Plan, wanted check.Selection) iter.Seq2[Written, error] {
	return func(yield func(Written, error) bool) {
		for row, err := range p.Rows.Rows(ctx, wanted) {
			if err != nil {
				yield(Written{}, err)
				return
			}
			if row.Unreadable() || !yield(Written{Seq: row.Seq, Contact: row.Checked.Contact}, nil) {
				return
			}
		}
	}
}
