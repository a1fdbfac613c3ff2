package importer

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/contactsync/contactsync/importer/settle"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// collect takes note of a contact that the run made, before it is looked for.
func (v *verifier) collect(a ledger.Attempt) error {
	if a.Result != nil && (a.Result.Status == outcome.Created || a.Result.Status == outcome.Updated) {
		v.wanted[contactOf(a)] = v.expect(a)
	}
	if a.Result == nil || a.Result.Status != outcome.Created {
		return nil
	}
	v.wide = v.wide || a.Origin != "" // what came after the first look of an earlier run may be what it made
	if a.UnclearAttempts() > 0 {
		v.unclear = append(v.unclear, a)
	}
	if id := a.Result.Receipt.ContactID; id != 0 {
		v.claimed[id] = true
		return nil
	}
	before, err := v.before(a)
	if err != nil {
		return err
	}
	v.nameless = append(v.nameless, a)
	v.made = append(v.made, settle.InDoubt{
		Run: a.Run, Seq: a.Seq, Org: v.t.scope.Org, Made: true, Attempts: 1 + a.UnclearAttempts(), Fingerprint: a.Row.Fingerprint, Before: before,
	})
	return nil
}

// named are the contacts whose answers did not name them, as far as they are shown.
func (v *verifier) named() []settle.Finding {
	return v.judge(v.made)
}

// judge looks for rows that were made by what is shown and nobody has claimed.
func (v *verifier) judge(made []settle.InDoubt) []settle.Finding {
	if len(made) == 0 {
		return nil
	}
	return settle.Judge(made, slices.Collect(maps.Values(v.shown)), v.claimed)
}

// list takes the closing listing. One out of a cache, or one that does not show a contact which a 201 told of without its
// id, is too old to tell anything of what was made last: it is asked for again, as often as anything is. What is missing
// is waited for longer each time, beyond the settle time in all; a cache is not, since another listing may not come.
func (v *verifier) list(stop context.Context) error {
	describe := v.describer(v.t)
	pause := v.pause()
	for looks := 1; ; looks++ {
		clear(v.shown)
		clear(v.prints)
		clear(v.full)
		listing, err := v.Directory.List(stop, v.t.scope.Org, func(s contact.Stored) bool {
			v.see(s, describe)
			return false
		})
		if err != nil {
			return err
		}
		v.forgetUnlisted(listing.IDs)
		// One that others could be it, too, may be missing as well: they are not equal to what was sent.
		lacks := slices.ContainsFunc(v.named(), func(n settle.Finding) bool { return n.Presence != settle.Present })
		if looks >= max(1, v.MaxAttempts) || !listing.Cached && !lacks {
			return nil
		}
		if err := sleepFor(stop, pause); err != nil {
			return err
		}
		if lacks {
			pause = v.longer(pause)
		}
	}
}

// see takes note of a contact that the run has written, or may have made. Others tell nothing.
func (v *verifier) see(s contact.Stored, describe func(contact.Stored) settle.Candidate) {
	want, ours := v.wanted[s.ID]
	if !ours && !v.wide && v.t.listed[s.ID] {
		return
	}
	v.shown[s.ID] = describe(s)
	c := v.checker.Rules.Normalise(s)
	v.prints[s.ID] = c.FieldHashes(v.key())
	if ours && want != v.shown[s.ID].Content {
		v.full[s.ID] = c
	}
}

// forgetUnlisted drops what was shown on a page that was read anew, and is not there any more.
func (v *verifier) forgetUnlisted(ids []int64) {
	there := make(map[int64]bool, len(v.shown))
	for _, id := range ids {
		if _, seen := v.shown[id]; seen {
			there[id] = true
		}
	}
	maps.DeleteFunc(v.shown, func(id int64, _ settle.Candidate) bool { return !there[id] })
}

// pause is how long is waited before the organisation is looked at once more, as between the listings that settle what
// became of a lost answer; longer is the pause after that.
func (r *run) pause() time.Duration { return min(5*time.Second, r.Settle/30) }

func (r *run) longer(pause time.Duration) time.Duration { return min(2*pause, r.Settle/4) }

// sleepFor waits, or returns early with the cause of ctx.
func sleepFor(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
