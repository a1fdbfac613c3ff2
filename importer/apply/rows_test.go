package apply_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/importer/apply"
	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/diff"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
)

// sentBefore is a table of what was sent for rows before, as runners ask it.
type sentBefore map[int]plan.Attempts

func (s sentBefore) again(seq int) (plan.Attempts, bool) { a, ok := s[seq]; return a, ok }

func noPace() error { return nil }

func all(contact.Stored) bool { return true }

// yielded is what a source yields of a row.
type yielded struct {
	Seq      int
	Action   outcome.Action
	Target   int64
	Attempts plan.Attempts
	Instead  *ledger.Result
}

func collect(steps iter.Seq2[apply.Step, error]) (got []yielded, err error) {
	for s, err := range steps {
		if err != nil {
			return got, err
		}
		c := s.Change
		got = append(got, yielded{c.Seq, c.Action, c.Target, plan.Attempts{Sent: c.Attempts, Unclear: c.Unclear}, s.Instead})
	}
	return got, nil
}

// TestRowsOvertaken: what somebody else has done while a run waited, and has seen when it listed again, is not done again, nor
// run over.
func TestRowsOvertaken(t *testing.T) {
	t.Parallel()
	const annBonn = "Ann Lee,ann@example.com,Bonn"
	sync := &diff.Options{}
	ours := map[int64]bool{5: true}
	list := func(contacts ...contact.Stored) []contact.Stored { return append([]contact.Stored{}, contacts...) }
	create := func(before plan.Attempts, instead *ledger.Result) []yielded {
		return []yielded{{1, outcome.Create, 0, before, instead}}
	}
	update := func(before plan.Attempts, instead *ledger.Result) []yielded {
		return []yielded{{1, outcome.Update, 5, before, instead}}
	}
	exists := func(attempts int) *ledger.Result {
		return &ledger.Result{Status: outcome.Exists, Receipt: outcome.Receipt{Effect: outcome.EffectNone, ContactID: 5, Attempts: attempts}}
	}
	conflict := func(attempts int) *ledger.Result {
		return &ledger.Result{
			Status: outcome.Failed, Code: outcome.CodeConflict, Field: contact.City,
			Detail:  "somebody has changed this in the portal while the run waited for its request budget; nothing was sent",
			Receipt: outcome.Receipt{Effect: outcome.EffectNone, ContactID: 5, Attempts: attempts},
		}
	}
	var none plan.Attempts
	sentOnce, lostOnce := plan.Attempts{Sent: 1}, plan.Attempts{Sent: 2, Unclear: 1}
	tests := map[string]struct {
		sync   *diff.Options
		had    []contact.Stored
		row    string
		now    []contact.Stored // nil: it did not list again
		mine   map[int64]bool   // what the run made
		unseen bool             // of what is listed again, nothing may be a row's
		past   past
		before plan.Attempts // in this run
		want   []yielded
	}{
		"tried by the run that this one goes on with": {
			row: annRow, past: past{attempted(1, outcome.Create, outcome.Failed, stored(0, annRow))}, want: create(sentOnce, nil),
		},
		"tried by that run, and again": {
			row: annRow, past: past{attempted(1, outcome.Create, outcome.Failed, stored(0, annRow))}, before: lostOnce, want: create(lostOnce, nil),
		},
		"it did not list again: created":               {row: annRow, want: create(none, nil)},
		"nothing new: created":                         {row: annRow, now: list(stored(6, zoeRow)), want: create(none, nil)},
		"sent before":                                  {row: annRow, now: list(), before: sentOnce, want: create(sentOnce, nil)},
		"somebody has created it":                      {row: annRow, now: list(stored(6, annRow), stored(5, annRow)), want: create(none, exists(0))},
		"somebody has, and it was sent before":         {row: annRow, now: list(stored(5, annRow)), before: sentOnce, want: create(sentOnce, exists(1))},
		"this run has created it":                      {row: annRow, now: list(stored(5, annRow)), mine: ours, want: create(none, nil)},
		"what is no row's is not looked at":            {row: annRow, now: list(stored(5, annRow)), unseen: true, want: create(none, nil)},
		"an answer was lost, and it is something else": {row: annRow, now: list(stored(5, annBonn)), before: lostOnce, want: create(lostOnce, exists(2))},
		"an answer was lost, and it is equal: it is the row's own": {
			row: annRow, now: list(stored(5, annRow)), before: lostOnce,
			want: create(lostOnce, &ledger.Result{
				Status: outcome.Created, Found: true, Receipt: outcome.Receipt{Effect: outcome.EffectDone, ContactID: 5, Attempts: 2},
			}),
		},
		"a sync's row that somebody has created": {sync: sync, row: annRow, now: list(stored(5, annRow)), want: create(none, exists(0))},
		"what is there is not sent":              {had: list(stored(5, annRow)), row: annRow, now: list(stored(5, annRow))},
		"it did not list again: updated":         {sync: sync, had: list(stored(5, annRow)), row: annBonn, want: update(none, nil)},
		"as it was: updated":                     {sync: sync, had: list(stored(5, annRow)), row: annBonn, now: list(stored(5, annRow)), want: update(none, nil)},
		"somebody has changed the field": {
			sync: sync, had: list(stored(5, annRow)), row: annBonn, now: list(stored(5, "Ann Lee,ann@example.com,Cologne")), before: sentOnce,
			want: update(sentOnce, conflict(1)),
		},
		"somebody has changed it to what the row says": {
			sync: sync, had: list(stored(5, annRow)), row: annBonn, now: list(stored(5, annBonn)), want: update(none, conflict(0)),
		},
		"somebody has changed another field": {
			sync: sync, had: list(stored(5, annRow)), row: annBonn, now: list(stored(5, "Ann B. Lee,ann@example.com,Berlin")), want: update(none, nil),
		},
		"somebody has changed it, and an answer was lost: it may have been us": {
			sync: sync, had: list(stored(5, annRow)), row: annBonn, now: list(stored(5, "Ann Lee,ann@example.com,Cologne")), before: lostOnce,
			want: update(lostOnce, nil),
		},
		"somebody has deleted it": {sync: sync, had: list(stored(5, annRow)), row: annBonn, now: list(), want: update(none, nil)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p, w := planned(t, test.sync, test.had, test.past, test.row)
				d := &shown{contacts: test.now}
				s := apply.RowsOf(p, w, d, func(contact.Stored) bool { return !test.unseen }, zerolog.Nop())
				var saw []int64
				if test.now != nil {
					err := s.Refresh(t.Context(), func(int64) map[int64]bool { return test.mine }, func(org int64, ids []int64) { saw = append(append(saw, org), ids...) })
					if err != nil {
						t.Fatal(err)
					}
					if want := append([]int64{home}, idsOf(test.now)...); !slices.Equal(saw, want) {
						t.Errorf("saw %v, want %v", saw, want)
					}
				}
				before := sentBefore{}
				if test.before != none {
					before[1] = test.before
				}
				got, err := collect(s.Changes(t.Context(), check.Selection{}, before.again, noPace))
				if err != nil {
					t.Fatal(err)
				}
				for i := range test.want {
					if test.want[i].Instead != nil {
						test.want[i].Instead.At = time.Now()
					}
				}
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("yields (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func idsOf(contacts []contact.Stored) []int64 {
	var ids []int64
	for _, c := range contacts {
		ids = append(ids, c.ID)
	}
	return ids
}

// TestRows: rows come as they are wanted, until somebody ends that.
func TestRows(t *testing.T) {
	t.Parallel()
	p, w := planned(t, nil, nil, nil, annRow, zoeRow, "Bob,bob@example.com,Rome")
	broken := errors.New("broken")
	d := &shown{fails: broken}
	var log bytes.Buffer
	s := apply.RowsOf(p, w, d, all, zerolog.New(&log))
	seqs := func(got []yielded) (seqs []int) {
		for _, y := range got {
			seqs = append(seqs, y.Seq)
		}
		return seqs
	}
	got, err := collect(s.Changes(t.Context(), check.RowsOf(map[int]bool{2: true}), sentBefore{}.again, noPace))
	if err != nil || !slices.Equal(seqs(got), []int{2}) {
		t.Errorf("wanted the second row, and came %v, %v", seqs(got), err)
	}
	paces := 0
	got, err = collect(s.Changes(t.Context(), check.Selection{}, sentBefore{}.again, func() error {
		if paces++; paces == 3 {
			return broken
		}
		return nil
	}))
	if !errors.Is(err, broken) || !slices.Equal(seqs(got), []int{1, 2}) {
		t.Errorf("the pace ends it with the third row, and came %v, %v", seqs(got), err)
	}
	n := 0
	for range s.Changes(t.Context(), check.Selection{}, sentBefore{}.again, noPace) {
		n++
		break
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got, err := collect(s.Changes(ctx, check.Selection{}, sentBefore{}.again, noPace)); !errors.Is(err, context.Canceled) || n != 1 {
		t.Errorf("the rows can't be read, and came %v, %v", seqs(got), err)
	}
	nothing := func(int64) map[int64]bool { return nil }
	if err := s.Refresh(t.Context(), nothing, func(int64, []int64) { t.Error("saw what can't be listed") }); !errors.Is(err, broken) || log.Len() > 0 {
		t.Errorf("listing fails: %v, and it was logged %s", err, log.String())
	}
	w.Orgs[home].Refused, d.listed = broken, nil
	if err := s.Refresh(t.Context(), nothing, func(int64, []int64) { t.Error("saw what is refused") }); err != nil || len(d.listed) > 0 || log.Len() == 0 {
		t.Errorf("what is refused was listed: %v, %v; it was logged %q", d.listed, err, log.String())
	}
}

// TestDeletes: what no row has any more is deleted, but for what is protected.
func TestDeletes(t *testing.T) {
	t.Parallel()
	bob, eve := stored(5, "Bob,bob@example.com,Rome"), stored(6, "Eve,eve@example.com,Oslo")
	tried := attempted(9, outcome.Delete, outcome.Failed, eve)
	p, w := planned(t, &diff.Options{Prune: true}, []contact.Stored{bob, eve, stored(7, annRow)}, past{tried}, annRow)
	protects := func(rows ...string) *diff.Protected {
		protected := diff.NewProtected(w.Key)
		for _, r := range rows {
			protected.Add(&check.Row{Checked: contact.Checked{Contact: w.Rules.Normalise(stored(0, r))}}, "9", true)
		}
		return protected
	}
	refuses := protects()
	refuses.Refuse("no")
	remove := func(seq int, id int64, before plan.Attempts) yielded {
		return yielded{Seq: seq, Action: outcome.Delete, Target: id, Attempts: before}
	}
	none, tries := plan.Attempts{}, plan.Attempts{Sent: 1} // Eve was to be deleted by the run that this one goes on with
	sent := plan.Attempts{Sent: 2, Unclear: 1}
	for name, test := range map[string]struct {
		protected *diff.Protected
		wanted    check.Selection
		before    sentBefore
		want      []yielded
	}{
		"all":                      {protected: protects(), want: []yielded{remove(2, 5, none), remove(3, 6, tries)}},
		"those that are wanted":    {protected: protects(), wanted: check.RowsOf(map[int]bool{3: true}), want: []yielded{remove(3, 6, tries)}},
		"one was sent before":      {protected: protects(), before: sentBefore{2: sent}, want: []yielded{remove(2, 5, sent), remove(3, 6, tries)}},
		"one is protected":         {protected: protects("Bob B.,bob@example.com,Rome"), want: []yielded{remove(3, 6, tries)}},
		"one is, and was sent":     {protected: protects("Bob B.,bob@example.com,Rome"), before: sentBefore{2: sent}, want: []yielded{remove(2, 5, sent), remove(3, 6, tries)}},
		"nothing is to be deleted": {protected: refuses, before: sentBefore{2: sent}},
	} {
		s := apply.DeletesOf(p, test.protected, apply.RowsOf(p, w, &shown{}, all, zerolog.Nop()))
		got, err := collect(s.Changes(t.Context(), test.wanted, test.before.again, noPace))
		if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
			t.Errorf("%s: yields (-want +got):\n%s\nerror %v", name, diff, err)
		}
	}
	image, _ := json.Marshal(bob)
	deletes := apply.DeletesOf(p, protects(), apply.RowsOf(p, w, &shown{}, all, zerolog.Nop()))
	for s, err := range deletes.Changes(t.Context(), check.Selection{}, sentBefore{}.again, noPace) {
		if err != nil || !bytes.Equal(s.Change.Image, image) || s.Instead != nil {
			t.Errorf("the first delete is %+v, %v", s, err)
		}
		break
	}
	ended := errors.New("told to end")
	if got, err := collect(deletes.Changes(t.Context(), check.Selection{}, sentBefore{}.again, func() error { return ended })); !errors.Is(err, ended) || len(got) > 0 {
		t.Errorf("a run that is told to end while it waits deletes %v, and ends with %v", got, err)
	}
}

// TestDeletesOvertaken: what somebody has changed while a run waited, and has seen when it listed again, is not deleted.
func TestDeletesOvertaken(t *testing.T) {
	t.Parallel()
	const bobRow = "Bob,bob@example.com,Rome"
	sent := plan.Attempts{Sent: 2, Unclear: 1}
	overtaken := func(f contact.Field, attempts int) *ledger.Result {
		return &ledger.Result{
			Status: outcome.Failed, Code: outcome.CodeConflict, Field: f,
			Detail:  "somebody has changed this in the portal while the run waited for its request budget; nothing was sent",
			Receipt: outcome.Receipt{Effect: outcome.EffectNone, ContactID: 5, Attempts: attempts},
		}
	}
	for name, test := range map[string]struct {
		now    string // empty: it is not there any more
		inRows bool   // it listed again while the rows were sent
		before plan.Attempts
		want   *ledger.Result
	}{
		"as it was":                              {now: bobRow},
		"deleted by somebody":                    {},
		"changed":                                {now: "Bob,bob@example.com,Oslo", want: overtaken(contact.City, 0)},
		"changed while the rows were sent":       {now: "Bob,bob@example.com,Oslo", inRows: true, want: overtaken(contact.City, 0)},
		"somebody else by now":                   {now: "Eve,eve@example.com,Rome", want: overtaken(contact.Name, 0)},
		"changed, and an answer was lost":        {now: "Bob,bob@example.com,", before: sent, want: overtaken(contact.City, 2)},
		"as it was, although an answer was lost": {now: bobRow, before: sent},
		"changed in its address":                 {now: "Bob,b@example.com,Rome", want: overtaken(contact.Email, 0)},
	} {
		synctest.Test(t, func(t *testing.T) {
			p, w := planned(t, &diff.Options{Prune: true}, []contact.Stored{stored(5, bobRow), stored(7, annRow)}, nil, annRow)
			listed := &shown{contacts: []contact.Stored{stored(7, annRow)}}
			if test.now != "" {
				listed.contacts = append(listed.contacts, stored(5, test.now))
			}
			rows := apply.RowsOf(p, w, listed, func(contact.Stored) bool { return false }, zerolog.Nop())
			refresh := apply.DeletesOf(p, p.Protected, rows).Refresh
			if test.inRows {
				refresh = rows.Refresh
			}
			if err := refresh(t.Context(), func(int64) map[int64]bool { return nil }, func(int64, []int64) {}); err != nil {
				t.Fatal(err)
			}
			before := sentBefore{}
			if test.before.Sent > 0 {
				before[2] = test.before
			}
			got, err := collect(apply.DeletesOf(p, p.Protected, rows).Changes(t.Context(), check.Selection{}, before.again, noPace))
			if test.want != nil {
				test.want.At = time.Now()
			}
			want := []yielded{{Seq: 2, Action: outcome.Delete, Target: 5, Attempts: test.before, Instead: test.want}}
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("%s: yields (-want +got):\n%s\nerror %v", name, diff, err)
			}
		})
	}
}

// TestProtectFailed: what a row may be about that did not end well is not deleted.
func TestProtectFailed(t *testing.T) {
	t.Parallel()
	ann, zoe := stored(5, annRow), stored(6, zoeRow)
	known := past{attempted(9, outcome.Create, outcome.Exists, zoe, func(a *ledger.Attempt) { a.External = contact.HashText(contact.Key{}, "77") })}
	p, _ := planned(t, &diff.Options{Prune: true}, []contact.Stored{ann, zoe}, known, annRow, zoeRow, ",,Rome,77")
	covers := func(by *diff.Protected) (covered []int64) {
		for _, s := range []contact.Stored{ann, zoe} {
			if p.Covers(plan.Delete{Org: home, ID: s.ID}, by) {
				covered = append(covered, s.ID)
			}
		}
		return covered
	}
	ended := func(statuses ...outcome.Status) iter.Seq2[ledger.Attempt, error] {
		return func(yield func(ledger.Attempt, error) bool) {
			for i, status := range statuses {
				a := ledger.Attempt{Intent: ledger.Intent{Seq: i + 1}}
				if status != "" {
					a.Result = &ledger.Result{Status: status}
				}
				if !yield(a, nil) {
					return
				}
			}
		}
	}
	for name, test := range map[string]struct {
		ended []outcome.Status
		want  []int64
	}{
		"nothing was sent":             {nil, nil},
		"all went well":                {[]outcome.Status{outcome.Created, outcome.Updated}, nil},
		"it exists":                    {[]outcome.Status{outcome.Exists, outcome.Exists}, nil},
		"one failed":                   {[]outcome.Status{outcome.Failed, outcome.Updated}, []int64{5}},
		"one was not attempted":        {[]outcome.Status{outcome.Updated, outcome.NotAttempted}, []int64{6}},
		"one is uncertain":             {[]outcome.Status{outcome.Updated, outcome.Uncertain}, []int64{6}},
		"one is open, and one failed":  {[]outcome.Status{"", outcome.Failed}, []int64{5, 6}},
		"its own id tells whose it is": {[]outcome.Status{outcome.Created, outcome.Created, outcome.Failed}, nil},
	} {
		got, err := apply.ProtectFailed(t.Context(), p, ended(test.ended...))
		if err != nil || !slices.Equal(covers(got), test.want) || got.Refused() != "" {
			t.Errorf("%s: protects %v (%q), want %v; error %v", name, covers(got), got.Refused(), test.want, err)
		}
	}
	if covered := covers(p.Protected); covered != nil {
		t.Errorf("the plan protects %v now", covered)
	}
	broken := errors.New("broken")
	if _, err := apply.ProtectFailed(t.Context(), p, func(yield func(ledger.Attempt, error) bool) { yield(ledger.Attempt{}, broken) }); !errors.Is(err, broken) {
		t.Errorf("the outcomes can't be read: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := apply.ProtectFailed(ctx, p, ended(outcome.Failed)); !errors.Is(err, context.Canceled) {
		t.Errorf("the rows can't be read: %v", err)
	}
}
