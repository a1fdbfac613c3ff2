package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"testing"
)

func many(n int) []Contact {
	out := make([]Contact, n)
	for i := range out {
		out[i] = Contact{ID: int64(i + 1), Type: 3, Name: fmt.Sprintf("Person %05d", i)}
	}
	return out
}

func ids(list []map[string]any) []int64 {
	var out []int64
	for _, c := range list {
		id, _ := c["id"].(json.Number).Int64()
		out = append(out, id)
	}
	return out
}

func TestPaging(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Bare: true, Contacts: many(25), PageSize: 10})
	tests := []struct {
		query         string
		from, to      int64
		current, size string
		link          string
	}{
		{"", 1, 10, "1", "10", `<https://cdn.emnify.net` + home + `?page=1&per_page=10>; rel="first", <https://cdn.emnify.net` + home + `?page=2&per_page=10>; rel="next", <https://cdn.emnify.net` + home + `?page=3&per_page=10>; rel="last"`},
		{"?page=2", 11, 20, "2", "10", ""},
		{"?page=3", 21, 25, "3", "10", ""},
		// A page past the last answers the last page again.
		{"?page=99", 21, 25, "3", "10", ""},
		{"?page=2&per_page=20", 21, 25, "2", "20", ""},
		{"?per_page=5000", 1, 25, "1", "2000", ""},
	}
	for _, test := range tests {
		res, list := c.list(home + test.query)
		got := ids(list)
		if got[0] != test.from || got[len(got)-1] != test.to {
			t.Errorf("%q: %d to %d, want %d to %d", test.query, got[0], got[len(got)-1], test.from, test.to)
		}
		h := res.Header
		if h.Get("X-Total-Count") != "25" || h.Get("X-Current-Page") != test.current || h.Get("X-Count-Per-Page") != test.size {
			t.Errorf("%q: headers %v", test.query, h)
		}
		if test.link != "" && h.Get("Link") != test.link {
			t.Errorf("%q: Link %s", test.query, h.Get("Link"))
		}
	}
	_, sorted := c.list(home + "?sort=-name&per_page=3")
	if got := ids(sorted); !slices.Equal(got, []int64{25, 24, 23}) {
		t.Errorf("sorted by -name: %v", got)
	}
	// There is no search: q changes nothing.
	res, _ := c.list(home + "?q=email:nobody@example.com")
	if res.Header.Get("X-Total-Count") != "25" {
		t.Error("q filtered the list")
	}
}

func TestListAsDocumented(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Bare: true, Contacts: many(2500), PageSize: -1})
	res, list := c.list(home + "?page=2&per_page=10")
	if len(list) != 2500 || res.Header.Get("X-Total-Count") != "" || res.Header["Link"] != nil {
		t.Errorf("%d contacts, headers %v", len(list), res.Header)
	}
	empty := newClient(t, Options{Bare: true})
	if _, body := empty.do("GET", home, ""); string(body) != "[]" {
		t.Errorf("an empty list is %s", body)
	}
}

func TestListFaults(t *testing.T) {
	t.Parallel()
	page := func(c *client, n int) []int64 {
		_, list := c.list(fmt.Sprintf("%s?page=%d", home, n))
		return ids(list)
	}
	with := func(t *testing.T, fault string) *client {
		return newClient(t, Options{Bare: true, Contacts: many(25), PageSize: 10, Faults: faults(t, fault)})
	}
	if got := page(with(t, "repeat-page=100%"), 2); got[0] != 1 {
		t.Errorf("repeat-page begins at %d", got[0])
	}
	if got := page(with(t, "shift-page=100%"), 2); got[0] != 10 || len(got) != 10 {
		t.Errorf("shift-page begins at %d", got[0])
	}
	if got := page(with(t, "short=100%"), 1); len(got) != 5 {
		t.Errorf("short has %d", len(got))
	}
	c := with(t, "truncated=100%")
	res, body := c.do("GET", home, "")
	if res.StatusCode != http.StatusOK || json.Valid(body) {
		t.Errorf("truncated: %d, valid JSON", res.StatusCode)
	}
	c = with(t, "cached=100%/20s")
	res, body = c.do("GET", home, "")
	if res.Header.Get("X-Cache") != "Hit from cloudfront" || res.Header.Get("Age") == "" || string(body) != "[]" {
		t.Errorf("cached: %v %s", res.Header, body)
	}
	c = with(t, "string-numbers=100%")
	if _, list := c.list(home); list[0]["id"] != "1" {
		t.Errorf("id is %v", list[0]["id"])
	}
}
