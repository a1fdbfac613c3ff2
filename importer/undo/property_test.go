package undo

import (
	"errors"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
	_ "github.com/contactsync/contactsync/importer/rapidseed"
)

// drawFacts draws what the target did to contact 5, and what else holds.
func drawFacts(t *rapid.T) (did func(testing.TB, ...func(*entry)) *entry, changes []func(*entry), facts []fact) {
	did = rapid.SampledFrom([]func(testing.TB, ...func(*entry)) *entry{created, updated, deleted}).Draw(t, "what the target did")
	for _, change := range []func(*entry){unclear(8), numbered(0), likeOf(4), takenOver, second, differs, noImage, sent()} {
		if rapid.IntRange(0, 7).Draw(t, "change of the item") == 0 {
			changes = append(changes, change)
		}
	}
	stored := func(id int64) contact.Stored {
		return ann(id, city(rapid.SampledFrom([]string{"Berlin", "Hamburg", "Bonn"}).Draw(t, "city")),
			phone(rapid.SampledFrom([]string{"+4930123456", "+4940999999"}).Draw(t, "phone")))
	}
	var shown []contact.Stored
	for _, id := range []int64{4, 5, 8, 9} {
		if rapid.Bool().Draw(t, "is shown") {
			shown = append(shown, stored(id))
		}
	}
	facts = append(facts, shows(shown...))
	for _, action := range []outcome.Action{outcome.Create, outcome.Update, outcome.Delete} {
		run := rapid.SampledFrom([]int32{closedUndo, openUndo}).Draw(t, "undo")
		status := rapid.SampledFrom([]outcome.Status{action.Done(), outcome.Exists, outcome.Failed}).Draw(t, "its outcome")
		with := rapid.SampledFrom([]int64{0, 9}).Draw(t, "its contact")
		switch rapid.IntRange(0, 3).Draw(t, "what is known of it") {
		case 1:
			facts = append(facts, undone(run, action, 5, status, with))
		case 2:
			facts = append(facts, undone(run, action, 5, status, with, recent))
		case 3:
			facts = append(facts, undone(run, action, 5, outcome.Uncertain, 0, open))
		}
	}
	for _, f := range []fact{
		has(9), later(5), gone(5), gone(9), existed(4), goes(8), restored(9), ended("target", stored(5)), ended("first", stored(5)), dryRun,
	} {
		if rapid.Bool().Draw(t, "holds") {
			facts = append(facts, f)
		}
	}
	if rapid.IntRange(0, 9).Draw(t, "unseen") == 0 {
		facts = append(facts, unseen(errors.New("no")))
	}
	return did, changes, facts
}

// TestDecideProperties: deciding changes nothing and gives the same each time, and nothing is taken back without what that needs.
func TestDecideProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		did, changes, facts := drawFacts(rt)
		s, untouched := newScene(t, did(t, changes...), facts...), newScene(t, did(t, changes...), facts...)
		d := s.decide()
		if again := s.decide(); !reflect.DeepEqual(again, d) {
			rt.Fatalf("decided %+v, and then %+v", d, again)
		}
		if other := untouched.decide(); !reflect.DeepEqual(other, d) {
			rt.Fatalf("decided %+v, and from the same %+v", d, other)
		}
		untouched = newScene(t, did(t, changes...), facts...)
		if !reflect.DeepEqual(s.item, untouched.item) || !reflect.DeepEqual(s.org, untouched.org) {
			rt.Fatal("deciding has changed what it was decided from")
		}
		checkDecision(rt, s, d)
	})
}

// checkDecision: what is decided about a contact is told, or done with what is known.
func checkDecision(t *rapid.T, s *scene, d Decision) {
	now, there := s.org.now.index.ByID(s.item.id)
	said := d.Do != toTakeBack && d.Do != alreadyOurs
	if d.Do == 0 || said != (d.Why.Code != "") || said != (d.Why.Message != "") {
		t.Fatalf("decided %d, and said %+v", d.Do, d.Why)
	}
	if d.Do == alreadyOurs && (s.decider.DryRun || s.decider.Runs.Run(d.earlier.run).Closed) {
		t.Fatalf("goes on with run %s", d.earlier.Run)
	}
	if len(d.Changes) > 0 && (d.Do != toTakeBack || d.Action != outcome.Update) {
		t.Fatalf("changes fields of what is not updated: %+v", d)
	}
	if d.Do != toTakeBack {
		return
	}
	if s.org.now.refused != nil || s.item.unclear || s.item.id == 0 || s.item.like != 0 || d.earlier.isOpen {
		t.Fatalf("takes back what is not known: %+v", d)
	}
	switch d.Action {
	case outcome.Delete:
		if s.item.did != outcome.Create || !there {
			t.Fatalf("deletes what the target did not create, or what is gone: %+v", d)
		}
	case outcome.Update:
		if s.item.did != outcome.Update || !there || s.item.before == nil || len(d.Changes) == 0 {
			t.Fatalf("restores what it can't: %+v", d)
		}
		before := s.decider.Rules.Normalise(*s.item.before)
		for _, c := range d.Changes {
			if c.Old != now.Value(c.Field) || c.New != before.Value(c.Field) || c.Old == c.New {
				t.Fatalf("changes %+v", c)
			}
		}
	default:
		if s.item.did != outcome.Delete || there || s.item.before == nil || d.ID != 0 {
			t.Fatalf("makes anew what it can't: %+v", d)
		}
	}
}
