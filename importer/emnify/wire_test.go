package emnify

import (
	"bufio"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/importer/emnify/credential"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/stop"
	"github.com/contactsync/contactsync/importer/wait"
)

// dial makes a client for a real server, on the transport that the program uses unless another one is given.
func dial(t *testing.T, url string, transport *http.Transport) *Client {
	t.Helper()
	if transport == nil {
		transport = NewTransport()
	}
	t.Cleanup(transport.CloseIdleConnections)
	c, err := New(Config{
		BaseURL: url, Token: credential.New(testSecret), Transport: transport, Timeout: 5 * time.Second, MaxAttempts: 3,
		MaxBackoff: 10 * time.Millisecond, Rand: rand.New(rand.NewPCG(1, 2)), Log: zerolog.Nop(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// serve runs a real server that authenticates and counts what else arrives.
func serve(t *testing.T, handle http.HandlerFunc) (c *Client, arrived *atomic.Int64) {
	t.Helper()
	arrived = new(atomic.Int64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == authenticatePath {
			_, _ = io.WriteString(w, `{"auth_token":"t"}`)
			return
		}
		arrived.Add(1)
		handle(w, r)
	}))
	t.Cleanup(server.Close)
	return dial(t, server.URL, nil), arrived
}

func TestOverRealHTTP(t *testing.T) {
	t.Parallel()
	c, arrived := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Method == http.MethodGet {
			if len(body) != 0 || r.ContentLength > 0 || len(r.TransferEncoding) > 0 {
				t.Errorf("a GET arrived with a body of %d bytes, %v", r.ContentLength, r.TransferEncoding)
			}
			_, _ = io.WriteString(w, `[]`)
			return
		}
		if int64(len(body)) != r.ContentLength || len(body) == 0 {
			t.Errorf("%d bytes, announced are %d", len(body), r.ContentLength)
		}
		w.Header().Set("Location", r.URL.Path+"/5")
		w.WriteHeader(http.StatusCreated)
	})
	if got, err := contactsOf(t, c, 12); err != nil || len(got) != 0 {
		t.Errorf("%v, %v", got, err)
	}
	receipt, err := c.CreateContact(t.Context(), 12, someone, noHooks())
	if err != nil || receipt.Effect != outcome.EffectDone || receipt.ContactID != 5 || arrived.Load() != 2 || c.Requests() != 3 {
		t.Errorf("%+v, %v, %d arrived, %d counted", receipt, err, arrived.Load(), c.Requests())
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		c, arrived := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", status) })
		receipt, err := c.CreateContact(t.Context(), 12, someone, noHooks())
		var ended *stop.Error
		if !errors.As(err, &ended) || ended.Cause != stop.CauseRedirect || receipt.Effect != outcome.EffectNone ||
			!strings.HasSuffix(ended.Message, c.base.Host+"/elsewhere") {
			t.Errorf("%d: %+v, %v", status, receipt, err)
		}
		if arrived.Load() != 1 {
			t.Errorf("%d: %d requests arrived, want 1", status, arrived.Load())
		}
	}
}

func TestHugeAnswersAreBounded(t *testing.T) {
	t.Parallel()
	bomb := func(encoding string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", encoding)
			w.WriteHeader(http.StatusUnprocessableEntity)
			z := gzip.NewWriter(w)
			zeros := make([]byte, 1<<20)
			for range 64 {
				if _, err := z.Write(zeros); err != nil {
					return
				}
			}
			_ = z.Close()
		}
	}
	endless := func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusUnprocessableEntity)
		for r.Context().Err() == nil {
			if _, err := w.Write(make([]byte, 1<<16)); err != nil {
				return
			}
		}
	}
	for name, handle := range map[string]http.HandlerFunc{"gzip bomb": bomb("gzip"), "endless": endless, "odd encoding": bomb("br")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, _ := serve(t, handle)
			req := &call{template: contactsPath, org: 12, body: []byte("{}"), once: true}
			resp, _, err := c.roundTrip(t.Context(), req, http.MethodPost, nil)
			if err != nil || resp.StatusCode != http.StatusUnprocessableEntity {
				t.Fatalf("%v, %v", resp, err)
			}
			if body, cut := content(resp); len(body) > maxAnswer || cap(body) > 4*maxAnswer || cut == nil {
				t.Errorf("%d bytes were kept, in %d, %v", len(body), cap(body), cut)
			}
		})
	}
}

func TestCompressedErrorsAreRead(t *testing.T) {
	t.Parallel()
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Accept-Encoding"); got != "" {
			t.Errorf("asked for %s", got)
		}
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(http.StatusConflict)
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, `{"message":"taken"}`)
		_ = z.Close()
	})
	_, err := c.CreateContact(t.Context(), 12, someone, noHooks())
	var refusal *outcome.Refusal
	if !errors.As(err, &refusal) || refusal.Message != "taken" {
		t.Errorf("%v", err)
	}
}

// rawServer answers each connection's requests with what answer gives, and counts them. An empty answer closes the
// connection.
func rawServer(t *testing.T, answer func(n int) string) (url string, arrived *atomic.Int64) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	arrived = new(atomic.Int64)
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer func() { _ = conn.Close() }()
				in := bufio.NewReader(conn)
				for {
					req, err := http.ReadRequest(in)
					if err != nil {
						return
					}
					_, _ = io.Copy(io.Discard, req.Body)
					if req.URL.Path == authenticatePath {
						_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\n"+`{"auth_token":"t"}`)
						continue
					}
					text := answer(int(arrived.Add(1)))
					if _, err := io.WriteString(conn, text); err != nil || !strings.Contains(text, "Content-Length: 0\r\n") {
						return
					}
				}
			})
		}
	})
	t.Cleanup(func() { _ = listener.Close(); wg.Wait() })
	return "http://" + listener.Addr().String(), arrived
}

func TestBrokenAnswersToACreate(t *testing.T) {
	t.Parallel()
	flood := "HTTP/1.1 201 Created\r\n" + strings.Repeat("X-Flood: "+strings.Repeat("x", 1000)+"\r\n", 2000) + "\r\n"
	tests := map[string]struct {
		answer string
		effect outcome.Effect
	}{
		"closed without a word": {"", outcome.EffectUnknown},
		"half a status line":    {"HTTP/1.1 20", outcome.EffectUnknown},
		"half the headers":      {"HTTP/1.1 201 Created\r\nLocation: https", outcome.EffectUnknown},
		"not HTTP":              {"220 mail.example.com zoe.privat@example.com\r\n", outcome.EffectUnknown},
		"a flood of headers":    {flood, outcome.EffectUnknown},
		"bad chunks":            {"HTTP/1.1 500 X\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", outcome.EffectUnknown},
		"201, body cut":         {"HTTP/1.1 201 Created\r\nContent-Length: 10\r\n\r\n{}", outcome.EffectDone},
		"201, bad chunks":       {"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", outcome.EffectDone},
		"422, body cut":         {"HTTP/1.1 422 X\r\nContent-Length: 100\r\n\r\n{}", outcome.EffectNone},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, arrived := rawServer(t, func(int) string { return tt.answer })
			receipt, err := dial(t, url, nil).CreateContact(t.Context(), 12, someone, noHooks())
			if receipt.Effect != tt.effect || receipt.Attempts != 1 || arrived.Load() != 1 {
				t.Errorf("%+v, %v, %d arrived", receipt, err, arrived.Load())
			}
			if strings.Contains(fmt.Sprint(err), "example.com") {
				t.Errorf("the error repeats what the server sent: %v", err)
			}
		})
	}
}

// The server takes a request on a connection that was kept and closes it without an answer. net/http sends a GET
// again by itself then, past the budget, and a POST if it may.
func TestAKeptConnectionThatBreaks(t *testing.T) {
	t.Parallel()
	closing := func(n int) string {
		if n%2 == 0 {
			return ""
		}
		return "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
	}
	t.Run("POST", func(t *testing.T) {
		t.Parallel()
		url, arrived := rawServer(t, closing)
		c := dial(t, url, nil)
		if receipt, err := c.CreateContact(t.Context(), 12, someone, noHooks()); err != nil || receipt.Effect != outcome.EffectDone {
			t.Fatalf("%+v, %v", receipt, err)
		}
		receipt, err := c.CreateContact(t.Context(), 12, someone, noHooks())
		if receipt.Effect != outcome.EffectUnknown || receipt.Attempts != 1 || arrived.Load() != 2 {
			t.Errorf("%+v, %v, %d arrived, want 2", receipt, err, arrived.Load())
		}
	})
	t.Run("GET", func(t *testing.T) {
		t.Parallel()
		url, arrived := rawServer(t, closing)
		c := dial(t, url, nil)
		_, err := c.MyOrganisation(t.Context()) // never gets what it wants, and asks as often as it may
		if err == nil || arrived.Load() != 3 || c.Requests() != 4 {
			t.Errorf("%v, %d arrived, want 3, and %d counted, want 4", err, arrived.Load(), c.Requests())
		}
	})
}

func TestAServerThatIsNotThere(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = listener.Close()
	c := dial(t, "http://"+listener.Addr().String(), nil)
	_, err = c.MyOrganisation(t.Context())
	var ended *stop.Error
	if !errors.As(err, &ended) || ended.Cause != stop.CauseOutage || !strings.Contains(ended.Message, listener.Addr().String()) {
		t.Errorf("%v", err)
	}
	if c.Requests() != 0 {
		t.Errorf("%d requests left, want none", c.Requests())
	}
}

func TestAWrongCertificateIsTriedOnce(t *testing.T) {
	t.Parallel()
	var shaken atomic.Int64
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.TLS = &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) { shaken.Add(1); return nil, nil }}
	server.Config.ErrorLog = discard()
	server.StartTLS()
	defer server.Close()
	_, err := dial(t, server.URL, nil).MyOrganisation(t.Context())
	var ended *stop.Error
	if !errors.As(err, &ended) || ended.Cause != stop.CauseUnreachable || !strings.Contains(err.Error(), "certificate is not accepted") || shaken.Load() != 1 {
		t.Errorf("%v, %d handshakes", err, shaken.Load())
	}
}

// A request that had its connection when its time was over may have been on its way to it: nothing tells any more.
func TestATimeoutOnAConnectionIsUnclear(t *testing.T) {
	t.Parallel()
	for name, connected := range map[string]bool{"dialling": false, "connected": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, _ := newFake(t, always(answer{}), func(cfg *Config, f *fakeAPI) {
					cfg.MaxAttempts = 1
					cfg.Transport = roundTripper(func(req *http.Request) (*http.Response, error) {
						if req.URL.Path == authenticatePath {
							return f.RoundTrip(req)
						}
						if connected {
							httptrace.ContextClientTrace(req.Context()).GotConn(httptrace.GotConnInfo{})
						}
						<-req.Context().Done()
						return nil, req.Context().Err()
					})
				})
				receipt, err := c.CreateContact(t.Context(), 12, someone, noHooks())
				if err == nil || (receipt.Effect == outcome.EffectUnknown) != connected {
					t.Errorf("%+v, %v", receipt, err)
				}
			})
		})
	}
}

// idleWire counts how often its idle connections were closed.
type idleWire struct {
	*fakeAPI
	closed atomic.Int64
}

func (w *idleWire) CloseIdleConnections() { w.closed.Add(1) }

func TestIdleConnectionsAreClosedAfterAPause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var wire *idleWire
		c, _ := newFake(t, always(created), func(cfg *Config, f *fakeAPI) { wire = &idleWire{fakeAPI: f}; cfg.Transport = wire })
		for _, step := range []struct {
			pause time.Duration
			want  int64
		}{{0, 0}, {time.Second, 0}, {14 * time.Second, 0}, {16 * time.Second, 1}, {0, 1}, {time.Hour, 2}} {
			time.Sleep(step.pause)
			if _, err := c.CreateContact(t.Context(), 12, someone, noHooks()); err != nil {
				t.Fatal(err)
			}
			if got := wire.closed.Load(); got != step.want {
				t.Errorf("after a pause of %s closed %d times, want %d", step.pause, got, step.want)
			}
		}
	})
	if got := NewTransport().IdleConnTimeout; got <= 0 || got >= maxIdle {
		t.Errorf("the transport keeps idle connections %s", got)
	}
}

func TestSlowAnswersAreBoundedByTheTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		// The other end gives one byte of its body every 100 ms, for ever.
		c, fake := newFake(t, always(answer{}), func(cfg *Config, f *fakeAPI) {
			cfg.Transport = roundTripper(func(req *http.Request) (*http.Response, error) {
				if req.URL.Path == authenticatePath {
					return f.RoundTrip(req)
				}
				return &http.Response{StatusCode: http.StatusInternalServerError, Header: http.Header{}, Body: io.NopCloser(dripping{req.Context()})}, nil
			})
		})
		begun := time.Now()
		receipt, err := c.CreateContact(t.Context(), 12, someone, noHooks())
		if took := time.Since(begun); took > 31*time.Second || receipt.Effect != outcome.EffectUnknown || receipt.HTTPStatus != 500 {
			t.Errorf("%+v, %v after %s", receipt, err, took)
		}
		if _, logins := fake.counts(); logins != 1 {
			t.Errorf("%d authentications", logins)
		}
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (r roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return r(req) }

// dripping gives a byte now and then until its request ends.
type dripping struct{ ctx context.Context }

func (d dripping) Read(p []byte) (int, error) {
	if err := wait.Sleep(d.ctx, 100*time.Millisecond); err != nil {
		return 0, err
	}
	p[0] = 'x'
	return 1, nil
}
