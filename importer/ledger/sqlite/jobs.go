package sqlite

import (
	"context"

	"github.com/contactsync/contactsync/importer/contact"
)

// RenameJob implements [ledger.Ledger].
func (l *Ledger) RenameJob(ctx context.Context, from, to string) error {
	return l.perform(ctx, func(w *writer) error { return w.exec("UPDATE runs SET job = ?2 WHERE job = ?1", from, to) })
}

// ForgetIDs implements [ledger.Ledger].
func (l *Ledger) ForgetIDs(ctx context.Context, job string) error {
	none := contact.Hash{}
	return l.perform(ctx, func(w *writer) error {
		return w.exec("UPDATE attempts SET external = ?2 WHERE external <> ?2 AND run IN (SELECT no FROM runs WHERE job = ?1)", job, none[:])
	})
}
