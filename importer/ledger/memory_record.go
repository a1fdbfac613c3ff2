package ledger

import (
	"context"
	"encoding/binary"
	"iter"
	"maps"
	"slices"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
)

func (m *Memory) with(ctx context.Context, f func() error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return errClosed
	}
	return f()
}

func (m *Memory) withRun(ctx context.Context, id string, f func(*memoryRun) error) error {
	return m.with(ctx, func() error {
		r := m.byID[id]
		if r == nil {
			return runError(id, ErrUnknownRun)
		}
		return f(r)
	})
}

func (m *Memory) scopeNumber(s Scope) uint32 {
	n, ok := m.scope[s]
	if !ok {
		n = uint32(len(m.scopes))
		m.scopes = append(m.scopes, s)
		m.scope[s] = n
	}
	return n
}

// slot returns the place of a row in the index, making room for it.
func (r *memoryRun) slot(seq int) *uint32 {
	number := int32(seq / pageRows)
	p := r.last[number]
	if p == nil {
		p = new(page)
		r.last[number] = p
	}
	return &p[seq%pageRows]
}

// index returns 1 + the index of a row's last attempt, 0 if it has none.
func (r *memoryRun) index(seq int) uint32 {
	if seq < 0 {
		return 0
	}
	if p := r.last[int32(seq/pageRows)]; p != nil {
		return p[seq%pageRows]
	}
	return 0
}

// lastRecords yields the last attempt of each row by Seq.
func (r *memoryRun) lastRecords() iter.Seq[*record] {
	return func(yield func(*record) bool) {
		for _, number := range slices.Sorted(maps.Keys(r.last)) {
			for _, index := range r.last[number] {
				if index != 0 && !yield(&r.attempts[index-1]) {
					return
				}
			}
		}
	}
}

func (m *Memory) attempt(r *memoryRun, rec *record) Attempt {
	a := Attempt{Intent: Intent{
		Run: r.ID, Seq: int(rec.seq), Attempt: int(rec.attempt), At: unstamp(rec.at),
		Action: [...]outcome.Action{outcome.Create, outcome.Update, outcome.Delete, outcome.None}[rec.action-1],
		Row: RowKey{
			Scope: m.scopes[rec.scope], Occurrence: rec.row.occurrence,
			Fingerprint: contact.Fingerprint{Content: rec.row.content, Key: rec.key, Identifiers: rec.traits, Version: int(rec.version)},
		},
		Unclear: int(rec.unclear), Target: rec.target, External: rec.external, After: rec.after, Fields: rec.fields,
		Before: slices.Clone(m.images[imageOf{r.ID, int(rec.seq), int(rec.attempt)}]),
	}}
	if rec.origin != 0 {
		a.Origin = m.runs[rec.origin-1].ID
	}
	if rec.status == 0 {
		return a
	}
	text := m.texts.get(rec.text)
	a.Result = &Result{
		Status: outcome.Statuses()[rec.status-1], Field: contact.Field(text[2]), Code: text[3], Detail: text[4],
		Notes: unpackNotes(text[5]), Found: rec.found, At: unstamp(rec.settled),
		Receipt: outcome.Receipt{
			Effect: outcome.Effect(rec.effect), ContactID: rec.contactID, Attempts: int(rec.attempts),
			HTTPStatus: int(rec.http), RequestID: text[0], CloudFrontID: text[1],
		},
	}
	return a
}

// texts keeps the texts of results one behind the other in large pieces. Nothing is ever taken out: a result that is
// replaced leaves its texts behind.
type texts struct{ pieces [][]byte }

// textRef is where the texts of a result stand: number of the piece and offset in it.
type textRef struct{ piece, offset uint32 }

const (
	pieceSize       = 1 << 18
	textsPerOutcome = 6
)

func (t *texts) add(s ...string) textRef {
	need := 0
	for _, x := range s {
		need += binary.MaxVarintLen64 + len(x)
	}
	n := len(t.pieces) - 1
	if n < 0 || cap(t.pieces[n])-len(t.pieces[n]) < need {
		t.pieces = append(t.pieces, make([]byte, 0, max(pieceSize, need)))
		n++
	}
	ref := textRef{uint32(n), uint32(len(t.pieces[n]))}
	for _, x := range s {
		t.pieces[n] = binary.AppendUvarint(t.pieces[n], uint64(len(x)))
		t.pieces[n] = append(t.pieces[n], x...)
	}
	return ref
}

func (t *texts) get(ref textRef) (s [textsPerOutcome]string) {
	rest := t.pieces[ref.piece][ref.offset:]
	for i := range s {
		size, n := binary.Uvarint(rest)
		s[i] = string(rest[n : n+int(size)])
		rest = rest[n+int(size):]
	}
	return s
}

// ascending returns a sorted copy with each id once.
func ascending(ids []int64) []int64 {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return slices.Compact(ids)
}
