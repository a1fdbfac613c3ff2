package emnify

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/stop"
	"github.com/contactsync/contactsync/mapping/lookup"
)

// pagesOf answers as the API does: a page past the last is the last page again.
func pagesOf(total, perPage int, headers ...string) func(sentRequest, int) answer {
	return func(r sentRequest, _ int) answer {
		query, _ := url.ParseQuery(r.query)
		pages := max((total+perPage-1)/perPage, 1)
		page := 1
		if p, err := strconv.Atoi(query.Get("page")); err == nil {
			page = min(p, pages)
		}
		var rows []string
		for id := (page-1)*perPage + 1; id <= min(page*perPage, total); id++ {
			rows = append(rows, fmt.Sprintf(`{"id":%d,"name":"n%d"}`, id, id))
		}
		all := map[string]string{
			"X-Total-Count": strconv.Itoa(total), "X-Total-Pages": strconv.Itoa(pages),
			"X-Current-Page": strconv.Itoa(page), "X-Count-Per-Page": strconv.Itoa(perPage), "Link": "",
		}
		if page < pages {
			all["Link"] = fmt.Sprintf(`<https://cdn.emnify.net/x?page=%d>; rel="next"`, page+1)
		}
		header := map[string]string{}
		for _, name := range headers {
			header[name] = all[name]
		}
		return answer{status: 200, body: "[" + strings.Join(rows, ",") + "]", header: header}
	}
}

func TestContactsOverPages(t *testing.T) {
	t.Parallel()
	all := []string{"X-Total-Count", "X-Total-Pages", "X-Current-Page", "X-Count-Per-Page", "Link"}
	tests := map[string]struct {
		total, perPage int
		headers        []string
		requests       int
	}{
		"no headers: one page": {7, 100, nil, 1},
		"empty":                {0, 100, all, 1},
		"one page":             {7, 100, all, 1},
		"exactly one page":     {100, 100, all, 1},
		"three pages":          {250, 100, all, 3},
		"exactly two pages":    {200, 100, all, 2},
		"count only":           {250, 100, []string{"X-Total-Count"}, 3},
		"pages only":           {250, 100, []string{"X-Total-Pages"}, 3},
		"link only":            {250, 100, []string{"Link"}, 3},
		"count and page":       {250, 100, []string{"X-Total-Count", "X-Current-Page"}, 3},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, fake := newFake(t, pagesOf(tt.total, tt.perPage, tt.headers...))
			got, err := contactsOf(t, c, 12)
			if err != nil || len(got) != tt.total {
				t.Fatalf("%d contacts, %v, want %d", len(got), err, tt.total)
			}
			for i, s := range got {
				if s.ID != int64(i+1) || s.Org != 12 || s.Draft.Name != fmt.Sprintf("n%d", i+1) {
					t.Fatalf("contact %d is %+v", i, s)
				}
			}
			if n, _ := fake.counts(); n != tt.requests {
				t.Errorf("%d requests, want %d", n, tt.requests)
			}
			if fake.requests[0].query != "" || fake.requests[0].header.Get("Cache-Control") != "no-cache" {
				t.Errorf("the first page was asked for with %q, %v", fake.requests[0].query, fake.requests[0].header)
			}
		})
	}
}

func TestAListingIsCompleteOrAnError(t *testing.T) {
	t.Parallel()
	good := answer{status: 200, body: `[{"id":1}]`, header: map[string]string{"X-Total-Count": "1"}}
	bad := map[string]answer{
		"cut":              {status: 200, body: `[{"id":1},{"i`, cut: true},
		"truncated":        {status: 200, body: `[{"id":1},{"id":2}`},
		"trailing text":    {status: 200, body: `[{"id":1}]<html>`},
		"html":             {status: 200, body: `<html>log in</html>`},
		"an object":        {status: 200, body: `{"message":"x"}`},
		"null":             {status: 200, body: `null`},
		"empty":            {status: 200},
		"a null contact":   {status: 200, body: `[null]`},
		"no number":        {status: 200, body: `[{"name":"x"}]`},
		"a wrong number":   {status: 200, body: `[{"id":"x"}]`},
		"too few":          {status: 200, body: `[{"id":1}]`, header: map[string]string{"X-Total-Count": "2"}},
		"too many":         {status: 200, body: `[{"id":1},{"id":2}]`, header: map[string]string{"X-Total-Count": "1"}},
		"pages don't come": {status: 200, body: `[{"id":1}]`, header: map[string]string{"X-Total-Pages": "3"}},
		"204":              {status: 204},
		"206":              {status: 206, body: `[{"id":1}]`},
		"503":              {status: 503, body: `<html>`},
		"time-out":         {status: 200, body: `[{"id":1}]`, after: time.Hour},
		"broken":           {err: errBroken},
	}
	for name, a := range bad {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				tries := 0
				c, _ := newFake(t, func(r sentRequest, _ int) answer {
					if r.query == "" {
						tries++
					}
					if tries > 7 {
						return good
					}
					return a
				})
				got, err := contactsOf(t, c, 12)
				if err != nil || len(got) != 1 || tries != 8 {
					t.Errorf("asked again: %v, %v after %d tries", got, err, tries)
				}
			})
			synctest.Test(t, func(t *testing.T) {
				c, _ := newFake(t, always(a))
				got, err := contactsOf(t, c, 12)
				var ended *stop.Error
				if !errors.As(err, &ended) || ended.Cause != stop.CauseOutage || got != nil {
					t.Errorf("always: %v, %v", got, err)
				}
			})
		})
	}
}

func TestAContactThatMovesBetweenPages(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		// Somebody makes a contact after our first page: everything moves on by one, and what stood at the end of the
		// first page stands at the start of the second.
		c, _ := newFake(t, inTurn(
			answer{status: 200, body: `[{"id":1},{"id":2}]`, header: map[string]string{"X-Total-Count": "4"}},
			answer{status: 200, body: `[{"id":2},{"id":3}]`, header: map[string]string{"X-Total-Count": "5"}},
			answer{status: 200, body: `[{"id":4}]`, header: map[string]string{"X-Total-Count": "5"}},
			answer{status: 200, body: `[{"id":9},{"id":1},{"id":2},{"id":3},{"id":4}]`, header: map[string]string{"X-Total-Count": "5"}},
		))
		got, err := contactsOf(t, c, 12)
		seen := map[int64]int{}
		for _, s := range got {
			seen[s.ID]++
		}
		if err != nil || len(got) != 5 || len(seen) != 5 || seen[9] != 1 {
			t.Errorf("%v, %v", got, err)
		}
	})
}

func TestContactsOfAnOrganisationThatIsNotOurs(t *testing.T) {
	t.Parallel()
	c, fake := newFake(t, always(answer{status: 404, body: `{"error_code":1201,"error_token":"NotFound","message":"no such organisation"}`}))
	_, err := contactsOf(t, c, 99)
	var refusal *outcome.Refusal
	if n, _ := fake.counts(); !errors.As(err, &refusal) || refusal.HTTPStatus != 404 || refusal.Code != 1201 || n != 1 {
		t.Errorf("%v after %d requests", err, n)
	}
}

func TestStoredContact(t *testing.T) {
	t.Parallel()
	body := `[
	 {"id":"7","organisation":{"id":12,"name":"x"},"type":{"id":"31","description":"Invoice address"},"name":"A B","title":null,
	  "country":{"id":74,"name":"Germany"},"email":"a@example.com","phone":4930123,"zipcode":"010","purchase_order_number":"PO"},
	 {"id":8,"type":31,"country":null,"name":null,"city":{},"state":[1]},
	 {"id":9,"type":"Technical","country":{"id":null,"name":null}}
	]`
	c, _ := newFake(t, always(answer{status: 200, body: body}))
	got, err := contactsOf(t, c, 12)
	if err != nil {
		t.Fatal(err)
	}
	want := []contact.Stored{
		{
			ID: 7, Org: 12, Type: contact.Type{ID: 31, Name: "Invoice address"}, Country: contact.Country{ID: 74, Name: "Germany"},
			Draft: contact.Draft{
				Name: "A B", Country: "Germany", Email: "a@example.com", Phone: "4930123", Zipcode: "010",
				PurchaseOrderNumber: "PO", Type: "Invoice address",
			},
		},
		{ID: 8, Org: 12, Type: contact.Type{ID: 31}},
		{ID: 9, Org: 12, Type: contact.Type{Name: "Technical"}, Draft: contact.Draft{Type: "Technical"}},
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("contact %d:\n%+v, want\n%+v", i, got[i], want[i])
		}
	}
}

func TestLookups(t *testing.T) {
	t.Parallel()
	c, fake := newFake(t, func(r sentRequest, _ int) answer {
		switch r.path + "?" + r.query {
		case "/api/v1/organisation/my?":
			return answer{status: 200, body: `{"id":"12","name":"Muster GmbH","country":{"id":74}}`}
		case "/api/v1/country?geographic=true":
			return answer{status: 200, body: `[{"id":0,"name":"ANY","iso_code":""},{"id":"74","name":"Germany","country_code":"49","mcc":"262","iso_code":"de"},
				{"id":0,"name":"ANY","iso_code":null}]`, header: map[string]string{"X-Total-Count": "3"}}
		}
		return answer{status: 404}
	})
	org, err := c.MyOrganisation(t.Context())
	if want := (remote.Organisation{ID: 12, Name: "Muster GmbH"}); err != nil || org != want {
		t.Errorf("%+v, %v", org, err)
	}
	rows, err := c.Countries(t.Context())
	if err != nil || len(rows) != 3 || rows[1] != (lookup.CountryRow{ID: 74, Name: "Germany", ISO: "de"}) {
		t.Errorf("%+v, %v", rows, err)
	}
	if n, _ := fake.counts(); n != 2 {
		t.Errorf("%d requests", n)
	}
}

func TestMyOrganisationNeedsANumber(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{}`, `{"id":0}`, `{"id":null}`, `[]`, `"my"`, `<html>`, ``} {
		synctest.Test(t, func(t *testing.T) {
			c, _ := newFake(t, always(answer{status: 200, body: body}))
			var stop *stop.Error
			if org, err := c.MyOrganisation(t.Context()); !errors.As(err, &stop) {
				t.Errorf("%q: %+v, %v", body, org, err)
			}
		})
	}
}
