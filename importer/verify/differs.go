package verify

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/settle"
)

// differing is what the service shows otherwise than it was sent.
type differing struct {
	rows   map[int]*unlike
	intact map[contact.Field]int // how often a field is shown as it was sent
}

// unlike is one contact that the service shows otherwise than it was sent.
type unlike struct {
	ledger.Attempt
	fields []contact.Field
	// unsure are those of the fields that somebody may have changed between the write and the look.
	unsure []contact.Field
}

// base is what a contact counts as having been written as after an update: only the fields that were written are as the
// service shows them now. What else has changed since an earlier write is somebody's, and stays a conflict.
func (v *closing) base(a ledger.Attempt) contact.FieldHashes {
	now := v.shown.hashes[a.Target]
	before, listed := v.listedHashes(a)
	fields := a.Fields.Fields()
	if a.Fields.Empty() { // an attempt from before ledgers held them
		fields = before.Changed(now)
	}
	if written, ok := v.in.Base(v.org.Scope.Org, a.Target); ok {
		return written.With(now, fields)
	}
	if listed {
		return before.With(now, fields)
	}
	return now
}

// listedHashes are those of a contact before it was updated.
func (v *closing) listedHashes(a ledger.Attempt) (p contact.FieldHashes, ok bool) {
	var before contact.Stored
	if err := json.Unmarshal(a.Before, &before); err != nil {
		return p, false // its image has been removed
	}
	return v.in.World.Rules.Normalise(before).FieldHashes(v.in.World.Key), true
}

// compare tells whether the service shows what was sent for a row. What it does not is looked at field by field later.
func (v *closing) compare(a ledger.Attempt, id int64, d *differing) {
	if _, differs := v.shown.otherwise[id]; differs {
		d.rows[a.Seq] = &unlike{Attempt: a}
		return
	}
	for _, f := range v.shown.hashes[id].Changed(contact.FieldHashes{}) {
		if a.Action != outcome.Update || a.Fields.Empty() || a.Fields.Has(f) {
			d.intact[f]++
		}
	}
}

// tellDiffering notes which contacts the service shows otherwise than they were sent, and in what. One that has nothing of
// what was sent may be somebody else's: there the row's is looked for by content among those that nobody has claimed.
func (v *closing) tellDiffering(ctx context.Context, d *differing) error {
	if len(d.rows) == 0 {
		return nil
	}
	var strange []ledger.Attempt
	altered, told := map[contact.Field]int{}, map[int]contact.FieldHashes{}
	for sent, err := range v.in.Written(check.RowsOf(d.rows)) {
		if err != nil {
			return err
		}
		u := d.rows[sent.Seq]
		if !v.differs(u, sent.Contact) {
			strange = append(strange, u.Attempt)
			continue
		}
		told[sent.Seq] = sent.Contact.FieldHashes(v.in.World.Key)
		if u.Origin != "" {
			continue // between its write and this look there was time for somebody
		}
		for _, f := range u.fields {
			altered[f]++
		}
	}
	for _, seq := range slices.Sorted(maps.Keys(told)) {
		u := d.rows[seq]
		if len(u.fields) == 0 {
			continue // what differs is not what was written
		}
		// What is shown of nearly all contacts otherwise than it was sent is the service's doing; of a few, it may be
		// somebody's. Then what was sent stays what the next run starts from, and the change is a conflict there. Does it
		// come out the same again, it is the service's.
		if id := contactOf(u.Attempt); v.in.Differs != nil {
			v.in.Differs(outcome.ContactRef{Org: v.org.Scope.Org, ID: id}, u.fields, v.shown.otherwise[id])
		}
		unsure := slices.DeleteFunc(u.unsure, func(f contact.Field) bool { return u.Origin == "" && isServices(altered[f], d.intact[f]) })
		v.hashes[contactOf(u.Attempt)] = v.hashes[contactOf(u.Attempt)].With(told[seq], unsure)
		if slices.ContainsFunc(u.Result.Notes, IsVague) {
			continue
		}
		note := outcome.Note{Code: outcome.CodeStoredDiffers, IDs: []int64{contactOf(u.Attempt)}, Fields: u.fields}
		if err := v.note(ctx, u.Attempt, note); err != nil {
			return ledger.Unwritable(err)
		}
	}
	return v.tellStrange(ctx, strange)
}

// fewAltered is up to how many contacts somebody may have changed while a run was under way.
const fewAltered = 4

// isServices reports whether a field that is shown otherwise of so many contacts, and as it was sent of so many others, is the
// service's doing: of nearly all, and of more than people change in that time.
func isServices(altered, intact int) bool { return altered > fewAltered && altered > 4*intact }

// IsVague reports whether a note says of a contact that the service shows other values than were sent without saying in
// what: it was recognised by a part of them only.
func IsVague(n outcome.Note) bool { return n.Code == outcome.CodeStoredDiffers && len(n.Fields) == 0 }

// differs finds the fields in which a contact is not shown as it was sent. It is false if nothing is: neither its type
// and country nor anything else.
func (v *closing) differs(u *unlike, sent contact.Contact) bool {
	shown := v.shown.otherwise[contactOf(u.Attempt)]
	fields, alike := v.unlikeIn(u.Attempt, sent)
	u.fields = fields
	before, updated := v.listedHashes(u.Attempt)
	for _, f := range fields {
		was, is := sent.Value(f), shown.Value(f)
		stays := u.Action == outcome.Update && updated && before.With(shown.FieldHashes(v.in.World.Key), []contact.Field{f}) == before
		if was != "" && !stays && !madeOf(was, is) {
			u.unsure = append(u.unsure, f)
		}
	}
	return alike
}

// madeOf reports whether a text may be what a service makes of another one: less of it, more around it, or the same in
// other letters.
func madeOf(sent, shown string) bool {
	a := strings.ReplaceAll(contact.FoldText(sent), " ", "")
	b := strings.ReplaceAll(contact.FoldText(shown), " ", "")
	return within(b, a) || within(a, b)
}

// within reports whether a text's letters all stand in another one, in the same order.
func within(short, long string) bool {
	for _, letter := range short {
		_, rest, found := strings.Cut(long, string(letter))
		if !found {
			return false
		}
		long = rest
	}
	return true
}

// unlikeIn are the fields of a contact that are not shown as they were sent; alike tells that something else than its
// type and country is, or that nothing else was sent.
func (v *closing) unlikeIn(a ledger.Attempt, c contact.Contact) (fields []contact.Field, alike bool) {
	sent, shown := c.FieldHashes(v.in.World.Key), v.shown.hashes[contactOf(a)]
	changed := sent.Changed(shown)
	if a.Action == outcome.Update {
		written := v.writtenBy(a, sent)
		return slices.DeleteFunc(changed, func(f contact.Field) bool { return !slices.Contains(written, f) }), true
	}
	empty := contact.FieldHashes{}
	filled := sent.Changed(empty)
	own := slices.DeleteFunc(filled, func(f contact.Field) bool { return f == contact.TypeField || f == contact.CountryField })
	return changed, len(own) == 0 || slices.ContainsFunc(own, func(f contact.Field) bool { return !slices.Contains(changed, f) })
}

// writtenBy are the fields that an update has written. Of one from before ledgers held them it is those that the row has
// otherwise than the contact had them.
func (v *closing) writtenBy(a ledger.Attempt, sent contact.FieldHashes) []contact.Field {
	if !a.Fields.Empty() {
		return slices.Concat(a.Fields.Fields(), storedOf(a))
	}
	before, listed := v.listedHashes(a)
	if !listed {
		return nil
	}
	filled := sent.Changed(contact.FieldHashes{})
	return slices.DeleteFunc(sent.Changed(before), func(f contact.Field) bool { return !slices.Contains(filled, f) })
}

// tellStrange looks by content for the contacts of rows for which the service shows somebody, under the number that its
// answer named, who has nothing of what was sent.
func (v *closing) tellStrange(ctx context.Context, strange []ledger.Attempt) error {
	lost := make([]settle.InDoubt, len(strange))
	attempts := map[int]ledger.Attempt{}
	for i, a := range strange {
		before, err := v.before(ctx, a)
		if err != nil {
			return err
		}
		attempts[a.Seq] = a
		lost[i] = settle.MadeBy(a, before)
	}
	for _, f := range v.judge(lost) {
		a := attempts[f.InDoubt.Seq]
		id := contactOf(a)
		if f.Presence == settle.Present && !f.Differs {
			delete(v.claimed, id)
			delete(v.hashes, id)
			id = f.ID
			a.Result.Receipt.ContactID = id
			v.claimed[id], v.hashes[id] = true, v.shown.hashes[id]
			if err := v.record(ctx, a); err != nil {
				return ledger.Unwritable(err)
			}
			continue
		}
		if err := v.note(ctx, a, outcome.Note{Code: outcome.CodeStoredDiffers, IDs: []int64{id}}); err != nil {
			return ledger.Unwritable(err)
		}
	}
	return nil
}

// note adds to what is to be told of a row, in place of an earlier note of the same code.
func (v *closing) note(ctx context.Context, a ledger.Attempt, n outcome.Note) error {
	a.Result.Notes = slices.DeleteFunc(slices.Clone(a.Result.Notes), func(o outcome.Note) bool { return o.Code == n.Code })
	a.Result.Notes = append(a.Result.Notes, n)
	return v.record(ctx, a)
}
