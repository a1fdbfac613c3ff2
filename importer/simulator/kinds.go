package simulator

import (
	"slices"
	"time"
)

// kind is a way to go wrong.
type kind struct {
	name    string
	meaning string
	on      string        // the default target
	fixed   bool          // it makes no sense elsewhere
	wait    time.Duration // its default length of time; 0 if it has none
	act     func(*exchange)
}

// kinds returns every fault, grouped by where it happens. The meanings stand in help texts.
func kinds() []kind {
	return slices.Concat(connectionKinds(), delayKinds(), refusalKinds(), answerKinds(), listKinds(), accountKinds(), storeKinds())
}

// connectionKinds cut the connection.
func connectionKinds() []kind {
	return []kind{
		{name: "lose", on: "WRITE", meaning: "does it, then closes the connection without an answer",
			act: func(x *exchange) { x.handle(); x.abort() }},
		{name: "reset", on: "WRITE", meaning: "does it, then resets the connection (RST)",
			act: func(x *exchange) { x.handle(); x.raw("", true) }},
		{name: "drop", on: "WRITE", meaning: "closes the connection without doing anything",
			act: func(x *exchange) { x.abort() }},
		{name: "drop-reset", on: "WRITE", meaning: "resets the connection without doing anything",
			act: func(x *exchange) { x.raw("", true) }},
		{name: "cut-status", on: "WRITE", meaning: "does it, sends half a status line and closes",
			act: func(x *exchange) { x.handle(); x.raw("HTTP/1.1 20", false) }},
		{name: "cut-header", on: "WRITE", meaning: "does it, sends half of the header and closes",
			act: func(x *exchange) {
				x.handle()
				x.raw("HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nLocati", false)
			}},
		{name: "cut-body", on: "WRITE", meaning: "does it, sends the whole header and half of a body, and closes",
			act: cutBody},
		{name: "garbage", on: "WRITE", meaning: "does it, then sends bytes that are not HTTP",
			act: func(x *exchange) { x.handle(); x.raw("\x16\x03\x01\x02\x00 SSH-2.0\r\n\r\n", false) }},
		{name: "rst-stream", on: "WRITE", meaning: "does it, then resets its stream, with each error code of HTTP/2 in turn (over HTTP/1.1: resets the connection)",
			act: resetStream},
		{name: "goaway", on: "WRITE", meaning: "does it, then ends the connection as if it had not been read, with GOAWAY (over HTTP/1.1: closes it)",
			act: goAway},
	}
}

// delayKinds answer, commit or both too late.
func delayKinds() []kind {
	return []kind{
		{name: "late", on: "CALL", wait: 45 * time.Second, meaning: "does it at once and answers after the duration",
			act: func(x *exchange) {
				a := x.handle()
				if !x.pause(x.fault.Wait, true) {
					x.abort()
				}
				x.send(a)
			}},
		{name: "late-commit", on: "WRITE", wait: 45 * time.Second, meaning: "does it and answers after the duration, also if the client has gone",
			act: func(x *exchange) {
				if !x.pause(x.fault.Wait, false) {
					x.abort()
				}
				x.send(x.handle())
			}},
		{name: "504-late-commit", on: "WRITE", wait: 45 * time.Second, meaning: "answers 504 at once and does it after the duration",
			act: lateCommitBehindGateway},
		{name: "silence", on: "CALL", wait: 10 * time.Minute, meaning: "does it and keeps the connection open without an answer for the duration",
			act: func(x *exchange) { x.handle(); x.pause(x.fault.Wait, true); x.abort() }},
		{name: "slow", on: "CALL", wait: 100 * time.Millisecond, meaning: "answers one byte each duration",
			act: trickle},
	}
}

// refusalKinds refuse, or seem to.
func refusalKinds() []kind {
	out := []kind{
		{name: "429", on: "CALL", meaning: "refuses with 429 and no Retry-After", act: func(x *exchange) { x.send(throttled("")) }},
		{name: "429-after", on: "CALL", wait: 30 * time.Second, meaning: "refuses with 429 and Retry-After in seconds", act: retryAfterSeconds},
		{name: "429-date", on: "CALL", wait: 30 * time.Second, meaning: "refuses with 429 and Retry-After as a date", act: retryAfterDate},
		{name: "429-odd", on: "CALL", meaning: "refuses with 429 and Retry-After 0, -1, 1000000000, soon or empty, in turn", act: retryAfterOdd},
		{name: "quota", on: "CALL", meaning: "refuses with 429: the month's requests are used up", act: func(x *exchange) { x.send(quotaAnswer()) }},
	}
	for _, code := range []int{500, 502, 503, 504} {
		out = append(out, serverErrors(code)...)
	}
	for _, code := range []int{400, 403, 404, 408, 409, 422, 425} {
		out = append(out, clientError(code))
	}
	return append(out,
		kind{name: "422-empty", on: "WRITE", meaning: "refuses with 422 and no body", act: func(x *exchange) { x.send(newAnswer(422)) }},
		kind{name: "422-html", on: "WRITE", meaning: "refuses with 422 and a page", act: func(x *exchange) { x.send(gatewayPage(422)) }},
		kind{name: "422-huge", on: "WRITE", meaning: "refuses with 422 and a body of 10 MB", act: func(x *exchange) { x.send(hugeRefusal()) }},
	)
}

// answerKinds give another answer than the right one.
func answerKinds() []kind {
	return []kind{
		{name: "200", on: "WRITE", meaning: "does it and answers 200", act: otherStatus(200)},
		{name: "202", on: "WRITE", meaning: "does it and answers 202", act: otherStatus(202)},
		{name: "204", on: "WRITE", meaning: "does it and answers 204", act: otherStatus(204)},
		{name: "html", on: "CALL", meaning: "answers 200 with a page, as a captive portal does; nothing is done",
			act: func(x *exchange) {
				x.send(pageAnswer(200, "<!DOCTYPE html><html><body>Please sign in to the network.</body></html>"))
			}},
		{name: "redirect", on: "CALL", meaning: "answers 302 to another path of this server", act: redirect(302)},
		{name: "redirect-307", on: "CALL", meaning: "answers 307 to another path of this server", act: redirect(307)},
		{name: "wrong-type", on: "CALL", meaning: "does it and answers with a Content-Type of a page, of bytes, of nonsense or none, in turn", act: wrongType},
		{name: "json-body", on: "WRITE", meaning: "does it and answers with the documented body {}",
			act: func(x *exchange) { a := x.handle(); a.asEmptyObject(); x.send(a) }},
		{name: "no-location", on: "POST", fixed: true, meaning: "answers 201 without Location", act: location(noLocation)},
		{name: "relative-location", on: "POST", fixed: true, meaning: "answers 201 with a relative Location", act: location(relativeLocation)},
		{name: "odd-location", on: "POST", fixed: true, meaning: "answers 201 with a Location that has a trailing slash, a query, another host, another organisation, no number or another contact's shape, in turn", act: location(oddLocation)},
		{name: "listed-location", on: "POST", fixed: true, meaning: "does it and answers 201 with the Location of the organisation's oldest contact", act: location(listedLocation)},
		{name: "same-location", on: "POST", fixed: true, meaning: "does it and answers 201 with the Location of the first contact that was made since the start", act: location(sameLocation)},
		{name: "stranger-location", on: "POST", fixed: true, meaning: "does it while somebody else creates a contact, and answers 201 with the Location of that one", act: location(strangerLocation)},
		{name: "not-made", on: "POST", fixed: true, meaning: "does nothing and answers 201 with the Location of the organisation's oldest contact", act: notMade},
		{name: "binary", on: "WRITE", meaning: "refuses with 500 and a body of NUL and wrong UTF-8", act: func(x *exchange) { x.send(binaryAnswer()) }},
		{name: "bomb", on: "WRITE", meaning: "refuses with 500 and a gzip body of 64 MiB", act: func(x *exchange) { x.send(gzipBomb()) }},
		{name: "endless", on: "WRITE", meaning: "refuses with 500 and a body that never ends", act: endless},
		{name: "big-header", on: "WRITE", meaning: "does it and answers with 2 MiB of header", act: bigHeader},
	}
}

// listKinds spoil a list of contacts.
func listKinds() []kind {
	return []kind{
		{name: "truncated", on: "LIST", fixed: true, meaning: "ends the JSON of a list in the middle, with 200 and a right length", act: truncated},
		{name: "short", on: "LIST", fixed: true, meaning: "leaves out the second half of a page, with the right total count", act: showing(func(v *view, _ time.Duration) { v.short = true })},
		{name: "stale", on: "LIST", fixed: true, wait: 30 * time.Second, meaning: "leaves out what is younger than the duration", act: showing(func(v *view, d time.Duration) { v.hide = int64(d) })},
		{name: "cached", on: "LIST", fixed: true, wait: 30 * time.Second, meaning: "as stale, with X-Cache: Hit and Age", act: cached},
		{name: "repeat-page", on: "LIST", fixed: true, meaning: "answers a page with the one before it", act: showing(func(v *view, _ time.Duration) { v.repeatPage = true })},
		{name: "shift-page", on: "LIST", fixed: true, meaning: "pages after the first begin one contact early, as if one had been put in front", act: showing(func(v *view, _ time.Duration) { v.shift = true })},
		{name: "slip-page", on: "LIST", fixed: true, meaning: "pages after the first begin one contact late, as if one had been deleted from the first", act: showing(func(v *view, _ time.Duration) { v.slip = true })},
		{name: "other-org", on: "LIST", fixed: true, meaning: "shows the last contact of a page as one of another organisation", act: showing(func(v *view, _ time.Duration) { v.otherOrg = true })},
		{name: "string-numbers", on: "GET", meaning: "gives ids as strings", act: showing(func(v *view, _ time.Duration) { v.stringNumbers = true })},
	}
}

// accountKinds are about tokens.
func accountKinds() []kind {
	return []kind{
		{name: "expire", on: "CALL", meaning: "ends every token given out so far, then judges the request", act: func(x *exchange) { x.s.expireTokens(); x.send(x.handle()) }},
		{name: "401", on: "CALL", meaning: "refuses with 401 although the token is good", act: func(x *exchange) { x.send(gatewayMessage(401, "Unauthorized")) }}, //nolint:misspell // as the service spells it
		{name: "reject", on: "AUTH", fixed: true, meaning: "refuses good credentials; three times lock the account", act: rejectCredentials},
		{name: "mfa", on: "AUTH", fixed: true, meaning: "answers with an mfa_token instead of an auth_token", act: multiFactor},
	}
}

// storeKinds store something else than was asked.
func storeKinds() []kind {
	return []kind{
		{name: "alter", on: "WRITE", meaning: "stores values trimmed, e-mail in lower case, phones without blanks, cut at 255", act: func(x *exchange) { x.alter = true; x.send(x.handle()) }},
		{name: "shorten", on: "WRITE", meaning: "stores texts cut at 20 characters, e-mail and numbers aside", act: func(x *exchange) { x.shorten = true; x.send(x.handle()) }},
		{name: "others", on: "CALL", meaning: "somebody else makes, edits or deletes a contact that is theirs, by the seed, then does it", act: others},
		{name: "rival", on: "POST", fixed: true, meaning: "somebody else creates the same contact at the same moment", act: func(x *exchange) { x.rival = true; x.send(x.handle()) }},
	}
}
