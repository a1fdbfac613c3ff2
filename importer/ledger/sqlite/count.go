package sqlite

import (
	"context"
	"database/sql"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// countRows counts the rows of a run by the status of their last attempt; an open one has none.
const countRows = `SELECT coalesce(status, ''), count(*) FROM attempts AS a WHERE run = ?1
AND NOT EXISTS (SELECT 1 FROM attempts AS b WHERE b.run = a.run AND b.seq = a.seq AND b.attempt > a.attempt)
GROUP BY 1`

// Count implements [ledger.Ledger].
func (l *Ledger) Count(ctx context.Context, run string) (counts map[outcome.Status]int, err error) {
	l.mu.Lock()
	lost := len(l.lost) > 0
	l.mu.Unlock()
	if lost { // results that could not be written are known to Outcomes only
		return ledger.CountOutcomes(l.Outcomes(ctx, run))
	}
	err = l.reading(ctx, func(db *sql.DB) error {
		counts = map[outcome.Status]int{}
		no, err := runNumber(ctx, db, run)
		if err != nil {
			return err
		}
		return each(ctx, db, func(scan func(...any) error) error {
			var status outcome.Status
			var n int
			err := scan(&status, &n)
			counts[orUncertain(status)] += n
			return err
		}, countRows, no)
	})
	return counts, err
}

func orUncertain(s outcome.Status) outcome.Status {
	if s == "" {
		return outcome.Uncertain
	}
	return s
}

// Continued implements [ledger.Ledger].
func (l *Ledger) Continued(ctx context.Context) (continued map[string][]string, err error) {
	err = l.reading(ctx, func(db *sql.DB) error {
		continued = map[string][]string{}
		return each(ctx, db, func(scan func(...any) error) error {
			var run, earlier string
			err := scan(&run, &earlier)
			continued[run] = append(continued[run], earlier)
			return err
		}, `SELECT r.id, e.id FROM continued AS c JOIN runs AS r ON r.no = c.run JOIN runs AS e ON e.no = c.earlier
ORDER BY c.run, c.earlier`)
	})
	return continued, err
}
