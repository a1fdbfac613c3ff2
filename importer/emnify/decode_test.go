package emnify

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/contactsync/contactsync/importer/contact"
)

func TestReadError(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		body  string
		code  int
		token string
		words string
		field contact.Field
	}{
		"documented": {
			`{"error_code":1400,"error_token":"InputValidationFailed","message":"Bad input","errors":[{"error_code":1402,"error_token":"Required","message":"Contact - type is required."}]}`,
			1400, "InputValidationFailed", "Bad input; Contact - type is required.", contact.TypeField,
		},
		"numbers as texts":      {`{"error_code":"1000","error_token":"BadRequest","message":"x"}`, 1000, "BadRequest", "x", ""},
		"several details":       {`{"errors":[{"message":"Contact - email has a wrong format"},{"message":"Contact - city is too long"}]}`, 0, "", "Contact - email has a wrong format; Contact - city is too long", contact.Email},
		"details are texts":     {`{"errors":["zipcode is too long"]}`, 0, "", "zipcode is too long", contact.Zipcode},
		"details are an object": {`{"errors":{"message":"x","field":"mobile"}}`, 0, "", "x", contact.Mobile},
		"details name a field":  {`{"details":[{"message":"x","field":"contact.country.id"}]}`, 0, "", "x", contact.CountryField},
		"a bare list":           {`[{"error_token":"Required"}]`, 0, "", "Required", ""},
		"gateway":               {`{"message":"Endpoint request timed out"}`, 0, "", "Endpoint request timed out", ""},
		"gateway, other case":   {`{"Message":"no"}`, 0, "", "no", ""},
		"a quoted field":        {`{"message":"Value 'x' for \"purchase_order_number\" not allowed on this type"}`, 0, "", `Value 'x' for "purchase_order_number" not allowed on this type`, contact.PurchaseOrderNumber},
		"a quoted value":        {`{"message":"'Type City' is no valid state"}`, 0, "", "'Type City' is no valid state", contact.State},
		"html":                  {"<html><head><title>ERROR: The request could not be satisfied</title></head><body>x</body>", 0, "", "ERROR: The request could not be satisfied", ""},
		"html without title":    {"<html><body><h1>502</h1>\r\n<p>Bad gateway</p></body>", 0, "", "502 Bad gateway", ""},
		"plain":                 {"upstream\x00 \x1b[31mgone", 0, "", "upstream [31mgone", ""},
		"empty":                 {"", 0, "", "HTTP 422 without a message", ""},
		"blanks":                {" \n", 0, "", "HTTP 422 without a message", ""},
		"null":                  {"null", 0, "", "HTTP 422 without a message", ""},
		"nulls":                 {`{"error_code":null,"error_token":null,"message":null,"errors":null}`, 0, "", "HTTP 422 without a message", ""},
		"wrong types":           {`{"error_code":{},"error_token":[1],"message":{"a":1},"errors":7}`, 0, "", "HTTP 422 without a message", ""},
		"token with a blank":    {`{"error_token":"zoe privat"}`, 0, "", "HTTP 422 without a message", ""},
		"token with an address": {`{"error_token":"zoe.privat@example.com"}`, 0, "", "HTTP 422 without a message", ""},
		"wrong bytes":           {"{\"message\":\"a\xffb\"}", 0, "", "a\uFFFDb", ""},
		"cut":                   {`{"error_code":1400,"mess`, 0, "", `{"error_code":1400,"mess`, ""},
	}
	for name, tt := range tests {
		e := readError([]byte(tt.body))
		e.Status = 422
		if e.Code != tt.code || e.Token != tt.token || e.Words() != tt.words || e.Field() != tt.field {
			t.Errorf("%s: %d %q %q %q", name, e.Code, e.Token, e.Words(), e.Field())
		}
	}
	long := readError([]byte(`{"message":"` + strings.Repeat("ü", 1<<19) + `"}`)).Words()
	if n := utf8.RuneCountInString(long); n > maxWords {
		t.Errorf("a long message keeps %d characters", n)
	}
}

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

func TestNumber(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]int64{
		`12`: 12, `"12"`: 12, `" 12 "`: 12, `12.0`: 12, `"1e3"`: 1000, `null`: 0, `""`: 0, `"x"`: 0, `{}`: 0, `[1]`: 0, `true`: 0, `1.5`: 0, `1e300`: 0, `-3`: -3,
	} {
		if got := readNumber([]byte(raw)); got != want {
			t.Errorf("%s: %d, want %d", raw, got, want)
		}
	}
}

func FuzzReadError(f *testing.F) {
	for _, seed := range []string{
		`{"error_code":1400,"error_token":"x","message":"y","errors":[{"message":"Contact - type is required."}]}`,
		`{"errors":["a",1,null,{"field":"x.y[0]"}]}`, `<html><title>x`, `[[[[`, "\xff\xfe<", `{"message":"` + strings.Repeat("ß", 2000) + `"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		e := readError(body)
		words := e.Words()
		if !utf8.ValidString(words) || utf8.RuneCountInString(words) > maxWords || strings.ContainsFunc(words, unicode.IsControl) {
			t.Fatalf("words %q", words)
		}
		if strings.ContainsFunc(e.Error(), func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Fatalf("error %q", e.Error())
		}
		if f := e.Field(); f != "" && known(string(f)) != f {
			t.Fatalf("field %q", f)
		}
	})
}

func FuzzContacts(f *testing.F) {
	f.Add([]byte(`[{"id":"7","type":{"id":1,"description":"x"},"country":null,"name":null,"phone":1}]`))
	f.Add([]byte(`[{"id":7,"type":1,"country":"x"},null]`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var page arrived[storedContact, int64]
		if page.read(bytes.NewReader(body), func(s *storedContact) (int64, error) { return s.key(12) }, nil) != nil {
			return
		}
		for _, r := range page.rows {
			if s := r.stored(12); s.ID <= 0 || s.Org != 12 {
				t.Fatalf("%+v", s)
			}
		}
	})
}

func FuzzCountries(f *testing.F) {
	f.Add([]byte(`[{"id":3,"name":"Afghanistan","country_code":"93","mcc":"412","iso_code":"af"},{"id":"0","name":"ANY","iso_code":null}]`))
	f.Add([]byte(`[{}]`))
	f.Add([]byte(`[{},`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var page arrived[countryRow, string]
		got := page.read(bytes.NewReader(body), (*countryRow).key, nil)
		if errors.Is(got, errElement) {
			return // what is too large is refused whatever it is
		}
		var rows []*countryRow
		want := json.Unmarshal(body, &rows)
		if (got == nil) != (want == nil && rows != nil && !slices.Contains(rows, nil)) {
			t.Fatalf("read as it arrives: %v; read whole: %v", got, want)
		}
		if got != nil {
			return // what had arrived by then is used by nobody
		}
		for i := range page.rows {
			if page.rows[i] != *rows[i] {
				t.Fatalf("row %d is %+v, want %+v", i, page.rows[i], *rows[i])
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
