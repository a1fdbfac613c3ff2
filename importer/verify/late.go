package verify

import (
	"context"
	"slices"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/settle"
)

// findLate looks for further contacts that a lost attempt has made after all, and for those that somebody else has made
// with the same key.
func (v *closing) findLate(stopping context.Context) error {
	byKey := map[contact.Hash][]settle.Candidate{}
	byContent := map[contact.Hash][]int64{}
	for _, c := range v.shown.candidates {
		if v.claimed[c.ID] {
			continue
		}
		byContent[c.Content] = append(byContent[c.Content], c.ID)
		if c.Key != (contact.Hash{}) {
			byKey[c.Key] = append(byKey[c.Key], c)
		}
	}
	for _, a := range v.expected.lost {
		before, err := v.before(stopping, a)
		if err != nil {
			return err
		}
		second := slices.DeleteFunc(slices.Sorted(slices.Values(byContent[a.Row.Content])), before)
		if len(second) == 0 || a.Result.Receipt.ContactID == 0 || a.Unclear == 0 {
			continue // the only attempt that there was made the row's own contact: what else is there is somebody else's
		}
		for _, id := range second {
			v.claimed[id] = true
		}
		if err := v.tellLate(stopping, a, second); err != nil {
			return err
		}
	}
	if len(byKey) == 0 {
		return nil
	}
	return v.tellKeys(stopping, byKey)
}

// tellLate notes that a contact stands twice, and deletes the second one where the user wants that.
func (v *closing) tellLate(stopping context.Context, a ledger.Attempt, seconds []int64) error {
	told := lateTold{survivor: a.Result.Receipt.ContactID}
	// Each unclear attempt made one contact at most. Of more than that, somebody else made some, and nobody can tell which.
	ours := len(seconds) <= a.Unclear
	for _, id := range seconds {
		became := left
		if v.in.Remover != nil && ours {
			var err error
			if became, err = v.in.Remover.remove(stopping, v.org, a, id); err != nil {
				return err
			}
		}
		told.add(id, became)
	}
	a.Result.Notes = told.among(a.Result.Notes)
	if err := v.record(stopping, a); err != nil {
		return ledger.Unwritable(err)
	}
	return nil
}

// tellKeys notes contacts that others have made with the key of one that this run made.
func (v *closing) tellKeys(ctx context.Context, byKey map[contact.Hash][]settle.Candidate) error {
	for a, err := range v.writes() {
		if err != nil {
			return ledger.Unreadable(err)
		}
		if a.Result == nil || a.Result.Status != outcome.Created || a.Row.Key == (contact.Hash{}) {
			continue
		}
		others, err := v.others(ctx, a, byKey[a.Row.Key])
		if err != nil {
			return err
		}
		if len(others) == 0 {
			continue
		}
		if err := v.note(ctx, a, outcome.Note{Code: outcome.CodeKeyTwice, IDs: others}); err != nil {
			return ledger.Unwritable(err)
		}
	}
	return nil
}

// others are the contacts, among those with an attempt's key, that somebody else made for the same person meanwhile.
func (v *closing) others(ctx context.Context, a ledger.Attempt, equal []settle.Candidate) ([]int64, error) {
	if len(equal) == 0 {
		return nil, nil
	}
	before, err := v.before(ctx, a)
	if err != nil {
		return nil, err
	}
	var ids []int64
	for _, c := range equal {
		if !v.claimed[c.ID] && !before(c.ID) && c.Identifiers.SameName(a.Row.Identifiers) {
			ids = append(ids, c.ID)
		}
	}
	slices.Sort(ids)
	return ids, nil
}

// lateTold is what is told of the second contacts of one row.
type lateTold struct {
	survivor int64
	// left still stand, unclear among them after deletes that nobody answered; removed do not.
	removed, left, unclear []int64
}

func (t *lateTold) add(id int64, b became) {
	switch b {
	case gone:
		t.removed = append(t.removed, id)
	case unclear:
		t.unclear = append(t.unclear, id)
		t.left = append(t.left, id)
	case left:
		t.left = append(t.left, id)
	}
}

// among puts what is to be told in the place of what notes said of it before.
func (t *lateTold) among(notes []outcome.Note) []outcome.Note {
	notes = slices.DeleteFunc(slices.Clone(notes), func(n outcome.Note) bool {
		return n.Code == outcome.CodeTwice || n.Code == outcome.CodeTwiceUnclear
	})
	for _, told := range []struct {
		code string
		ids  []int64
	}{{outcome.CodeTwice, t.left}, {outcome.CodeTwiceUnclear, t.unclear}, {outcome.CodeTwiceRemoved, t.removed}} {
		if len(told.ids) > 0 {
			notes = append(notes, outcome.Note{Code: told.code, IDs: append([]int64{t.survivor}, told.ids...)})
		}
	}
	return notes
}
