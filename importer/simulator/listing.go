package simulator

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// listContacts answers the list. The query's q is not looked at: contacts cannot be searched, and a client that relies
// on it gets all of them.
func (x *exchange) listContacts(org Organisation) *answer {
	query := x.r.URL.Query()
	contacts := x.s.store.list(org.ID)
	if x.view.hide > 0 {
		since := time.Now().Add(-time.Duration(x.view.hide))
		contacts = slices.DeleteFunc(contacts, func(c *Contact) bool { return c.Created.After(since) })
	}
	if !sortContacts(contacts, query.Get("sort")) {
		return refuse(http.StatusBadRequest, badRequest("The sort field is unknown."))
	}
	a := newAnswer(http.StatusOK)
	a.header.Set("Content-Type", "application/json")
	shown, ok := x.page(a, contacts, query)
	if !ok {
		return refuse(http.StatusBadRequest, badRequest("The page is invalid."))
	}
	if x.view.short {
		shown = shown[:len(shown)/2]
	}
	a.stream = func(w io.Writer) error { return x.writeContacts(w, shown, org) }
	return a
}

// page cuts one page out of the contacts and sets the paging headers.
func (x *exchange) page(a *answer, contacts []*Contact, query url.Values) ([]*Contact, bool) {
	size, err1 := positive(query.Get("per_page"), max(x.s.opts.PageSize, 1))
	page, err2 := positive(query.Get("page"), 1)
	if err1 != nil || err2 != nil {
		return nil, false
	}
	if x.s.opts.PageSize < 0 {
		return contacts, true
	}
	size = min(size, max(maxPageSize, x.s.opts.PageSize))
	total := len(contacts)
	pages := max(1, (total+size-1)/size)
	// A page past the last answers the last page again.
	page = min(page, pages)
	shown := page
	if x.view.repeatPage {
		shown = max(1, page-1)
	}
	from := (shown - 1) * size
	if x.view.shift && page > 1 {
		from, total = from-1, total+1
	}
	if x.view.slip && page > 1 {
		from, total = min(from+1, len(contacts)), total-1
	}
	h := a.header
	h.Set("X-Total-Count", strconv.Itoa(total))
	h.Set("X-Total-Pages", strconv.Itoa(pages))
	h.Set("X-Current-Page", strconv.Itoa(page))
	h.Set("X-Count-Per-Page", strconv.Itoa(size))
	h["Link"] = []string{links(x.r.URL, page, pages, size)}
	return contacts[from:min(from+size, len(contacts))], true
}

func positive(text string, fallback int) (int, error) {
	if text == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%q is no positive number", text)
	}
	return n, nil
}

// links is the Link header; empty if there is only one page.
func links(u *url.URL, page, pages, size int) string {
	if pages == 1 {
		return ""
	}
	var out []string
	link := func(rel string, page int) {
		query := u.Query()
		query.Set("page", strconv.Itoa(page))
		query.Set("per_page", strconv.Itoa(size))
		out = append(out, fmt.Sprintf(`<%s%s?%s>; rel="%s"`, baseURL, u.Path, query.Encode(), rel))
	}
	link("first", 1)
	if page > 1 {
		link("prev", page-1)
	}
	if page < pages {
		link("next", page+1)
	}
	link("last", pages)
	return strings.Join(out, ", ")
}

func sortContacts(contacts []*Contact, by string) bool {
	if by == "" {
		return true
	}
	name, descending := strings.CutPrefix(by, "-")
	compare := func(a, b *Contact) int { return cmp.Compare(a.ID, b.ID) }
	if name != "id" {
		fields := textFields()
		at := slices.IndexFunc(fields, func(f textField) bool { return f.name == name })
		if at < 0 {
			return false
		}
		compare = func(a, b *Contact) int { return cmp.Compare(*fields[at].of(a), *fields[at].of(b)) }
	}
	slices.SortStableFunc(contacts, func(a, b *Contact) int {
		if descending {
			return compare(b, a)
		}
		return compare(a, b)
	})
	return true
}

// writeContacts streams a list in pieces of a few kilobytes.
func (x *exchange) writeContacts(w io.Writer, contacts []*Contact, org Organisation) error {
	const piece = 32 << 10
	b := append(make([]byte, 0, piece+4<<10), '[')
	for i, c := range contacts {
		if i > 0 {
			b = append(b, ',')
		}
		if x.view.otherOrg && i == len(contacts)-1 {
			strange := *c
			strange.Org++
			c = &strange
		}
		b = x.appendContact(b, c, org)
		if len(b) >= piece {
			if _, err := w.Write(b); err != nil {
				return err
			}
			b = b[:0]
		}
	}
	_, err := w.Write(append(b, ']'))
	return err
}
