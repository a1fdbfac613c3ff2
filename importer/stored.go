package importer

import (
	"context"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/contactsync/contactsync/importer/settle"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
)

// sentAgain is what a run has sent for one contact, read again.
type sentAgain struct {
	seq     int
	contact contact.Contact
}

// sentFor yields what was sent for rows of this run, read again from the inputs.
func (r *run) sentFor(ctx context.Context, wanted check.Selection) iter.Seq2[sentAgain, error] {
	if r.resend != nil {
		return r.resend(wanted)
	}
	return func(yield func(sentAgain, error) bool) {
		for row, err := range r.checker.Rows(ctx, wanted) {
			if err != nil {
				yield(sentAgain{}, err)
				return
			}
			if row.Unreadable() || !yield(sentAgain{row.Seq, row.Checked.Contact}, nil) {
				return
			}
		}
	}
}

// unlike is what the service shows otherwise than it was sent.
type unlike struct {
	ledger.Attempt
	fields []contact.Field
	// unsure are those of the fields that somebody may have changed between the write and the look.
	unsure []contact.Field
}

// expect is the content that a contact should be shown with; zero where its fields have to be looked at: hashes of
// another version can't be compared, and what an earlier run, or this one, left as the service stores it is told again.
func (v *verifier) expect(a ledger.Attempt) contact.Hash {
	switch {
	case a.Row.Version != contact.Version, a.Action == outcome.Update && a.Origin != "", len(v.t.stored[contactOf(a)]) > 0:
		return contact.Hash{}
	case a.Action == outcome.Update:
		return a.After
	}
	return a.Row.Content
}

// compare tells whether the service shows what was sent for a row. What it does not is looked at field by field later.
func (v *verifier) compare(a ledger.Attempt, id int64) {
	if _, differs := v.full[id]; differs {
		v.unlike[a.Seq] = &unlike{Attempt: a}
		return
	}
	for _, f := range v.prints[id].Changed(contact.FieldHashes{}) {
		if a.Action != outcome.Update || a.Fields.Empty() || a.Fields.Has(f) {
			v.intact[f]++
		}
	}
}

// tellUnlike notes which contacts the service shows otherwise than they were sent, and in what. One that has nothing of
// what was sent may be somebody else's: there the row's is looked for by content among those that nobody has claimed.
func (v *verifier) tellUnlike() error {
	if len(v.unlike) == 0 {
		return nil
	}
	var strange []ledger.Attempt
	altered, told := map[contact.Field]int{}, map[int]contact.FieldHashes{}
	for sent, err := range v.sentFor(v.quit, check.RowsOf(v.unlike)) {
		if err != nil {
			return err
		}
		u := v.unlike[sent.seq]
		if !v.differs(u, sent.contact) {
			strange = append(strange, u.Attempt)
			continue
		}
		told[sent.seq] = sent.contact.FieldHashes(v.key())
		if u.Origin != "" {
			continue // between its write and this look there was time for somebody
		}
		for _, f := range u.fields {
			altered[f]++
		}
	}
	for _, seq := range slices.Sorted(maps.Keys(told)) {
		u := v.unlike[seq]
		if len(u.fields) == 0 {
			continue // what differs is not what was written
		}
		// What is shown of most contacts otherwise than it was sent is the service's doing; of one only, it may be
		// somebody's. Then what was sent stays what the next run starts from, and the change is a conflict there. Does it
		// come out the same again, it is the service's.
		unsure := slices.DeleteFunc(u.unsure, func(f contact.Field) bool { return u.Origin == "" && altered[f] > max(1, v.intact[f]) })
		v.hashes[contactOf(u.Attempt)] = v.hashes[contactOf(u.Attempt)].With(told[seq], unsure)
		if slices.ContainsFunc(u.Result.Notes, isVague) {
			continue
		}
		if err := v.note(u.Attempt, outcome.Note{Code: outcome.CodeStoredDiffers, IDs: []int64{contactOf(u.Attempt)}, Fields: u.fields}); err != nil {
			return ledger.Unwritable(err)
		}
	}
	return v.tellStrange(strange)
}

// isVague reports whether a note says of a contact that the service shows other values than were sent without saying in
// what: it was recognised by a part of them only.
func isVague(n outcome.Note) bool { return n.Code == outcome.CodeStoredDiffers && len(n.Fields) == 0 }

// differs finds the fields in which a contact is not shown as it was sent. It is false if nothing is: neither its type
// and country nor anything else.
func (v *verifier) differs(u *unlike, sent contact.Contact) bool {
	shown := v.full[contactOf(u.Attempt)]
	fields, alike := v.unlikeIn(u.Attempt, sent)
	u.fields = fields
	before, updated := v.listedHashes(u.Attempt)
	for _, f := range fields {
		was, is := sent.Value(f), shown.Value(f)
		stays := u.Action == outcome.Update && updated && before.With(shown.FieldHashes(v.key()), []contact.Field{f}) == before
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
func (v *verifier) unlikeIn(a ledger.Attempt, c contact.Contact) (fields []contact.Field, alike bool) {
	sent, shown := c.FieldHashes(v.key()), v.prints[contactOf(a)]
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
func (v *verifier) writtenBy(a ledger.Attempt, sent contact.FieldHashes) []contact.Field {
	if !a.Fields.Empty() {
		return slices.Concat(a.Fields.Fields(), v.t.stored[a.Target])
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
func (v *verifier) tellStrange(strange []ledger.Attempt) error {
	lost := make([]settle.InDoubt, len(strange))
	attempts := map[int]ledger.Attempt{}
	for i, a := range strange {
		before, err := v.before(a)
		if err != nil {
			return ledger.Unreadable(err)
		}
		attempts[a.Seq] = a
		lost[i] = settle.InDoubt{
			Run: a.Run, Seq: a.Seq, Org: v.t.scope.Org, Made: true, Attempts: 1 + a.UnclearAttempts(), Fingerprint: a.Row.Fingerprint, Before: before,
		}
	}
	for _, verdict := range v.judge(lost) {
		a := attempts[verdict.InDoubt.Seq]
		id := contactOf(a)
		if verdict.Presence == settle.Present && !verdict.Differs {
			delete(v.claimed, id)
			delete(v.hashes, id)
			id = verdict.ID
			a.Result.Receipt.ContactID = id
			v.claimed[id], v.hashes[id] = true, v.prints[id]
			if err := v.settle(a); err != nil {
				return ledger.Unwritable(err)
			}
			continue
		}
		if err := v.note(a, outcome.Note{Code: outcome.CodeStoredDiffers, IDs: []int64{id}}); err != nil {
			return ledger.Unwritable(err)
		}
	}
	return nil
}

func contactOf(a ledger.Attempt) int64 {
	if a.Action == outcome.Update {
		return a.Target
	}
	return a.Result.Receipt.ContactID
}

// storedAs are the fields of a row's contact that the service has stored otherwise than a run sent them, and that neither
// the row nor the portal has changed since. They are as they should be: sending them again would give the same.
//
// Of what was sent last the ledger has the hash of all of it, and what it was in each field is found by trying: as the row
// has it now, or as the contact has it.
func (r *run) storedAs(t *territory, row *check.Row, id int64, have contact.Contact) []contact.Field {
	shown, known := t.shown[id]
	noted := t.before.Differs[id]
	if !known || len(noted) == 0 {
		return nil
	}
	now := have.FieldHashes(r.key())
	differing := row.Checked.Contact.FieldHashes(r.key()).Changed(now)
	since := now.Changed(shown)
	asRow := sentAsRow(r.key(), row.Checked.Contact, have, row.Org, differing, t.before.Latest[id])
	return slices.DeleteFunc(asRow, func(f contact.Field) bool {
		return slices.Contains(since, f) || !slices.Contains(noted, f)
	})
}

// sentAsRow are the fields, among those in which a row and its contact differ, that were sent as the row has them now, if
// what was sent has this hash; nil if it can't be told.
func sentAsRow(key contact.Key, wanted, have contact.Contact, org int64, differing []contact.Field, sent contact.Hash) []contact.Field {
	if len(differing) > mostSearched {
		return nil
	}
	for set := uint(1)<<len(differing) - 1; set > 0; set-- {
		var asRow, asHave []contact.Field
		for i, f := range differing {
			if set>>i&1 == 1 {
				asRow = append(asRow, f)
			} else {
				asHave = append(asHave, f)
			}
		}
		if plan.With(wanted, have, asHave).ContentHash(key, org) == sent {
			return asRow
		}
	}
	return nil
}
