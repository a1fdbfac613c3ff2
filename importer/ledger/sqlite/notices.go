package sqlite

import (
	"context"
	"database/sql"

	"github.com/contactsync/contactsync/importer/ledger"
)

const (
	selectNotices = "SELECT id, run, command, job, host, org, exit_code, at, pending FROM notices ORDER BY no"
	saveNotice    = "INSERT INTO notices (id, run, command, job, host, org, exit_code, at, pending) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)

// SaveNotices implements [ledger.Ledger].
func (l *Ledger) SaveNotices(ctx context.Context, notices ...ledger.Notice) error {
	return l.perform(ctx, func(w *writer) error {
		all, err := noticesIn(context.Background(), w.conn)
		if err != nil {
			return err
		}
		if err := w.exec("DELETE FROM notices"); err != nil {
			return err
		}
		for _, n := range ledger.MergeNotices(all, notices) {
			s := n.Subject
			if err := w.exec(saveNotice, n.ID, n.Run, s.Command, s.Job, s.Host, s.Org, n.ExitCode, stamp(n.At), n.Pending); err != nil {
				return err
			}
		}
		return nil
	})
}

// Notices implements [ledger.Ledger].
func (l *Ledger) Notices(ctx context.Context) (notices []ledger.Notice, err error) {
	if l.schema < schemaOfNotices {
		return nil, nil
	}
	err = l.reading(ctx, func(db *sql.DB) (err error) {
		notices, err = noticesIn(ctx, db)
		return err
	})
	return notices, err
}

func noticesIn(ctx context.Context, in interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
},
) (notices []ledger.Notice, err error) {
	err = each(ctx, in, func(scan func(...any) error) error {
		var n ledger.Notice
		var at int64
		err := scan(&n.ID, &n.Run, &n.Subject.Command, &n.Subject.Job, &n.Subject.Host, &n.Subject.Org, &n.ExitCode, &at, &n.Pending)
		n.At = unstamp(at)
		notices = append(notices, n)
		return err
	}, selectNotices)
	return notices, err
}
