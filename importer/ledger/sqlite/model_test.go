package sqlite_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/memory"
	"github.com/contactsync/contactsync/importer/ledger/sqlite"
	"github.com/contactsync/contactsync/importer/outcome"
	_ "github.com/contactsync/contactsync/importer/rapidseed"
)

// TestModel holds the file to the ledger in memory over random histories: of runs, rows that come back in other runs,
// attempts, results, and the file closed and opened again in between.
func TestModel(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "ledger")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		m := &machine{path: filepath.Join(dir, "ledger.db"), model: memory.New()}
		m.reopen(t)
		defer func() { _ = m.file.Close() }()
		t.Repeat(map[string]func(*rapid.T){
			"begin": m.begin, "finish": m.finish, "intend": m.intend, "record": m.record, "baseline": m.baseline,
			"reopen": m.reopen, "": m.check,
		})
	})
}

type machine struct {
	path  string
	file  *sqlite.Ledger
	model *memory.Ledger
}

// both does the same to file and model and wants the same answer.
func (m *machine) both(t *rapid.T, do func(ledger.Ledger) error) {
	file, model := do(m.file), do(m.model)
	if (file == nil) != (model == nil) || file != nil && file.Error() != model.Error() {
		t.Fatalf("the file answers %v, the model %v", file, model)
	}
}

// same asks both the same and wants the same answer.
func same[T any](t *rapid.T, m *machine, ask func(ledger.Ledger) (T, error)) {
	var file, model T
	m.both(t, func(l ledger.Ledger) (err error) {
		if l == ledger.Ledger(m.file) {
			file, err = ask(l)
		} else {
			model, err = ask(l)
		}
		return err
	})
	if d := cmp.Diff(model, file); d != "" {
		t.Fatalf("(-model +file)\n%s", d)
	}
}

func (m *machine) reopen(t *rapid.T) {
	if m.file != nil {
		if err := m.file.Close(); err != nil {
			t.Fatal(err)
		}
	}
	l, err := sqlite.Open(t.Context(), m.path)
	if err != nil {
		t.Fatal(err)
	}
	m.file = l
}

func drawRun(t *rapid.T) string { return rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "run") }

func drawScope(t *rapid.T) ledger.Scope {
	return ledger.Scope{Host: "h", Org: rapid.Int64Range(1, 2).Draw(t, "org")}
}

func drawTime(t *rapid.T) time.Time {
	return time.Unix(0, rapid.Int64().Draw(t, "time"))
}

func (m *machine) begin(t *rapid.T) {
	r := ledger.Run{ID: drawRun(t), Job: rapid.String().Draw(t, "job"), Plan: rapid.SampledFrom([]string{"", "f00d"}).Draw(t, "plan"), Started: drawTime(t)}
	m.both(t, func(l ledger.Ledger) error { return l.Begin(t.Context(), r) })
}

func (m *machine) finish(t *rapid.T) {
	run, exit, at := drawRun(t), rapid.IntRange(0, 6).Draw(t, "exit"), drawTime(t)
	reason := rapid.SampledFrom([]string{"", "stopped by a guard"}).Draw(t, "reason")
	m.both(t, func(l ledger.Ledger) error { return l.Finish(t.Context(), run, exit, reason, at) })
}

func (m *machine) intend(t *rapid.T) {
	run, seq := drawRun(t), rapid.IntRange(0, 5).Draw(t, "seq")
	i := ledger.Intent{
		Run: run, Seq: seq, Attempt: rapid.IntRange(0, 3).Draw(t, "attempt"), Row: rowOf(run, seq), At: drawTime(t),
		Action: rapid.SampledFrom([]outcome.Action{outcome.Create, outcome.Update, outcome.Delete}).Draw(t, "action"),
	}
	m.both(t, func(l ledger.Ledger) error { return l.Intend(t.Context(), i) })
}

// rowOf is the row that a number stands for in a run: another one in each run, so that rows come back elsewhere.
func rowOf(run string, seq int) ledger.RowKey {
	n := seq + int(run[0])
	return ledger.RowKey{
		Scope: ledger.Scope{Host: "h", Org: int64(1 + n%2)}, Fingerprint: contact.Fingerprint{Content: contact.Hash{byte(1 + n%3)}}, Occurrence: n / 3 % 2,
	}
}

func (m *machine) record(t *rapid.T) {
	run, seq := drawRun(t), rapid.IntRange(1, 5).Draw(t, "seq")
	r := ledger.Result{
		Status: rapid.SampledFrom([]outcome.Status{outcome.Created, outcome.Uncertain, outcome.Failed}).Draw(t, "status"),
		Detail: rapid.String().Draw(t, "detail"), At: drawTime(t),
		Receipt: outcome.Receipt{
			Effect: outcome.Effect(rapid.IntRange(0, 2).Draw(t, "effect")), ContactID: rapid.Int64().Draw(t, "id"),
			Attempts: rapid.IntRange(0, 9).Draw(t, "attempts"), RequestID: rapid.String().Draw(t, "request"),
		},
	}
	m.both(t, func(l ledger.Ledger) error { return l.Record(t.Context(), run, seq, r) })
}

func (m *machine) baseline(t *rapid.T) {
	run, s, ids := drawRun(t), drawScope(t), rapid.SliceOf(rapid.Int64()).Draw(t, "ids")
	m.both(t, func(l ledger.Ledger) error { return l.Baseline(t.Context(), run, s, ids) })
}

func (m *machine) check(t *rapid.T) {
	same(t, m, func(l ledger.Ledger) ([]ledger.Run, error) { return l.Runs(t.Context()) })
	for org := range int64(2) {
		s := ledger.Scope{Host: "h", Org: org + 1}
		same(t, m, func(l ledger.Ledger) ([]ledger.Attempt, error) { return l.InDoubt(t.Context(), s) })
		same(t, m, func(l ledger.Ledger) (map[bool][]int64, error) {
			ids, ok, err := l.BaselineOf(t.Context(), "a", s)
			return map[bool][]int64{ok: append([]int64{}, ids...)}, err
		})
	}
	for _, run := range []string{"a", "b", "c"} {
		same(t, m, func(l ledger.Ledger) (all []ledger.Attempt, err error) {
			for a, err := range l.Outcomes(t.Context(), run) {
				if err != nil {
					return nil, err
				}
				all = append(all, a)
			}
			return all, nil
		})
	}
}
