package emnify

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// locationID is the number of the contact that a 201 has made, taken from its Location header, which is likely but not
// documented. A wrong number is worse than none, since it may be deleted some day: it is only taken from the address
// of a contact, in the organisation that was meant, at the API's own host. Otherwise it is 0.
func locationID(h http.Header, base *url.URL, org int64) int64 {
	values := h.Values("Location")
	if len(values) != 1 {
		return 0
	}
	u, err := url.Parse(strings.TrimSpace(values[0]))
	if err != nil || u.Opaque != "" || u.Host != "" && !sameAPI(u.Hostname(), base.Hostname()) {
		return 0
	}
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	last := len(parts) - 1
	switch {
	case last >= 1 && parts[last-1] != "contact",
		last == 0 && strings.HasPrefix(u.Path, "/"), // "/7" is the address of something else
		last >= 3 && parts[last-3] == "organisation" && parts[last-2] != strconv.FormatInt(org, 10) && parts[last-2] != "my":
		return 0
	}
	if !isDigits(parts[last]) {
		return 0
	}
	id, err := strconv.ParseInt(parts[last], 10, 64)
	if err != nil {
		return 0
	}
	return id
}

// sameAPI reports whether a host stands for the API at base: itself, or emnify's own, whose name the answers carry also
// where a gateway of the user's stands in between.
func sameAPI(host, base string) bool {
	host = strings.ToLower(host)
	return host == strings.ToLower(base) || host == "emnify.net" || strings.HasSuffix(host, ".emnify.net")
}
