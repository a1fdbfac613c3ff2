package survey

import (
	"context"
	"maps"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/plan"
)

// prepareStored keeps what an import needs to know of contacts that the service stores otherwise than they were sent: what they
// looked like then.
func (s *Survey) prepareStored(ctx context.Context, o *plan.Org) error {
	base, err := s.fieldHashes(ctx, o)
	if err != nil {
		return err
	}
	maps.DeleteFunc(base, func(id int64, _ contact.FieldHashes) bool { return len(o.Before.Differs[id]) == 0 })
	o.Base = base
	return nil
}

// fieldHashes are those that were noted last of an organisation's contacts. What they looked like in an earlier rehearsal, others
// of these numbers had.
func (s *Survey) fieldHashes(ctx context.Context, o *plan.Org) (map[int64]contact.FieldHashes, error) {
	base := map[int64]contact.FieldHashes{}
	if s.About.Simulated {
		return base, nil
	}
	shown, err := s.Ledger.FieldHashes(ctx, o.Scope)
	if err != nil {
		return nil, ledger.Unreadable(err)
	}
	maps.Copy(base, shown)
	return base, nil
}
