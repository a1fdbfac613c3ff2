package plan

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/dedupe"
	"github.com/contactsync/contactsync/importer/diff"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

func prune(o *diff.Options)     { o.Prune = true }
func unmanaged(o *diff.Options) { o.Unmanaged = true }

// A prune deletes the contacts of its job that no row is about, and none that a row may be about.
func TestAPruneDeletesWhatNoRowHas(t *testing.T) {
	t.Parallel()
	bonn := with(ann(), contact.City, "Bonn")
	// zoe is the job's contact 5, and the input has ann only.
	outdated := past{did(done, zoe(), outcome.Created, 5, knownBy("7"))}
	listed := contacts{5: zoe()}
	tests := map[string]struct {
		scene
		rows    []string // annRow if nil
		deletes []int64
		letGo   []int64 // what stays, since another job has it
		refused string
	}{
		"the job's": {
			scene: scene{options: syncing(prune), past: outdated, listed: listed}, deletes: []int64{5},
		},
		"several, the lowest first": {
			scene: scene{
				options: syncing(prune), past: append(past{did(done, moved(), outcome.Created, 4)}, outdated...),
				listed: contacts{5: zoe(), 4: moved()},
			},
			rows: []string{"Bo Park,bo@example.com,,,"}, deletes: []int64{4, 5},
		},
		"the job's of a type that the input does not have": {
			scene: scene{
				options: syncing(prune), past: past{did(done, ofType(zoe(), 2), outcome.Created, 5)}, listed: contacts{5: ofType(zoe(), 2)},
			},
			deletes: []int64{5},
		},
		"none without being asked": {
			scene: scene{options: syncing(), past: outdated, listed: listed},
		},
		"none without being asked, and no reason is told": {
			scene: scene{options: syncing(), past: outdated, listed: listed}, rows: []string{annRow, ",bo,,,"},
		},
		"none in an import": {
			scene: scene{past: outdated, listed: listed},
		},
		"none that a row has": {
			scene: scene{options: syncing(prune), past: outdated, listed: listed}, rows: []string{zoeRow},
		},
		"none that is not listed": {
			scene: scene{options: syncing(prune), past: outdated},
		},
		"none that the job did not make": {
			scene: scene{options: syncing(prune), listed: listed},
		},
		"those that the job did not make, if they are asked for": {
			scene: scene{options: syncing(prune, unmanaged), listed: listed}, deletes: []int64{5},
		},
		"none that the job did not make, of a type that the input does not have": {
			scene: scene{options: syncing(prune, unmanaged), listed: contacts{5: ofType(zoe(), 2)}},
		},
		"none of another job": {
			scene: scene{options: syncing(prune, unmanaged), past: past{did(other, zoe(), outcome.Created, 5)}, listed: listed},
		},
		"those of another job that this one has adopted": {
			scene: scene{
				options: syncing(prune), past: past{did(other, zoe(), outcome.Created, 5), did(open, zoe(), outcome.Exists, 5, adopting)},
				listed: listed,
			},
			deletes: []int64{5},
		},
		"none that another job has too: it is let go": {
			scene: scene{
				options: syncing(prune), past: past{did(done, zoe(), outcome.Created, 5), did(other, zoe(), outcome.Exists, 5, noting(outcome.CodeShared))},
				listed: listed,
			},
			letGo: []int64{5},
		},
		"none that another job has too, and nothing is let go without being asked": {
			scene: scene{
				options: syncing(), past: past{did(done, zoe(), outcome.Created, 5), did(other, zoe(), outcome.Exists, 5, noting(outcome.CodeShared))},
				listed: listed,
			},
		},
		"what the run that this one goes on with has let go stays so": {
			scene: scene{
				options: syncing(), past: past{
					did(done, zoe(), outcome.Created, 5), did(other, zoe(), outcome.Exists, 5, noting(outcome.CodeShared)), did(open, zoe(), outcome.Exists, 5, noting(outcome.CodeLetGo)),
				},
				listed: listed,
			},
			letGo: []int64{5},
		},
		"what another run let go is nothing new": {
			scene: scene{
				options: syncing(prune), past: past{
					did(done, zoe(), outcome.Created, 5), did(other, zoe(), outcome.Exists, 5, noting(outcome.CodeShared)), did(done, zoe(), outcome.Exists, 5, noting(outcome.CodeLetGo)),
				},
				listed: listed,
			},
		},
		"those that another job had too, and has let go": {
			scene: scene{
				options: syncing(prune), past: past{
					did(done, zoe(), outcome.Created, 5), did(other, zoe(), outcome.Exists, 5, noting(outcome.CodeShared)), did(other, zoe(), outcome.Exists, 5, noting(outcome.CodeLetGo)),
				},
				listed: listed,
			},
			deletes: []int64{5},
		},
		"none while not everything was learned": {
			scene: scene{options: syncing(prune), incomplete: true, past: outdated, listed: listed},
		},
		"none of an organisation that can't be seen": {
			scene: scene{options: syncing(prune), refused: true, past: outdated, listed: listed}, rows: []string{annRow, "Bo Park,bo@example.com,,,"},
		},
		"none without a row that is in order": {
			scene: scene{options: syncing(prune), past: outdated, listed: listed}, rows: []string{"Bo Park,bo,+4930999999,,"},
			refused: "the input has no valid row",
		},
		"none that a row which is not in order has the address of": {
			scene: scene{options: syncing(prune), past: outdated, listed: listed}, rows: []string{annRow, ",zoe@example.com,12,,"},
		},
		"none that a row which is not in order has the id of": {
			scene: scene{options: syncing(prune), past: outdated, listed: listed}, rows: []string{annRow, "Bo Park,bo,,,7"},
		},
		"none while it can't be told whose contact a row is": {
			scene: scene{options: syncing(prune), past: outdated, listed: listed}, rows: []string{annRow, ",bo,,,"},
			refused: "row a.csv:2 can't be read so far that it could be told whose contact it is",
		},
		"one beside a row that is not in order": {
			scene: scene{options: syncing(prune), past: outdated, listed: listed}, rows: []string{annRow, "Bo Park,bo,+4930999999,,"}, deletes: []int64{5},
		},
		"none of those that a row fits and that can't be told apart": {
			scene: scene{
				options: syncing(prune), past: past{did(done, bonn, outcome.Created, 5), did(done, with(ann(), contact.City, "Ulm"), outcome.Created, 6)},
				listed: contacts{5: bonn, 6: with(ann(), contact.City, "Ulm")},
			},
		},
		"none that a row in whose place another one counts is about": {
			scene: scene{
				options: Options{Sync: &diff.Options{Prune: true}, OnDuplicate: dedupe.KeepLast}, past: past{did(done, moved(), outcome.Created, 5, knownBy("7"))},
				listed: contacts{5: moved()},
			},
			rows: []string{annRow + "7", annRow},
		},
		"none with the name of a row whose contact another row has": {
			scene: scene{options: syncing(prune), past: past{
				did(done, ann(), outcome.Created, 4), did(done, with(moved(), contact.Name, "Maria Lee"), outcome.Created, 5),
			}, listed: contacts{4: with(ann(), contact.Name, "Ann Maria Lee"), 5: with(moved(), contact.Name, "Maria Lee")}},
			rows: []string{"Ann Lee,ann@example.com,,,", "Maria Lee,ann@example.com,,,"},
		},
		"one with the name of a row that is made, as its contact is another row's by its id": {
			scene: scene{options: syncing(prune), past: past{
				did(done, ann(), outcome.Created, 4, knownBy("1")), did(done, with(moved(), contact.Name, "Ann Maria Lee"), outcome.Created, 5),
			}, listed: contacts{4: ann(), 5: with(moved(), contact.Name, "Ann Maria Lee")}},
			rows: []string{"Ann Lee,a2@example.com,,,1", "Ann Maria Lee,ann@example.com,,,"}, deletes: []int64{5},
		},
		"none that an id or a key names, where they name different ones": {
			scene: scene{options: syncing(prune), past: past{
				did(done, zoe(), outcome.Created, 4, knownBy("1")), did(done, ann(), outcome.Created, 5),
			}, listed: contacts{4: zoe(), 5: ann()}},
			rows: []string{annRow + "1"},
		},
		"one with the name of a row whose contact another row has, which is its duplicate": {
			scene: scene{options: syncing(prune), past: past{
				did(done, ann(), outcome.Created, 4), did(done, moved(), outcome.Created, 5),
			}, listed: contacts{4: ann(), 5: moved()}},
			rows: []string{annRow, annRow}, deletes: []int64{5},
		},
		"none with the name of a row whose contact another row has, where duplicates are errors": {
			scene: scene{options: Options{Sync: &diff.Options{Prune: true}, OnDuplicate: dedupe.KeepError}, past: past{
				did(done, ann(), outcome.Created, 4), did(done, moved(), outcome.Created, 5),
			}, listed: contacts{4: ann(), 5: moved()}},
			rows: []string{annRow, annRow},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.rows == nil {
				test.rows = []string{annRow}
			}
			p := made(t, &test.scene, test.rows...)
			var deletes []int64
			for i, d := range p.Deletes {
				deletes = append(deletes, d.ID)
				if d.Org != testOrg.Org || d.Seq != len(test.rows)+1+i {
					t.Errorf("delete %d is %+v", i, d)
				}
			}
			var letGo []int64
			for i, d := range p.LetGo {
				letGo = append(letGo, d.ID)
				if d.Org != testOrg.Org || d.Seq != len(test.rows)+1+len(deletes)+i {
					t.Errorf("what is let go is %+v", d)
				}
			}
			if !slices.Equal(letGo, test.letGo) {
				t.Errorf("lets go of %v, want %v", letGo, test.letGo)
			}
			if !slices.Equal(deletes, test.deletes) || p.Unpruned() != test.refused {
				t.Errorf("deletes %v, refused for %q; want %v, %q", deletes, p.Unpruned(), test.deletes, test.refused)
			}
			if len(p.Deletes) > 0 && p.Writes() != p.Counts[Create]+p.Counts[Update]+len(deletes) {
				t.Errorf("%d writes", p.Writes())
			}
		})
	}
}

// What somebody has changed since a run of ours wrote it is a conflict: it is deleted and told, or it stays, as --on-conflict says,
// and then no limit counts it.
func TestAPruneLooksAtWhatItDeletes(t *testing.T) {
	t.Parallel()
	bonn := with(zoe(), contact.City, "Bonn")
	mask := contact.MaskOf
	created := past{did(done, zoe(), outcome.Created, 5)}
	updated := append(slices.Clone(created), did(open, moved(), outcome.Updated, 5, becoming(bonn)))
	adopted := past{did(done, zoe(), outcome.Exists, 5, adopting)}
	tests := map[string]struct {
		past      past
		have      contact.Contact
		base      map[int64]contact.Contact
		unmanaged bool
		changed   bool
		fields    contact.FieldMask
	}{
		"as it was written":                     {past: created, have: zoe(), base: contacts{5: zoe()}},
		"changed":                               {past: created, have: bonn, base: contacts{5: zoe()}, changed: true, fields: mask(contact.City)},
		"changed in what no column has":         {past: created, have: with(zoe(), contact.Department, "Sales"), base: contacts{5: zoe()}, changed: true, fields: mask(contact.Department)},
		"emptied":                               {past: created, have: with(zoe(), contact.City, ""), base: contacts{5: zoe()}, changed: true, fields: mask(contact.City)},
		"somebody else's number by now":         {past: created, have: with(moved(), contact.Phone, "+4930999999"), base: contacts{5: zoe()}, changed: true, fields: mask(contact.Name, contact.Email, contact.Phone, contact.City)},
		"created, and no listing showed it":     {past: created, have: zoe()},
		"so created, and changed":               {past: created, have: bonn, changed: true},
		"updated, and no listing showed it":     {past: updated, have: bonn, base: contacts{5: zoe()}},
		"so updated, and changed":               {past: updated, have: with(bonn, contact.Street, "Main 1"), base: contacts{5: zoe()}, changed: true, fields: mask(contact.Street, contact.City)},
		"updated, and it was never compared":    {past: append(slices.Clone(adopted), updated[1]), have: zoe()},
		"adopted, and as it was then":           {past: adopted, have: zoe(), base: contacts{5: zoe()}},
		"adopted, and changed since":            {past: adopted, have: bonn, base: contacts{5: zoe()}, changed: true, fields: mask(contact.City)},
		"adopted, and never agreed on":          {past: adopted, have: bonn},
		"nobody's, and never written":           {have: zoe(), unmanaged: true},
		"nobody's, and changed since a run saw": {have: bonn, base: contacts{5: zoe()}, unmanaged: true, changed: true, fields: mask(contact.City)},
	}
	for name, test := range tests {
		for on, keeps := range map[diff.OnConflict]bool{"": false, diff.ConflictFile: false, diff.ConflictRemote: true, diff.ConflictFail: true} {
			s := scene{past: test.past, listed: contacts{5: test.have}, base: test.base, options: syncing(prune, func(o *diff.Options) { o.OnConflict, o.Unmanaged = on, test.unmanaged })}
			if len(test.past) == 0 && !test.unmanaged {
				t.Fatal("nothing would be deleted")
			}
			p := made(t, &s, annRow)
			want := []Delete{{Org: testOrg.Org, ID: 5, Since: diff.Since{Changed: test.changed, Fields: test.fields}}}
			got, other := p.Deletes, p.Kept
			if keeps = keeps && test.changed; keeps {
				got, other = other, got
			} else {
				want[0].Seq = 2
			}
			if differs := cmp.Diff(want, got); differs != "" || len(other) > 0 {
				t.Errorf("%s, %q (-want +got):\n%s\nand %v", name, on, differs, other)
			}
			stops := p.Guard(Limits{Deletes: limit(t, "0")}) != nil
			if writes := p.Writes(); stops == keeps || (writes == p.Counts[Create]) != keeps {
				t.Errorf("%s, %q: %d writes, and no deletes allowed stop it: %v", name, on, writes, stops)
			}
			if p.DisputesKept() != (on == diff.ConflictFail) || (p.DeletesChanged() == 1) != (test.changed && !keeps) {
				t.Errorf("%s, %q: disputed %v, deleted although changed: %d", name, on, p.DisputesKept(), p.DeletesChanged())
			}
		}
	}
}

// heldRuns is a ledger in which a run after the others has noted what its rows are about.
type heldRuns struct {
	earlierRuns
	held []int64
}

func (h heldRuns) Runs(ctx context.Context) ([]ledger.Run, error) {
	runs, err := h.earlierRuns.Runs(ctx)
	return append(runs, ledger.Run{ID: "night", Job: "crm", Closed: true}), err
}

func (heldRuns) HeldIn(context.Context, ledger.Scope) ([]string, error) {
	return []string{"night"}, nil
}

func (h heldRuns) HeldBy(context.Context, string, ledger.Scope) ([]int64, error) { return h.held, nil }

// A contact is deleted once it has been missing for as many nights as --prune-after says; until then it waits, and no limit counts it
// but when its wait begins.
func TestAPruneWaits(t *testing.T) {
	t.Parallel()
	noted := func(a *ledger.Attempt) { a.Action = outcome.None }
	ours := past{did(done, zoe(), outcome.Exists, 5, adopting, noted), did(done, moved(), outcome.Exists, 6, adopting, noted)}
	for name, test := range map[string]struct {
		after   int
		held    []int64 // by the run before
		waiting []Waiting
		deletes []int64
		most    string
		stops   string
	}{
		"not asked for":                  {0, []int64{5, 6}, nil, []int64{5, 6}, "2", ""},
		"one night":                      {1, []int64{5, 6}, nil, []int64{5, 6}, "2", ""},
		"the first of two nights":        {2, []int64{5, 6}, []Waiting{{1, 5, 1}, {1, 6, 1}}, nil, "2", ""},
		"the second of two nights":       {2, []int64{4}, nil, []int64{5, 6}, "2", ""},
		"the second of three nights":     {3, []int64{4}, []Waiting{{1, 5, 2}, {1, 6, 2}}, nil, "2", ""},
		"each has its own":               {2, []int64{4, 6}, []Waiting{{1, 6, 1}}, []int64{5}, "1", ""},
		"more than may be deleted":       {2, []int64{5, 6}, []Waiting{{1, 5, 1}, {1, 6, 1}}, nil, "1", "2 of 2 in organisation 1 would begin to wait"},
		"more than that, no more waits":  {2, []int64{4}, nil, []int64{5, 6}, "1", "2 of the job's 2 contacts would be deleted"},
		"more wait since an earlier run": {3, []int64{4}, []Waiting{{1, 5, 2}, {1, 6, 2}}, nil, "1", ""},
	} {
		book := heldRuns{earlierRuns(ours), test.held}
		s := &scene{options: syncing(prune, func(o *diff.Options) { o.PruneAfter = test.after }), past: ours, listed: contacts{5: zoe(), 6: moved()}}
		w := learned(t, s)
		before := before(t, book)
		if err := before.LoadNights(t.Context(), book, testOrg, []int64{5, 6}, test.after-1); err != nil {
			t.Fatal(err)
		}
		w.Orgs[1].Before, w.Orgs[1].Match.Before = before, before
		p := madeOf(t, t.Context(), w, s.options, checker(w, input(t, "Bo Park,bo@example.com,,,")))
		var deletes []int64
		for _, d := range p.Deletes {
			deletes = append(deletes, d.ID)
		}
		if differs := cmp.Diff(test.waiting, p.Waiting); differs != "" || !slices.Equal(deletes, test.deletes) {
			t.Errorf("%s: deletes %v, and waiting (-want +got):\n%s", name, deletes, differs)
		}
		err := p.Guard(Limits{Deletes: limit(t, test.most)})
		if (err == nil) != (test.stops == "") || err != nil && !strings.Contains(err.Error(), test.stops) {
			t.Errorf("%s: stopped by %v, want %q", name, err, test.stops)
		}
		if p.PruneAfter() != max(1, test.after) {
			t.Errorf("%s: deletes after %d nights", name, p.PruneAfter())
		}
	}
}

// Of an organisation that can't be seen any more is told what would be deleted there.
func TestWhatCantBeSeenIsNamedAndNotDeleted(t *testing.T) {
	t.Parallel()
	there := past{did(done, ann(), outcome.Created, 4, knownBy("1")), did(done, zoe(), outcome.Created, 5, knownBy("7")), did(done, moved(), outcome.Created, 3)}
	tests := map[string]struct {
		scene
		row    string
		unseen []int64
	}{
		"what no row is about, the lowest first": {scene: scene{options: syncing(prune), past: there}, row: "Bo Park,bo@example.com,,,", unseen: []int64{3, 4, 5}},
		"but for a row as it was sent":           {scene: scene{options: syncing(prune), past: there}, row: annRow, unseen: []int64{3, 5}},
		"but for a row with its id":              {scene: scene{options: syncing(prune), past: there}, row: "Bo Park,bo@example.com,,,7", unseen: []int64{3, 4}},
		"none that a run of ours deleted": {
			scene: scene{options: syncing(prune), past: append(slices.Clone(there), did(done, moved(), outcome.Deleted, 3, deleting))}, row: annRow, unseen: []int64{5},
		},
		"none that is not the job's":          {scene: scene{options: syncing(prune), past: past{did(done, zoe(), outcome.Exists, 5)}}, row: annRow},
		"none without being asked":            {scene: scene{options: syncing(), past: there}, row: annRow},
		"none where nothing would be deleted": {scene: scene{options: syncing(prune), past: there}, row: ",bo,,,"},
	}
	for name, test := range tests {
		test.refused = true
		p := made(t, &test.scene, test.row)
		var unseen []int64
		for _, u := range p.Unseen {
			unseen = append(unseen, u.IDs...)
			if u.Org != testOrg.Org {
				t.Errorf("%s: in organisation %d", name, u.Org)
			}
		}
		if !slices.Equal(unseen, test.unseen) || len(p.Deletes) > 0 {
			t.Errorf("%s: unseen %v, to be deleted %v; want %v and none", name, unseen, p.Deletes, test.unseen)
		}
	}
}

// An input that was not read to its end deletes nothing: the rows that keep contacts may stand behind.
func TestNothingIsDeletedBeforeTheEndOfTheInput(t *testing.T) {
	t.Parallel()
	s := &scene{options: syncing(prune), past: past{did(done, zoe(), outcome.Created, 5), did(done, moved(), "", 0)}, listed: contacts{5: zoe()}}
	w := learned(t, s)
	reading, stop := context.WithCancel(t.Context())
	stop()
	p := madeOf(t, reading, w, s.options, checker(w, input(t, annRow)))
	if !p.Cut || p.Ended == nil || len(p.Deletes) > 0 || p.Unpruned() != "the input was not read to its end" || p.Orphans != 0 {
		t.Errorf("cut: %v, ended by %v, deletes %v, refused for %q, orphans %d", p.Cut, p.Ended, p.Deletes, p.Unpruned(), p.Orphans)
	}
	whole, stop := context.WithCancel(t.Context())
	stop()
	if p, err := Make(whole, whole, checker(w, input(t, annRow)), w, s.options, func() {}); err == nil {
		t.Errorf("a run that is told to stop at once has a plan of %d rows", p.Len())
	}
}

// A run that is to end at once has no plan, also where only rows that can't be told apart would have been read again.
func TestARunThatEndsHasNoPlan(t *testing.T) {
	t.Parallel()
	s := &scene{options: syncing(prune), listed: contacts{5: with(ann(), contact.City, "Bonn"), 6: with(ann(), contact.City, "Ulm")}}
	w := learned(t, s)
	whole, stop := context.WithCancel(t.Context())
	defer stop()
	if p, err := Make(whole, t.Context(), checker(w, input(t, annRow)), w, s.options, stop); !errors.Is(err, context.Canceled) {
		t.Errorf("a plan of %v, and %v", p, err)
	}
}

// What the runs that this one goes on with have deleted is taken over behind the rows and what is still to be deleted.
func TestDeletesOfOpenRunsAreTakenOver(t *testing.T) {
	t.Parallel()
	at := func(run string, seq int, id int64, status outcome.Status) ledger.Attempt {
		a := deleted(run, zoe(), id)
		a.Seq, a.Result.Status = seq, status
		return a
	}
	killed := deleted(open, zoe(), 5)
	killed.Seq, killed.Result = 9, nil
	outdated := did(done, zoe(), outcome.Created, 5)
	removed := did(open, ann(), outcome.Created, 6) // ann stood twice, as 6 and 7, and 7 was removed
	removed.Result.Notes = []outcome.Note{{Code: outcome.CodeTwiceRemoved, IDs: []int64{6, 7}}}
	taken := func(id int64, seq, from int) []ledger.Resumed {
		return []ledger.Resumed{{Seq: seq, From: ledger.Ref{Run: open, Seq: from}}}
	}
	type result struct {
		Deleted, Deletes []Delete
		Resumed          []ledger.Resumed
		Continues        []int32
	}
	const openRun = 3
	tests := map[string]struct {
		scene
		want   result
		before Attempts // of the row behind those of the input
	}{
		"it deleted one": {
			scene: scene{options: syncing(), past: past{at(open, 9, 5, outcome.Deleted)}},
			want:  result{Deleted: []Delete{{Org: 1, ID: 5, Seq: 2}}, Resumed: taken(5, 2, 9), Continues: []int32{openRun}},
		},
		"it found one gone": {
			scene: scene{options: syncing(), past: past{at(open, 9, 5, outcome.Gone)}},
			want:  result{Deleted: []Delete{{Org: 1, ID: 5, Seq: 2}}, Resumed: taken(5, 2, 9), Continues: []int32{openRun}},
		},
		"it could not find out, and it is not listed": {
			scene: scene{options: syncing(), past: past{at(open, 9, 5, outcome.Uncertain)}},
			want:  result{Deleted: []Delete{{Org: 1, ID: 5, Seq: 2}}, Resumed: taken(5, 2, 9), Continues: []int32{openRun}},
		},
		"it could not find out, and it is listed": {
			scene: scene{options: syncing(), past: past{at(open, 9, 5, outcome.Uncertain)}, listed: contacts{5: zoe()}},
			want:  result{Continues: []int32{openRun}},
		},
		"it failed": {
			scene: scene{options: syncing(), past: past{at(open, 9, 5, outcome.Failed)}},
			want:  result{Continues: []int32{openRun}},
		},
		"it failed, and it is to be deleted again": {
			scene:  scene{options: syncing(prune), past: past{outdated, at(open, 9, 5, outcome.Failed)}, listed: contacts{5: zoe()}},
			want:   result{Deletes: []Delete{{Org: 1, ID: 5, Seq: 2}}, Continues: []int32{openRun}},
			before: Attempts{Sent: 1},
		},
		"it found one gone, and it is to be deleted again": {
			scene:  scene{options: syncing(prune), past: past{outdated, at(open, 9, 5, outcome.Gone)}, listed: contacts{5: zoe()}},
			want:   result{Deletes: []Delete{{Org: 1, ID: 5, Seq: 2}}, Continues: []int32{openRun}},
			before: Attempts{Sent: 1},
		},
		"it was killed, and it is to be deleted again": {
			scene:  scene{options: syncing(prune), past: past{outdated, killed}, listed: contacts{5: zoe()}},
			want:   result{Deletes: []Delete{{Org: 1, ID: 5, Seq: 2}}, Continues: []int32{openRun}},
			before: Attempts{Sent: 1, Unclear: 1},
		},
		"it deleted one, and another one is to be": {
			scene: scene{
				options: syncing(prune), past: past{outdated, did(done, zoe(), outcome.Created, 4), at(open, 9, 5, outcome.Deleted)},
				listed: contacts{4: zoe()},
			},
			want: result{Deleted: []Delete{{Org: 1, ID: 5, Seq: 3}}, Deletes: []Delete{{Org: 1, ID: 4, Seq: 2}}, Resumed: taken(5, 3, 9), Continues: []int32{openRun}},
		},
		"it deleted the second one of a row": {
			scene: scene{options: syncing(), past: past{removed, at(open, 9, 7, outcome.Deleted)}},
			want:  result{Resumed: taken(6, 1, 1), Continues: []int32{openRun}},
		},
		"an import goes on with none that has no row of it": {
			scene: scene{past: past{at(open, 9, 5, outcome.Deleted)}},
		},
		"an import goes on with one that has a row of it": {
			scene: scene{past: past{did(open, ann(), outcome.Created, 6), at(open, 9, 5, outcome.Deleted)}},
			want: result{
				Deleted: []Delete{{Org: 1, ID: 5, Seq: 2}}, Resumed: append(taken(6, 1, 1), taken(5, 2, 9)...), Continues: []int32{openRun},
			},
		},
		"a dry run goes on with none": {
			scene: scene{options: Options{Sync: &diff.Options{}, DryRun: true}, past: past{at(open, 9, 5, outcome.Deleted)}},
		},
		"it is over": {
			scene: scene{options: syncing(), past: past{at(done, 9, 5, outcome.Deleted)}},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := made(t, &test.scene, annRow)
			got := result{Deleted: p.Deleted, Deletes: p.Deletes, Resumed: p.Resumed, Continues: p.Continues}
			if differs := cmp.Diff(test.want, got, cmpopts.EquateEmpty()); differs != "" {
				t.Errorf("(-want +got):\n%s", differs)
			}
			if before := p.Before(2); before != test.before {
				t.Errorf("%+v was sent before, want %+v", before, test.before)
			}
		})
	}
}

// A create in doubt whose row is not in the input any more is counted: nobody else tells of it.
func TestOrphansAreCounted(t *testing.T) {
	t.Parallel()
	lost := func(c contact.Contact) past { return past{did(done, c, "", 0)} }
	changing := did(done, zoe(), "", 0)
	changing.Action, changing.Target = outcome.Update, 5
	for name, test := range map[string]struct {
		scene
		rows []string
		want int
	}{
		"its row is there":                  {scene{past: lost(ann())}, []string{annRow}, 0},
		"its row is gone":                   {scene{past: lost(zoe())}, []string{annRow}, 1},
		"another one counts for its row":    {scene{past: lost(ann()), options: Options{OnDuplicate: dedupe.KeepLast}}, []string{annRow, "Ann Lee,ann@example.com,,,"}, 0},
		"a change in doubt makes no orphan": {scene{past: past{changing}, listed: contacts{5: zoe()}}, []string{annRow}, 0},
	} {
		if got := made(t, &test.scene, test.rows...).Orphans; got != test.want {
			t.Errorf("%s: %d orphans, want %d", name, got, test.want)
		}
	}
}
