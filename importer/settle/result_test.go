package settle

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// TestResult: what each finding makes of an attempt, in a run that is open and in one that is closed.
func TestResult(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	const doubt, noAnswer = "it named another's", "the request left, but no answer tells whether "
	create := InDoubt{Action: outcome.Create, Receipt: outcome.Receipt{Effect: outcome.EffectDone, Attempts: 2, HTTPStatus: 504, RequestID: "r", ContactID: 3}}
	update := InDoubt{Action: outcome.Update, Target: 5, Receipt: outcome.Receipt{Attempts: 1}}
	remove := InDoubt{Action: outcome.Delete, Target: 5}
	doubted := create
	doubted.Doubt = doubt
	note := func(code string, ids ...int64) []outcome.Note { return []outcome.Note{{Code: code, IDs: ids}} }
	left := func(effect outcome.Effect, id int64) outcome.Receipt {
		r := create.Receipt
		r.Effect, r.ContactID = effect, id
		return r
	}
	type result = ledger.Result
	tests := map[string]struct {
		finding Finding
		want    result
		closed  *result // nil: the same
	}{
		"a create that is there": {
			finding: Finding{InDoubt: create, Presence: Present, ID: 5},
			want:    result{Status: outcome.Created, Found: true, Receipt: left(outcome.EffectDone, 5)},
		},
		"there, but recognised by its key only": {
			finding: Finding{InDoubt: create, Presence: Present, ID: 5, Differs: true},
			want:    result{Status: outcome.Created, Found: true, Receipt: left(outcome.EffectDone, 5), Notes: note(outcome.CodeStoredDiffers, 5)},
			closed:  &result{Status: outcome.Exists, Found: true, Receipt: left(outcome.EffectDone, 5), Notes: note(outcome.CodeStoredDiffers, 5)},
		},
		"there several times": {
			finding: Finding{InDoubt: create, Presence: Present, ID: 5, Seconds: []int64{6, 7}},
			want:    result{Status: outcome.Created, Found: true, Receipt: left(outcome.EffectDone, 5), Notes: note(outcome.CodeTwice, 5, 6, 7)},
		},
		"an update that happened": {
			finding: Finding{InDoubt: update, Presence: Present, ID: 5},
			want:    result{Status: outcome.Updated, Found: true, Receipt: outcome.Receipt{Effect: outcome.EffectDone, ContactID: 5, Attempts: 1}},
		},
		"a delete that happened": {
			finding: Finding{InDoubt: remove, Presence: Present, ID: 5},
			want:    result{Status: outcome.Deleted, Found: true, Receipt: outcome.Receipt{Effect: outcome.EffectDone, ContactID: 5}},
		},
		"a create that did not happen": {
			finding: Finding{InDoubt: create, Presence: Absent},
			want:    result{Status: outcome.NotAttempted, Found: true, Code: outcome.CodeAbsent, Receipt: left(outcome.EffectNone, 3)},
		},
		"an update that did not happen": {
			finding: Finding{InDoubt: update, Presence: Absent, ID: 5},
			want:    result{Status: outcome.NotAttempted, Found: true, Code: outcome.CodeAbsent, Receipt: outcome.Receipt{Effect: outcome.EffectNone, Attempts: 1}},
		},
		"a create of which nothing is known": {
			finding: Finding{InDoubt: create},
			want:    result{Status: outcome.Uncertain, Code: outcome.CodeUnclear, Detail: noAnswer + "the contact was created", Receipt: left(outcome.EffectUnknown, 3)},
		},
		"one with contacts that may be it": {
			finding: Finding{InDoubt: create, Suspects: []int64{5, 6}},
			want: result{
				Status: outcome.Uncertain, Code: outcome.CodeUnclear, Detail: noAnswer + "the contact was created",
				Receipt: left(outcome.EffectUnknown, 3), Notes: note(outcome.CodeSuspects, 5, 6),
			},
		},
		"one with contacts that match it": {
			finding: Finding{InDoubt: create, Suspects: []int64{5, 6, 7}, Matches: []int64{6, 7}},
			want: result{
				Status: outcome.Uncertain, Code: outcome.CodeUnclear, Detail: noAnswer + "the contact was created",
				Receipt: left(outcome.EffectUnknown, 3), Notes: note(outcome.CodeSuspects, 5, 6, 7),
			},
			closed: &result{Status: outcome.Exists, Found: true, Receipt: left(outcome.EffectUnknown, 6), Notes: note(outcome.CodeSuspects, 5, 6, 7)},
		},
		"one whose answer can't be believed": {
			finding: Finding{InDoubt: doubted},
			want:    result{Status: outcome.Uncertain, Code: outcome.CodeDoubted, Detail: doubt, Receipt: left(outcome.EffectUnknown, 3)},
		},
		"an update of which nothing is known": {
			finding: Finding{InDoubt: update, ID: 5},
			want: result{
				Status: outcome.Uncertain, Code: outcome.CodeUnclear, Detail: noAnswer + "contact 5 was changed",
				Receipt: outcome.Receipt{ContactID: 5, Attempts: 1},
			},
		},
		"a delete of which nothing is known": {
			finding: Finding{InDoubt: remove, ID: 5},
			want:    result{Status: outcome.Uncertain, Code: outcome.CodeUnclear, Detail: noAnswer + "contact 5 was deleted", Receipt: outcome.Receipt{ContactID: 5}},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.want.At = now
			closed := test.want
			if test.closed != nil {
				closed = *test.closed
				closed.At = now
			}
			got := Result(test.finding, now)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("of an open run (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(closed, ofClosed(got, test.finding)); diff != "" {
				t.Errorf("of a closed run (-want +got):\n%s", diff)
			}
		})
	}
}

// TestDoubtOf: an earlier run's doubt stays one, in its own words if it left any.
func TestDoubtOf(t *testing.T) {
	t.Parallel()
	told := contact.Problem{
		Code: outcome.CodeDoubted, Message: "odd; which contact the row's is, and whether it was created, is not known",
		Fix: "look for the contact in the portal; contactsync does not send this row again by itself",
	}
	if diff := cmp.Diff(told, Doubted("odd")); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	const ours = "the API's answer named a contact that can't be the new one; which contact the row's is, and whether it was created, is not known"
	for name, test := range map[string]struct {
		result *ledger.Result
		want   string
	}{
		"killed":              {nil, ""},
		"its answer was lost": {&ledger.Result{Code: outcome.CodeUnclear, Detail: "gone"}, ""},
		"in the run's words":  {&ledger.Result{Code: outcome.CodeDoubted, Detail: "it named another's"}, "it named another's"},
		"its words are lost":  {&ledger.Result{Code: outcome.CodeDoubted}, ours},
	} {
		if got := doubtOf(ledger.Attempt{Result: test.result}); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}
