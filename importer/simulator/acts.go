package simulator

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// asEmptyObject gives an answer without content the documented body {}. A 204 cannot have one.
func (a *answer) asEmptyObject() {
	if a.stream == nil && len(a.body) == 0 && a.status != http.StatusNoContent {
		a.header.Set("Content-Type", "application/json")
		a.body = []byte("{}")
	}
}

func cutBody(x *exchange) {
	a := x.handle()
	a.asEmptyObject()
	a.body, a.stream = a.content(), nil
	x.begin(a, true)
	_, _ = x.w.Write(a.body[:len(a.body)/2])
	// Without a flush the server would hold the header back and drop it with the connection.
	_ = http.NewResponseController(x.w).Flush()
	x.abort()
}

func lateCommitBehindGateway(x *exchange) {
	// The request's own context ends with the answer; only the end of the listener may stop this.
	late := &exchange{s: x.s, life: x.life, r: x.r.Clone(x.life), target: x.target, body: x.body}
	wait, number := x.fault.Wait, x.number
	x.life.leaveBehind(func() {
		if late.pause(wait, false) {
			a := late.route()
			x.s.log.amend(number, func(r *Request) { r.Created, r.Effect = a.created, a.effect })
		}
	})
	x.send(gatewayPage(http.StatusGatewayTimeout))
}

func trickle(x *exchange) {
	a := x.handle()
	a.asEmptyObject()
	a.body, a.stream = a.content(), nil
	x.begin(a, true)
	control := http.NewResponseController(x.w)
	for i := range a.body {
		_ = control.Flush()
		if !x.pause(x.fault.Wait, true) {
			x.abort()
		}
		_, _ = x.w.Write(a.body[i : i+1])
	}
}

func throttled(retryAfter string) *answer {
	a := refuse(http.StatusTooManyRequests, tooManyRequests("Too many requests."))
	if retryAfter != "" {
		a.header.Set("Retry-After", retryAfter)
	}
	return a
}

func retryAfterSeconds(x *exchange) {
	x.send(throttled(strconv.Itoa(int((x.fault.Wait + time.Second - 1) / time.Second))))
}

func retryAfterDate(x *exchange) {
	until := time.Now().Add(x.s.opts.ClockSkew + x.fault.Wait)
	x.send(throttled(until.UTC().Format(http.TimeFormat)))
}

func retryAfterOdd(x *exchange) {
	odd := []string{"0", "-1", "1000000000", "soon", " "}
	x.send(throttled(odd[x.nth%len(odd)]))
}

// serverErrors are a 5xx without and with the effect of the request. 500 comes from the application, the others from
// the gateway, as a page.
func serverErrors(code int) []kind {
	respond := func() *answer {
		if code == http.StatusInternalServerError {
			return gatewayMessage(code, "Internal server error")
		}
		return gatewayPage(code)
	}
	name := strconv.Itoa(code)
	return []kind{
		{name: name, on: "CALL", meaning: "answers " + name + "; nothing is done", act: func(x *exchange) { x.send(respond()) }},
		{name: name + "-commit", on: "WRITE", meaning: "does it and answers " + name, act: func(x *exchange) { x.handle(); x.send(respond()) }},
	}
}

func clientError(code int) kind {
	name := strconv.Itoa(code)
	respond := func(x *exchange) *answer {
		switch code {
		case http.StatusBadRequest:
			return refuse(code, badRequest("The request is unreadable."))
		case http.StatusForbidden:
			return refuse(code, forbidden())
		case http.StatusNotFound:
			return refuse(code, notFound())
		case http.StatusConflict:
			return refuse(code, detail{2001, "ContactConflict", "The contact is in conflict with another."})
		case http.StatusUnprocessableEntity:
			return unprocessable([]detail{invalidFormat("email", x.sentEmail())})
		}
		return gatewayMessage(code, http.StatusText(code))
	}
	on := "WRITE"
	if code == http.StatusForbidden || code == http.StatusNotFound {
		on = "CALL"
	}
	return kind{name: name, on: on, meaning: "answers " + name + "; nothing is done", act: func(x *exchange) { x.send(respond(x)) }}
}

// sentEmail is the address in the body, so that a refusal repeats what must not get into a log.
func (x *exchange) sentEmail() string {
	m, _ := decodeObject(x.body)
	for _, member := range m {
		if member.name == "email" {
			return string(member.value)
		}
	}
	return "not there"
}

func hugeRefusal() *answer {
	return unprocessable([]detail{invalidFormat("name", strings.Repeat("x", 10<<20))})
}

// otherStatus answers a success with another status; a refusal stays what it is.
func otherStatus(status int) func(*exchange) {
	return func(x *exchange) {
		a := x.handle()
		if a.status < 300 {
			a.status = status
			a.asEmptyObject()
		}
		x.send(a)
	}
}

// redirect leads to a path of this server, so that a client that follows stays on this machine and is seen in the log.
func redirect(status int) func(*exchange) {
	return func(x *exchange) {
		a := newAnswer(status)
		a.header.Set("Location", "http://"+x.r.Host+"/redirected"+x.r.URL.Path)
		x.send(a)
	}
}

func location(change func(x *exchange, path string) string) func(*exchange) {
	return func(x *exchange) {
		a := x.handle()
		if whole := a.header.Get("Location"); whole != "" {
			if now := change(x, strings.TrimPrefix(whole, baseURL)); now == "" {
				a.header.Del("Location")
			} else {
				a.header.Set("Location", now)
			}
		}
		x.send(a)
	}
}

// listedLocation names the oldest contact as the one that was made.
func listedLocation(x *exchange, path string) string {
	return baseURL + path[:strings.LastIndexByte(path, '/')+1] + strconv.FormatInt(x.s.store.oldest(orgOf(path)), 10)
}

// orgOf is the organisation that a path of contacts names, 0 for another path.
func orgOf(path string) int64 {
	parts := strings.Split(strings.TrimPrefix(path, apiRoot), "/")
	if len(parts) < 3 {
		return 0
	}
	org, _ := strconv.ParseInt(parts[1], 10, 64) // 0 is no organisation's number
	return org
}

// sameLocation names one contact as that of every create.
func sameLocation(x *exchange, path string) string {
	at := strings.LastIndexByte(path, '/') + 1
	id, _ := strconv.ParseInt(path[at:], 10, 64) // our own
	x.s.firstMade.CompareAndSwap(0, id)
	return baseURL + path[:at] + strconv.FormatInt(x.s.firstMade.Load(), 10)
}

// strangerLocation names a contact that somebody else has made at the same moment.
func strangerLocation(x *exchange, path string) string {
	name := "Somebody " + strconv.Itoa(x.nth)
	id := x.s.store.add(Contact{Org: orgOf(path), Type: ContactTypes()[0].ID, Name: name, City: "Elsewhere"})
	return baseURL + path[:strings.LastIndexByte(path, '/')+1] + strconv.FormatInt(id, 10)
}

// notMade says that a contact was made, as a service does that finds one that it takes for the same.
func notMade(x *exchange) {
	a := newAnswer(http.StatusCreated)
	a.header.Set("Location", listedLocation(x, x.r.URL.Path+"/"))
	x.send(a)
}

func noLocation(*exchange, string) string              { return "" }
func relativeLocation(_ *exchange, path string) string { return path }

func oddLocation(x *exchange, path string) string {
	parts := strings.Split(path, "/")
	id := parts[len(parts)-1]
	odd := []string{
		baseURL + path + "/",
		baseURL + path + "?version=1#top",
		"https://api.example.net" + path,
		baseURL + "/api/v1/organisation/1/contact/" + id,
		baseURL + strings.TrimSuffix(path, id) + "latest",
		baseURL + "/api/v1/event/" + id,
		":// not a URL %zz",
	}
	return odd[x.nth%len(odd)]
}

func binaryAnswer() *answer {
	a := newAnswer(http.StatusInternalServerError)
	a.header.Set("Content-Type", "application/json")
	a.body = []byte("{\"message\":\"\x00\x1b[31m\xff\xfe\xc3\x28\"}")
	return a
}

func gzipBomb() *answer {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	// A buffer takes everything, so there is no error to see.
	_, _ = w.Write(make([]byte, 1<<20))
	_ = w.Close()
	a := newAnswer(http.StatusInternalServerError)
	a.header.Set("Content-Encoding", "gzip")
	a.header.Set("Content-Type", "application/json")
	// Several gzip streams in a row are one.
	a.body = bytes.Repeat(b.Bytes(), 64)
	return a
}

func endless(x *exchange) {
	a := newAnswer(http.StatusInternalServerError)
	a.header.Set("Content-Type", "application/json")
	a.stream = func(w io.Writer) error {
		piece := bytes.Repeat([]byte(`{"message":"again"},`), 1000)
		for {
			if err := x.life.Err(); err != nil {
				return err
			}
			if _, err := w.Write(piece); err != nil {
				return fmt.Errorf("writing an endless body: %w", err)
			}
		}
	}
	x.send(a)
}

func bigHeader(x *exchange) {
	a := x.handle()
	for i := range 256 {
		a.header.Set("X-Padding-"+strconv.Itoa(i), strings.Repeat("p", 8<<10))
	}
	x.send(a)
}

// wrongType spoils what an answer says of its content.
func wrongType(x *exchange) {
	a := x.handle()
	if odd := []string{"text/html", "application/octet-stream", "json", ""}[x.nth%4]; odd != "" {
		a.header.Set("Content-Type", odd)
	} else {
		a.header["Content-Type"] = nil
	}
	x.send(a)
}

func showing(set func(*view, time.Duration)) func(*exchange) {
	return func(x *exchange) {
		set(&x.view, x.fault.Wait)
		x.send(x.handle())
	}
}

func cached(x *exchange) {
	x.view.hide = int64(x.fault.Wait)
	a := x.handle()
	a.header.Set("X-Cache", "Hit from cloudfront")
	a.header.Set("Age", strconv.Itoa(int(x.fault.Wait/time.Second)+1))
	x.send(a)
}

func truncated(x *exchange) {
	a := x.handle()
	body := a.content()
	a.body, a.stream = body[:len(body)/2], nil
	x.send(a)
}

func rejectCredentials(x *exchange) {
	x.send(x.s.accounts.authenticate(credentials{ApplicationToken: new(string)}, true))
}

func multiFactor(x *exchange) {
	x.send(jsonAnswer(http.StatusOK, struct {
		Token string `json:"mfa_token"`
	}{"mfa-" + x.entry.RequestID}))
}
