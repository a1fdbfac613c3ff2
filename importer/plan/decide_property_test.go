package plan

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/diff"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	_ "github.com/contactsync/contactsync/importer/rapidseed"
)

// people are ann as she was read, moved, and shown, and others who share something with her.
func people() []contact.Contact {
	return []contact.Contact{
		ann(), moved(), zoe(), with(ann(), contact.City, "Bonn"), with(ann(), contact.Email, ""), with(zoe(), contact.Email, ann().Email),
		ofType(ann(), 2),
	}
}

func anyScene(t *rapid.T) *scene {
	person, ids := rapid.SampledFrom(people()), rapid.Int64Range(0, 4)
	flag := func(name string) bool { return rapid.IntRange(0, 5).Draw(t, name) == 0 }
	field := rapid.SampledFrom([]contact.Field{contact.City, contact.Phone, contact.Email, contact.Name})
	s := &scene{
		row: person.Draw(t, "row"), id: rapid.SampledFrom([]string{"", "7", "8"}).Draw(t, "id"), invalid: flag("invalid"),
		shared: flag("shared"), nowhere: flag("nowhere"), incomplete: flag("incomplete"), refused: flag("refused"), twin: flag("twin"),
		leftOut: flag("left out"), listed: rapid.MapOfN(rapid.Int64Range(1, 4), person, 0, 4).Draw(t, "listed"),
		base: rapid.MapOfN(rapid.Int64Range(1, 4), person, 0, 4).Draw(t, "base"), owned: rapid.MapOfN(ids, rapid.IntRange(1, rowSeq), 0, 2).Draw(t, "owned"),
		lost: rapid.SliceOfN(field, 0, 1).Draw(t, "lost"), filled: rapid.SliceOfN(field, 0, 1).Draw(t, "filled"),
		unmapped: rapid.SliceOfN(field, 0, 1).Draw(t, "unmapped"),
	}
	s.shared = s.shared && s.id != ""
	if flag("reformed") {
		s.former = person.Draw(t, "former")
	}
	s.options.Recreate, s.options.DryRun = flag("recreate"), flag("dry run")
	if rapid.Bool().Draw(t, "sync") {
		s.options.Sync = &diff.Options{
			ClearEmpty: flag("clear"), Adopt: flag("adopt"), TrustIDs: flag("trust"), AcceptMoved: flag("accept moved"),
			OnConflict: rapid.SampledFrom([]diff.OnConflict{diff.ConflictFile, diff.ConflictRemote, diff.ConflictFail}).Draw(t, "conflict"),
		}
	}
	for _, run := range []string{done, other, undo, open} {
		for range rapid.IntRange(0, 2).Draw(t, "rows of "+run) {
			s.past = append(s.past, anyAttempt(t, run, person.Draw(t, "sent"), ids.Draw(t, "made")))
		}
	}
	return s
}

func anyAttempt(t *rapid.T, run string, c contact.Contact, id int64) ledger.Attempt {
	status := rapid.SampledFrom([]outcome.Status{
		outcome.Created, outcome.Updated, outcome.Exists, outcome.Failed, outcome.Uncertain, outcome.Deleted, "",
	}).Draw(t, "status")
	a := did(run, c, status, id)
	if status == outcome.Deleted {
		a = deleted(run, c, max(1, id))
	}
	if known := rapid.SampledFrom([]string{"", "7", "8"}).Draw(t, "known by"); known != "" {
		knownBy(known)(&a)
	}
	if a.Result == nil {
		return a
	}
	for _, change := range []func(*ledger.Attempt){recently, adopting, storedOtherwise(contact.City), refusedByAPI} {
		if rapid.IntRange(0, 3).Draw(t, "more") == 0 {
			change(&a)
		}
	}
	return a
}

// Deciding changes nothing: asked again for a row, a decider says the same, and so does another one that knows the same.
func TestDecidingTwiceIsTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := anyScene(t)
		w := learned(t, s)
		row := s.checked(w)
		d := s.decider(w, row)
		first := s.decide(d, row)
		same := cmpopts.EquateEmpty()
		if differs := cmp.Diff(first, s.decide(d, row), same); differs != "" {
			t.Fatalf("asked again (-first +second):\n%s", differs)
		}
		anew := learned(t, s)
		row = s.checked(anew)
		if differs := cmp.Diff(first, s.decide(s.decider(anew, row), row), same); differs != "" {
			t.Fatalf("decided anew (-first +second):\n%s", differs)
		}
	})
}

// Whatever is known: an import changes no contact, a sync no contact that is another row's or is not listed, and what may
// stand there already is not created.
func TestDecisionsHarmNobody(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := anyScene(t)
		w := learned(t, s)
		row := s.checked(w)
		v := s.decide(s.decider(w, row), row)
		if s.leftOut && v.Do != Duplicate || !s.leftOut && s.invalid != (v.Do == Invalid) {
			t.Fatalf("a row that is left out: %v, invalid: %v, is %v", s.leftOut, s.invalid, v.Do)
		}
		if (v.Do == Update) != !v.Changes.Empty() || v.Conflicts&^v.Changes != 0 {
			t.Fatalf("%v with changes of %q, of which %q are conflicts", v.Do, v.Changes, v.Conflicts)
		}
		if s.options.Sync == nil && (v.Do == Update || v.Claim != 0 || v.Link || v.Agreed != "" || v.Missing != 0) {
			t.Fatalf("an import changes something: %+v", v)
		}
		if first, taken := s.owned[v.Target]; v.Do == Update && (taken && first != rowSeq || s.listed[v.Target] == (contact.Contact{})) {
			t.Fatalf("contact %d is changed, which is row %d's or not listed", v.Target, first)
		}
		if gone := v.Do == Gone || v.Do == GoneInDispute; gone && (s.options.Recreate || w.Orgs[testOrg.Org].Now.Has(v.Target) ||
			s.options.Sync != nil && s.options.Sync.OnConflict == diff.ConflictFile) {
			t.Fatalf("%v with contact %d, which is to be made anew or is listed", v.Do, v.Target)
		}
		seen := !s.nowhere && !s.incomplete && !s.refused
		if v.Do == Create && seen && (len(row.Found.Same) > 0 && !anothersByID(s, w, row) || w.Orgs[row.Org].Before.Doubts(row)) && v.From == "" {
			t.Fatalf("a row is created that may be there: %v of %v", row.Found.Same, slices.Sorted(maps.Keys(s.listed)))
		}
	})
}

// anothersByID reports whether a contact that fits a row is another row's, and known by an id.
func anothersByID(s *scene, w *World, row *check.Row) bool {
	return s.options.Sync != nil && slices.ContainsFunc(row.Found.Same, func(id int64) bool {
		_, known := w.Orgs[row.Org].Before.KnownBy(id)
		first, taken := s.owned[id]
		return known && taken && first != rowSeq
	})
}
