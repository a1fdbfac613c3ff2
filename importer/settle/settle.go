// Package settle finds out what became of requests whose answers were lost, or can't be believed.
package settle

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/wait"
)

// Settler finds out what became of attempts whose answers were lost.
//
// The API answers a create with no body, has no search and no key to repeat a request by. So: wait until the service
// has surely finished with the attempt, list, and compare with what was sent. What is not there proves something only if
// the listing is complete and fresh, twice.
type Settler struct {
	Directory remote.Contacts
	// Describe brings a contact that is shown to the normal form of the rows.
	Describe func(contact.Stored) Candidate
	// Saw is told the numbers of each listing; may be nil.
	Saw func(ids []int64)
	// Wait is how long after the end of an attempt its contact's absence may count (--settle): longer than the gateway
	// holds a request. Waiting that long is the assumption under which nothing is made twice.
	Wait time.Duration
	// Looks is how often a listing that is not fresh is asked for again.
	Looks int
}

// ErrStale says that no listing could be had that shows what is known to be there.
var ErrStale = errors.New("the API's listing does not show what is known to be there")

// gapParts is which part of Wait lies between two listings of which the freshness is known: 5 s of 150 s.
const gapParts = 30

const longestGap = 5 * time.Second

func (s *Settler) gap() time.Duration { return min(longestGap, s.Wait/gapParts) }

// Settle tells of each lost attempt of one organisation what became of it. It waits once for all of them, and lists at
// least once, twice if something is missing. claimed holds the ids that are known to be other rows'; witnesses are
// contacts of ours, of any run. An error leaves everything unknown.
func (s *Settler) Settle(ctx context.Context, org int64, lost []InDoubt, witnesses []history.Witness, claimed map[int64]bool) ([]Finding, error) {
	if len(lost) == 0 {
		return nil, nil
	}
	first, last := ends(lost)
	if err := sleepUntil(ctx, last.Add(s.Wait)); err != nil {
		return nil, err
	}
	look := &look{Settler: s, org: org, lost: lost, witnesses: after(witnesses, first)}
	shown, err := look.fresh(ctx)
	if err != nil {
		return nil, err
	}
	findings := Judge(lost, shown, claimed)
	if allPresent(findings) {
		return findings, nil
	}
	// Without a contact of ours that was made after the lost attempt nothing shows how old the first listing was.
	gap := s.Wait
	if len(after(look.witnesses, last)) > 0 {
		gap = s.gap()
	}
	if err := sleepUntil(ctx, time.Now().Add(gap)); err != nil {
		return nil, err
	}
	again, err := look.fresh(ctx)
	if err != nil {
		return nil, err
	}
	return agreed(findings, Judge(lost, union(shown, again), claimed)), nil
}

// agreed are the findings of both listings, except that nothing is absent which the first one did not prove to be: a
// contact may have been edited in between until it looks like nobody's.
func agreed(first, both []Finding) []Finding {
	for i, v := range first {
		if both[i].Presence != Absent || v.Presence == Absent {
			continue
		}
		suspects := v.Suspects
		if v.Presence == Present {
			suspects = append([]int64{v.ID}, v.Seconds...)
		}
		both[i] = Finding{InDoubt: v.InDoubt, Suspects: suspects, Matches: v.Matches}
	}
	return both
}

func allPresent(findings []Finding) bool {
	for _, v := range findings {
		if v.Presence != Present && !v.InDoubt.Made {
			return false
		}
	}
	return true
}

// ends returns when the first and the last of the lost attempts ended. Those that are known to have taken effect are
// not waited for.
func ends(lost []InDoubt) (first, last time.Time) {
	for _, l := range lost {
		if l.Made {
			continue
		}
		if first.IsZero() || l.Ended.Before(first) {
			first = l.Ended
		}
		if l.Ended.After(last) {
			last = l.Ended
		}
	}
	return first, last
}

func after(witnesses []history.Witness, t time.Time) []history.Witness {
	var later []history.Witness
	for _, w := range witnesses {
		if w.At.After(t) {
			later = append(later, w)
		}
	}
	return later
}

// look is the reading of one organisation for one settling.
type look struct {
	*Settler
	org       int64
	lost      []InDoubt
	witnesses []history.Witness
}

// fresh lists until the listing shows every witness, and counts.
func (l *look) fresh(ctx context.Context) ([]Candidate, error) {
	for looks := 1; ; looks++ {
		described := map[int64]Candidate{}
		listing, err := l.Directory.List(ctx, l.org, func(c contact.Stored) bool {
			if l.mayBeMade(c.ID) {
				described[c.ID] = l.Describe(c)
			}
			return false
		})
		if err != nil {
			return nil, err
		}
		if l.Saw != nil {
			l.Saw(listing.IDs)
		}
		stale, err := l.stale(ctx, listing)
		if err != nil {
			return nil, err
		}
		if !stale {
			return among(described, listing.IDs), nil
		}
		if looks >= max(1, l.Looks) {
			return nil, fmt.Errorf("%w, %d times", ErrStale, looks)
		}
		if err := sleepUntil(ctx, time.Now().Add(l.gap())); err != nil {
			return nil, err
		}
	}
}

// mayBeMade reports whether a contact may have been made by one of the lost attempts: others tell nothing.
func (l *look) mayBeMade(id int64) bool {
	return slices.ContainsFunc(l.lost, func(lost InDoubt) bool { return lost.Before == nil || !lost.Before(id) })
}

// among are the described contacts that are listed, in the listing's order.
func among(described map[int64]Candidate, ids []int64) []Candidate {
	shown := make([]Candidate, 0, len(described))
	for _, id := range ids {
		if c, ok := described[id]; ok {
			shown = append(shown, c)
			delete(described, id)
		}
	}
	return shown
}

// mostMissing bounds how many missing witnesses are asked for one by one: a listing that lacks more is stale.
const mostMissing = 20

// stale reports whether a listing is too old to prove anything. A witness that is missing is asked for: gone, and later
// than Wait after its 201, it was deleted and is no witness any more; anything else says that the listing is stale.
func (l *look) stale(ctx context.Context, listing remote.Listing) (bool, error) {
	if listing.Cached {
		return true, nil
	}
	shown := make(map[int64]bool, len(listing.IDs))
	for _, id := range listing.IDs {
		shown[id] = true
	}
	var there, missing []history.Witness
	for _, w := range l.witnesses {
		if shown[w.ID] {
			there = append(there, w)
		} else {
			missing = append(missing, w)
		}
	}
	if len(missing) > mostMissing {
		return true, nil
	}
	for _, w := range missing {
		_, has, err := l.Directory.Contact(ctx, l.org, w.ID)
		if err != nil {
			return false, err
		}
		if has || time.Since(w.At) <= l.Wait {
			return true, nil
		}
	}
	l.witnesses = there
	return false, nil
}

// union joins two listings; of a contact that is in both the later look counts.
func union(a, b []Candidate) []Candidate {
	all := append([]Candidate(nil), b...)
	later := make(map[int64]bool, len(b))
	for _, c := range b {
		later[c.ID] = true
	}
	for _, c := range a {
		if !later[c.ID] {
			all = append(all, c)
		}
	}
	return all
}

// sleepUntil waits, or returns early with the cause of ctx.
func sleepUntil(ctx context.Context, t time.Time) error { return wait.Sleep(ctx, time.Until(t)) }
