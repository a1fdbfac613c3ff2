package emnify

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"go.uber.org/goleak"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/emnify/credential"
	"github.com/contactsync/contactsync/importer/limit"
	"github.com/contactsync/contactsync/importer/limit/limittest"
	"github.com/contactsync/contactsync/importer/remote"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// answer is what the fake API does with one request.
type answer struct {
	status  int
	header  map[string]string
	body    string
	after   time.Duration
	err     error // instead of an answer
	notSent bool  // with err: before a byte left
	cut     bool  // the body breaks off at its end
}

// sentRequest is what the fake API was sent.
type sentRequest struct {
	method, path, query, body, authorization string
	header                                   http.Header
	at                                       time.Time
}

// fakeAPI is a wire whose other end is a function. Authentication works by itself unless login is set.
type fakeAPI struct {
	t      *testing.T
	answer func(r sentRequest, n int) answer // n counts from 0, authentications aside
	login  func(n int) answer

	mu       sync.Mutex
	requests []sentRequest
	logins   []sentRequest
}

func (f *fakeAPI) RoundTrip(req *http.Request) (*http.Response, error) {
	r := sentRequest{
		method: req.Method, path: req.URL.Path, query: req.URL.RawQuery,
		authorization: req.Header.Get("Authorization"), header: req.Header.Clone(), at: time.Now(),
	}
	if req.GetBody != nil {
		f.t.Error("GetBody is set: net/http may send the request again")
	}
	if req.Body == nil || req.Body == http.NoBody {
		f.t.Error("the request has no body of its own: net/http may send it again")
	} else {
		raw, _ := io.ReadAll(req.Body)
		r.body = string(raw)
	}
	a := f.next(r)
	trace := httptrace.ContextClientTrace(req.Context())
	if trace != nil && !a.notSent {
		trace.GotConn(httptrace.GotConnInfo{})
		trace.WroteHeaderField("Host", nil)
		trace.WroteHeaders()
	}
	select {
	case <-time.After(a.after):
	case <-req.Context().Done():
		return nil, req.Context().Err()
	}
	if a.err != nil {
		return nil, a.err
	}
	resp := &http.Response{StatusCode: a.status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(a.body))}
	if a.cut {
		resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(a.body), &held{err: io.ErrUnexpectedEOF}))
	}
	resp.Header.Set("X-Amzn-Requestid", "req-1")
	resp.Header.Set("X-Amz-Cf-Id", "cf-1==")
	for k, v := range a.header {
		resp.Header.Set(k, v)
	}
	return resp, nil
}

func (f *fakeAPI) next(r sentRequest) answer {
	f.mu.Lock()
	defer f.mu.Unlock()
	if strings.HasSuffix(r.path, authenticatePath) {
		f.logins = append(f.logins, r)
		if f.login != nil {
			return f.login(len(f.logins) - 1)
		}
		return loggedIn(len(f.logins) - 1)
	}
	f.requests = append(f.requests, r)
	return f.answer(r, len(f.requests)-1)
}

func (f *fakeAPI) counts() (requests, logins int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.requests), len(f.logins)
}

func loggedIn(n int) answer {
	return answer{status: 200, body: fmt.Sprintf(`{"auth_token":"token-%d"}`, n)}
}

// jwt makes a token whose claims say so.
func jwt(iat, exp int64) string {
	enc := base64.RawURLEncoding
	return enc.EncodeToString([]byte(`{"alg":"HS512"}`)) + "." +
		enc.EncodeToString(fmt.Appendf(nil, `{"iat":%d,"exp":%d}`, iat, exp)) + ".c2ln"
}

var created = answer{status: 201, header: map[string]string{"Location": "https://cdn.emnify.net/api/v1/organisation/12/contact/77"}}

func always(a answer) func(sentRequest, int) answer {
	return func(sentRequest, int) answer { return a }
}

// inTurn gives the answers one after the other, and the last one from then on.
func inTurn(answers ...answer) func(sentRequest, int) answer {
	return func(_ sentRequest, n int) answer { return answers[min(n, len(answers)-1)] }
}

const testSecret = "s3cr3t-application-token"

// newFake makes a client before a fake API.
func newFake(t *testing.T, answer func(sentRequest, int) answer, change ...func(*Config, *fakeAPI)) (*Client, *fakeAPI) {
	t.Helper()
	fake := &fakeAPI{t: t, answer: answer}
	cfg := Config{
		BaseURL: "https://cdn.emnify.net", Token: credential.New(testSecret), Transport: fake,
		Rand: rand.New(rand.NewPCG(1, 2)), Log: zerolog.Nop(),
	}
	for _, c := range change {
		c(&cfg, fake)
	}
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c, fake
}

var errBroken = errors.New("broken pipe")

// someone is a contact; no log and no error may ever hold a value of it.
var someone = contact.Contact{
	Type: contact.Type{ID: 31, Name: "Invoice address"}, Name: "Zoë Privat", Email: "zoe.privat@example.com",
	Phone: "+4930123456", Street: "Privatweg 1", Country: contact.Country{ISO: "DE", ID: 74, Name: "Germany"},
	PurchaseOrderNumber: "PO-9",
}

func noHooks() remote.Hooks { return remote.Hooks{} }

// logged makes the client log everything, and gives what it logged.
func logged(buf *bytes.Buffer) func(*Config, *fakeAPI) {
	return func(cfg *Config, _ *fakeAPI) {
		cfg.Log = zerolog.New(zerolog.SyncWriter(buf)).Level(zerolog.TraceLevel)
	}
}

// workers makes calls side by side until each worker has made its share.
func workers(n int, each func(worker int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { each(i) })
	}
	wg.Wait()
}

func background() context.Context { return context.Background() }

// contactsOf lists what an organisation has, all of it.
func contactsOf(t *testing.T, c *Client, org int64) ([]contact.Stored, error) {
	t.Helper()
	l, err := c.List(t.Context(), org, nil)
	return l.Contacts, err
}

// countedSlots counts the slots of a budget that are taken.
type countedSlots struct {
	limittest.Store
	taken atomic.Int64
}

func (s *countedSlots) Take(ctx context.Context, rates []limit.Rate, now time.Time) (int64, time.Duration, error) {
	slot, wait, err := s.Store.Take(ctx, rates, now)
	if err == nil && wait == 0 {
		s.taken.Add(1)
	}
	return slot, wait, err
}
