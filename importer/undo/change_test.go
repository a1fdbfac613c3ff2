package undo

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
)

// TestChangeOf: what is sent to take something back, and what the ledger has to know of it.
func TestChangeOf(t *testing.T) {
	t.Parallel()
	content := func(s contact.Stored) contact.Hash { return contentOf(t, s) }
	image := func(s contact.Stored) []byte {
		b, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	hamburg := ann(5, city("Hamburg"))
	known := contact.HashText(testKey(t), "7")
	sentBefore := plan.Attempts{Sent: 3, Unclear: 2}
	tests := map[string]struct {
		item  *entry
		given []fact
		want  plan.Change
		key   bool // what is sent may have to wait for another of the same key
	}{
		"a contact that is deleted": {
			created(t), []fact{shows(ann(5))},
			plan.Change{Action: outcome.Delete, Fields: []contact.Field{}, Image: image(ann(5)), Was: content(ann(5)), Fingerprint: contact.Fingerprint{Content: content(ann(5))}},
			false,
		},
		"a contact that is restored, as it was before": {
			updated(t), []fact{shows(hamburg)},
			plan.Change{
				Action: outcome.Update, Fields: []contact.Field{contact.City}, Image: image(hamburg), Was: content(hamburg), Becomes: content(ann(5)),
				Contact: ann(5).AsSent(), Fingerprint: contact.Fingerprint{Content: content(ann(5))},
			}, false,
		},
		"only the fields that the target wrote become what they were": {
			updated(t), []fact{shows(ann(5, city("Hamburg"), phone(""))), ended("target", ann(5, city("Hamburg"), phone("")))},
			plan.Change{
				Action: outcome.Update, Fields: []contact.Field{contact.City}, Image: image(ann(5, city("Hamburg"), phone(""))),
				Was: content(ann(5, city("Hamburg"), phone(""))), Becomes: content(ann(5, phone(""))),
				Contact: ann(5).AsSent(), Fingerprint: contact.Fingerprint{Content: content(ann(5, phone("")))},
			}, false,
		},
		"a contact that is made anew": {
			deleted(t), nil,
			plan.Change{
				Action: outcome.Create, Fields: []contact.Field{}, Contact: ann(5).AsSent(), External: known,
				Fingerprint: contact.Fingerprint{Content: content(ann(5))},
			}, true,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, test.item, test.given...)
			s.org.external = map[int64]contact.Hash{5: known}
			u := &Undo{decider: s.decider, orgs: map[int64]*organisation{home: s.org}}
			got, err := u.changeOf(s.item, s.decide(), sentBefore)
			if err != nil {
				t.Fatal(err)
			}
			want := test.want
			want.Seq, want.Org, want.Target, want.Occurrence, want.Attempts, want.Unclear = 1, home, 5, 5, 3, 2
			if (got.Key != contact.Hash{}) != test.key || got.Identifiers == (contact.Identifiers{}) || got.Version != contact.Version {
				t.Errorf("its fingerprint is %+v", got.Fingerprint)
			}
			got.Fingerprint = contact.Fingerprint{Content: got.Content}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("the change (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("nothing is deleted that the target did not make", func(t *testing.T) {
		t.Parallel()
		for _, item := range []*entry{updated(t), deleted(t)} {
			s := newScene(t, item, shows(ann(5)))
			u := &Undo{decider: s.decider, orgs: map[int64]*organisation{home: s.org}}
			if c, err := u.changeOf(item, Decision{Do: toTakeBack, Action: outcome.Delete, ID: 5}, sentBefore); err == nil {
				t.Errorf("contact 5, %sd by the target, is to be deleted: %+v", item.did, c)
			}
		}
	})
}

// TestDecideAll: what earlier undos have done is taken over, and gone on with.
func TestDecideAll(t *testing.T) {
	t.Parallel()
	sentUnclear := func(e *earlierUndo) { e.attempts, e.unclear = 3, 2 }
	for name, test := range map[string]struct {
		given     []fact
		open      bool // the target is
		resumed   []ledger.Resumed
		seconds   int
		before    plan.Attempts
		writes    int
		continues []int32
		goesOn    string
	}{
		"nothing was undone before":                {given: []fact{shows(ann(5))}, writes: 1},
		"the target is open: nothing goes on with": {given: []fact{shows(ann(5))}, open: true, writes: 1, continues: []int32{targetRun}},
		"an undo has done it": {
			given: []fact{undone(openUndo, outcome.Delete, 5, outcome.Deleted, 5)}, resumed: []ledger.Resumed{{Seq: 1, From: ledger.Ref{Run: "open-undo", Seq: 3}}}, continues: []int32{openUndo}, goesOn: "open-undo",
		},
		"an undo has done it, and the target is open": {
			given: []fact{undone(openUndo, outcome.Delete, 5, outcome.Deleted, 5)}, open: true, resumed: []ledger.Resumed{{Seq: 1, From: ledger.Ref{Run: "open-undo", Seq: 3}}},
			continues: []int32{targetRun, openUndo}, goesOn: "open-undo",
		},
		"an undo that is over has done it": {given: []fact{undone(closedUndo, outcome.Delete, 5, outcome.Deleted, 5)}},
		"an undo has tried it": {
			given: []fact{shows(ann(5)), undone(openUndo, outcome.Delete, 5, outcome.Failed, 5, sentUnclear)}, before: plan.Attempts{Sent: 3, Unclear: 2}, writes: 1,
		},
		"another one may be its second": {given: []fact{shows(ann(5), ann(9))}, writes: 1, seconds: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, created(t, func(i *entry) { i.lost = 1 }), test.given...)
			s.decider.Target.Closed = !test.open
			u := &Undo{decider: s.decider, items: []*entry{s.item}, orgs: map[int64]*organisation{home: s.org}}
			u.DecideAll()
			if u.before[1] != test.before || u.Writes() != test.writes || u.GoesOnWith() != test.goesOn || u.Len() != 1+test.seconds {
				t.Errorf("sent before %v, %d writes, goes on with %q, %d contacts", u.before, u.Writes(), u.GoesOnWith(), u.Len())
			}
			if diff := cmp.Diff(test.resumed, u.Resumed); diff != "" {
				t.Errorf("resumed (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.continues, u.Continues); diff != "" {
				t.Errorf("continues (-want +got):\n%s", diff)
			}
		})
	}
}
