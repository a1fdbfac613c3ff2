package memory

import (
	"context"
	"slices"

	"github.com/contactsync/contactsync/importer/ledger"
)

// SaveNotices implements [ledger.Ledger].
func (m *Ledger) SaveNotices(ctx context.Context, notices ...ledger.Notice) error {
	return m.with(ctx, func() error {
		for _, n := range notices {
			n.At = ledger.Moment(n.At)
			at := slices.IndexFunc(m.notices, func(old ledger.Notice) bool { return old.ID == n.ID })
			if at < 0 {
				m.notices = append(m.notices, n)
				continue
			}
			m.notices[at] = n
		}
		m.notices = ledger.KeepNotices(m.notices)
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
