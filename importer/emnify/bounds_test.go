package emnify

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/contactsync/contactsync/importer/emnify/decode"
)

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
		var page arrived[decode.Contact, int64]
		err := page.read(body, func(s *decode.Contact) (int64, error) { return s.Key(12) }, func(*decode.Contact) bool { seen++; return false })
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
		"many": `{"id":1,"name":"A"},`, "large": `{"id":1,"name":"` + strings.Repeat("x", 32<<10) + `"},`,
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
