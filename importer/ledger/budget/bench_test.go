package budget_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/ledger/budget"
	"github.com/contactsync/contactsync/importer/limit"
)

// BenchmarkSlots is a slot taken and given back, in a file that nobody else uses: what the budget adds to a request.
func BenchmarkSlots(b *testing.B) {
	for name, rates := range map[string][]limit.Rate{
		"long":  {{N: 1_000_000_000, Per: 5 * time.Minute}},
		"short": {{N: 1_000_000_000, Per: 50 * time.Millisecond}},
	} {
		b.Run(name, func(b *testing.B) {
			s, err := budget.Open(b.Context(), filepath.Join(b.TempDir(), "ledger"), "h")
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			for b.Loop() {
				slot, wait, err := s.Take(b.Context(), rates, time.Now())
				if err != nil || wait != 0 {
					b.Fatal(wait, err)
				}
				if err := s.GiveBack(b.Context(), slot, time.Now()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSlotsShared is the same where another process takes every second slot, so that each has to read what the
// other has written.
func BenchmarkSlotsShared(b *testing.B) {
	path := filepath.Join(b.TempDir(), "ledger")
	var both [2]*budget.Slots
	for i := range both {
		s, err := budget.Open(b.Context(), path, "h")
		if err != nil {
			b.Fatal(err)
		}
		defer s.Close()
		both[i] = s
	}
	rates := []limit.Rate{{N: 1800, Per: 200 * time.Millisecond}}
	for i := 0; b.Loop(); i++ {
		s := both[i%2]
		slot, _, err := s.Take(b.Context(), rates, time.Now())
		if err != nil {
			b.Fatal(err)
		}
		if slot != 0 {
			_ = s.GiveBack(b.Context(), slot, time.Now())
		}
	}
}
