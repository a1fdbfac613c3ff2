package simulator

import (
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

const apiRoot = "/api/v1/"

// route finds out what is asked, and whether it may be.
func (x *exchange) route() *answer {
	path, ok := strings.CutPrefix(x.r.URL.Path, apiRoot)
	if !ok {
		return x.unknown()
	}
	parts := strings.Split(path, "/")
	if path == "authenticate" {
		return x.methods(method{http.MethodPost, x.authenticate})
	}
	if refusal := x.s.accounts.authorise(x.r.Header.Get("Authorization")); refusal != nil {
		return refusal
	}
	switch {
	case path == "country":
		return x.methods(method{http.MethodGet, x.listCountries})
	case path == "organisation/my":
		return x.methods(method{http.MethodGet, x.ownOrganisation})
	case len(parts) == 3 && parts[0] == "organisation" && parts[2] == "contact":
		return x.ofOrganisation(parts[1], func(org Organisation) *answer {
			return x.methods(
				method{http.MethodGet, func() *answer { return x.listContacts(org) }},
				method{http.MethodPost, func() *answer { return x.createContact(org) }})
		})
	case len(parts) == 4 && parts[0] == "organisation" && parts[2] == "contact":
		id, err := strconv.ParseInt(parts[3], 10, 64)
		if err != nil || id <= 0 {
			return refuse(http.StatusNotFound, notFound())
		}
		return x.ofOrganisation(parts[1], func(org Organisation) *answer {
			return x.methods(
				method{http.MethodGet, func() *answer { return x.readContact(org, id) }},
				method{http.MethodPatch, func() *answer { return x.changeContact(org, id) }},
				method{http.MethodDelete, func() *answer { return x.deleteContact(org, id) }})
		})
	}
	return x.unknown()
}

// unknown is what the gateway says to a path that it does not have.
func (x *exchange) unknown() *answer { return refuse(http.StatusNotFound, notFound()) }

type method struct {
	name string
	do   func() *answer
}

func (x *exchange) methods(known ...method) *answer {
	var allow []string
	for _, m := range known {
		if m.name == x.r.Method {
			return m.do()
		}
		allow = append(allow, m.name)
	}
	a := gatewayMessage(http.StatusMethodNotAllowed, "Method Not Allowed")
	a.header.Set("Allow", strings.Join(allow, ", "))
	return a
}

// ofOrganisation resolves the organisation of a contact call. It takes a number only: "my" is documented for one call,
// and this is not it.
func (x *exchange) ofOrganisation(text string, do func(Organisation) *answer) *answer {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return refuse(http.StatusNotFound, notFound())
	}
	at := slices.IndexFunc(x.s.opts.Organisations, func(o Organisation) bool { return o.ID == id })
	if at < 0 || x.s.isHidden(id) {
		return refuse(http.StatusNotFound, notFound())
	}
	org := x.s.opts.Organisations[at]
	if org.Forbidden {
		return refuse(http.StatusForbidden, forbidden())
	}
	return do(org)
}

// needsJSON refuses a body that does not say it is JSON, or is encoded.
func (x *exchange) needsJSON() *answer {
	kind, params, err := mime.ParseMediaType(x.r.Header.Get("Content-Type"))
	charset := strings.ToLower(params["charset"])
	if err != nil || kind != "application/json" || (charset != "" && charset != "utf-8") {
		return gatewayMessage(http.StatusUnsupportedMediaType, "Unsupported Media Type")
	}
	if coding := x.r.Header.Get("Content-Encoding"); coding != "" && coding != "identity" {
		return gatewayMessage(http.StatusUnsupportedMediaType, "Unsupported Content-Encoding")
	}
	return nil
}

type reference struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

func (x *exchange) ownOrganisation() *answer {
	org := x.s.opts.Organisations[0]
	return jsonAnswer(http.StatusOK, struct {
		ID      any       `json:"id"`
		Name    string    `json:"name"`
		Country reference `json:"country"`
	}{x.view.number(org.ID), org.Name, reference{74, "Germany"}})
}
