package emnify

import (
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// fromCache reports whether an answer came out of a cache between the API and us: it has an age, or X-Cache tells of a
// hit ("Hit from cloudfront", "RefreshHit from cloudfront"). An age that can't be read is one all the same.
func fromCache(h http.Header) bool {
	for _, age := range h.Values("Age") {
		if strings.Trim(age, "0 ") != "" {
			return true
		}
	}
	for _, said := range h.Values("X-Cache") {
		if strings.Contains(strings.ToLower(said), "hit") {
			return true
		}
	}
	return false
}

// pastCaches gives a query that was never asked before. The API ignores parameters that it does not know.
func (c *Client) pastCaches(query url.Values) url.Values {
	q := url.Values{"_": {strconv.FormatUint(c.waits.draw(), 36)}}
	maps.Copy(q, query)
	return q
}
