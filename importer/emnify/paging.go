package emnify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/contactsync/contactsync/importer/plan"
)

// maxPages bounds a listing whose pages never end.
const maxPages = 100_000

// collection is what a listing is asked of.
type collection[T any] struct {
	template string
	org      int64
	query    url.Values
	key      func(*T) (string, error)
	// fresh: what came out of a cache is read once more, past the cache.
	fresh bool
}

// list reads a collection, all of it, or fails. Most collections come as one page without any header; the headers of
// the others tell how many there are. A page past the last one answers the last one again, so that what ends the
// reading is the count, or a page that brings nothing new; never an empty page. What does not add up, because
// something was inserted meanwhile or because a page was stale, is asked for again from the start. cached tells that a
// page came out of a cache, and with fresh that it did so although its address had never been asked for before.
func list[T any](ctx context.Context, c *Client, from collection[T]) (rows []*T, cached bool, err error) {
	gap := c.waits.upTo(c.cfg.MaxBackoff)
	unique := false
	for attempt := 1; ; {
		l := &listing[T]{client: c, collection: from, seen: map[string]bool{}}
		if unique {
			l.query = c.pastCaches(from.query)
		}
		err := l.readAll(ctx)
		again := from.fresh && l.cached && !unique
		unique = unique || again
		switch {
		case err == nil && again:
			continue
		case err == nil:
			return l.rows, l.cached, nil
		case !errors.Is(err, errIncomplete):
			return nil, false, err
		case attempt >= c.cfg.MaxAttempts:
			return nil, false, incompleteStop(from.template, err)
		}
		attempt++
		if err := sleep(ctx, gap.NextBackOff()); err != nil {
			return nil, false, err
		}
	}
}

func incompleteStop(template string, err error) *plan.StopError {
	return &plan.StopError{
		Cause:   plan.CauseOutage,
		Message: fmt.Sprintf("the API does not give a complete listing of %s: %s", template, err),
		Hint:    "run the same command again later; if it stays so, show the request ids of the log to emnify's support",
		Err:     err,
	}
}

var errIncomplete = errors.New("incomplete")

// listing is one reading of a collection from its start.
type listing[T any] struct {
	client *Client
	collection[T]

	seen   map[string]bool
	rows   []*T
	cached bool
}

func (l *listing[T]) readAll(ctx context.Context) error {
	first, err := l.page(ctx, l.query)
	if err != nil {
		return err
	}
	said, stuck := first, false
	for page := 2; !stuck && l.hasMore(said, page); page++ {
		if page > maxPages {
			return fmt.Errorf("%w: more than %d pages", errIncomplete, maxPages)
		}
		query := url.Values{"page": {strconv.Itoa(page)}}
		maps.Copy(query, l.query)
		if first.perPage > 0 {
			query.Set("per_page", strconv.Itoa(first.perPage))
		}
		before, total := len(l.rows), said.total
		if said, err = l.page(ctx, query); err != nil {
			return err
		}
		if said.total >= 0 && said.total < total {
			// What was deleted on a page that was read already lets one slip past from the next page to it.
			return fmt.Errorf("%w: of %d only %d were left", errIncomplete, total, said.total)
		}
		stuck = len(l.rows) == before || said.current > 0 && said.current != page
	}
	switch {
	case said.total >= 0 && len(l.rows) != said.total:
		return fmt.Errorf("%w: %d of %d came", errIncomplete, len(l.rows), said.total)
	case said.total < 0 && stuck && said.pages > 0:
		return fmt.Errorf("%w: one of %d pages did not come", errIncomplete, said.pages)
	}
	return nil
}

// hasMore tells from the headers of the last page whether there is a further one.
func (l *listing[T]) hasMore(said paging, page int) bool {
	switch {
	case said.total >= 0 && len(l.rows) >= said.total:
		return false
	case said.pages > 0:
		return page <= said.pages
	default:
		return said.total > len(l.rows) || said.next
	}
}

// page reads one page and keeps what is new on it.
func (l *listing[T]) page(ctx context.Context, query url.Values) (paging, error) {
	var rows []*T
	header, err := l.client.read(ctx, l.template, l.org, query, func(_ http.Header, body []byte) error {
		rows = nil
		return decodeRows(body, &rows, l.key)
	})
	if err != nil {
		return paging{}, err
	}
	l.cached = l.cached || fromCache(header)
	// Within a page nothing is a repetition: the country table may well have two equal rows.
	keys := make([]string, len(rows))
	for i, row := range rows {
		keys[i], _ = l.key(row) // accepted above, so without an error
		if !l.seen[keys[i]] {
			l.rows = append(l.rows, row)
		}
	}
	for _, key := range keys {
		l.seen[key] = true
	}
	return readPaging(header), nil
}

// decodeRows reads a JSON array whose every element is an object that has a key. null is not an empty list.
func decodeRows[T any](body []byte, rows *[]*T, key func(*T) (string, error)) error {
	if err := json.Unmarshal(body, rows); err != nil || *rows == nil {
		return errNotJSON
	}
	for _, row := range *rows {
		if row == nil {
			return errNotJSON
		}
		if _, err := key(row); err != nil {
			return err
		}
	}
	return nil
}

// paging is what the headers of a page say. Numbers that they do not tell are -1.
type paging struct {
	total, pages, current, perPage int
	next                           bool
}

func readPaging(h http.Header) paging {
	p := paging{
		total: count(h, "X-Total-Count"), pages: count(h, "X-Total-Pages"),
		current: count(h, "X-Current-Page"), perPage: count(h, "X-Count-Per-Page"),
	}
	for _, link := range h.Values("Link") {
		rel := strings.ReplaceAll(strings.ToLower(link), " ", "")
		p.next = p.next || strings.Contains(rel, `rel="next"`) || strings.Contains(rel, "rel=next")
	}
	return p
}

func count(h http.Header, name string) int {
	text := strings.TrimSpace(h.Get(name))
	n, err := strconv.Atoi(text)
	if err != nil || !isDigits(text) {
		return -1
	}
	return n
}
