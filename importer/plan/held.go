package plan

import (
	"context"
	"slices"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
)

// held are rows that are put off until all others are decided on, ascending: by its key each is matched with a contact that
// the job knows by another row's id, and that row may stand behind it; or its own id leads to somebody else's contact, which
// another row may have by an id that is newer. A night like the one before has none but those whose ids are in doubt.
type held struct {
	rows []uint32
	over bool // all other rows are decided on
}

func (m *maker) waits() bool { return !m.put.over }

func (m *maker) held(seq int) bool {
	_, found := slices.BinarySearch(m.put.rows, uint32(seq))
	return found
}

// putOff puts a row off. Should it never be read again it was to be sent, and is told as not attempted.
func (m *maker) putOff(row *check.Row) Decision {
	m.put.rows = append(m.put.rows, uint32(row.Seq))
	return Decision{Do: Create}
}

// decideHeld decides on the rows that were put off. One that is a duplicate by now is about what is kept for it.
func (m *maker) decideHeld(ctx context.Context, at ends, ambiguous map[int]bool) error {
	m.put.over = true
	if len(m.put.rows) == 0 {
		return nil
	}
	m.handOver()
	doubted, err := m.decideThese(ctx, at, m.put.rows, ambiguous, true)
	if err == nil && len(doubted) > 0 {
		_, err = m.decideThese(ctx, at, doubted, ambiguous, false)
	}
	return err
}

// decideThese decides on rows that were put off. Those whose ids are in doubt are left for later where others may still come to
// have what they lead to.
func (m *maker) decideThese(ctx context.Context, at ends, rows []uint32, ambiguous map[int]bool, later bool) (doubted []uint32, err error) {
	for row, err := range m.rows.Rows(ctx, check.Of(rows)) {
		if m.endsAt(at, err) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		decide := m.decider.decide
		if m.plan.Groups.DuplicateOf(uint32(row.Seq)) != 0 {
			decide = m.decider.leftOut
		}
		d, e := decide(row)
		if later && d.Do == OtherPerson {
			doubted = append(doubted, uint32(row.Seq))
			continue
		}
		if e.content != (contact.Hash{}) {
			m.seen[e.content] = true
		}
		m.plan.do[row.Seq] = d.Do
		m.keep(row, d)
		m.apply(row, d, e)
		if d.Do == Ambiguous {
			ambiguous[row.Seq] = true
		}
	}
	return doubted, nil
}

// handOver gives back what duplicates of rows that were put off came to have by their ids: the rows that count in their place are
// about it. Whether they get it or not, it stays.
func (m *maker) handOver() {
	for _, claimed := range m.plan.owners {
		for id, seq := range claimed {
			if first := m.plan.Groups.DuplicateOf(uint32(seq)); first != 0 && m.held(int(first)) {
				delete(claimed, id)
				m.plan.Protected.Keep(id)
			}
		}
	}
}
