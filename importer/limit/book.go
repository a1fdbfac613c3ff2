package limit

import (
	"cmp"
	"slices"
	"time"
)

// Book is what a [Store] must know of its slots to decide: which are in use, and when the others were answered. It
// holds the rules that all stores share; keeping the slots is the store's own matter. Times are those of the wall clock
// in nanoseconds since 1970. The zero value is empty. It is not safe for concurrent use.
type Book struct {
	open     []Entry // in use: when they were taken, ascending
	answered []Entry // when they were answered, ascending
}

// Entry is a slot and the moment that counts for it.
type Entry struct{ Slot, At int64 }

const (
	// ahead is how far in the future a slot may be without a doubt about the clock: processes that take turns read it
	// at slightly different moments.
	ahead = 2 * time.Second
	// poll is how soon to look again where somebody else's slot is in use: nobody tells when it comes back.
	poll = 50 * time.Millisecond
)

// Take enters a slot that has no answer.
func (b *Book) Take(slot, at int64) { b.open = insert(b.open, Entry{slot, at}) }

// Answer enters the answer to a slot, also to one that the book does not know (any more). The latest one counts.
func (b *Book) Answer(slot, at int64) {
	if i := find(b.open, slot); i >= 0 {
		b.open = slices.Delete(b.open, i, i+1)
	} else if i := find(b.answered, slot); i >= 0 {
		at = max(at, b.answered[i].At)
		b.answered = slices.Delete(b.answered, i, i+1)
	}
	b.answered = insert(b.answered, Entry{slot, at})
}

// Load enters the answer to a slot that the book has not heard of yet: what a store reads back.
func (b *Book) Load(e Entry) { b.answered = insert(b.answered, e) }

// Mend takes slots of the future for slots of now, and those that were abandoned for answered. It returns what it has
// changed, as answers, for the store to keep.
func (b *Book) Mend(now int64) []Entry {
	var mended []Entry
	for n := len(b.answered); n > 0 && b.answered[n-1].At > now+int64(ahead); n-- {
		mended = append(mended, Entry{b.answered[n-1].Slot, now})
		b.answered = b.answered[:n-1]
	}
	b.open = slices.DeleteFunc(b.open, func(e Entry) bool {
		switch {
		case e.At > now+int64(ahead):
			mended = append(mended, Entry{e.Slot, now})
		case now-e.At >= int64(abandoned):
			mended = append(mended, Entry{e.Slot, e.At + int64(abandoned)})
		default:
			return false
		}
		return true
	})
	for _, e := range mended {
		b.answered = insert(b.answered, e)
	}
	return mended
}

// Forget drops the answers that no window of that length holds any more, and returns them. They are the caller's until
// the book is changed.
func (b *Book) Forget(now int64, window time.Duration) []Entry {
	n := firstAfter(b.answered, now-int64(Rate{Per: window}.keep()))
	dropped := b.answered[:n]
	b.answered = b.answered[n:]
	return dropped
}

// Left is how many slots a rate has free.
func (b *Book) Left(r Rate, now int64) int {
	first := firstAfter(b.answered, now-int64(r.keep()))
	return max(0, r.N-len(b.open)-(len(b.answered)-first))
}

// Wait is how long it takes at least until every rate has a slot free; 0 if they have.
func (b *Book) Wait(rates []Rate, now int64) time.Duration {
	var wait time.Duration
	for _, r := range rates {
		wait = max(wait, b.waitFor(r, now))
	}
	return wait
}

func (b *Book) waitFor(r Rate, now int64) time.Duration {
	keep := int64(r.keep())
	first := firstAfter(b.answered, now-keep)
	counting := len(b.answered) - first
	tooMany := len(b.open) + counting - r.N + 1
	switch {
	case tooMany <= 0:
		return 0
	case tooMany <= counting:
		return time.Duration(b.answered[first+tooMany-1].At + keep - now)
	default:
		return min(poll, r.keep())
	}
}

// firstAfter is the index of the first entry after that moment.
func firstAfter(entries []Entry, at int64) int {
	i, _ := slices.BinarySearchFunc(entries, at+1, func(e Entry, at int64) int { return cmp.Compare(e.At, at) })
	return i
}

// insert keeps the order of time. New entries nearly always belong to the end.
func insert(entries []Entry, e Entry) []Entry {
	if n := len(entries); n == 0 || entries[n-1].At <= e.At {
		return append(entries, e)
	}
	return slices.Insert(entries, firstAfter(entries, e.At), e)
}

// find looks from the end, where the slots of late are.
func find(entries []Entry, slot int64) int {
	for i := len(entries) - 1; i >= 0; i-- {
		if entries[i].Slot == slot {
			return i
		}
	}
	return -1
}
