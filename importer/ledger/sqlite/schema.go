package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger/dbfile"
)

// applicationID marks a SQLite file as a ledger ("CSlg"), so that --state pointed at another program's database is
// noticed before anything is written into it.
const applicationID = 0x43536c67

// migration brings a ledger from one version of its schema to the next one: statements, and what they can't do.
type migration struct {
	sql  string
	then func(ctx context.Context, conn *sql.Conn, key contact.Key) error
}

// schemaOfKey is the version of the schema since which hashes are under a key.
const schemaOfKey = 3

// schemaOfFields is the version of the schema since which attempts tell which fields an update sends.
const schemaOfFields = 4

// schemaOfPlan is the version of the schema since which runs tell which saved plan they did.
const schemaOfPlan = 5

// schemaOfHeld is the version of the schema since which runs note what their rows are about.
const schemaOfHeld = 6

// schemaOfTold is the version of the schema since which intents have what their run had to tell of the row.
const schemaOfTold = 7

// schemaOfIDs is the version of the schema since which rows' own ids are kept.
const schemaOfIDs = 8

// schemaOfShapes is the version of the schema since which the shapes of inputs are kept.
const schemaOfShapes = 9

// schemaOfNotices is the version of the schema since which it is noted what somebody was told of how runs ended.
const schemaOfNotices = 10

// migrations returns what brings a ledger from each version of its schema to the next one. The list only grows at its
// end; what was released is never edited.
//
// Numbers stand for run and scope, since they stand in every attempt. An attempt's result stands in the row of its
// intent: the page that it is written to is still warm. Results are NULL while the attempt is open.
func migrations() []migration {
	return []migration{{sql: `
CREATE TABLE runs (
	no         INTEGER PRIMARY KEY,
	id         TEXT    NOT NULL UNIQUE,
	command    TEXT    NOT NULL,
	version    TEXT    NOT NULL,
	job        TEXT    NOT NULL,
	started    INTEGER NOT NULL, -- this and all times: microseconds since 1970, UTC
	finished   INTEGER,
	exit_code  INTEGER NOT NULL DEFAULT -1,
	report_dir TEXT    NOT NULL,
	dry_run    INTEGER NOT NULL,
	closed     INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE continued (
	run     INTEGER NOT NULL,
	earlier INTEGER NOT NULL,
	PRIMARY KEY (run, earlier)
) STRICT, WITHOUT ROWID;
CREATE TABLE scopes (
	no   INTEGER PRIMARY KEY,
	host TEXT    NOT NULL,
	org  INTEGER NOT NULL,
	UNIQUE (host, org)
) STRICT;
CREATE TABLE baselines (
	run   INTEGER NOT NULL,
	scope INTEGER NOT NULL,
	part  INTEGER NOT NULL,
	ids   BLOB    NOT NULL, -- ascending, as varints of the differences; part 0 always exists
	PRIMARY KEY (run, scope, part)
) STRICT, WITHOUT ROWID;
CREATE TABLE shown (
	scope      INTEGER NOT NULL,
	contact_id INTEGER NOT NULL,
	run        INTEGER NOT NULL,
	prints     BLOB    NOT NULL, -- hashes of the fields, 8 bytes each, little-endian
	PRIMARY KEY (scope, contact_id, run)
) STRICT, WITHOUT ROWID;
CREATE TABLE attempts (
	run           INTEGER NOT NULL,
	seq           INTEGER NOT NULL,
	attempt       INTEGER NOT NULL,
	scope         INTEGER NOT NULL,
	action        TEXT    NOT NULL,
	content       BLOB    NOT NULL,
	match_key     BLOB    NOT NULL,
	occurrence    INTEGER NOT NULL,
	version       INTEGER NOT NULL, -- of the normal form that the hashes were made of
	traits        BLOB    NOT NULL, -- hashes of single fields, 8 bytes each, little-endian
	unclear       INTEGER NOT NULL, -- earlier attempts of the row of which nobody knew at first what became of them
	target        INTEGER NOT NULL, -- the contact that is changed or deleted
	external      BLOB    NOT NULL,
	before        BLOB,             -- the contact as it was shown before: JSON; taken out when it has become old
	after         BLOB    NOT NULL, -- content hash of what it is changed into
	origin        INTEGER,          -- the run that made the attempt, where it was carried over from that
	intended      INTEGER NOT NULL,
	status        TEXT,
	effect        INTEGER,
	contact_id    INTEGER,
	requests      INTEGER,
	http_status   INTEGER,
	request_id    TEXT,
	cloudfront_id TEXT,
	field         TEXT,
	code          TEXT,
	detail        TEXT,
	found         INTEGER,
	notes         TEXT,
	settled       INTEGER,
	PRIMARY KEY (run, seq, attempt)
) STRICT, WITHOUT ROWID;
-- Few attempts are unclear at any time: looking for them must not read ten million that are not.
CREATE INDEX unclear ON attempts (scope, content, occurrence) WHERE status IS NULL OR status = 'uncertain';
`}, {sql: `
-- Why a run ended before its rows did.
ALTER TABLE runs ADD COLUMN reason TEXT NOT NULL DEFAULT '';
`}, {sql: `
-- All hashes are under the ledger's key, and this tells which one that is. Two columns have other names since, so that a
-- program of an earlier version which has the ledger open writes no plain hashes any more.
CREATE TABLE sealed (
	one         INTEGER PRIMARY KEY CHECK (one = 1),
	check_value BLOB    NOT NULL
) STRICT;
ALTER TABLE attempts RENAME COLUMN content TO content_mac;
ALTER TABLE shown RENAME COLUMN prints TO prints_mac;
-- Who has taken the lock of an organisation last: drawn anew each time.
CREATE TABLE holders (
	scope INTEGER PRIMARY KEY,
	token BLOB    NOT NULL
) STRICT;
-- When a run was removed of which something has to be remembered all the same.
ALTER TABLE runs ADD COLUMN removed INTEGER;
`, then: sealHashes}, {sql: `
-- Which fields an update sends: bit i is the i-th of contact.Fields. 0: not known, or no update.
ALTER TABLE attempts ADD COLUMN fields INTEGER NOT NULL DEFAULT 0;
`}, {sql: `
-- The checksum of the saved plan that a run was to do.
ALTER TABLE runs ADD COLUMN plan TEXT NOT NULL DEFAULT '';
`}, {sql: `
-- Which contacts the rows of a run are about: what belongs to several jobs is deleted by none that another one still has.
CREATE TABLE held (
	run   INTEGER NOT NULL,
	scope INTEGER NOT NULL,
	part  INTEGER NOT NULL,
	ids   BLOB    NOT NULL, -- as in baselines
	PRIMARY KEY (scope, run, part)
) STRICT, WITHOUT ROWID;
`}, {sql: `
-- What the run that noted the intent has to tell of the row, as notes.
ALTER TABLE attempts ADD COLUMN told TEXT NOT NULL DEFAULT '';
`}, {sql: `
-- The rows' own ids, sealed under the ledger's key, by the hashes that attempts have of them.
CREATE TABLE externals (
	hash_mac BLOB PRIMARY KEY,
	sealed   BLOB NOT NULL
) STRICT, WITHOUT ROWID;
`}, {sql: `
-- The shape of the input of each run of a job that ended well, sealed under the ledger's key; empty: it had no valid row.
CREATE TABLE shapes (
	run    INTEGER PRIMARY KEY,
	sealed BLOB    NOT NULL
) STRICT;
`}, {sql: `
-- How something ended that somebody wants to be told of, the last time of each subject, and what has not got through.
CREATE TABLE notices (
	no        INTEGER PRIMARY KEY,
	id        TEXT    NOT NULL UNIQUE,
	run       TEXT    NOT NULL,
	command   TEXT    NOT NULL,
	job       TEXT    NOT NULL,
	host      TEXT    NOT NULL,
	org       INTEGER NOT NULL,
	exit_code INTEGER NOT NULL,
	at        INTEGER NOT NULL,
	pending   INTEGER NOT NULL
) STRICT;
`}}
}

// checkSchema tells how far a database has been migrated; 0 is an empty one. It changes nothing.
func checkSchema(ctx context.Context, conn *sql.Conn) (version int, err error) {
	tx, err := conn.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return 0, err
	}
	version, err = schemaVersion(ctx, tx)
	return version, errors.Join(err, tx.Rollback())
}

// schemaVersion is checkSchema inside a transaction: another process may be making the schema just now.
func schemaVersion(ctx context.Context, in interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
},
) (int, error) {
	var application, version, objects int
	for query, value := range map[string]*int{
		"PRAGMA application_id": &application, "PRAGMA user_version": &version,
		"SELECT count(*) FROM sqlite_schema": &objects,
	} {
		if err := in.QueryRowContext(ctx, query).Scan(value); err != nil {
			return 0, err
		}
	}
	switch {
	case application == 0 && version == 0 && objects == 0:
		return 0, nil
	case application != applicationID:
		return 0, dbfile.ErrForeign
	case version > len(migrations()):
		return 0, dbfile.ErrNewer
	}
	return version, nil
}

// migrate brings the schema up to date. It writes in any case, so that a full disk or a file that can't be written is
// told at the start and not at the first intent.
//
// It returns the ledger's key: that of an earlier version, or of a new ledger, is made here, while nobody else can write.
func migrate(ctx context.Context, conn *sql.Conn, o opening) (key contact.Key, err error) {
	if _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return key, err
	}
	defer func() {
		if err != nil {
			_, _ = conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK") // SQLite may have done so itself
		}
	}()
	version, err := schemaVersion(ctx, conn)
	if err != nil {
		return key, err
	}
	switch {
	case !o.own.IsZero():
		key = o.own
	case version < schemaOfKey:
		key, err = o.place.Make()
	default:
		key, err = keyOf(ctx, conn, o.place)
	}
	if err != nil {
		return key, err
	}
	for _, change := range migrations()[version:] {
		if err := o.place.At("change the schema"); err != nil {
			return key, err
		}
		if _, err := conn.ExecContext(ctx, change.sql); err != nil {
			return key, err
		}
		if change.then == nil {
			continue
		}
		if err := change.then(ctx, conn, key); err != nil {
			return key, err
		}
	}
	if err := o.place.At("commit"); err != nil {
		return key, err
	}
	set := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT", applicationID, len(migrations()))
	if _, err := conn.ExecContext(ctx, set); err != nil {
		return key, err
	}
	if 0 < version && version < schemaOfKey {
		err = forgetPlain(ctx, conn)
	}
	return key, err
}
