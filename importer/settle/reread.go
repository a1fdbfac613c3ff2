package settle

import (
	"context"
	"errors"

	"github.com/contactsync/contactsync/importer/outcome"
)

// Reread finds out what became of a change or delete whose answer was lost: by reading its contact once the service has
// surely finished with the attempt. It is present if the contact is what it was to become, absent if the contact is what
// it was, and unknown if it is neither: somebody has changed it, and that must not be run over.
func (s *Settler) Reread(ctx context.Context, l InDoubt) (Finding, error) {
	v := Finding{InDoubt: l, ID: l.Target}
	if err := sleepUntil(ctx, l.Ended.Add(s.Wait)); err != nil {
		return v, err
	}
	stored, there, err := s.Directory.Contact(ctx, l.Org, l.Target)
	var refusal *outcome.Refusal
	switch {
	case errors.As(err, &refusal):
		return v, nil
	case err != nil:
		return v, err
	case !there && l.Action == outcome.Delete:
		v.Presence = Present
		return v, nil
	case !there:
		return v, nil
	}
	switch now := s.Describe(stored).Content; {
	case l.Action == outcome.Update && now == l.Becomes:
		v.Presence = Present
	case now == l.Was:
		v.Presence = Absent
	}
	return v, nil
}
