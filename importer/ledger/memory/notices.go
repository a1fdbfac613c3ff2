package memory

import (
	"context"
	"slices"

	"github.com/contactsync/contactsync/importer/ledger"
)

// SaveNotices implements [ledger.Ledger].
func (m *Ledger) SaveNotices(ctx context.Context, notices ...ledger.Notice) error {
	return m.with(ctx, func() error {
		m.notices = ledger.MergeNotices(m.notices, notices)
		return nil
	})
}

// Notices implements [ledger.Ledger].
func (m *Ledger) Notices(ctx context.Context) (notices []ledger.Notice, err error) {
	err = m.with(ctx, func() error {
		notices = slices.Clone(m.notices)
		return nil
	})
	return notices, err
}
