package simulator

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func contextWithTimeout(t *testing.T, d time.Duration) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithTimeout(t.Context(), d)
}

// listen serves on a free port and returns a client for it, with the base URL; stop ends Serve and returns its error.
func listen(t *testing.T, s *Server) (base string, rt *http.Transport, stop func() error) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, ln) }()
	rt = &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(rt.CloseIdleConnections)
	return "http://" + ln.Addr().String(), rt, func() error { cancel(); return <-done }
}

func TestServe(t *testing.T) {
	t.Parallel()
	s := New(Options{})
	for range 2 { // a server that was away comes back with what it had
		base, rt, stop := listen(t, s)
		res, err := rt.RoundTrip(mustRequest(t, "POST", base+"/api/v1/authenticate", `{"application_token":"x"}`))
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatal(res, err)
		}
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		if err := stop(); err != nil {
			t.Error(err)
		}
	}
	if s.Count() != 2 {
		t.Errorf("%d requests", s.Count())
	}
}

func TestServeFailedListener(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = ln.Close()
	if New(Options{}).Serve(t.Context(), ln) == nil {
		t.Error("no error from a closed listener")
	}
}

// TestServeEndsLateWork: work that would wait for an hour does not keep the server from ending, and is not done. In
// virtual time, by a listener that has one connection.
func TestServeEndsLateWork(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"late-commit=100%/1h", "504-late-commit=100%/1h", "late=100%/1h@GET"} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := New(Options{Bare: true, Faults: faults(t, fault)})
				c := &client{t: t, server: s, rt: s.RoundTripper()}
				c.token = c.authenticate()
				near, far := net.Pipe()
				ctx, stop := context.WithCancel(t.Context())
				done := make(chan error, 1)
				go func() { done <- s.Serve(ctx, &oneConn{conn: far, closed: make(chan struct{})}) }()
				c.rt = &http.Transport{DisableKeepAlives: true, DialContext: func(context.Context, string, string) (net.Conn, error) { return near, nil }}
				begin := time.Now()
				go func() {
					method, body := "POST", `{"type":{"id":3}}`
					if strings.HasSuffix(fault, "@GET") {
						method, body = "GET", ""
					}
					_, _, _ = c.try(method, home, body)
				}()
				synctest.Wait()
				stop()
				if err := <-done; err != nil {
					t.Error(err)
				}
				if took := time.Since(begin); took > stopTime {
					t.Errorf("stopped after %s", took)
				}
				if n := len(s.Contacts(5417)); n != 0 {
					t.Errorf("%d made after the end", n)
				}
			})
		})
	}
}

func TestCloseEndsLateWork(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, Options{Bare: true, Faults: faults(t, "late-commit=first:1/1h", "504-late-commit=after:1/1h")})
		go func() { _, _, _ = c.try("POST", home, `{"type":{"id":3}}`) }()
		synctest.Wait()
		c.do("POST", home, `{"type":{"id":3}}`)
		c.server.Close()
		time.Sleep(2 * time.Hour)
		if n := len(c.server.Contacts(5417)); n != 0 {
			t.Errorf("%d made after the end", n)
		}
		if _, _, err := c.try("GET", home, ""); err == nil {
			t.Error("answered after the end")
		}
	})
}

func mustRequest(t *testing.T, method, url, body string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	return req
}

// TestConcurrent: many workers, with faults, lists and changes between; what was answered 201 is there once.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	s := New(Options{Bare: true, Limit: -1, Faults: faults(t, "503-commit=5%", "drop=5%", "reset=5%")})
	base, rt, stop := listen(t, s)
	c := &client{t: t, server: s, rt: s.RoundTripper()}
	c.token = c.authenticate()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 100 {
				method, url, body := "POST", base+home, `{"type":{"id":3}}`
				if i%10 == 0 {
					method, body = "GET", ""
				}
				req := mustRequest(t, method, url, body)
				req.Header.Set("Authorization", "Bearer "+c.token)
				if res, err := rt.RoundTrip(req); err == nil {
					_, _ = io.Copy(io.Discard, res.Body)
					_ = res.Body.Close()
				}
			}
		})
	}
	wg.Wait()
	rt.CloseIdleConnections()
	if err := stop(); err != nil {
		t.Error(err)
	}
	var created int
	for _, r := range s.Requests() {
		if r.Created != 0 {
			created++
		} else if r.Status == http.StatusCreated {
			t.Errorf("answered 201 without a contact: %+v", r)
		}
	}
	if n := len(s.Contacts(5417)); n != created || n == 0 {
		t.Errorf("%d contacts, %d creates", n, created)
	}
}

func BenchmarkCreate(b *testing.B) {
	s := New(Options{Bare: true, Limit: -1})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, ln) }()
	token := s.accounts.authenticate(credentials{ApplicationToken: new("x")}, false)
	auth := strings.Split(string(token.body), `"`)[3]
	rt := &http.Transport{MaxIdleConnsPerHost: 64}
	b.SetParallelism(32)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			req, _ := http.NewRequest(http.MethodPost, "http://"+ln.Addr().String()+home,
				strings.NewReader(`{"type":{"id":3},"name":"Ann Example","email":"ann@example.com","country":{"id":74}}`))
			req.Header.Set("Content-Type", "application/json")
			req.Header.Set("Authorization", "Bearer "+auth)
			res, err := rt.RoundTrip(req)
			if err != nil || res.StatusCode != http.StatusCreated {
				b.Error(res, err)
				return
			}
			_ = res.Body.Close()
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "creates/s")
	rt.CloseIdleConnections()
	cancel()
	<-done
}

func BenchmarkList100k(b *testing.B) {
	s := New(Options{Bare: true, PageSize: -1, Contacts: many(100_000)})
	x := &exchange{s: s}
	for b.Loop() {
		if err := x.writeContacts(io.Discard, s.store.list(5417), s.opts.Organisations[0]); err != nil {
			b.Fatal(err)
		}
	}
}
