package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"strings"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/dbfile"
)

// RenameJob implements [ledger.Ledger].
func (l *Ledger) RenameJob(ctx context.Context, from, to string) error {
	return l.perform(ctx, func(w *writer) error {
		if err := w.exec(forgetShapes, from, to); err != nil {
			return err
		}
		if err := w.exec("UPDATE notices SET job = ?2 WHERE job = ?1", from, to); err != nil {
			return err
		}
		return w.exec("UPDATE runs SET job = ?2 WHERE job = ?1", from, to)
	})
}

// forgetShapes removes the shapes of the inputs of two jobs that become one.
const forgetShapes = `DELETE FROM shapes WHERE sealed <> x'' AND run IN (SELECT no FROM runs WHERE job IN (?1, ?2))
AND EXISTS (SELECT 1 FROM runs WHERE job = ?1) AND EXISTS (SELECT 1 FROM runs WHERE job = ?2)`

// KeepShape implements [ledger.Ledger].
func (l *Ledger) KeepShape(ctx context.Context, run string, sealed []byte) error {
	if sealed == nil {
		sealed = []byte{}
	}
	return l.perform(ctx, func(w *writer) error {
		no, err := w.run(run)
		if err != nil {
			return err
		}
		return w.exec("INSERT OR REPLACE INTO shapes (run, sealed) VALUES (?, ?)", no, sealed)
	})
}

// ShapeOf implements [ledger.Ledger].
func (l *Ledger) ShapeOf(ctx context.Context, run string) (sealed []byte, ok bool, err error) {
	err = l.reading(ctx, func(db *sql.DB) error {
		no, err := runNumber(ctx, db, run)
		if err != nil || l.schema < schemaOfShapes {
			return err
		}
		err = db.QueryRowContext(ctx, "SELECT sealed FROM shapes WHERE run = ?", no).Scan(&sealed)
		ok = err == nil
		if errors.Is(err, sql.ErrNoRows) {
			err = nil
		}
		return err
	})
	return sealed, ok, err
}

// forgetUnused removes the ids that no attempt has any more.
const forgetUnused = "DELETE FROM externals WHERE hash_mac NOT IN (SELECT external FROM attempts)"

// ForgetIDs implements [ledger.Ledger].
func (l *Ledger) ForgetIDs(ctx context.Context, job string) error {
	none := contact.Hash{}
	return l.perform(ctx, func(w *writer) error {
		err := w.exec("UPDATE attempts SET external = ?2 WHERE external <> ?2 AND run IN (SELECT no FROM runs WHERE job = ?1)", job, none[:])
		if err != nil {
			return err
		}
		return w.exec(forgetUnused)
	})
}

// KeepIDs implements [ledger.Ledger].
func (l *Ledger) KeepIDs(ctx context.Context, ids []ledger.KeptID) error {
	return l.perform(ctx, func(w *writer) error {
		for _, id := range ids {
			if err := w.exec("INSERT OR IGNORE INTO externals (hash_mac, sealed) VALUES (?, ?)", id.Hash[:], id.Sealed); err != nil {
				return err
			}
		}
		return nil
	})
}

// idsAtOnce is how many ids are read with one query.
const idsAtOnce = 1024

// KeptIDs implements [ledger.Ledger].
func (l *Ledger) KeptIDs(ctx context.Context, hashes []contact.Hash) (kept map[contact.Hash][]byte, err error) {
	kept = map[contact.Hash][]byte{}
	if l.schema < schemaOfIDs {
		return kept, nil
	}
	for len(hashes) > 0 {
		part := hashes[:min(idsAtOnce, len(hashes))]
		hashes = hashes[len(part):]
		wanted := make([]any, len(part))
		for i := range part {
			wanted[i] = part[i][:]
		}
		err := l.reading(ctx, func(db *sql.DB) error {
			return each(ctx, db, func(scan func(...any) error) error {
				var hash, sealed []byte
				if err := scan(&hash, &sealed); err != nil {
					return err
				}
				if len(hash) != len(contact.Hash{}) {
					return dbfile.ErrDamaged
				}
				kept[contact.Hash(hash)] = sealed
				return nil
			}, "SELECT hash_mac, sealed FROM externals WHERE hash_mac IN (?"+strings.Repeat(", ?", len(wanted)-1)+")", wanted...)
		})
		if err != nil {
			return nil, err
		}
	}
	return kept, nil
}

// KeptHashes implements [ledger.Ledger].
func (l *Ledger) KeptHashes(ctx context.Context) iter.Seq2[contact.Hash, error] {
	return func(yield func(contact.Hash, error) bool) {
		for behind, more := []byte{}, l.schema >= schemaOfIDs; more; {
			var page []contact.Hash
			err := l.reading(ctx, func(db *sql.DB) error {
				page = page[:0]
				return each(ctx, db, func(scan func(...any) error) error {
					var hash []byte
					if err := scan(&hash); err != nil {
						return err
					}
					if len(hash) != len(contact.Hash{}) {
						return dbfile.ErrDamaged
					}
					page = append(page, contact.Hash(hash))
					return nil
				}, "SELECT hash_mac FROM externals WHERE hash_mac > ? ORDER BY hash_mac LIMIT ?", behind, idsAtOnce)
			})
			if err != nil {
				yield(contact.Hash{}, err)
				return
			}
			for _, hash := range page {
				if !yield(hash, nil) {
					return
				}
			}
			if more = len(page) == idsAtOnce; more {
				behind = page[len(page)-1][:]
			}
		}
	}
}
