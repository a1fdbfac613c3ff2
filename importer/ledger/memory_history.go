package ledger

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"

	"github.com/contactsync/contactsync/importer/contact"
)

// Resume implements [Ledger].
func (m *Memory) Resume(ctx context.Context, run string, rows []Resumed) error {
	return m.withRun(ctx, run, func(r *memoryRun) error {
		for _, c := range rows {
			if err := m.resume(r, c); err != nil {
				return intendError(&Intent{Seq: c.Seq}, err)
			}
		}
		return nil
	})
}

func (m *Memory) resume(to *memoryRun, c Resumed) error {
	from := m.byID[c.From.Run]
	if from == nil {
		return runError(c.From.Run, ErrUnknownRun)
	}
	index := from.index(c.From.Seq)
	if index == 0 {
		return ErrNoIntent
	}
	slot := to.slot(c.Seq)
	if *slot != 0 {
		return errAttemptOrder
	}
	rec := from.attempts[index-1]
	rec.seq = int32(c.Seq)
	if rec.origin == 0 {
		rec.origin = uint32(1 + m.order(c.From.Run))
	}
	if image := m.images[imageOf{c.From.Run, c.From.Seq, int(rec.attempt)}]; image != nil {
		m.images[imageOf{to.ID, c.Seq, int(rec.attempt)}] = image
	}
	to.attempts = append(to.attempts, rec)
	*slot = uint32(len(to.attempts))
	return nil
}

// History implements [Ledger].
func (m *Memory) History(ctx context.Context, s Scope) iter.Seq2[Attempt, error] {
	return func(yield func(Attempt, error) bool) {
		var ids []string
		err := m.with(ctx, func() error {
			for _, r := range m.runs {
				ids = append(ids, r.ID)
			}
			return nil
		})
		if err != nil {
			yield(Attempt{}, err)
			return
		}
		for _, id := range ids {
			for a, err := range m.Outcomes(ctx, id) {
				if err == nil && a.Row.Scope != s {
					continue
				}
				if !yield(a, err) || err != nil {
					return
				}
			}
		}
	}
}

// Scopes implements [Ledger].
func (m *Memory) Scopes(ctx context.Context, host string) (scopes []Scope, err error) {
	err = m.with(ctx, func() error {
		for _, s := range m.scopes {
			if s.Host == host || host == "" {
				scopes = append(scopes, s)
			}
		}
		slices.SortFunc(scopes, func(a, b Scope) int { return cmp.Or(cmp.Compare(a.Host, b.Host), cmp.Compare(a.Org, b.Org)) })
		return nil
	})
	return scopes, err
}

// hashesOf and imageOf are where a run's knowledge of contacts is kept.
type (
	hashesOf struct {
		run   string
		scope Scope
	}
	imageOf struct {
		run          string
		seq, attempt int
	}
)

// SaveFieldHashes implements [Ledger].
func (m *Memory) SaveFieldHashes(ctx context.Context, run string, s Scope, hashes map[int64]contact.FieldHashes) error {
	return m.withRun(ctx, run, func(*memoryRun) error {
		m.scopeNumber(s)
		at := hashesOf{run, s}
		if m.hashes[at] == nil {
			m.hashes[at] = map[int64]contact.FieldHashes{}
		}
		maps.Copy(m.hashes[at], hashes)
		return nil
	})
}

// FieldHashes implements [Ledger].
func (m *Memory) FieldHashes(ctx context.Context, s Scope) (hashes map[int64]contact.FieldHashes, err error) {
	err = m.with(ctx, func() error {
		for _, r := range m.runs {
			if by := m.hashes[hashesOf{r.ID, s}]; len(by) > 0 {
				if hashes == nil {
					hashes = map[int64]contact.FieldHashes{}
				}
				maps.Copy(hashes, by)
			}
		}
		return nil
	})
	return hashes, err
}

// FieldHashesOf implements [Ledger].
func (m *Memory) FieldHashesOf(ctx context.Context, run string, s Scope) (hashes map[int64]contact.FieldHashes, err error) {
	err = m.with(ctx, func() error {
		hashes = maps.Clone(m.hashes[hashesOf{run, s}])
		return nil
	})
	return hashes, err
}
