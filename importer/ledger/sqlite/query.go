package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/dbfile"
)

// reading makes a query over all results that were recorded before. A broken ledger still answers: the report needs it.
func (l *Ledger) reading(ctx context.Context, do func(*sql.DB) error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	l.mu.Lock()
	closed := l.closed
	l.mu.Unlock()
	if closed {
		return ledger.ErrClosed
	}
	if l.write != nil {
		if err := l.Flush(ctx); err != nil && !errors.Is(err, ledger.ErrBroken) {
			return err
		}
	}
	if err := l.read.query(do); errors.Is(err, ledger.ErrUnknownRun) {
		return err
	} else if err != nil {
		return fmt.Errorf("reading the ledger %q: %w", l.path, dbfile.Explain(err))
	}
	return nil
}

// each calls f for each row of a query.
func each(ctx context.Context, in interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}, f func(scan func(...any) error) error, query string, args ...any,
) error {
	rows, err := in.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what went wrong
	for rows.Next() {
		if err := f(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Runs implements [ledger.Ledger].
func (l *Ledger) Runs(ctx context.Context) (runs []ledger.Run, err error) {
	err = l.reading(ctx, func(db *sql.DB) error {
		runs = nil
		return each(ctx, db, func(scan func(...any) error) error {
			var r ledger.Run
			var started, removed, kind int64
			var finished sql.NullInt64
			err := scan(&r.ID, &r.Command, &r.Version, &r.Job, &started, &finished, &r.ExitCode, &r.ReportDir, &kind, &r.Closed, &r.Reason, &removed, &r.Plan)
			r.DryRun, r.Simulated = kind&kindDry != 0, kind&kindSimulated != 0
			r.Started = unstamp(started)
			if finished.Valid {
				r.Finished = unstamp(finished.Int64)
			}
			if removed != 0 {
				r.Removed = unstamp(removed)
			}
			runs = append(runs, r)
			return err
		}, "SELECT id, command, version, job, started, finished, exit_code, report_dir, dry_run, closed, "+l.since(2, "reason", "''")+", "+
			l.since(schemaOfKey, "coalesce(removed, 0)", "0")+", "+l.since(schemaOfPlan, "plan", "''")+" FROM runs ORDER BY no")
	})
	return runs, err
}

// since is a column that there is since a version of the schema. A ledger that is only read is not brought up to date first:
// there it is what stands for it.
func (l *Ledger) since(version int, column, before string) string {
	if l.schema < version {
		return before
	}
	return column
}

// columns gives columns the names that they have in a ledger of an earlier version, which is only read; 0 where there is none.
func (l *Ledger) columns(query string) string {
	if l.schema < schemaOfTold {
		query = strings.ReplaceAll(query, " told,", " '',")
	}
	if l.schema < schemaOfFields {
		query = strings.ReplaceAll(query, " fields,", " 0,")
	}
	if l.schema < schemaOfKey {
		query = strings.NewReplacer("content_mac", "content", "prints_mac", "prints").Replace(query)
	}
	return query
}

// runNumber returns the number of a run.
func runNumber(ctx context.Context, db *sql.DB, id string) (no int64, err error) {
	err = db.QueryRowContext(ctx, "SELECT no FROM runs WHERE id = ?", id).Scan(&no)
	if errors.Is(err, sql.ErrNoRows) {
		err = ledger.RunError(id, ledger.ErrUnknownRun)
	}
	return no, err
}

const (
	attemptColumns = `run, seq, attempt, scope, action, content_mac, match_key, occurrence, version, traits, unclear, target,
external, before, after, fields, told, coalesce(origin, 0), intended, coalesce(found, 0), coalesce(notes, ''), coalesce(status, ''), coalesce(effect, 0), coalesce(contact_id, 0), coalesce(requests, 0), coalesce(http_status, 0),
coalesce(request_id, ''), coalesce(cloudfront_id, ''), coalesce(field, ''), coalesce(code, ''), coalesce(detail, ''),
coalesce(settled, 0)`

	isUnclear = `scope = ?1 AND (status IS NULL OR status = 'uncertain')`

	// Every attempt of the rows that have an unclear one, from the run of the first of these on: a later attempt may
	// have cleared it. Where nothing is unclear nothing is read.
	selectUnclear = `SELECT ` + attemptColumns + ` FROM attempts
WHERE run >= (SELECT min(run) FROM attempts INDEXED BY unclear WHERE ` + isUnclear + `) AND scope = ?1
AND (content_mac, occurrence) IN (SELECT content_mac, occurrence FROM attempts INDEXED BY unclear WHERE ` + isUnclear + `)
ORDER BY run, seq, attempt`

	// The same over all runs, for the rows of one scope.
	selectHistory = `SELECT ` + attemptColumns + ` FROM attempts AS a WHERE (run, seq) > (?1, ?2) AND scope = ?4
AND NOT EXISTS (SELECT 1 FROM attempts AS b WHERE b.run = a.run AND b.seq = a.seq AND b.attempt > a.attempt)
ORDER BY run, seq LIMIT ?3`

	// The next rows of a run behind one, with the last attempt of each.
	selectOutcomes = `SELECT ` + attemptColumns + ` FROM attempts AS a WHERE run = ?1 AND seq > ?2
AND NOT EXISTS (SELECT 1 FROM attempts AS b WHERE b.run = a.run AND b.seq = a.seq AND b.attempt > a.attempt)
ORDER BY seq LIMIT ?3`
)

// names turns the numbers in attempts into what they stand for.
type names struct {
	runs   map[int64]string
	scopes map[int64]ledger.Scope
}

// scanAttempt reads attemptColumns.
func (n *names) scanAttempt(scan func(...any) error) (a ledger.Attempt, err error) {
	var run, scope, origin, intended, settled int64
	var content, key, traits, external, before, after sql.RawBytes
	var notes, told string
	var r ledger.Result
	err = scan(&run, &a.Seq, &a.Attempt, &scope, &a.Action, &content, &key, &a.Row.Occurrence, &a.Row.Version, &traits,
		&a.Unclear, &a.Target, &external, &before, &after, &a.Fields, &told, &origin, &intended, &r.Found, &notes, &r.Status, &r.Receipt.Effect, &r.Receipt.ContactID, &r.Receipt.Attempts, &r.Receipt.HTTPStatus,
		&r.Receipt.RequestID, &r.Receipt.CloudFrontID, &r.Field, &r.Code, &r.Detail, &settled)
	if err != nil {
		return a, err
	}
	for _, hash := range []sql.RawBytes{content, key, external, after} {
		if len(hash) != len(contact.Hash{}) {
			return a, dbfile.ErrDamaged
		}
	}
	if len(traits) != identifiersSize {
		return a, dbfile.ErrDamaged
	}
	a.External, a.After = contact.Hash(external), contact.Hash(after)
	if len(before) > 0 {
		a.Before = slices.Clone([]byte(before))
	}
	a.Run, a.Row.Scope, a.Origin = n.runs[run], n.scopes[scope], n.runs[origin]
	a.Row.Identifiers = unpackIdentifiers(traits)
	a.Row.Content, a.Row.Key = contact.Hash(content), contact.Hash(key)
	a.At, a.Told = unstamp(intended), unpackNotes(told)
	if r.Status != "" {
		r.At, r.Notes = unstamp(settled), unpackNotes(notes)
		a.Result = &r
	}
	return a, nil
}

func (n *names) load(ctx context.Context, db *sql.DB) error {
	n.runs, n.scopes = map[int64]string{}, map[int64]ledger.Scope{}
	err := each(ctx, db, func(scan func(...any) error) error {
		var no int64
		var id string
		err := scan(&no, &id)
		n.runs[no] = id
		return err
	}, "SELECT no, id FROM runs")
	if err != nil {
		return err
	}
	return each(ctx, db, func(scan func(...any) error) error {
		var no int64
		var s ledger.Scope
		err := scan(&no, &s.Host, &s.Org)
		n.scopes[no] = s
		return err
	}, "SELECT no, host, org FROM scopes")
}

// attempts reads the attempts of a query. Results that could not be written are put in.
func (l *Ledger) attempts(ctx context.Context, db *sql.DB, query string, args ...any) (found []ledger.Attempt, err error) {
	var n names
	if err := n.load(ctx, db); err != nil {
		return nil, err
	}
	err = each(ctx, db, func(scan func(...any) error) error {
		a, err := n.scanAttempt(scan)
		found = append(found, a)
		return err
	}, l.columns(query), args...)
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range found {
		if r, lost := l.lost[rowRef{found[i].Run, found[i].Seq}]; lost {
			found[i].Result = &r
		}
	}
	return found, err
}

// InDoubt implements [ledger.Ledger].
func (l *Ledger) InDoubt(ctx context.Context, s ledger.Scope) (doubtful []ledger.Attempt, err error) {
	var found []ledger.Attempt
	err = l.reading(ctx, func(db *sql.DB) error {
		var scope int64
		err := db.QueryRowContext(ctx, "SELECT no FROM scopes WHERE host = ? AND org = ?", s.Host, s.Org).Scan(&scope)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err == nil {
			found, err = l.attempts(ctx, db, selectUnclear, scope)
		}
		return err
	})
	last := map[ledger.Identity]int{}
	for i := range found {
		last[found[i].Row.Identity()] = i
	}
	for _, i := range slices.Sorted(maps.Values(last)) {
		if found[i].IsUnclear() {
			doubtful = append(doubtful, found[i])
		}
	}
	return doubtful, err
}

// outcomesAtOnce is how many rows Outcomes reads with one query: no query stays open while the caller works on them,
// so that the log can be tidied meanwhile.
const outcomesAtOnce = 1024

// Outcomes implements [ledger.Ledger].
func (l *Ledger) Outcomes(ctx context.Context, run string) iter.Seq2[ledger.Attempt, error] {
	return l.paged(ctx, func(db *sql.DB, behind ledger.Attempt) ([]ledger.Attempt, error) {
		no, err := runNumber(ctx, db, run)
		if err != nil {
			return nil, err
		}
		return l.attempts(ctx, db, selectOutcomes, no, behind.Seq, outcomesAtOnce)
	})
}

// paged yields what a query gives a page at a time; behind is the last attempt of the page before, the zero one at first.
func (l *Ledger) paged(ctx context.Context, page func(db *sql.DB, behind ledger.Attempt) ([]ledger.Attempt, error)) iter.Seq2[ledger.Attempt, error] {
	return func(yield func(ledger.Attempt, error) bool) {
		for behind := (ledger.Attempt{}); ; {
			var found []ledger.Attempt
			err := l.reading(ctx, func(db *sql.DB) (err error) {
				found, err = page(db, behind)
				return err
			})
			if err != nil {
				yield(ledger.Attempt{}, err)
				return
			}
			for _, a := range found {
				if !yield(a, nil) {
					return
				}
			}
			if len(found) < outcomesAtOnce {
				return
			}
			behind = found[len(found)-1]
		}
	}
}
