package limit

import (
	"context"
	"fmt"
	"time"
)

// Store keeps slots beyond one [Budget]: everybody who uses the same store keeps to the rates together, also one that
// begins after another was killed. Its times are those of the wall clock, which may be set: a slot in the future counts
// as one of now, and from then on as any other.
//
// A slot without an answer counts as one that is in use. A process that begins when no other is alive takes it for
// answered at that moment, and so does everybody after [abandoned]; the answer of an owner that is alive after all still
// moves it on. A Store is safe for concurrent use.
type Store interface {
	// Take notes a slot at the moment now if every rate has one free, and returns its number and a wait of 0. Else it
	// notes nothing and returns how long it takes at least until one is free. Slots of others count for all rates, also
	// those that were taken under other rates.
	Take(ctx context.Context, rates []Rate, now time.Time) (slot int64, wait time.Duration, err error)
	// GiveBack notes the answer to the request that had the slot. Where it fails, the slot goes on counting.
	GiveBack(ctx context.Context, slot int64, now time.Time) error
}

// abandoned is how long a slot may be without an answer before nobody believes any more that one will come. It is far
// beyond the time-out of a request.
const abandoned = 10 * time.Minute

// UsedUpError says that no slot is free for so long, to somebody who does not wait for one.
type UsedUpError struct{ For time.Duration }

func (e *UsedUpError) Error() string {
	return fmt.Sprintf("the request budget is used up for another %s", e.For.Round(time.Second))
}
