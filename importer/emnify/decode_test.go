package emnify

import (
	"bytes"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/emnify/decode"
)

func TestLocation(t *testing.T) {
	t.Parallel()
	base, _ := url.Parse("https://api.example.com/prefix")
	for location, want := range map[string]int64{
		"https://cdn.emnify.net/api/v1/organisation/12/contact/345":            345,
		"https://API.example.com:8443/prefix/api/v1/organisation/12/contact/5": 5,
		"/api/v1/organisation/12/contact/345":                                  345,
		"/api/v1/organisation/my/contact/345":                                  345,
		"/api/v1/organisation/12/contact/345/":                                 345,
		"/api/v1/organisation/12/contact/345?x=1#y":                            345,
		"contact/345": 345,
		"345":         345,
		"/345":        0,
		"":            0,
		"/":           0,
		"https://evil.example.com/api/v1/organisation/12/contact/345":       0,
		"https://emnify.net.evil.example/api/v1/organisation/12/contact/34": 0,
		"/api/v1/organisation/13/contact/345":                               0,
		"/api/v1/organisation/12/endpoint/345":                              0,
		"/api/v1/organisation/12":                                           0,
		"/api/v1/organisation/12/contact/abc":                               0,
		"/api/v1/organisation/12/contact/-5":                                0,
		"/api/v1/organisation/12/contact/+5":                                0,
		"/api/v1/organisation/12/contact/0":                                 0,
		"/api/v1/organisation/12/contact/99999999999999999999":              0,
		"mailto:345": 0,
		"%zz":        0,
	} {
		h := http.Header{}
		if location != "" {
			h.Set("Location", location)
		}
		if got := locationID(h, base, 12); got != want {
			t.Errorf("%q: %d, want %d", location, got, want)
		}
	}
	if got := locationID(http.Header{"Location": {"/contact/1", "/contact/2"}}, base, 12); got != 0 {
		t.Errorf("two that disagree: %d", got)
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	const window = 5 * time.Minute
	for _, tt := range []struct {
		text, date string
		want       time.Duration
	}{
		{"", "", 0},
		{"30", "", 30 * time.Second},
		{" 30 ", "", 30 * time.Second},
		{"300", "", window},
		{"301", "", window},
		{"1000000000", "", window},
		{strings.Repeat("9", 100), "", window},
		{"0", "", 0},
		{"-1", "", 0},
		{"1.5", "", 0},
		{"soon", "", 0},
		{"Sun, 01 Mar 2026 12:00:40 GMT", "", 40 * time.Second},
		{"Sun, 01 Mar 2026 11:00:00 GMT", "", 0},
		{"Sun, 01 Mar 2099 12:00:00 GMT", "", window},
		// The server's clock is a day ahead of ours.
		{"Mon, 02 Mar 2026 12:00:40 GMT", "Mon, 02 Mar 2026 12:00:10 GMT", 30 * time.Second},
		{"Sun, 01 Mar 2026 12:00:40 GMT", "nonsense", 40 * time.Second},
	} {
		h := http.Header{"Retry-After": {tt.text}, "Date": {tt.date}}
		if got := retryAfter(h, now, window); got != tt.want {
			t.Errorf("%q at %q: %s, want %s", tt.text, tt.date, got, tt.want)
		}
	}
}

func TestWaitsAreSpreadAndBounded(t *testing.T) {
	t.Parallel()
	w := newWaits(rand.New(rand.NewPCG(1, 2)))
	var low, high bool
	for range 200 {
		b := w.upTo(4 * time.Second)
		for _, longest := range []time.Duration{firstWait, 2 * firstWait, 4 * firstWait, 8 * firstWait, 8 * firstWait, 8 * firstWait} {
			got := b.NextBackOff()
			if got < 0 || got > longest {
				t.Fatalf("waits %s, longest is %s", got, longest)
			}
			low, high = low || got < longest/10, high || got > longest*9/10
		}
	}
	if !low || !high {
		t.Error("the jitter is not full")
	}
	if got := w.upTo(time.Millisecond).NextBackOff(); got > time.Millisecond {
		t.Errorf("waits %s, longest is a millisecond", got)
	}
}

func FuzzContacts(f *testing.F) {
	f.Add([]byte(`[{"id":"7","type":{"id":1,"description":"x"},"country":null,"name":null,"phone":1}]`))
	f.Add([]byte(`[{"id":7,"type":1,"country":"x"},null]`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var page arrived[decode.Contact, int64]
		if page.read(bytes.NewReader(body), func(s *decode.Contact) (int64, error) { return s.Key(12) }, nil) != nil {
			return
		}
		for _, r := range page.rows {
			if s := r.Stored(12); s.ID <= 0 || s.Org != 12 {
				t.Fatalf("%+v", s)
			}
		}
	})
}

func FuzzLocation(f *testing.F) {
	f.Add("https://cdn.emnify.net/api/v1/organisation/12/contact/345", int64(12))
	f.Add("//x/..//contact/1/", int64(1))
	base, _ := url.Parse("https://cdn.emnify.net")
	f.Fuzz(func(t *testing.T, location string, org int64) {
		if id := locationID(http.Header{"Location": {location}}, base, org); id < 0 {
			t.Fatalf("%q: %d", location, id)
		}
	})
}

func FuzzRetryAfter(f *testing.F) {
	f.Add("30", "")
	f.Add("Sun, 01 Mar 2026 12:00:40 GMT", "Sun, 01 Mar 2026 12:00:00 GMT")
	f.Fuzz(func(t *testing.T, text, date string) {
		got := retryAfter(http.Header{"Retry-After": {text}, "Date": {date}}, time.Unix(0, 0), time.Minute)
		if got < 0 || got > time.Minute {
			t.Fatalf("%q at %q: %s", text, date, got)
		}
	})
}

func FuzzTokenLife(f *testing.F) {
	f.Add(jwt(1, 100))
	f.Add("a.b.c")
	f.Fuzz(func(t *testing.T, text string) {
		if life := tokenLife(text); life < 0 || life > 366*24*time.Hour {
			t.Fatalf("%q: %s", text, life)
		}
	})
}

func FuzzPaging(f *testing.F) {
	f.Add("3", "2", "1", "100", `<x>; rel="next"`)
	f.Fuzz(func(t *testing.T, total, pages, current, per, link string) {
		p := readPaging(http.Header{"X-Total-Count": {total}, "X-Total-Pages": {pages}, "X-Current-Page": {current}, "X-Count-Per-Page": {per}, "Link": {link}})
		if p.total < -1 || p.pages < -1 || p.current < -1 || p.perPage < -1 {
			t.Fatalf("%+v", p)
		}
	})
}
