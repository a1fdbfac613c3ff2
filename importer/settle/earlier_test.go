package settle_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/settle"
	"github.com/contactsync/contactsync/importer/stop"
)

// TestEarlier: what is found out of what earlier runs left in doubt, and when it is asked for. What is recorded of it is also
// what the finding makes of it, which TestResult tells.
func TestEarlier(t *testing.T) {
	t.Parallel()
	type found struct {
		Seq    int
		Status outcome.Status
		ID     int64
		Late   bool
	}
	const s, wait = time.Second, 150 * time.Second
	open, broken, away := "open", errBroken, &stop.Error{Cause: stop.CauseOutage, Message: "away"}
	uncertain := ledger.Result{Status: outcome.Uncertain}
	created, absent, unknown := outcome.Created, outcome.NotAttempted, outcome.Uncertain
	edited := person{content: 50, email: 5, key: 5} // contact 5 agrees in the e-mail
	tests := map[string]struct {
		attempts []ledger.Attempt
		listings []view
		listed   []int64 // before the runs
		has      []int64
		refuses  map[int64]error
		fails    error // of listings
		noLists  string
		records  error
		warns    bool // that something can't be found out now
		want     []found
		at       []time.Duration // when it was listed
		asked    []time.Duration // when it was asked for contacts
		err      error
	}{
		"nothing is in doubt": {attempts: []ledger.Attempt{lostIn(open, 1, endedAt(0, ledger.Result{Status: created}))}},
		"it is there": {
			attempts: []ledger.Attempt{lostIn(open, 1)}, listings: looks([]int64{1}),
			want: []found{{1, created, 1, false}}, at: []time.Duration{150 * s},
		},
		"it is not there": {
			attempts: []ledger.Attempt{lostIn(open, 1)}, listings: looks([]int64{2}),
			want: []found{{1, absent, 0, false}}, at: []time.Duration{150 * s, 300 * s},
		},
		"several are there": {
			attempts: []ledger.Attempt{lostIn(open, 2), lostIn(open, 1)}, listings: looks([]int64{1, 2}),
			want: []found{{2, created, 2, false}, {1, created, 1, false}}, at: []time.Duration{150 * s},
		},
		"it was there before": {
			attempts: []ledger.Attempt{lostIn(open, 1)}, listings: looks([]int64{1}), listed: []int64{1},
			want: []found{{1, absent, 0, false}}, at: []time.Duration{150 * s, 300 * s},
		},
		"it stands twice": {
			attempts: []ledger.Attempt{lostIn(open, 1, again, like(person{content: 1}))}, listings: looks([]int64{1, 257}),
			want: []found{{1, created, 1, true}}, at: []time.Duration{150 * s},
		},
		"the wait begins when its run recorded it": {
			attempts: []ledger.Attempt{lostIn(open, 1, endedAt(-100*s, uncertain))}, listings: looks([]int64{1}),
			want: []found{{1, created, 1, false}}, at: []time.Duration{50 * s},
		},
		"the clock was set back since: it begins when this run began": {
			attempts: []ledger.Attempt{lostIn(open, 1, endedAt(100*s, uncertain))}, listings: looks([]int64{1}),
			want: []found{{1, created, 1, false}}, at: []time.Duration{150 * s},
		},
		"several may be it, which is new": {
			attempts: []ledger.Attempt{lostIn(open, 1, endedAt(0, uncertain))}, listings: looks([]int64{1, 257}),
			want: []found{{1, unknown, 0, false}}, at: []time.Duration{150 * s, 300 * s},
		},
		"its answer can't be believed, which is known": {
			attempts: []ledger.Attempt{lostIn(open, 1, endedAt(0, ledger.Result{Status: unknown, Code: outcome.CodeDoubted}))},
			listings: looks(nil), at: []time.Duration{150 * s, 300 * s},
		},
		"recognised by its key: it is ours while its run is open": {
			attempts: []ledger.Attempt{lostIn(open, 1, like(person{content: 50, email: 5}))}, listings: looks([]int64{5}),
			want: []found{{1, created, 5, false}}, at: []time.Duration{150 * s},
		},
		"recognised by its key: it is somebody's once its run is closed": {
			attempts: []ledger.Attempt{lostIn("closed", 1, like(person{content: 50, email: 5}))}, listings: looks([]int64{5}),
			want: []found{{1, outcome.Exists, 5, false}}, at: []time.Duration{150 * s},
		},
		"agrees only: not known": {
			attempts: []ledger.Attempt{lostIn("closed", 1, like(edited))}, listings: looks([]int64{5}),
			want: []found{{1, unknown, 0, false}}, at: []time.Duration{150 * s, 300 * s},
		},
		"a contact whose id no answer told claims what equals it": {
			attempts: []ledger.Attempt{lostIn("closed", 5, endedAt(0, ledger.Result{Status: created})), lostIn(open, 1, like(person{content: 50, email: 5}))},
			listings: looks([]int64{5}), want: []found{{1, absent, 0, false}}, at: []time.Duration{150 * s, 300 * s},
		},
		"a contact whose id no answer told is not looked for by itself": {
			attempts: []ledger.Attempt{lostIn("closed", 6, endedAt(0, ledger.Result{Status: created})), lostIn(open, 5, deletes(5))}, listings: looks(nil),
			want: []found{{5, outcome.Deleted, 5, false}}, asked: []time.Duration{150 * s},
		},
		"one of the same content was created later, and no answer told its id": {
			attempts: []ledger.Attempt{lostIn("closed", 1), lostIn(open, 2, like(person{content: 1, email: 1}), endedAt(0, ledger.Result{Status: created}))},
			listings: looks([]int64{1}), want: []found{{1, created, 1, false}}, at: []time.Duration{150 * s},
		},
		"a contact of ours is another row's": {
			attempts: []ledger.Attempt{lostIn(open, 2, endedAt(-time.Hour, ledger.Result{Status: created, Receipt: outcome.Receipt{ContactID: 5}})), lostIn(open, 5)},
			listings: looks([]int64{5}), want: []found{{5, absent, 0, false}}, at: []time.Duration{150 * s, 300 * s},
		},
		"a contact of ours is not shown: nothing is known": {
			attempts: []ledger.Attempt{lostIn(open, 2, endedAt(s, ledger.Result{Status: created, Receipt: outcome.Receipt{ContactID: 100}})), lostIn(open, 1)},
			listings: looks([]int64{1}), has: []int64{100}, at: []time.Duration{150 * s, 155 * s, 160 * s}, asked: []time.Duration{150 * s, 155 * s, 160 * s}, warns: true,
		},
		"a change that happened": {
			attempts: []ledger.Attempt{lostIn(open, 5, changes(6, 5))}, has: []int64{5},
			want: []found{{5, outcome.Updated, 5, false}}, asked: []time.Duration{150 * s},
		},
		"a change that did not happen": {
			attempts: []ledger.Attempt{lostIn(open, 5, changes(5, 6))}, has: []int64{5},
			want: []found{{5, absent, 0, false}}, asked: []time.Duration{150 * s},
		},
		"a change of what is neither": {
			attempts: []ledger.Attempt{lostIn(open, 5, changes(6, 7))}, has: []int64{5},
			want: []found{{5, unknown, 5, false}}, asked: []time.Duration{150 * s},
		},
		"a change of what is neither, and that is known": {
			attempts: []ledger.Attempt{lostIn(open, 5, changes(6, 7), endedAt(0, uncertain))}, has: []int64{5},
			asked: []time.Duration{150 * s},
		},
		"a change whose image is lost": {
			attempts: []ledger.Attempt{lostIn(open, 5, changes(5, 6), noImage)}, has: []int64{5},
			want: []found{{5, unknown, 5, false}}, asked: []time.Duration{150 * s},
		},
		"a change of what is gone": {
			attempts: []ledger.Attempt{lostIn(open, 5, changes(6, 5))},
			want:     []found{{5, unknown, 5, false}}, asked: []time.Duration{150 * s},
		},
		"a delete that happened": {
			attempts: []ledger.Attempt{lostIn(open, 5, deletes(5))},
			want:     []found{{5, outcome.Deleted, 5, false}}, asked: []time.Duration{150 * s},
		},
		"a delete that did not happen": {
			attempts: []ledger.Attempt{lostIn(open, 5, deletes(5))}, has: []int64{5},
			want: []found{{5, absent, 0, false}}, asked: []time.Duration{150 * s},
		},
		"a delete of what was changed": {
			attempts: []ledger.Attempt{lostIn(open, 5, deletes(6))}, has: []int64{5},
			want: []found{{5, unknown, 5, false}}, asked: []time.Duration{150 * s},
		},
		"a delete of a second contact, which was equal to its row": {
			attempts: []ledger.Attempt{lostIn(open, 5, deletes(6), noImage)}, has: []int64{5},
			want: []found{{5, absent, 0, false}}, asked: []time.Duration{150 * s},
		},
		"changes first, and then what was created": {
			attempts: []ledger.Attempt{lostIn(open, 1), lostIn(open, 5, deletes(5)), lostIn("closed", 6, changes(5, 6))},
			listings: looks([]int64{1}), has: []int64{6},
			want: []found{{5, outcome.Deleted, 5, false}, {6, outcome.Updated, 6, false}, {1, created, 1, false}},
			at:   []time.Duration{150 * s}, asked: []time.Duration{150 * s, 150 * s},
		},
		"a contact can't be seen: not known, and the others are": {
			attempts: []ledger.Attempt{lostIn(open, 5, deletes(5)), lostIn(open, 1)}, listings: looks([]int64{1}),
			refuses: map[int64]error{5: &outcome.Refusal{HTTPStatus: 403}},
			want:    []found{{5, unknown, 5, false}, {1, created, 1, false}}, at: []time.Duration{150 * s}, asked: []time.Duration{150 * s},
		},
		"a contact can't be read: it stays in doubt, and the others are found": {
			attempts: []ledger.Attempt{lostIn(open, 5, deletes(5)), lostIn(open, 1)}, listings: looks([]int64{1}),
			refuses: map[int64]error{5: broken}, want: []found{{1, created, 1, false}}, at: []time.Duration{150 * s}, asked: []time.Duration{150 * s}, warns: true,
		},
		"the API is not there for a contact": {
			attempts: []ledger.Attempt{lostIn(open, 5, deletes(5)), lostIn(open, 1)}, listings: looks([]int64{1}),
			refuses: map[int64]error{5: away}, asked: []time.Duration{150 * s}, err: away,
		},
		"the API is not there for a listing": {
			attempts: []ledger.Attempt{lostIn(open, 1)}, fails: away, listings: looks(nil), at: []time.Duration{150 * s}, err: away,
		},
		"a listing can't be had: all stays in doubt": {
			attempts: []ledger.Attempt{lostIn(open, 1)}, fails: broken, listings: looks(nil), at: []time.Duration{150 * s}, warns: true,
		},
		"what was listed before can't be read": {
			attempts: []ledger.Attempt{lostIn(open, 1)}, noLists: open, err: broken,
		},
		"what was listed before a contact without an id can't be read": {
			attempts: []ledger.Attempt{lostIn("closed", 5, endedAt(0, ledger.Result{Status: created})), lostIn(open, 1)}, noLists: "closed", err: broken,
		},
		"a finding can't be recorded": {
			attempts: []ledger.Attempt{lostIn(open, 1), lostIn(open, 2)}, listings: looks([]int64{1, 2}), records: broken,
			want: []found{{1, created, 1, false}}, at: []time.Duration{150 * s}, err: broken,
		},
		"one of a change can't be recorded": {
			attempts: []ledger.Attempt{lostIn(open, 5, deletes(5)), lostIn(open, 1)}, listings: looks([]int64{1}), records: broken,
			want: []found{{5, outcome.Deleted, 5, false}}, asked: []time.Duration{150 * s}, err: broken,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				d := &desk{office: office{listings: test.listings, has: map[int64]bool{}, fails: test.fails, begun: time.Now()}, refuses: test.refuses}
				for _, id := range test.has {
					d.has[id] = true
				}
				var log bytes.Buffer
				e := earlier(t, d, &book{attempts: test.attempts, listed: test.listed, noLists: test.noLists}, wait, &log)
				var got []found
				err := e.Find(t.Context(), func(f settle.Found) error {
					if !f.Attempt.Result.At.Equal(time.Now()) {
						t.Errorf("found out at %s", f.Attempt.Result.At)
					}
					got = append(got, found{f.Attempt.Seq, f.Attempt.Result.Status, f.Attempt.Result.Receipt.ContactID, f.Late})
					return test.records
				})
				if !errors.Is(err, test.err) || test.err == nil && err != nil {
					t.Errorf("Find gave %v, want %v", err, test.err)
				}
				doubts, warns := strings.Count(log.String(), "an earlier run left rows unclear"), strings.Contains(log.String(), "can't be found out now")
				if len(e.Before.InDoubt) > 0 != (doubts == 1) || doubts > 1 || warns != test.warns || d.strange {
					t.Errorf("another organisation %t; it was logged %s", d.strange, log.String())
				}
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("found (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(test.at, d.listed); diff != "" {
					t.Errorf("listed at (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(test.asked, d.at); diff != "" {
					t.Errorf("asked for contacts at (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// TestEarlierIsStopped: whoever ends the run while it waits is told as the cause.
func TestEarlierIsStopped(t *testing.T) {
	t.Parallel()
	gone := errors.New("stopped")
	for name, a := range map[string]ledger.Attempt{"a create": lostIn("open", 1), "a change": lostIn("open", 5, changes(6, 5))} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				time.AfterFunc(time.Minute, func() { cancel(gone) })
				d := &desk{office: office{listings: looks(nil), begun: time.Now()}}
				var log bytes.Buffer
				e := earlier(t, d, &book{attempts: []ledger.Attempt{a}}, 150*time.Second, &log)
				err := e.Find(ctx, func(f settle.Found) error { t.Errorf("found %+v", f); return nil })
				if !errors.Is(err, gone) || time.Since(d.begun) != time.Minute || len(d.at) > 0 || strings.Contains(log.String(), "can't be found out") {
					t.Errorf("Find gave %v after %s, asked at %v, logged %s", err, time.Since(d.begun), d.at, log.String())
				}
			})
		})
	}
}

// TestEarlierKeepsReceipts: what earlier requests left behind stays known.
func TestEarlierKeepsReceipts(t *testing.T) {
	t.Parallel()
	receipt := outcome.Receipt{Attempts: 3, HTTPStatus: 504, RequestID: "r", CloudFrontID: "c"}
	for name, test := range map[string]struct {
		attempt ledger.Attempt
		want    outcome.Receipt
	}{
		"killed":   {lostIn("open", 1, again), outcome.Receipt{Attempts: 2}},
		"recorded": {lostIn("open", 1, again, endedAt(0, ledger.Result{Status: outcome.Uncertain, Receipt: receipt})), receipt},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				d := &desk{office: office{listings: looks([]int64{1}), begun: time.Now()}}
				var got outcome.Receipt
				err := earlier(t, d, &book{attempts: []ledger.Attempt{test.attempt}}, time.Minute, io.Discard).Find(t.Context(), func(f settle.Found) error {
					got = f.Attempt.Result.Receipt
					return nil
				})
				test.want.Effect, test.want.ContactID = outcome.EffectDone, 1
				if got != test.want || err != nil {
					t.Errorf("left behind %+v, want %+v; error %v", got, test.want, err)
				}
			})
		})
	}
}

// TestMadeBy: an attempt that made a contact is known by its row, and claims as many contacts as it may have made.
func TestMadeBy(t *testing.T) {
	t.Parallel()
	a := lostIn("open", 5, again, endedAt(0, ledger.Result{Status: outcome.Created}))
	got := settle.MadeBy(a, listedBefore(3))
	if !got.Before(3) || got.Before(4) {
		t.Error("it does not know what was listed before")
	}
	got.Before = nil
	want := settle.InDoubt{Run: "open", Seq: 5, Org: 1, Made: true, Attempts: 2, Fingerprint: person{content: 5, email: 5}.sent()}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("made (-want +got):\n%s", diff)
	}
}
