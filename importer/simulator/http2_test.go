package simulator

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/http2"
)

// serveTLS runs a server over TLS, and gives a client of it that speaks HTTP/2, or only HTTP/1.1.
func serveTLS(t *testing.T, o Options, protocol2 bool) (*Server, *http.Transport, string) {
	t.Helper()
	certificate, roots, err := SelfSigned()
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := New(o)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.ServeTLS(ctx, ln, certificate) }()
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(protocol2)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, Protocols: protocols}
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		transport.CloseIdleConnections()
		s.Close()
	})
	return s, transport, "https://" + ln.Addr().String()
}

// post sends a create whose body net/http can't send a second time.
func post(t *testing.T, transport *http.Transport, url, path, token, body string) (*http.Response, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+path, io.NopCloser(bytes.NewReader([]byte(body))))
	if err != nil {
		t.Fatal(err)
	}
	req.ContentLength = int64(len(body))
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := transport.RoundTrip(req)
	if err == nil {
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
	}
	return res, err
}

func tokenOf(s *Server) string {
	app := "x"
	a := s.accounts.authenticate(credentials{ApplicationToken: &app}, false)
	return string(a.body[len(`{"auth_token":"`) : len(a.body)-len(`"}`)])
}

func TestTLSSpeaksBothProtocols(t *testing.T) {
	t.Parallel()
	for _, protocol2 := range []bool{false, true} {
		s, transport, url := serveTLS(t, Options{Bare: true, Limit: -1}, protocol2)
		for range 20 {
			res, err := post(t, transport, url, home, tokenOf(s), `{"type":{"id":3},"name":"A"}`)
			if err != nil || res.StatusCode != http.StatusCreated || res.ProtoMajor == 2 != protocol2 {
				t.Fatalf("HTTP/2 %t: %v, %v", protocol2, res, err)
			}
		}
		if n := len(s.Contacts(5417)); n != 20 {
			t.Errorf("%d contacts", n)
		}
	}
}

// Each error code of HTTP/2 in turn resets a stream after the request was read and done.
func TestResetStreams(t *testing.T) {
	t.Parallel()
	s, transport, url := serveTLS(t, Options{Bare: true, Faults: faults(t, "rst-stream=100%")}, true)
	token := tokenOf(s)
	for code := http2.ErrCodeNo; code <= http2.ErrCodeHTTP11Required; code++ {
		_, err := post(t, transport, url, home, token, `{"type":{"id":3},"name":"A"}`)
		if err == nil || !strings.Contains(err.Error(), code.String()) {
			t.Errorf("%s: %v", code, err)
		}
		requests := s.Requests()
		if last := requests[len(requests)-1]; len(requests) != int(code)+1 || !last.Effect || last.Status != 0 || last.Created == 0 {
			t.Errorf("%s: %d requests, the last is %+v", code, len(requests), last)
		}
	}
	s.SetFaults()
	if res, err := post(t, transport, url, home, token, `{"type":{"id":3}}`); err != nil || res.StatusCode != http.StatusCreated {
		t.Errorf("the request after them: %v, %v", res, err)
	}
}

func TestGoAway(t *testing.T) {
	t.Parallel()
	s, transport, url := serveTLS(t, Options{Bare: true, Faults: faults(t, "goaway=first:1")}, true)
	token := tokenOf(s)
	if _, err := post(t, transport, url, home, token, `{"type":{"id":3}}`); err == nil {
		t.Error("the request was answered")
	}
	if res, err := post(t, transport, url, home, token, `{"type":{"id":3}}`); err != nil || res.StatusCode != http.StatusCreated {
		t.Errorf("the request after it: %v, %v", res, err)
	}
	if n := len(s.Contacts(5417)); n != 2 {
		t.Errorf("%d contacts", n)
	}
}

// All faults end their connection or answer over HTTP/2 too.
func TestFaultsOverHTTP2(t *testing.T) {
	t.Parallel()
	for _, n := range FaultNames() {
		if n.On != "WRITE" || n.Wait != 0 || n.Name == "endless" {
			continue
		}
		t.Run(n.Name, func(t *testing.T) {
			t.Parallel()
			s, transport, url := serveTLS(t, Options{Bare: true, Faults: faults(t, n.Name+"=first:1")}, true)
			token := tokenOf(s)
			_, _ = post(t, transport, url, home, token, `{"type":{"id":3}}`)
			if res, err := post(t, transport, url, home, token, `{"type":{"id":3}}`); err != nil || res.StatusCode != http.StatusCreated {
				t.Errorf("the request after it: %v, %v", res, err)
			}
			if requests := s.Requests(); len(requests) != 2 || requests[0].Fault != n.Name {
				t.Errorf("%+v", requests)
			}
		})
	}
}
