package ledger

import (
	"context"
	"database/sql"
	"maps"
	"slices"

	"github.com/contactsync/contactsync/importer/outcome"
)

// What is asked of a ledger by those who look at runs that are over. A run itself does not need it, so that it is no part
// of [Ledger]; every implementation has it.

// countRows counts the rows of a run by the status of their last attempt; an open one has none.
const countRows = `SELECT coalesce(status, ''), count(*) FROM attempts AS a WHERE run = ?1
AND NOT EXISTS (SELECT 1 FROM attempts AS b WHERE b.run = a.run AND b.seq = a.seq AND b.attempt > a.attempt)
GROUP BY 1`

// Count returns how many rows of a run ended how, as far as the ledger knows: rows of which something was sent, or was
// to be sent. A row whose last attempt is open counts as uncertain, which is what it is. A status that no row has is
// missing.
func (l *SQLite) Count(ctx context.Context, run string) (counts map[outcome.Status]int, err error) {
	l.mu.Lock()
	lost := len(l.lost) > 0
	l.mu.Unlock()
	if lost { // results that could not be written are known to Outcomes only
		return countOutcomes(ctx, l, run)
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

// Count is that of [SQLite.Count].
func (m *Memory) Count(ctx context.Context, run string) (map[outcome.Status]int, error) {
	return countOutcomes(ctx, m, run)
}

func countOutcomes(ctx context.Context, l Ledger, run string) (map[outcome.Status]int, error) {
	counts := map[outcome.Status]int{}
	for a, err := range l.Outcomes(ctx, run) {
		if err != nil {
			return nil, err
		}
		counts[a.Status()]++
	}
	return counts, nil
}

// Status is how the row ended as far as the attempt knows; uncertain while it is open.
func (a *Attempt) Status() outcome.Status {
	if a.Result == nil {
		return outcome.Uncertain
	}
	return a.Result.Status
}

func orUncertain(s outcome.Status) outcome.Status {
	if s == "" {
		return outcome.Uncertain
	}
	return s
}

// Continued returns, for each run that continues others, the ids of those, in the order in which they began.
func (l *SQLite) Continued(ctx context.Context) (continued map[string][]string, err error) {
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

// Continued is that of [SQLite.Continued].
func (m *Memory) Continued(ctx context.Context) (continued map[string][]string, err error) {
	err = m.with(ctx, func() error {
		continued = map[string][]string{}
		for _, r := range m.runs {
			earlier := map[string]int{}
			for _, id := range r.continues {
				earlier[id] = m.order(id)
			}
			if len(earlier) > 0 {
				continued[r.ID] = slices.SortedFunc(maps.Keys(earlier), func(a, b string) int { return earlier[a] - earlier[b] })
			}
		}
		return nil
	})
	return continued, err
}
