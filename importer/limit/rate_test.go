package limit

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestParseRates(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   string
		want []Rate
		err  string
	}{
		{"1800/5m,100/1s", []Rate{{1800, 5 * time.Minute}, {100, time.Second}}, ""},
		{" 1 / 1ms ", []Rate{{1, time.Millisecond}}, ""},
		{"1000000/1s", []Rate{{1_000_000, time.Second}}, ""},
		{"1h30m", nil, `reading rate "1h30m"`},
		{"", nil, "write it as N/D"},
		{"1/1s,", nil, "write it as N/D"},
		{"0/1s", nil, `"0" is not a whole number`},
		{"-1/1s", nil, `"-1" is not a whole number`},
		{"1.5/1s", nil, `"1.5" is not a whole number`},
		{"10/0s", nil, `"0s" is not a length of time`},
		{"10/-5m", nil, `"-5m" is not a length of time`},
		{"10/5", nil, `"5" is not a length of time`},
		{"10/s", nil, `"s" is not a length of time`},
	}
	for _, tt := range tests {
		got, err := ParseRates(tt.in)
		if tt.err != "" {
			if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%q: %v, want %s", tt.in, err, tt.err)
			}
			continue
		}
		if err != nil || len(got) != len(tt.want) {
			t.Errorf("%q: %v, %v", tt.in, got, err)
			continue
		}
		for i := range got {
			if got[i] != tt.want[i] {
				t.Errorf("%q: %v, want %v", tt.in, got, tt.want)
			}
		}
	}
}

func TestDuration(t *testing.T) {
	t.Parallel()
	b := New([]Rate{{2000, 5 * time.Minute}, {100, time.Second}})
	for requests, want := range map[int]time.Duration{
		-1: 0, 0: 0, 1: 0, 100: 0, 101: time.Second, 2000: 19 * time.Second, 2001: 5 * time.Minute, 4000: 5*time.Minute + 19*time.Second, 4001: 10 * time.Minute,
	} {
		if got := b.Duration(requests); got != want {
			t.Errorf("%d requests: %s, want %s", requests, got, want)
		}
	}
	if got := New([]Rate{{100, time.Minute}, {1, time.Second}}).Duration(101); got != 100*time.Second {
		t.Errorf("where the short window costs more: %s, want 1m40s", got)
	}
	if got := New([]Rate{{1, 1000 * time.Hour}}).Duration(math.MaxInt); got != math.MaxInt64 {
		t.Errorf("more than can be told: %s", got)
	}
	if got := b.Window(); got != 5*time.Minute {
		t.Errorf("window %s, want 5m", got)
	}
}

func FuzzParseRates(f *testing.F) {
	f.Add("1800/5m,100/1s")
	f.Add("1/1h1m1.5s")
	f.Add(",/")
	f.Fuzz(func(t *testing.T, in string) {
		rates, err := ParseRates(in)
		if err != nil {
			return
		}
		for _, r := range rates {
			if r.N < 1 || r.Per <= 0 {
				t.Fatalf("%q gives %v", in, r)
			}
			again, err := ParseRates(r.String())
			if err != nil || len(again) != 1 || again[0] != r {
				t.Fatalf("%v does not read back: %v, %v", r, again, err)
			}
		}
	})
}
