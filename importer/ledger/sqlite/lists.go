package sqlite

import (
	"context"
	"database/sql"
	"slices"

	"github.com/contactsync/contactsync/importer/ledger"
)

// idList is a table that has lists of ids, by run and scope.
type idList struct{ remove, insert, read string }

// listIn has the statements for a table of lists.
func listIn(table string) idList {
	return idList{
		remove: "DELETE FROM " + table + " WHERE run = ? AND scope = ?",
		insert: "INSERT INTO " + table + " (run, scope, part, ids) VALUES (?, ?, ?, ?)",
		read:   "SELECT ids FROM " + table + " WHERE run = ? AND scope = (SELECT no FROM scopes WHERE host = ? AND org = ?) ORDER BY part",
	}
}

// baselines are what organisations showed before a run's first write, held what its rows are about.
func baselines() idList { return listIn("baselines") }

func held() idList { return listIn("held") }

// Baseline implements [ledger.Ledger].
func (l *Ledger) Baseline(ctx context.Context, run string, s ledger.Scope, ids []int64) error {
	return l.saveList(ctx, baselines(), run, s, ids)
}

// BaselineOf implements [ledger.Ledger].
func (l *Ledger) BaselineOf(ctx context.Context, run string, s ledger.Scope) (ids []int64, ok bool, err error) {
	return l.list(ctx, baselines(), run, s)
}

// Hold implements [ledger.Ledger].
func (l *Ledger) Hold(ctx context.Context, run string, s ledger.Scope, ids []int64) error {
	return l.saveList(ctx, held(), run, s, ids)
}

// HeldBy implements [ledger.Ledger].
func (l *Ledger) HeldBy(ctx context.Context, run string, s ledger.Scope) (ids []int64, err error) {
	ids, _, err = l.list(ctx, held(), run, s)
	return ids, err
}

// HeldIn implements [ledger.Ledger].
func (l *Ledger) HeldIn(ctx context.Context, s ledger.Scope) (runs []string, err error) {
	if l.schema < schemaOfHeld {
		return nil, nil
	}
	err = l.reading(ctx, func(db *sql.DB) error {
		runs = nil
		return each(ctx, db, func(scan func(...any) error) error {
			var run string
			err := scan(&run)
			runs = append(runs, run)
			return err
		}, `SELECT id FROM runs WHERE no IN
(SELECT run FROM held WHERE scope = (SELECT no FROM scopes WHERE host = ? AND org = ?)) ORDER BY no`, s.Host, s.Org)
	})
	return runs, err
}

func (l *Ledger) saveList(ctx context.Context, t idList, run string, s ledger.Scope, ids []int64) error {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	return l.perform(ctx, func(w *writer) error { return w.list(t, run, s, ids) })
}

func (l *Ledger) list(ctx context.Context, t idList, run string, s ledger.Scope) (ids []int64, ok bool, err error) {
	err = l.reading(ctx, func(db *sql.DB) error {
		ids, ok = nil, false
		no, err := runNumber(ctx, db, run)
		if err != nil {
			return err
		}
		return each(ctx, db, func(scan func(...any) error) error {
			var packed []byte
			err := scan(&packed)
			if err == nil {
				ids, err = unpackIDs(ids, packed)
			}
			ok = true
			return err
		}, t.read, no, s.Host, s.Org)
	})
	return ids, ok, err
}

// idsPerPart is how many ids of a list share one record.
const idsPerPart = 4096

func (w *writer) list(t idList, id string, s ledger.Scope, ids []int64) error {
	run, err := w.run(id)
	if err != nil {
		return err
	}
	scope, err := w.scope(s)
	if err != nil {
		return err
	}
	if err := w.exec(t.remove, run, scope); err != nil {
		return err
	}
	for part := 0; part == 0 || len(ids) > 0; part++ {
		n := min(idsPerPart, len(ids))
		if err := w.exec(t.insert, run, scope, part, packIDs(ids[:n])); err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}
