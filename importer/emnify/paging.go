package emnify

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/contactsync/contactsync/importer/emnify/decode"
	"github.com/contactsync/contactsync/importer/stop"
	"github.com/contactsync/contactsync/importer/wait"
)

// maxPages bounds a listing whose pages never end.
const maxPages = 100_000

// maxElements is how many elements a collection may have.
const maxElements = 5_000_000

// collection is what a listing is asked of: elements T, told apart by keys K.
type collection[T any, K comparable] struct {
	template string
	org      int64
	query    url.Values
	key      func(*T) (K, error)
	// keep tells of each element, as it arrives, whether it is wanted itself beside its key; nil wants all. It may be asked
	// again of the same one: a page, or all of the listing, may have to be read anew.
	keep func(*T) bool
	// most is how many elements there may be, and size how many bytes a page of them; 0: as many, and as large, as an
	// organisation's contacts.
	most int
	size int64
	// fresh: what came out of a cache is read once more, past the cache.
	fresh bool
}

// list reads a collection, all of it, or fails. Most collections come as one page without any header; the headers of
// the others tell how many there are. A page past the last one answers the last one again, so that what ends the
// reading is the count, or a page that brings nothing new; never an empty page. What does not add up, because
// something was inserted meanwhile or because a page was stale, is asked for again from the start. cached tells that a
// page came out of a cache, and with fresh that it did so although its address had never been asked for before.
//
// keys are those of all elements, rows the elements that are kept, both in the order in which they came.
func list[T any, K comparable](ctx context.Context, c *Client, from collection[T, K]) (keys []K, rows []T, cached bool, err error) {
	gap := c.waits.upTo(c.cfg.MaxBackoff)
	unique := false
	for attempt := 1; ; {
		l := &listing[T, K]{client: c, collection: from}
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
			return l.keys, l.rows, l.cached, nil
		case !errors.Is(err, errIncomplete):
			return nil, nil, false, err
		case attempt >= c.cfg.MaxAttempts:
			return nil, nil, false, incompleteStop(from.template, err)
		}
		attempt++
		if err := wait.Sleep(ctx, gap.NextBackOff()); err != nil {
			return nil, nil, false, err
		}
	}
}

func incompleteStop(template string, err error) *stop.Error {
	return &stop.Error{
		Cause:   stop.CauseOutage,
		Message: fmt.Sprintf("the API does not give a complete listing of %s: %s", template, err),
		Hint:    "run the same command again later; if it stays so, show the request ids of the log to emnify's support",
		Err:     err,
	}
}

var errIncomplete = errors.New("incomplete")

// listing is one reading of a collection from its start.
type listing[T any, K comparable] struct {
	client *Client
	collection[T, K]

	seen   map[K]bool // the first keys, those of the pages before
	before int        // how many of them those are
	keys   []K
	rows   []T
	cached bool
}

func (l *listing[T, K]) readAll(ctx context.Context) error {
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
		l.remember()
		before, total := len(l.keys), said.total
		if said, err = l.page(ctx, query); err != nil {
			return err
		}
		if said.total >= 0 && said.total < total {
			// What was deleted on a page that was read already lets one slip past from the next page to it.
			return fmt.Errorf("%w: of %d only %d were left", errIncomplete, total, said.total)
		}
		stuck = len(l.keys) == before || said.current > 0 && said.current != page
	}
	switch {
	case said.total >= 0 && len(l.keys) != said.total:
		return fmt.Errorf("%w: %d of %d came", errIncomplete, len(l.keys), said.total)
	case said.total < 0 && stuck && said.pages > 0:
		return fmt.Errorf("%w: one of %d pages did not come", errIncomplete, said.pages)
	}
	return nil
}

// hasMore tells from the headers of the last page whether there is a further one.
func (l *listing[T, K]) hasMore(said paging, page int) bool {
	switch {
	case said.total >= 0 && len(l.keys) >= said.total:
		return false
	case said.pages > 0:
		return page <= said.pages
	default:
		return said.total > len(l.keys) || said.next
	}
}

// page reads one page and keeps what is new on it.
func (l *listing[T, K]) page(ctx context.Context, query url.Values) (paging, error) {
	var page arrived[T, K]
	header, err := l.client.readList(ctx, &call{template: l.template, org: l.org, size: cmp.Or(l.size, maxListing), read: func(body io.Reader) error {
		page = arrived[T, K]{most: l.mostElements()}
		return page.read(body, l.key, l.keep)
	}}, query)
	if err != nil {
		return paging{}, err
	}
	l.cached = l.cached || fromCache(header)
	// Within a page nothing is a repetition: the country table may well have two equal rows.
	kept := page.rows
	for i, key := range page.keys {
		isKept := page.kept == nil || page.kept[i]
		if !l.seen[key] {
			l.keys = append(l.keys, key)
			if isKept {
				l.rows = append(l.rows, kept[0])
			}
		}
		if isKept {
			kept = kept[1:]
		}
	}
	if len(l.keys) > l.mostElements() {
		return paging{}, incompleteStop(l.template, tooMany(l.mostElements()))
	}
	return readPaging(header), nil
}

func (c *collection[T, K]) mostElements() int { return cmp.Or(c.most, maxElements) }

func tooMany(most int) error { return fmt.Errorf("more than %d elements: %w", most, errTooLarge) }

// remember takes note of the keys of the pages that have been read, before a further one is.
func (l *listing[T, K]) remember() {
	if l.seen == nil {
		l.seen = map[K]bool{}
	}
	for _, key := range l.keys[l.before:] {
		l.seen[key] = true
	}
	l.before = len(l.keys)
}

// arrived is what came on a page.
type arrived[T any, K comparable] struct {
	keys []K
	kept []bool // by key; nil: all
	rows []T    // those that are kept
	most int    // how many keys there may be; 0: any number
}

// read reads a JSON array whose every element is an object that has a key. null is not an empty list.
func (p *arrived[T, K]) read(body io.Reader, key func(*T) (K, error), keep func(*T) bool) error {
	return decode.Elements(body, func(text []byte) error {
		var row T
		if err := json.Unmarshal(text, &row); err != nil {
			return decode.ErrNotJSON
		}
		k, err := key(&row)
		if err != nil {
			return err
		}
		if p.keys = append(p.keys, k); p.most > 0 && len(p.keys) > p.most {
			return tooMany(p.most)
		}
		if keep != nil {
			p.kept = append(p.kept, keep(&row))
			if !p.kept[len(p.kept)-1] {
				return nil
			}
		}
		p.rows = append(p.rows, row)
		return nil
	})
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
