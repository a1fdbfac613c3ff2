package settle_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/contactsync/contactsync/importer/settle"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/remote"
)

// office is an organisation as settling sees it: what its listings show one after the other (the last one for ever), and
// which contacts it has when asked for one.
type office struct {
	listings []view
	has      map[int64]bool
	fails    error

	begun  time.Time
	listed []time.Duration // when it was listed, since it began
	asked  []int64         // for which contacts
}

// view is what one listing shows.
type view struct {
	ids    []int64
	cached bool
}

func (o *office) List(ctx context.Context, _ int64, keep func(contact.Stored) bool) (remote.Listing, error) {
	if ctx.Err() != nil {
		return remote.Listing{}, context.Cause(ctx)
	}
	n := min(len(o.listed), len(o.listings)-1)
	o.listed = append(o.listed, time.Since(o.begun))
	if o.fails != nil {
		return remote.Listing{}, o.fails
	}
	l := remote.Listing{Cached: o.listings[n].cached}
	for _, id := range o.listings[n].ids {
		l.IDs = append(l.IDs, id)
		if s := (contact.Stored{ID: id}); keep(s) {
			l.Contacts = append(l.Contacts, s)
		}
	}
	return l, nil
}

func (o *office) Contact(_ context.Context, _, id int64) (contact.Stored, bool, error) {
	o.asked = append(o.asked, id)
	return contact.Stored{ID: id}, o.has[id], nil
}

// Contacts from 100 on are the witnesses of the tests; those below are equal to the row of the same number.
func (o *office) settler(wait time.Duration) *settle.Settler {
	return &settle.Settler{Directory: o, Wait: wait, Looks: 3, Describe: func(s contact.Stored) settle.Candidate {
		return shown(s.ID, person{content: byte(s.ID), email: uint64(s.ID)})
	}}
}

func looks(listings ...[]int64) []view {
	var all []view
	for _, ids := range listings {
		all = append(all, view{ids: ids})
	}
	return all
}

func lostRow(n int64, ended time.Time) settle.InDoubt {
	l := row(int(n), 1, person{content: byte(n), email: uint64(n)})
	l.Ended = ended
	return l
}

// TestSettleWaits shows when an organisation is listed, and how often: what settling costs.
func TestSettleWaits(t *testing.T) {
	t.Parallel()
	const wait = 150 * time.Second
	s := time.Second
	present, absent := settle.Present, settle.Absent
	tests := map[string]struct {
		ended     []time.Duration // since the beginning, by row from 1
		listings  []view
		has       []int64         // contacts that are there when they are asked for
		witnesses []time.Duration // since the beginning, by number from 100
		wait      time.Duration
		listed    []time.Duration
		asked     []int64
		want      []settle.Presence
		stale     bool
	}{
		"all are there: one listing, when the wait is over": {
			ended: []time.Duration{0}, listings: looks([]int64{1}), listed: []time.Duration{150 * s}, want: []settle.Presence{present},
		},
		"the wait begins with the last attempt's end, once for all rows": {
			ended: []time.Duration{0, 20 * s, 10 * s}, listings: looks([]int64{1, 2, 3}), listed: []time.Duration{170 * s},
			want: []settle.Presence{present, present, present},
		},
		"the wait is over": {
			ended: []time.Duration{-time.Hour}, listings: looks([]int64{1}), listed: []time.Duration{0}, want: []settle.Presence{present},
		},
		"absent without a witness: a second listing after the settle time": {
			ended: []time.Duration{0}, listings: looks(nil), listed: []time.Duration{150 * s, 300 * s}, want: []settle.Presence{absent},
		},
		"absent with a witness: a second listing after 5 s": {
			ended: []time.Duration{0}, listings: looks([]int64{100}), witnesses: []time.Duration{s},
			listed: []time.Duration{150 * s, 155 * s}, want: []settle.Presence{absent},
		},
		"absent with a witness, short settle time: a thirtieth of it": {
			ended: []time.Duration{0}, listings: looks([]int64{100}), witnesses: []time.Duration{s}, wait: 30 * s,
			listed: []time.Duration{30 * s, 31 * s}, want: []settle.Presence{absent},
		},
		"a witness from before the attempt ended is none": {
			ended: []time.Duration{0}, listings: looks([]int64{100}), witnesses: []time.Duration{-s},
			listed: []time.Duration{150 * s, 300 * s}, want: []settle.Presence{absent},
		},
		"a witness of the first attempt only does not speak for the last": {
			ended: []time.Duration{0, 10 * s}, listings: looks([]int64{100}), witnesses: []time.Duration{5 * s},
			listed: []time.Duration{160 * s, 310 * s}, want: []settle.Presence{absent, absent},
		},
		"the second listing shows it": {
			ended: []time.Duration{0}, listings: looks([]int64{100}, []int64{1, 100}), witnesses: []time.Duration{s},
			listed: []time.Duration{150 * s, 155 * s}, want: []settle.Presence{present},
		},
		"only the first listing shows one of them": {
			ended: []time.Duration{0, 0}, listings: looks([]int64{1, 100}, []int64{100}), witnesses: []time.Duration{s},
			listed: []time.Duration{150 * s, 155 * s}, want: []settle.Presence{present, absent},
		},
		"a witness is missing and there: listed again until it is shown": {
			ended: []time.Duration{0}, listings: looks(nil, nil, []int64{1, 100}), has: []int64{100}, witnesses: []time.Duration{s},
			listed: []time.Duration{150 * s, 155 * s, 160 * s}, asked: []int64{100, 100}, want: []settle.Presence{present},
		},
		"a witness is missing and there, always: no listing proves anything": {
			ended: []time.Duration{0}, listings: looks(nil), has: []int64{100}, witnesses: []time.Duration{s},
			listed: []time.Duration{150 * s, 155 * s, 160 * s}, asked: []int64{100, 100, 100}, stale: true,
		},
		"a witness is missing and not there, too early to have been deleted": {
			ended: []time.Duration{0}, listings: looks(nil), witnesses: []time.Duration{149 * s},
			listed: []time.Duration{150 * s, 155 * s, 160 * s}, asked: []int64{100, 100, 100}, stale: true,
		},
		"a witness is missing, and then long enough not there to have been deleted": {
			ended: []time.Duration{-100 * s}, listings: looks(nil), witnesses: []time.Duration{-99 * s},
			listed: []time.Duration{50 * s, 55 * s, 205 * s}, asked: []int64{100, 100}, want: []settle.Presence{absent},
		},
		"a witness was deleted later than the settle time ago: it is none any more": {
			ended: []time.Duration{-200 * s}, listings: looks(nil), witnesses: []time.Duration{-199 * s},
			listed: []time.Duration{0, 150 * s}, asked: []int64{100}, want: []settle.Presence{absent},
		},
		"one witness was deleted, another is shown": {
			ended: []time.Duration{-200 * s}, listings: looks([]int64{101}), witnesses: []time.Duration{-199 * s, -198 * s},
			listed: []time.Duration{0, 5 * s}, asked: []int64{100}, want: []settle.Presence{absent},
		},
		"a witness between the first attempt's end and the last's has to be shown": {
			ended: []time.Duration{10 * s, 0, 8 * s}, listings: looks(nil), has: []int64{100}, witnesses: []time.Duration{5 * s},
			listed: []time.Duration{160 * s, 165 * s, 170 * s}, asked: []int64{100, 100, 100}, stale: true,
		},
		"a witness from before all attempts has not": {
			ended: []time.Duration{0}, listings: looks(nil), has: []int64{100}, witnesses: []time.Duration{-s},
			listed: []time.Duration{150 * s, 300 * s}, want: []settle.Presence{absent},
		},
		"a witness is missing just the settle time after its 201": {
			ended: []time.Duration{-10 * s}, listings: looks(nil), witnesses: []time.Duration{-5 * s},
			listed: []time.Duration{140 * s, 145 * s, 150 * s, 300 * s}, asked: []int64{100, 100, 100}, want: []settle.Presence{absent},
		},
		"a contact that moved between pages is one": {
			ended: []time.Duration{0}, listings: looks([]int64{1, 1}), listed: []time.Duration{150 * s}, want: []settle.Presence{present},
		},
		"from a cache, then not": {
			ended: []time.Duration{0}, listings: []view{{cached: true}, {ids: []int64{1}}},
			listed: []time.Duration{150 * s, 155 * s}, want: []settle.Presence{present},
		},
		"from a cache, always": {
			ended: []time.Duration{0}, listings: []view{{ids: []int64{1}, cached: true}},
			listed: []time.Duration{150 * s, 155 * s, 160 * s}, stale: true,
		},
		"the second one from a cache, always": {
			ended: []time.Duration{0}, listings: []view{{}, {cached: true}},
			listed: []time.Duration{150 * s, 300 * s, 305 * s, 310 * s}, stale: true,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				o := &office{listings: test.listings, has: map[int64]bool{}, begun: time.Now()}
				for _, id := range test.has {
					o.has[id] = true
				}
				var lost []settle.InDoubt
				for i, ended := range test.ended {
					lost = append(lost, lostRow(int64(i+1), o.begun.Add(ended)))
				}
				var witnesses []history.Witness
				for i, at := range test.witnesses {
					witnesses = append(witnesses, history.Witness{ID: int64(100 + i), At: o.begun.Add(at)})
				}
				until := wait
				if test.wait != 0 {
					until = test.wait
				}
				findings, err := o.settler(until).Settle(t.Context(), 1, lost, witnesses, nil)
				if errors.Is(err, settle.ErrStale) != test.stale || !test.stale && err != nil {
					t.Errorf("Settle gave %v", err)
				}
				var got []settle.Presence
				for _, v := range findings {
					got = append(got, v.Presence)
				}
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("findings (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(test.listed, o.listed); diff != "" {
					t.Errorf("listed at (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(test.asked, o.asked); diff != "" {
					t.Errorf("asked for (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// TestSettleEdited shows that a contact which is edited between the two listings is not forgotten: the first one proved
// that the row is not absent.
func TestSettleEdited(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]person{
		"it was equal":               {content: 1, email: 1},
		"it had something in common": {content: 40, key: 9, email: 3, phone: 8},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				o := &office{listings: looks([]int64{1, 100}), begun: time.Now()}
				s := o.settler(150 * time.Second)
				plain := s.Describe
				s.Describe = func(c contact.Stored) settle.Candidate {
					switch {
					case c.ID == 1 && len(o.listed) == 2:
						return shown(1, person{content: 50, email: 50})
					case c.ID == 1:
						return shown(1, first)
					}
					return plain(c)
				}
				lost := []settle.InDoubt{lostRow(1, o.begun), lostRow(2, o.begun)}
				lost[0].Identifiers[1] = 8 // a phone number
				findings, err := s.Settle(t.Context(), 1, lost, []history.Witness{{ID: 100, At: o.begun.Add(time.Second)}}, nil)
				if err != nil {
					t.Fatal(err)
				}
				want := []told{{Suspects: []int64{1}}, {Finding: settle.Absent}}
				if diff := cmp.Diff(want, toldOf(findings)); diff != "" || findings[0].InDoubt.Seq != 1 {
					t.Errorf("findings for row %d (-want +got):\n%s", findings[0].InDoubt.Seq, diff)
				}
			})
		})
	}
}

// TestSettleTells: who wants to is told of each listing, and an error of a question about a witness is one.
func TestSettleTells(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := &office{listings: looks([]int64{2, 3}, []int64{3}), begun: time.Now()}
		s := o.settler(time.Minute)
		var saw [][]int64
		s.Saw = func(ids []int64) { saw = append(saw, ids) }
		if _, err := s.Settle(t.Context(), 1, []settle.InDoubt{lostRow(1, o.begun)}, nil, nil); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([][]int64{{2, 3}, {3}}, saw); diff != "" {
			t.Errorf("saw (-want +got):\n%s", diff)
		}
		d := &desk{office: office{listings: looks(nil), begun: time.Now()}, refuses: map[int64]error{100: errBroken}}
		s.Directory, s.Saw = d, nil
		witnesses := []history.Witness{{ID: 100, At: d.begun.Add(time.Second)}}
		if _, err := s.Settle(t.Context(), 1, []settle.InDoubt{lostRow(1, d.begun)}, witnesses, nil); !errors.Is(err, errBroken) {
			t.Errorf("Settle gave %v", err)
		}
	})
}

// TestSettleManyMissing shows that a listing which lacks many witnesses is stale without asking for each of them.
func TestSettleManyMissing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := &office{listings: looks(nil), begun: time.Now()}
		var witnesses []history.Witness
		for id := range int64(1000) {
			witnesses = append(witnesses, history.Witness{ID: 100 + id, At: o.begun.Add(time.Second)})
		}
		_, err := o.settler(time.Minute).Settle(t.Context(), 1, []settle.InDoubt{lostRow(1, o.begun)}, witnesses, nil)
		if !errors.Is(err, settle.ErrStale) || len(o.listed) != 3 || len(o.asked) != 0 {
			t.Errorf("Settle gave %v after %d listings and %d questions, want a stale listing after 3 and 0", err, len(o.listed), len(o.asked))
		}
	})
}

func TestSettleEndsEarly(t *testing.T) {
	t.Parallel()
	gone, broken := errors.New("stopped"), errors.New("no listing")
	tests := map[string]struct {
		after  time.Duration // when it is cancelled; 0: never
		fails  error
		lost   int64
		want   error
		at     time.Duration
		listed int
	}{
		"nothing was lost":                 {},
		"cancelled while it waits":         {after: time.Minute, lost: 1, want: gone, at: time.Minute},
		"cancelled between two listings":   {after: 200 * time.Second, lost: 1, want: gone, at: 200 * time.Second, listed: 1},
		"the listing can't be had":         {fails: broken, lost: 1, want: broken, at: 150 * time.Second, listed: 1},
		"known to be made: nobody to wait": {lost: -1, listed: 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				if test.after != 0 {
					time.AfterFunc(test.after, func() { cancel(gone) })
				}
				o := &office{listings: looks(nil), fails: test.fails, begun: time.Now()}
				var lost []settle.InDoubt
				if test.lost != 0 {
					lost = []settle.InDoubt{lostRow(1, o.begun)}
					lost[0].Made = test.lost < 0
				}
				_, err := o.settler(150*time.Second).Settle(ctx, 1, lost, nil, nil)
				if !errors.Is(err, test.want) || test.want == nil && err != nil {
					t.Errorf("Settle gave %v, want %v", err, test.want)
				}
				if at := time.Since(o.begun); at != test.at || len(o.listed) != test.listed {
					t.Errorf("ended after %s and %d listings, want %s and %d", at, len(o.listed), test.at, test.listed)
				}
			})
		})
	}
}
