package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/dbfile"
)

// writer is the one connection that writes, with its statements. Its methods are called inside commit, by whoever has
// the lead; none of them looks at a context, since half a commit is none.
type writer struct {
	key    contact.Key
	db     *sql.DB
	conn   *sql.Conn
	insert *sql.Stmt
	update *sql.Stmt
	holder *sql.Stmt
	// others are the statements of exec: few, all constant, and those of each commit among them.
	others map[string]*sql.Stmt
	runs   map[string]int64
	scopes map[ledger.Scope]int64
}

func openWriter(ctx context.Context, o opening) (*writer, error) {
	db, err := dbfile.Open(o.place.Ledger, "mode=rw")
	if err != nil {
		return nil, err
	}
	w := &writer{db: db, others: map[string]*sql.Stmt{}, runs: map[string]int64{}, scopes: map[ledger.Scope]int64{}}
	if err := w.prepare(ctx, o); err != nil {
		return nil, errors.Join(err, w.close())
	}
	return w, nil
}

// prepare makes the database ours. What it is must be known before it is switched to a write-ahead log.
func (w *writer) prepare(ctx context.Context, o opening) (err error) {
	if w.conn, err = w.db.Conn(ctx); err != nil {
		return err
	}
	if _, err := checkSchema(ctx, w.conn); err != nil {
		return err
	}
	dbfile.KeepPrivate(o.place.Ledger)
	if err := dbfile.CheckDamage(ctx, w.conn); err != nil {
		return err
	}
	if _, err := w.conn.ExecContext(ctx, "PRAGMA journal_mode = WAL"); err != nil {
		return err
	}
	if w.key, err = migrate(ctx, w.conn, o); err != nil {
		return err
	}
	if w.insert, err = w.conn.PrepareContext(ctx, insertIntent); err != nil {
		return err
	}
	w.update, err = w.conn.PrepareContext(ctx, updateResult)
	return err
}

func (w *writer) close() error {
	var errs []error
	for _, s := range append(slices.Collect(maps.Values(w.others)), w.insert, w.update, w.holder) {
		if s != nil {
			errs = append(errs, s.Close())
		}
	}
	if w.conn != nil {
		errs = append(errs, w.conn.Close())
	}
	return errors.Join(append(errs, w.db.Close())...)
}

const (
	// The condition finds a later attempt of the row; the intent is then refused.
	insertIntent = `INSERT OR REPLACE INTO attempts
(run, seq, attempt, scope, action, content_mac, match_key, occurrence, intended, version, traits, unclear, target,
external, before, after, fields, told)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18
WHERE NOT EXISTS (SELECT 1 FROM attempts WHERE run = ?1 AND seq = ?2 AND attempt > ?3)`

	updateResult = `UPDATE attempts SET status = ?3, effect = ?4, contact_id = ?5, requests = ?6, http_status = ?7,
request_id = ?8, cloudfront_id = ?9, field = ?10, code = ?11, detail = ?12, settled = ?13, found = ?14, notes = ?15
WHERE run = ?1 AND seq = ?2 AND attempt = (SELECT max(attempt) FROM attempts WHERE run = ?1 AND seq = ?2)`
)

// commit writes a batch in one transaction. An error means that nobody knows what of it is on disk.
func (w *writer) commit(b *batch) error {
	if err := w.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	if err := w.write(b); err != nil {
		_ = w.exec("ROLLBACK") // the first error counts, and SQLite may have rolled back itself
		return err
	}
	return w.exec("COMMIT")
}

func (w *writer) write(b *batch) error {
	for _, s := range b.results {
		if err := own(&s.err, w.record(s)); err != nil {
			return err
		}
	}
	holds := map[ledger.Scope]error{}
	for _, i := range b.intents {
		if i.token != "" {
			// Asked once a commit: all of it is one moment.
			err, asked := holds[i.Row.Scope]
			if !asked {
				err = w.held(i.Row.Scope, i.token)
				holds[i.Row.Scope] = err
			}
			if err != nil {
				if err := own(&i.err, err); err != nil {
					return err
				}
				continue
			}
		}
		if err := own(&i.err, w.intend(i)); err != nil {
			return err
		}
	}
	for _, t := range b.tasks {
		if err := own(&t.err, t.do(w)); err != nil {
			return err
		}
	}
	return nil
}

// own gives a caller's mistake to the caller, and returns what is everybody's.
func own(mine *error, err error) error {
	if c, ok := errors.AsType[callerError](err); ok {
		*mine = c.error
		return nil
	}
	return err
}

func (w *writer) intend(i *intent) error {
	run, err := w.run(i.Run)
	if err != nil {
		return err
	}
	scope, err := w.scope(i.Row.Scope)
	if err != nil {
		return err
	}
	return touch(ledger.ErrAttemptOrder)(w.insert.ExecContext(context.Background(), run, i.Seq, i.Attempt, scope, string(i.Action),
		i.Row.Content[:], i.Row.Key[:], i.Row.Occurrence, stamp(i.At), i.Row.Version, packIdentifiers(i.Row.Identifiers), i.Unclear, i.Target,
		i.External[:], i.Before, i.After[:], int(i.Fields), packNotes(i.Told)))
}

func (w *writer) record(s *result) error {
	run, err := w.run(s.run)
	if err != nil {
		return err
	}
	r := s.Receipt
	return touch(ledger.ErrNoIntent)(w.update.ExecContext(context.Background(), run, s.seq, string(s.Status), int(r.Effect), r.ContactID, r.Attempts,
		r.HTTPStatus, r.RequestID, r.CloudFrontID, string(s.Field), s.Code, s.Detail, stamp(s.At), s.Found,
		packNotes(s.Notes)))
}

// touch makes a statement that changed no row the caller's mistake.
func touch(mistake error) func(sql.Result, error) error {
	return func(res sql.Result, err error) error {
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		if err == nil && n == 0 {
			return callerError{mistake}
		}
		return err
	}
}

// exec runs a statement, which is parsed once: what is shown of a large organisation is written contact by contact.
func (w *writer) exec(statement string, args ...any) error {
	prepared, ok := w.others[statement]
	if !ok {
		var err error
		if prepared, err = w.conn.PrepareContext(context.Background(), statement); err != nil {
			return err
		}
		w.others[statement] = prepared
	}
	_, err := prepared.ExecContext(context.Background(), args...)
	return err
}

// run returns the number of a run.
func (w *writer) run(id string) (int64, error) {
	if no, ok := w.runs[id]; ok {
		return no, nil
	}
	var no int64
	err := w.conn.QueryRowContext(context.Background(), "SELECT no FROM runs WHERE id = ?", id).Scan(&no)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, callerError{ledger.RunError(id, ledger.ErrUnknownRun)}
	}
	if err == nil {
		w.runs[id] = no
	}
	return no, err
}

// scope returns the number of a scope, giving it one. If the commit fails the number was never given, and the writer is
// not used again.
func (w *writer) scope(s ledger.Scope) (int64, error) {
	if no, ok := w.scopes[s]; ok {
		return no, nil
	}
	if err := w.exec("INSERT OR IGNORE INTO scopes (host, org) VALUES (?, ?)", s.Host, s.Org); err != nil {
		return 0, err
	}
	var no int64
	err := w.conn.QueryRowContext(context.Background(), "SELECT no FROM scopes WHERE host = ? AND org = ?", s.Host, s.Org).
		Scan(&no)
	if err == nil {
		w.scopes[s] = no
	}
	return no, err
}

func (w *writer) begin(r ledger.Run, continues []string) error {
	earlier, err := w.runNumbers(continues)
	if err != nil {
		return err
	}
	err = touch(ledger.RunError(r.ID, ledger.ErrRunExists))(w.conn.ExecContext(context.Background(), `INSERT OR IGNORE INTO runs
(id, command, version, job, plan, started, report_dir, dry_run) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		r.ID, r.Command, r.Version, r.Job, r.Plan, stamp(r.Started), r.ReportDir, kindOf(r)))
	if err != nil {
		return err
	}
	return w.noteContinued(r.ID, earlier)
}

func (w *writer) continues(id string, continues []string) error {
	earlier, err := w.runNumbers(continues)
	if err != nil {
		return err
	}
	return w.noteContinued(id, earlier)
}

// runNumbers are the numbers of runs, all of which must be known.
func (w *writer) runNumbers(ids []string) (numbers []int64, err error) {
	for _, id := range ids {
		no, err := w.run(id)
		if err != nil {
			return nil, err
		}
		numbers = append(numbers, no)
	}
	return numbers, nil
}

func (w *writer) noteContinued(id string, earlier []int64) error {
	run, err := w.run(id)
	for _, no := range earlier {
		if err == nil {
			err = w.exec("INSERT OR IGNORE INTO continued (run, earlier) VALUES (?, ?)", run, no)
		}
	}
	return err
}

func (w *writer) finish(id string, exit int, reason string, at time.Time) error {
	run, err := w.run(id)
	if err != nil {
		return err
	}
	err = w.exec("UPDATE runs SET exit_code = ?, reason = ?, finished = ?, closed = ? WHERE no = ?", exit, reason, stamp(at), ledger.Closes(exit), run)
	if err != nil || !ledger.Closes(exit) {
		return err
	}
	return w.exec("UPDATE runs SET closed = 1 WHERE no IN (SELECT earlier FROM continued WHERE run = ?)", run)
}
