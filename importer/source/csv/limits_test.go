package csv

import (
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
)

// endless feeds a head, a filler again and again up to a size, and a tail, without ever having them in memory.
func endless(head, filler string, size int, tail string) Feed {
	block := []byte(strings.Repeat(filler, max(1, (256<<10)/len(filler))))
	sent, state := 0, 0
	return func() ([]byte, error) {
		switch {
		case state == 0:
			state = 1
			return []byte(head), nil
		case sent < size:
			sent += len(block)
			return block, nil
		}
		return []byte(tail), io.EOF
	}
}

// TestMemoryStaysBounded feeds 64 MiB in the forms that make readers keep everything. What the window holds is bounded
// by the longest record, and what is allocated in all by a small multiple of the input: nothing is copied again and again.
//
// It is not parallel: the count of bytes is that of the whole process.
func TestMemoryStaysBounded(t *testing.T) {
	const size = 64 << 20
	tests := []struct {
		name, head, filler, tail string
		want                     []string // how the records before and behind begin, faults as "!"
	}{
		{"a quote that never closes, no line ends", "a,b,c\nd,\"", "x", "\ne,f,g\n", []string{"a,b,c", "!d,\"", "e,f,g"}},
		{"a quote that never closes, lines that are no rows", "a,b,c\nd,\"", "xxxxxxxxxxxxxxx\n", "e,f,g\nh,i,j", []string{"a,b,c", "!d,\"", "e,f,g", "h,i,j"}},
		{"a cell in quotes that is too long", "a,b,c\nd,\"", "xxxxxxxxxxxxxxx\n", "\",e\nf,g,h\n", []string{"a,b,c", "!d,\"", "f,g,h"}},
		{"doubled quotes", "a,b,c\nd,\"", `""`, "\ne,f,g\n", []string{"a,b,c", "!d,\"", "e,f,g"}},
		{"columns", "a,b,c\nd", ",", "\ne,f,g\n", []string{"a,b,c", "!d,", "e,f,g"}},
		{"one line", "a,b,c\nd", "x", "\ne,f,g\n", []string{"a,b,c", "!d", "e,f,g"}},
		{"one line of stray quotes", "a,b,c\nd", `x"`, "\ne,f,g\n", []string{"a,b,c", "!d", "e,f,g"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			s := NewSplitter(plainForm(','), endless(test.head, test.filler, size, test.tail))
			s.Width = 3
			window := 0
			for i := 0; ; i++ {
				rec, err := s.Next()
				window = max(window, len(s.text))
				if errors.Is(err, io.EOF) {
					if i != len(test.want) {
						t.Errorf("%d records, want %d", i, len(test.want))
					}
					break
				}
				got := rec.Raw
				if rec.Fault != NoFault {
					got = "!" + got
				}
				if i >= len(test.want) || !strings.HasPrefix(got, test.want[i]) {
					t.Fatalf("record %d begins with %.40q", i, got)
				}
			}
			runtime.ReadMemStats(&after)
			t.Logf("window %d, allocated %d", window, after.TotalAlloc-before.TotalAlloc)
			if limit := 2*MaxRow + 2*(256<<10); window > limit {
				t.Errorf("the window grew to %d bytes; %d is the most", window, limit)
			}
			if got, limit := after.TotalAlloc-before.TotalAlloc, uint64(3*size); got > limit {
				t.Errorf("%d bytes were allocated for %d; %d is the most", got, size, limit)
			}
		})
	}
}
