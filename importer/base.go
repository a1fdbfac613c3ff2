package importer

import (
	"context"
	"encoding/json"
	"maps"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
)

// noteAgreed takes note that file and portal say the same again in fields that somebody has changed.
func (r *run) noteAgreed(t *territory, id int64, fields []contact.Field) {
	if len(fields) == 0 {
		return
	}
	have, _ := r.checker.existing[t.scope.Org].ByID(id)
	t.agreed[id] = t.shown[id].With(have.Prints(), fields)
}

// showAgreed writes down what file and portal agree on. It costs no request.
func (r *run) showAgreed() error {
	for _, org := range r.orgs() {
		t := r.territories[org]
		if len(t.agreed) == 0 {
			continue
		}
		if err := r.Ledger.Show(context.WithoutCancel(r.quit), r.About.ID, t.scope, t.agreed); err != nil {
			return ledgerUnwritable(err)
		}
		maps.Copy(t.shown, t.agreed)
	}
	return nil
}

// base is what a contact counts as having been written as after an update: only the fields that were written are as the
// service shows them now. What else has changed since an earlier write is somebody's, and stays a conflict.
func (v *verifier) base(a ledger.Attempt) contact.Prints {
	id, now := a.Target, v.prints[a.Target]
	before, listed := v.listedPrints(a)
	fields, known := v.t.wrote[id]
	if !known {
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

// listedPrints are those of a contact before it was updated.
func (v *verifier) listedPrints(a ledger.Attempt) (p contact.Prints, ok bool) {
	var before contact.Stored
	if err := json.Unmarshal(a.Before, &before); err != nil {
		return p, false // its image has been removed
	}
	return v.checker.rules.Normalise(before).Prints(), true
}
