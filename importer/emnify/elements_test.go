package emnify

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
)

// TestElements: what is an array of objects, wholly, and what is none.
func TestElements(t *testing.T) {
	t.Parallel()
	deep := func(n int) string {
		return `[{"a":` + strings.Repeat("[", n-1) + strings.Repeat("]", n-1) + `}]`
	}
	for text, want := range map[string]error{
		"[]": nil, " [ ] \n": nil, "[{}]": nil, `[{"a":"}]\"\\"} , {"b":[{"c":1}]}]`: nil, deep(maxDepth): nil,
		"": errNotJSON, "null": errNotJSON, "{}": errNotJSON, "[": errNotJSON, "[{}": errNotJSON, "[{},]": errNotJSON, "[{}{}]": errNotJSON,
		"[null]": errNotJSON, "[1]": errNotJSON, "[[]]": errNotJSON, "[]]": errNotJSON, "[{}] x": errNotJSON, "\ufeff[]": errNotJSON, `[{"a":"}]`: errNotJSON,
		`[{a}]`: errNotJSON, `[{]]`: errNotJSON, deep(maxDepth + 1): errElement, `[{"a":"` + strings.Repeat("x", maxElement) + `"}]`: errElement,
	} {
		var page arrived[countryRow, string]
		if err := page.read(iotest.OneByteReader(strings.NewReader(text)), (*countryRow).key, nil); !errors.Is(err, want) || (err == nil) != (want == nil) {
			t.Errorf("%.60q: %v, want %v", text, err, want)
		}
	}
}

// endless gives a text again and again.
type endless struct {
	text string
	read int
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.text)
	e.read += n
	return n, nil
}

// TestElementsAreBounded: what never ends is given up soon, and little of it is held.
func TestElementsAreBounded(t *testing.T) {
	t.Parallel()
	for name, parts := range map[string][2]string{
		"a string": {`[{"name":"`, "aaaaaaaaaaaaaaaa"}, "nesting": {`[{"name":`, "[[[[[[[["}, "fields": {`[{`, `"name":"a",`},
	} {
		source := &endless{text: parts[1]}
		var page arrived[storedContact, int64]
		err := page.read(io.MultiReader(strings.NewReader(parts[0]), source), func(s *storedContact) (int64, error) { return s.key(12) }, nil)
		if !errors.Is(err, errElement) || source.read > 4*maxElement {
			t.Errorf("%s: %v after %d bytes", name, err, source.read)
		}
	}
}

// TestListIsNotHeld reads a list far larger than other answers may be, and holds none of its body.
func TestListIsNotHeld(t *testing.T) {
	t.Parallel()
	element := []byte(`{"name":"` + strings.Repeat("x", 1000) + `","id":`)
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		out := bytes.NewBufferString("[")
		for i := range 8000 {
			if i > 0 {
				out.WriteByte(',')
			}
			out.Write(element)
			out.WriteString("1")
			out.WriteString(strings.Repeat("0", i%9))
			out.WriteByte('}')
		}
		out.WriteByte(']')
		_, _ = w.Write(out.Bytes())
	})
	seen := 0
	req := &call{template: contactsPath, org: 12, size: maxListing, read: func(body io.Reader) error {
		var page arrived[storedContact, int64]
		err := page.read(body, func(s *storedContact) (int64, error) { return s.key(12) }, func(*storedContact) bool { seen++; return false })
		if len(page.rows) != 0 || len(page.keys) != 8000 {
			t.Errorf("%d rows and %d keys are held", len(page.rows), len(page.keys))
		}
		return err
	}}
	resp, _, err := c.roundTrip(t.Context(), req, http.MethodGet, nil)
	if err != nil || req.check(resp) != nil || seen != 8000 {
		t.Fatalf("%v, %d seen", err, seen)
	}
	if body, cut := content(resp); len(body) != 0 || cut != nil {
		t.Errorf("%d bytes are held, %v", len(body), cut)
	}
}

// TestOtherAnswersAreSmall: the organisation may not be larger than 1 MiB either.
func TestOtherAnswersAreSmall(t *testing.T) {
	t.Parallel()
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"id":12,"name":"` + strings.Repeat("x", maxAnswer) + `"}`))
	})
	req := &call{template: "/api/v1/organisation/my", accept: func(http.Header, []byte) error { return nil }}
	resp, _, err := c.roundTrip(t.Context(), req, http.MethodGet, nil)
	if err == nil {
		err = req.check(resp)
	}
	if !errors.Is(err, errTooLarge) {
		t.Errorf("%v", err)
	}
}

// TestTheCountryTableIsBounded: a table of rows without an end, or of rows that are large, is given up.
func TestTheCountryTableIsBounded(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]string{
		"many": `{"id":1,"name":"A"},`, "large": `{"id":1,"name":"` + strings.Repeat("x", maxElement/2) + `"},`,
	} {
		page := arrived[countryRow, string]{most: maxCountries}
		body := &watched{r: io.MultiReader(strings.NewReader("["), &repeated{text: row}), left: maxCountryTable}
		if err := page.read(body, (*countryRow).key, nil); !errors.Is(err, errTooLarge) || len(page.keys) > maxCountries+1 {
			t.Errorf("%s: %v after %d rows", name, err, len(page.keys))
		}
	}
}

// repeated gives a text over and over, wholly each time.
type repeated struct{ text, rest string }

func (a *repeated) Read(p []byte) (int, error) {
	if a.rest == "" {
		a.rest = a.text
	}
	n := copy(p, a.rest)
	a.rest = a.rest[n:]
	return n, nil
}
