package sqlite

import (
	"context"
	"database/sql"
	"encoding/binary"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger/dbfile"
)

// sealHashes brings all hashes of a ledger that was written before there were keys under its key, inside the transaction
// that brings it up to date.
func sealHashes(ctx context.Context, conn *sql.Conn, key contact.Key) error {
	check := key.Check()
	if _, err := conn.ExecContext(ctx, "INSERT INTO sealed (one, check_value) VALUES (1, ?)", check[:]); err != nil {
		return err
	}
	if err := sealAttempts(ctx, conn, key); err != nil {
		return err
	}
	return sealShown(ctx, conn, key)
}

// sealedAtOnce is how many rows are read before they are written: a table is not changed while it is read.
const sealedAtOnce = 1024

func sealAttempts(ctx context.Context, conn *sql.Conn, key contact.Key) error {
	type attempt struct {
		run, seq, attempt                            int64
		content, matchKey, traits, external, becomes []byte
	}
	last := attempt{run: -1}
	for {
		var page []attempt
		err := each(ctx, conn, func(scan func(...any) error) error {
			var a attempt
			err := scan(&a.run, &a.seq, &a.attempt, &a.content, &a.matchKey, &a.traits, &a.external, &a.becomes)
			page = append(page, a)
			return err
		}, `SELECT run, seq, attempt, content_mac, match_key, traits, external, after FROM attempts
WHERE (run, seq, attempt) > (?, ?, ?) ORDER BY run, seq, attempt LIMIT ?`, last.run, last.seq, last.attempt, sealedAtOnce)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, a := range page {
			for _, hash := range [][]byte{a.content, a.matchKey, a.external, a.becomes} {
				if len(hash) != len(contact.Hash{}) {
					return dbfile.ErrDamaged
				}
				sealed := key.Hash(contact.Hash(hash))
				copy(hash, sealed[:])
			}
			if len(a.traits) != identifiersSize {
				return dbfile.ErrDamaged
			}
			_, err := conn.ExecContext(ctx, `UPDATE attempts SET content_mac = ?, match_key = ?, traits = ?, external = ?, after = ?
WHERE run = ? AND seq = ? AND attempt = ?`,
				a.content, a.matchKey, packIdentifiers(key.Identifiers(unpackIdentifiers(a.traits))), a.external, a.becomes, a.run, a.seq, a.attempt)
			if err != nil {
				return err
			}
		}
		last = page[len(page)-1]
	}
}

func sealShown(ctx context.Context, conn *sql.Conn, key contact.Key) error {
	type shown struct {
		scope, contact, run int64
		prints              []byte
	}
	last := shown{scope: -1}
	for {
		var page []shown
		err := each(ctx, conn, func(scan func(...any) error) error {
			var s shown
			err := scan(&s.scope, &s.contact, &s.run, &s.prints)
			page = append(page, s)
			return err
		}, `SELECT scope, contact_id, run, prints_mac FROM shown
WHERE (scope, contact_id, run) > (?, ?, ?) ORDER BY scope, contact_id, run LIMIT ?`, last.scope, last.contact, last.run, sealedAtOnce)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, s := range page {
			var p contact.FieldHashes
			if len(s.prints) != binary.Size(p) {
				return dbfile.ErrDamaged
			}
			unpackHashes(p[:], s.prints)
			p = key.FieldHashes(p)
			_, err := conn.ExecContext(ctx, "UPDATE shown SET prints_mac = ? WHERE scope = ? AND contact_id = ? AND run = ?",
				packHashes(p[:]), s.scope, s.contact, s.run)
			if err != nil {
				return err
			}
		}
		last = page[len(page)-1]
	}
}

// forgetPlain takes what the log still has of the plain hashes out of the files. If somebody who reads keeps it from that,
// whoever closes the ledger last does it.
func forgetPlain(ctx context.Context, conn *sql.Conn) error {
	var busy, pages, done int
	return conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &done)
}
