package importer

import (
	"context"
	"encoding/json"
	"maps"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
)

// written is what a contact looked like when a run of ours had written it: as a listing showed it then, else, where none
// could be had, as it was created from a row that has not changed since. nil: that is not known.
func (t *territory) written(key contact.Key, row *check.Row, id int64) *contact.FieldHashes {
	if p, ok := t.shown[id]; ok {
		return &p
	}
	m, content, _ := t.before.Of(row)
	if m.Status == outcome.Created && m.ID == id && t.before.Latest[id] == content {
		p := row.Sent(content).FieldHashes(key)
		return &p
	}
	return nil
}

// noteAgreed takes note of what file and portal agree on: from there on it counts who changes it. Where they have never
// been compared all of a contact has to agree, else the fields do that somebody has changed into what the file says.
func (r *run) noteAgreed(t *territory, id int64, compared plan.Compared) {
	have, _ := r.checker.Existing[t.scope.Org].ByID(id)
	shown, known := t.shown[id]
	switch {
	case known && len(compared.Agreed) > 0:
		t.agreed[id] = shown.With(have.FieldHashes(r.key()), compared.Agreed)
	case !known && len(compared.Changes)+len(compared.Kept)+len(compared.Stored) == 0:
		t.agreed[id] = have.FieldHashes(r.key())
	}
}

// showAgreed writes down what file and portal agree on. It costs no request.
func (r *run) showAgreed() error {
	for _, org := range r.orgs() {
		t := r.territories[org]
		if len(t.agreed) == 0 {
			continue
		}
		if err := r.Ledger.SaveFieldHashes(context.WithoutCancel(r.quit), r.About.ID, t.scope, t.agreed); err != nil {
			return ledger.Unwritable(err)
		}
		maps.Copy(t.shown, t.agreed)
	}
	return nil
}

// base is what a contact counts as having been written as after an update: only the fields that were written are as the
// service shows them now. What else has changed since an earlier write is somebody's, and stays a conflict.
func (v *verifier) base(a ledger.Attempt) contact.FieldHashes {
	id, now := a.Target, v.prints[a.Target]
	before, listed := v.listedHashes(a)
	fields := a.Fields.Fields()
	if a.Fields.Empty() { // an attempt from before ledgers held them
		fields = before.Changed(now)
	}
	if written, ok := v.t.shown[id]; ok {
		return written.With(now, fields)
	}
	if listed {
		return before.With(now, fields)
	}
	return now
}

// listedHashes are those of a contact before it was updated.
func (v *verifier) listedHashes(a ledger.Attempt) (p contact.FieldHashes, ok bool) {
	var before contact.Stored
	if err := json.Unmarshal(a.Before, &before); err != nil {
		return p, false // its image has been removed
	}
	return v.checker.Rules.Normalise(before).FieldHashes(v.key()), true
}
