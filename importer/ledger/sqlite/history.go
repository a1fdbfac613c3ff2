package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"iter"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/dbfile"
)

// scopeNumber returns the number of a scope, 0 if nothing was ever noted in it.
func scopeNumber(ctx context.Context, db *sql.DB, s ledger.Scope) (no int64, err error) {
	err = db.QueryRowContext(ctx, "SELECT no FROM scopes WHERE host = ? AND org = ?", s.Host, s.Org).Scan(&no)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return no, err
}

// History implements [ledger.Ledger].
func (l *Ledger) History(ctx context.Context, s ledger.Scope) iter.Seq2[ledger.Attempt, error] {
	return l.paged(ctx, func(db *sql.DB, behind ledger.Attempt) ([]ledger.Attempt, error) {
		scope, err := scopeNumber(ctx, db, s)
		if err != nil || scope == 0 {
			return nil, err
		}
		run := int64(0)
		if behind.Run != "" {
			if run, err = runNumber(ctx, db, behind.Run); err != nil {
				return nil, err
			}
		}
		return l.attempts(ctx, db, selectHistory, run, behind.Seq, outcomesAtOnce, scope)
	})
}

// Scopes implements [ledger.Ledger].
func (l *Ledger) Scopes(ctx context.Context, host string) (scopes []ledger.Scope, err error) {
	err = l.reading(ctx, func(db *sql.DB) error {
		scopes = nil
		return each(ctx, db, func(scan func(...any) error) error {
			var s ledger.Scope
			err := scan(&s.Host, &s.Org)
			scopes = append(scopes, s)
			return err
		}, "SELECT host, org FROM scopes WHERE host = ?1 OR ?1 = '' ORDER BY host, org", host)
	})
	return scopes, err
}

// FieldHashes implements [ledger.Ledger].
func (l *Ledger) FieldHashes(ctx context.Context, s ledger.Scope) (map[int64]contact.FieldHashes, error) {
	return l.fieldHashes(ctx, s, "SELECT contact_id, prints_mac FROM shown WHERE scope = ? ORDER BY run")
}

// FieldHashesOf implements [ledger.Ledger].
func (l *Ledger) FieldHashesOf(ctx context.Context, run string, s ledger.Scope) (map[int64]contact.FieldHashes, error) {
	return l.fieldHashes(ctx, s, "SELECT contact_id, prints_mac FROM shown WHERE scope = ? AND run = (SELECT no FROM runs WHERE id = ?)", run)
}

func (l *Ledger) fieldHashes(ctx context.Context, s ledger.Scope, query string, args ...any) (hashes map[int64]contact.FieldHashes, err error) {
	err = l.reading(ctx, func(db *sql.DB) error {
		hashes = nil
		scope, err := scopeNumber(ctx, db, s)
		if err != nil || scope == 0 {
			return err
		}
		return each(ctx, db, func(scan func(...any) error) error {
			var id int64
			var packed sql.RawBytes
			if err := scan(&id, &packed); err != nil {
				return err
			}
			if len(packed) != 8*len(contact.FieldHashes{}) {
				return dbfile.ErrDamaged
			}
			if hashes == nil {
				hashes = map[int64]contact.FieldHashes{}
			}
			var p contact.FieldHashes
			unpackHashes(p[:], packed)
			hashes[id] = p
			return nil
		}, l.columns(query), append([]any{scope}, args...)...)
	})
	return hashes, err
}

// SaveFieldHashes implements [ledger.Ledger].
func (l *Ledger) SaveFieldHashes(ctx context.Context, run string, s ledger.Scope, hashes map[int64]contact.FieldHashes) error {
	return l.perform(ctx, func(w *writer) error {
		no, err := w.run(run)
		if err != nil {
			return err
		}
		scope, err := w.scope(s)
		if err != nil {
			return err
		}
		for id, p := range hashes {
			err := w.exec("INSERT OR REPLACE INTO shown (scope, contact_id, run, prints_mac) VALUES (?, ?, ?, ?)", scope, id, no, packHashes(p[:]))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Resume implements [ledger.Ledger].
func (l *Ledger) Resume(ctx context.Context, run string, rows []ledger.Resumed) error {
	return l.perform(ctx, func(w *writer) error {
		for _, c := range rows {
			if err := w.resume(run, c); err != nil {
				return err
			}
		}
		return nil
	})
}

// copyAttempt copies the last attempt of a row under another number into another run, which must not have that row yet.
const copyAttempt = `INSERT INTO attempts
(run, seq, attempt, scope, action, content_mac, match_key, occurrence, version, traits, unclear, target, external, before, after,
fields, told, origin, intended, status,
effect, contact_id, requests, http_status, request_id, cloudfront_id, field, code, detail, found, notes, settled)
SELECT ?1, ?2, attempt, scope, action, content_mac, match_key, occurrence, version, traits, unclear, target, external, before, after,
fields, told, coalesce(origin, run), intended, status, effect, contact_id, requests, http_status, request_id, cloudfront_id, field, code,
detail, found, notes, settled
FROM attempts WHERE run = ?3 AND seq = ?4 AND NOT EXISTS (SELECT 1 FROM attempts WHERE run = ?1 AND seq = ?2)
ORDER BY attempt DESC LIMIT 1`

func (w *writer) resume(run string, c ledger.Resumed) error {
	to, err := w.run(run)
	if err != nil {
		return err
	}
	from, err := w.run(c.From.Run)
	if err != nil {
		return err
	}
	err = touch(ledger.ErrNoIntent)(w.conn.ExecContext(context.Background(), copyAttempt, to, c.Seq, from, c.From.Seq))
	if mistake, ok := errors.AsType[callerError](err); ok {
		return callerError{ledger.IntendError(c.Seq, mistake.error)}
	}
	return err
}
