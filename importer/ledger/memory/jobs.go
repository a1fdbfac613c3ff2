package memory

import (
	"context"

	"github.com/contactsync/contactsync/importer/contact"
)

// RenameJob implements [ledger.Ledger].
func (m *Ledger) RenameJob(ctx context.Context, from, to string) error {
	return m.with(ctx, func() error {
		for _, r := range m.runs {
			if r.Job == from {
				r.Job = to
			}
		}
		return nil
	})
}

// ForgetIDs implements [ledger.Ledger].
func (m *Ledger) ForgetIDs(ctx context.Context, job string) error {
	return m.with(ctx, func() error {
		for _, r := range m.runs {
			if r.Job != job {
				continue
			}
			for _, a := range r.last {
				a.External = contact.Hash{}
			}
		}
		return nil
	})
}
