package emnify

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/stop"
)

func TestFromCache(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		header http.Header
		want   bool
	}{
		"nothing":        {nil, false},
		"miss":           {http.Header{"X-Cache": {"Miss from cloudfront"}}, false},
		"error":          {http.Header{"X-Cache": {"Error from cloudfront"}}, false},
		"hit":            {http.Header{"X-Cache": {"Hit from cloudfront"}}, true},
		"refreshed":      {http.Header{"X-Cache": {"RefreshHit from cloudfront"}}, true},
		"two caches":     {http.Header{"X-Cache": {"MISS", "HIT"}}, true},
		"squid":          {http.Header{"X-Cache": {"TCP_HIT"}}, true},
		"no age":         {http.Header{"Age": {"0"}}, false},
		"an age":         {http.Header{"Age": {"1"}}, true},
		"an odd age":     {http.Header{"Age": {"soon"}}, true},
		"several ages":   {http.Header{"Age": {"0", "7"}}, true},
		"error with age": {http.Header{"X-Cache": {"Error from cloudfront"}, "Age": {"9"}}, true},
	}
	for name, tt := range tests {
		if got := fromCache(tt.header); got != tt.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// caching puts a cache before an API: it keeps answers by path and query.
func caching(api func(sentRequest, int) answer) func(sentRequest, int) answer {
	kept := map[string]answer{}
	return func(r sentRequest, n int) answer {
		key := r.path + "?" + r.query
		if a, ok := kept[key]; ok {
			a.header = map[string]string{"X-Cache": "Hit from cloudfront", "Age": "12"}
			return a
		}
		kept[key] = api(r, n)
		return kept[key]
	}
}

func TestAListingOutOfACacheIsReadPastIt(t *testing.T) {
	t.Parallel()
	contacts := 1
	c, fake := newFake(t, caching(func(sentRequest, int) answer {
		var rows []string
		for id := range contacts {
			rows = append(rows, fmt.Sprintf(`{"id":%d}`, id+1))
		}
		return answer{status: 200, body: "[" + strings.Join(rows, ",") + "]"}
	}))
	for want := 1; want <= 3; want++ {
		contacts = want
		l, err := c.List(t.Context(), 12, nil)
		if err != nil || len(l.Contacts) != want || l.Cached {
			t.Errorf("%d contacts: %+v, %v", want, l, err)
		}
	}
	queries := map[string]bool{}
	for _, r := range fake.requests {
		queries[r.query] = true
	}
	if n, _ := fake.counts(); n != 5 || len(queries) != 3 {
		t.Errorf("%d requests with the queries %v", n, queries)
	}
}

func TestAListingThatStaysCachedSaysSo(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		cached   func(url.Values) bool
		requests int
		want     bool
	}{
		"all of it":       {func(url.Values) bool { return true }, 6, true},
		"the last page":   {func(q url.Values) bool { return q.Get("page") == "3" }, 6, true},
		"only at first":   {func(q url.Values) bool { return !q.Has("_") }, 6, false},
		"one page, first": {func(q url.Values) bool { return q.Get("page") == "2" && !q.Has("_") }, 6, false},
		"nothing":         {func(url.Values) bool { return false }, 3, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pages := pagesOf(25, 10, "X-Total-Count", "X-Count-Per-Page")
			c, fake := newFake(t, func(r sentRequest, n int) answer {
				a := pages(r, n)
				if query, _ := url.ParseQuery(r.query); tt.cached(query) {
					a.header["Age"] = "3"
				}
				return a
			})
			l, err := c.List(t.Context(), 12, nil)
			if n, _ := fake.counts(); err != nil || len(l.Contacts) != 25 || l.Cached != tt.want || n != tt.requests {
				t.Errorf("%d contacts, cached %t, %v after %d requests", len(l.Contacts), l.Cached, err, n)
			}
		})
	}
}

// A cached page that does not fit the others would not fit them the next time either.
func TestAnIncompleteListingOutOfACacheIsReadPastIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		pages := pagesOf(25, 10, "X-Total-Count", "X-Count-Per-Page")
		c, fake := newFake(t, func(r sentRequest, n int) answer {
			a := pages(r, n)
			if query, _ := url.ParseQuery(r.query); !query.Has("_") && query.Get("page") == "2" {
				a.body, a.header["Age"] = "[]", "60"
			}
			return a
		})
		l, err := c.List(t.Context(), 12, nil)
		if n, _ := fake.counts(); err != nil || len(l.Contacts) != 25 || l.Cached || n != 5 {
			t.Errorf("%+v, %v after %d requests", l, err, n)
		}
	})
}

// A contact of a page that was read already is deleted before the next page is read: the first of that page slips past.
func TestADeleteBetweenPagesIsNoticed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ids := []int{1, 2, 3, 4}
		c, _ := newFake(t, func(r sentRequest, n int) answer {
			query, _ := url.ParseQuery(r.query)
			if n == 1 {
				ids = ids[1:]
			}
			rows, total := ids[:2], len(ids)
			if query.Get("page") == "2" {
				rows = ids[2:]
			}
			text := strings.ReplaceAll(fmt.Sprint(rows), " ", `},{"id":`)
			text = strings.NewReplacer("[", `[{"id":`, "]", "}]").Replace(text)
			return answer{status: 200, body: text, header: map[string]string{"X-Total-Count": fmt.Sprint(total), "X-Count-Per-Page": "2"}}
		})
		l, err := c.List(t.Context(), 12, nil)
		if err != nil || len(l.Contacts) != 3 || l.Contacts[1].ID != 3 {
			t.Errorf("%+v, %v", l, err)
		}
	})
}

func TestContactByAnswer(t *testing.T) {
	t.Parallel()
	stored := answer{status: 200, body: `{"id":77,"name":"Zoë Privat","type":{"id":31,"description":"Invoice address"}}`}
	tests := map[string]struct {
		answers  []answer
		requests int
		found    bool
		refusal  bool
		cause    stop.Cause
	}{
		"there":                {answers: []answer{stored}, requests: 1, found: true},
		"not there":            {answers: []answer{{status: 404}}, requests: 1},
		"forbidden":            {answers: []answer{{status: 403}}, requests: 1, refusal: true},
		"gone is no 404":       {answers: []answer{{status: 410}}, requests: 1, refusal: true},
		"again after 503":      {answers: []answer{{status: 503}, {err: errBroken}, stored}, requests: 3, found: true},
		"again after 429":      {answers: []answer{{status: 429}, {status: 404}}, requests: 2},
		"again after 401":      {answers: []answer{{status: 401}, stored}, requests: 2, found: true},
		"html with 200":        {answers: []answer{{status: 200, body: "<html>"}}, requests: 8, cause: stop.CauseOutage},
		"another contact":      {answers: []answer{{status: 200, body: `{"id":78}`}}, requests: 8, cause: stop.CauseOutage},
		"null, then there":     {answers: []answer{{status: 200, body: "null"}, stored}, requests: 2, found: true},
		"cut, then there":      {answers: []answer{{status: 200, body: `{"id":77`, cut: true}, stored}, requests: 2, found: true},
		"204":                  {answers: []answer{{status: 204}}, requests: 8, cause: stop.CauseOutage},
		"redirect":             {answers: []answer{{status: 302}}, requests: 1, cause: stop.CauseRedirect},
		"cached 404, not gone": {answers: []answer{aged(answer{status: 404}), stored}, requests: 2, found: true},
		"cached, gone since":   {answers: []answer{aged(stored), {status: 404}}, requests: 2},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, fake := newFake(t, inTurn(tt.answers...))
				got, found, err := c.Contact(t.Context(), 12, 77)
				if found != tt.found || found != (got.ID == 77 && got.Org == 12 && got.Draft.Name == "Zoë Privat") || !found && got.ID != 0 {
					t.Errorf("%+v, %t, %v", got, found, err)
				}
				var refusal *outcome.Refusal
				var stop *stop.Error
				if errors.As(err, &refusal) != tt.refusal || errors.As(err, &stop) != (tt.cause != 0) || stop != nil && stop.Cause != tt.cause ||
					!tt.refusal && tt.cause == 0 && err != nil {
					t.Errorf("error %v", err)
				}
				if n, _ := fake.counts(); n != tt.requests {
					t.Errorf("%d requests, want %d", n, tt.requests)
				}
				if r := fake.requests[0]; r.method != "GET" || r.path != "/api/v1/organisation/12/contact/77" || r.query != "" || r.body != "" {
					t.Errorf("asked with %s %s?%s", r.method, r.path, r.query)
				}
			})
		})
	}
}

// aged is an answer out of a cache.
func aged(a answer) answer {
	a.header = map[string]string{"Age": "4"}
	return a
}

func TestAContactThatStaysCachedIsUnknown(t *testing.T) {
	t.Parallel()
	for name, a := range map[string]answer{"there": aged(answer{status: 200, body: `{"id":77}`}), "not there": aged(answer{status: 404})} {
		c, fake := newFake(t, always(a))
		got, found, err := c.Contact(t.Context(), 12, 77)
		if n, _ := fake.counts(); !errors.Is(err, errCached) || found || got.ID != 0 || n != 2 {
			t.Errorf("%s: %+v, %t, %v after %d requests", name, got, found, err, n)
		}
		if fake.requests[1].query == "" {
			t.Errorf("%s: asked again with the same address", name)
		}
	}
}

// What is asked past the caches is never the same twice, and comes from the client's own randomness.
func TestAddressesPastCachesAreRepeatable(t *testing.T) {
	t.Parallel()
	asked := func() (queries []string) {
		c, fake := newFake(t, always(aged(answer{status: 200, body: `{"id":77}`})))
		for range 3 {
			_, _, _ = c.Contact(t.Context(), 12, 77)
		}
		for i, r := range fake.requests {
			if i%2 == 1 {
				queries = append(queries, r.query)
			}
		}
		return queries
	}
	first, second := asked(), asked()
	if fmt.Sprint(first) != fmt.Sprint(second) || first[0] == first[1] || first[1] == first[2] {
		t.Errorf("%v, then %v", first, second)
	}
}

func TestReadingTakesTimeWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		signal := errors.New("signal")
		c, _ := newFake(t, always(answer{status: 200, after: time.Hour}))
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, signal)
		defer cancel()
		if _, _, err := c.Contact(ctx, 12, 77); !errors.Is(err, signal) {
			t.Errorf("%v", err)
		}
	})
}
