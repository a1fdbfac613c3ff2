package simulator

import (
	"fmt"
	"net/http"
	"strings"
)

// baseURL stands in Location whatever host was called, as the real service does it.
const baseURL = "https://cdn.emnify.net"

func (x *exchange) createContact(org Organisation) *answer {
	if refusal := x.needsJSON(); refusal != nil {
		return refusal
	}
	changes, refusal := decodeContact(x.body)
	if refusal != nil {
		return refusal
	}
	c := Contact{Org: org.ID}
	problems := changes.apply(&c, x.knowsCountry, true)
	problems = append(problems, x.refusedQuery()...)
	if len(problems) > 0 {
		return unprocessable(problems)
	}
	if x.alter {
		alter(&c)
	}
	if x.shorten {
		shorten(&c)
	}
	x.stored(&c, changes)
	if x.rival {
		x.s.store.add(c)
	}
	a := newAnswer(http.StatusCreated)
	a.created, a.effect = x.s.store.add(c), true
	a.header.Set("Location", fmt.Sprintf("%s/api/v1/organisation/%d/contact/%d", baseURL, org.ID, a.created))
	return a
}

// refusedQuery refuses what must not be sent in the query either.
func (x *exchange) refusedQuery() []detail {
	var problems []detail
	query := x.r.URL.Query()
	for _, name := range []string{"id", "organisation_id"} {
		if query.Has(name) {
			problems = append(problems, notAllowed(name))
		}
	}
	return problems
}

func (x *exchange) readContact(org Organisation, id int64) *answer {
	c, ok := x.s.store.get(org.ID, id)
	if !ok {
		return refuse(http.StatusNotFound, notFound())
	}
	a := newAnswer(http.StatusOK)
	a.header.Set("Content-Type", "application/json")
	a.body = x.appendContact(nil, &c, org)
	return a
}

func (x *exchange) changeContact(org Organisation, id int64) *answer {
	if refusal := x.needsJSON(); refusal != nil {
		return refusal
	}
	changes, refusal := decodeContact(x.body)
	if refusal != nil {
		return refusal
	}
	refusal, found := x.s.store.update(org.ID, id, func(c *Contact) *answer {
		if problems := append(changes.apply(c, x.knowsCountry, false), x.refusedQuery()...); len(problems) > 0 {
			return unprocessable(problems)
		}
		if x.alter {
			alter(c)
		}
		if x.shorten {
			shorten(c)
		}
		x.stored(c, changes)
		return nil
	})
	switch {
	case !found:
		return refuse(http.StatusNotFound, notFound())
	case refusal != nil:
		return refusal
	}
	return changed()
}

func changed() *answer {
	a := newAnswer(http.StatusNoContent)
	a.effect = true
	return a
}

func (x *exchange) deleteContact(org Organisation, id int64) *answer {
	if !x.s.store.remove(org.ID, id) {
		return refuse(http.StatusNotFound, notFound())
	}
	return changed()
}

func (x *exchange) knowsCountry(id int64) bool {
	_, ok := x.countryName(id)
	return ok && id != 0
}

func (x *exchange) countryName(id int64) (string, bool) {
	for _, c := range x.s.countries {
		if c.ID == id {
			return c.Name, true
		}
	}
	return "", false
}

// alter stores other values than those that were sent, as services do: trimmed, folded, cut, without blanks.
func alter(c *Contact) {
	for _, f := range textFields() {
		v := f.of(c)
		*v = strings.TrimSpace(*v)
		if runes := []rune(*v); len(runes) > 255 {
			*v = string(runes[:255])
		}
	}
	c.Email = strings.ToLower(c.Email)
	c.Phone = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "").Replace(c.Phone)
	c.Mobile = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "").Replace(c.Mobile)
}

// shorten stores less than was sent, as a service does that has shorter fields than it says.
func shorten(c *Contact) {
	const most = 20
	for _, f := range textFields() {
		v := f.of(c)
		if v == &c.Email || v == &c.Phone || v == &c.Mobile {
			continue
		}
		if runes := []rune(*v); len(runes) > most {
			*v = strings.TrimSpace(string(runes[:most]))
		}
	}
}
