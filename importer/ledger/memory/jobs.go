package memory

import (
	"context"
	"iter"
	"maps"
	"slices"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
)

// RenameJob implements [ledger.Ledger].
func (m *Ledger) RenameJob(ctx context.Context, from, to string) error {
	return m.with(ctx, func() error {
		of := func(job string) func(*pastRun) bool { return func(r *pastRun) bool { return r.Job == job } }
		merged := slices.ContainsFunc(m.runs, of(from)) && slices.ContainsFunc(m.runs, of(to))
		for _, r := range m.runs {
			if merged && (r.Job == from || r.Job == to) && len(r.shape) > 0 {
				r.shape = nil
			}
			if r.Job == from {
				r.Job = to
			}
		}
		for i := range m.notices {
			if m.notices[i].Subject.Job == from {
				m.notices[i].Subject.Job = to
			}
		}
		return nil
	})
}

// KeepShape implements [ledger.Ledger].
func (m *Ledger) KeepShape(ctx context.Context, run string, sealed []byte) error {
	return m.withRun(ctx, run, func(r *pastRun) error {
		r.shape = append([]byte{}, sealed...)
		return nil
	})
}

// ShapeOf implements [ledger.Ledger].
func (m *Ledger) ShapeOf(ctx context.Context, run string) (sealed []byte, ok bool, err error) {
	err = m.withRun(ctx, run, func(r *pastRun) error {
		sealed, ok = slices.Clone(r.shape), r.shape != nil
		return nil
	})
	return sealed, ok, err
}

// forgetShapes removes the shapes of inputs where a later run of the same job has one of an input with a valid row.
func (m *Ledger) forgetShapes(leaving map[string]bool) {
	for i, r := range m.runs {
		if leaving[r.ID] && slices.ContainsFunc(m.runs[i+1:], func(later *pastRun) bool { return later.Job == r.Job && len(later.shape) > 0 }) {
			r.shape = nil
		}
	}
}

// ForgetIDs implements [ledger.Ledger].
func (m *Ledger) ForgetIDs(ctx context.Context, job string) error {
	return m.with(ctx, func() error {
		for _, r := range m.runs {
			if r.Job != job {
				continue
			}
			for _, a := range r.last {
				a.External = contact.Hash{}
			}
		}
		m.forgetUnused()
		return nil
	})
}

// forgetUnused removes the ids that no attempt has any more.
func (m *Ledger) forgetUnused() {
	used := map[contact.Hash]bool{}
	for _, r := range m.runs {
		for _, a := range r.last {
			used[a.External] = true
		}
	}
	maps.DeleteFunc(m.kept, func(hash contact.Hash, _ []byte) bool { return !used[hash] })
}

// KeepIDs implements [ledger.Ledger].
func (m *Ledger) KeepIDs(ctx context.Context, ids []ledger.KeptID) error {
	return m.with(ctx, func() error {
		for _, id := range ids {
			if _, kept := m.kept[id.Hash]; !kept {
				m.kept[id.Hash] = slices.Clone(id.Sealed)
			}
		}
		return nil
	})
}

// KeptIDs implements [ledger.Ledger].
func (m *Ledger) KeptIDs(ctx context.Context, hashes []contact.Hash) (kept map[contact.Hash][]byte, err error) {
	err = m.with(ctx, func() error {
		kept = map[contact.Hash][]byte{}
		for _, hash := range hashes {
			if sealed, ok := m.kept[hash]; ok {
				kept[hash] = slices.Clone(sealed)
			}
		}
		return nil
	})
	return kept, err
}

// KeptHashes implements [ledger.Ledger].
func (m *Ledger) KeptHashes(ctx context.Context) iter.Seq2[contact.Hash, error] {
	return func(yield func(contact.Hash, error) bool) {
		var hashes []contact.Hash
		err := m.with(ctx, func() error {
			hashes = slices.Collect(maps.Keys(m.kept))
			return nil
		})
		for _, hash := range hashes {
			if !yield(hash, nil) {
				return
			}
		}
		if err != nil {
			yield(contact.Hash{}, err)
		}
	}
}
