package importer

import (
	"context"
	"fmt"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/stop"
)

// mostMissing is how many contacts of an organisation are asked for one by one when its listing does not show them: if as
// many are gone, the listing is right.
const mostMissing = 20

// noteMissing takes note of a row's contact that today's listing does not show although no run of ours has deleted it.
func (r *run) noteMissing(t *territory, row *check.Row) {
	m, _, _ := t.before.Of(row)
	id := m.ID
	if known := r.linked(row); known != 0 {
		id = known
	}
	if id != 0 && !t.listed[id] && !t.before.Deleted[id] && len(t.missing) < mostMissing {
		t.missing = append(t.missing, id)
	}
}

// confirmMissing asks for contacts that are to be made anew, since the listing does not show them any more. A listing
// without the headers of a collection may be cut without a trace, and what is only missing from it must not be made twice.
func (r *run) confirmMissing(stopping context.Context) error {
	for _, org := range r.orgs() {
		for _, id := range r.territories[org].missing {
			_, there, err := r.Directory.Contact(stopping, org, id)
			switch {
			case stopping.Err() != nil:
				return context.Cause(stopping)
			case err != nil:
				return err
			case there:
				return &stop.Error{
					Cause:   stop.CauseOutage,
					Message: fmt.Sprintf("the listing of organisation %d does not show contact %d, which is there: it is not complete; nothing was sent", org, id),
					Hint:    "run the same command again later",
				}
			}
		}
	}
	return nil
}
