package sqlite

import (
	"context"
	"time"

	"github.com/contactsync/contactsync/importer/ledger"
)

// Remove implements [ledger.Ledger].
func (l *Ledger) Remove(ctx context.Context, runs []string, keep []ledger.Ref, at time.Time) error {
	return l.perform(ctx, func(w *writer) error { return w.remove(runs, keep, at) })
}

// removals take runs out of the ledger, in this order. What is kept of them loses what nobody will ask for any more: an
// attempt that is unclear is still looked for by it. A listing stays if something that has yet to be found out, or that
// another run has taken over, is held against it; of what contacts looked like, of what a job holds, and of the shape of its input, what was noted last.
func removals() []string {
	return []string{`
DELETE FROM attempts WHERE run IN (SELECT no FROM temp.leaving)
AND (NOT EXISTS (SELECT 1 FROM temp.kept AS k WHERE k.run = attempts.run AND k.seq = attempts.seq)
	OR EXISTS (SELECT 1 FROM attempts AS b WHERE b.run = attempts.run AND b.seq = attempts.seq AND b.attempt > attempts.attempt))`, `
UPDATE attempts SET before = NULL, request_id = '', cloudfront_id = '', detail = ''
WHERE run IN (SELECT no FROM temp.leaving) AND status IS NOT NULL AND status <> 'uncertain'`, `
INSERT OR IGNORE INTO temp.needed (run, scope)
SELECT origin, scope FROM attempts WHERE origin IS NOT NULL UNION
SELECT run, scope FROM attempts WHERE run IN (SELECT no FROM temp.leaving)
AND (status IS NULL OR status = 'uncertain' OR status = 'created' AND coalesce(contact_id, 0) = 0)`, `
DELETE FROM baselines WHERE run IN (SELECT no FROM temp.leaving)
AND NOT EXISTS (SELECT 1 FROM temp.needed AS n WHERE n.run = baselines.run AND n.scope = baselines.scope)`, `
DELETE FROM shown WHERE run IN (SELECT no FROM temp.leaving)
AND EXISTS (SELECT 1 FROM shown AS s WHERE s.scope = shown.scope AND s.contact_id = shown.contact_id AND s.run > shown.run)`, `
DELETE FROM held WHERE run IN (SELECT no FROM temp.leaving)
AND EXISTS (SELECT 1 FROM held AS h JOIN runs AS later ON later.no = h.run
	WHERE h.scope = held.scope AND h.run > held.run AND later.job = (SELECT job FROM runs WHERE no = held.run))`, `
DELETE FROM shapes WHERE run IN (SELECT no FROM temp.leaving)
AND EXISTS (SELECT 1 FROM shapes AS s JOIN runs AS later ON later.no = s.run
	WHERE s.run > shapes.run AND s.sealed <> x'' AND later.job = (SELECT job FROM runs WHERE no = shapes.run))`, `
DELETE FROM continued WHERE run IN (SELECT no FROM temp.leaving)`,
		forgetUnused,
	}
}

func (w *writer) remove(runs []string, keep []ledger.Ref, at time.Time) error {
	for _, statement := range []string{
		"CREATE TEMP TABLE IF NOT EXISTS leaving (no INTEGER PRIMARY KEY) STRICT",
		"CREATE TEMP TABLE IF NOT EXISTS kept (run INTEGER, seq INTEGER, PRIMARY KEY (run, seq)) STRICT, WITHOUT ROWID",
		"CREATE TEMP TABLE IF NOT EXISTS needed (run INTEGER, scope INTEGER, PRIMARY KEY (run, scope)) STRICT, WITHOUT ROWID",
		"DELETE FROM temp.leaving", "DELETE FROM temp.kept", "DELETE FROM temp.needed",
	} {
		if _, err := w.conn.ExecContext(context.Background(), statement); err != nil {
			return err
		}
	}
	for _, id := range runs {
		run, err := w.run(id)
		if err == nil {
			err = w.exec("INSERT INTO temp.leaving (no) VALUES (?)", run)
		}
		if err != nil {
			return err
		}
	}
	for _, row := range keep {
		run, err := w.run(row.Run)
		if err == nil {
			err = w.exec("INSERT OR IGNORE INTO temp.kept (run, seq) VALUES (?, ?)", run, row.Seq)
		}
		if err != nil {
			return err
		}
	}
	for _, statement := range removals() {
		if err := w.exec(statement); err != nil {
			return err
		}
	}
	return w.exec("UPDATE runs SET removed = ?, report_dir = '' WHERE no IN (SELECT no FROM temp.leaving)", stamp(at))
}
