package emnify

import (
	"bytes"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/importer/stop"
)

// TestANetworkThatComesUpLate shows that a name that is not known yet, or a connection that is refused, is tried at the
// start as often as anywhere else, and told once, at once; what no time mends is told without another try.
func TestANetworkThatComesUpLate(t *testing.T) {
	t.Parallel()
	noName := &net.DNSError{Err: "no such host", Name: "cdn.emnify.net", IsNotFound: true}
	for name, c := range map[string]struct {
		err   error
		fails int // so many times, then it is there; 0: for good
		want  int // requests for a token
		cause stop.Cause
	}{
		"the name comes":       {err: noName, fails: 6, want: 7},
		"the name never comes": {err: noName, want: 8, cause: stop.CauseOutage},
		"refused for good":     {err: errBroken, want: 8, cause: stop.CauseOutage},
		"no address of a proxy": {err: errors.New(`invalid proxy address "http://u:secret@x": parse`),
			want: 1, cause: stop.CauseUnreachable},
		"a proxy wants to know who asks": {err: errors.New("Proxy Authentication Required"), want: 1, cause: stop.CauseUnreachable},
		"a proxy that is not ready":      {err: errors.New("Service Unavailable"), fails: 2, want: 3},
		"another protocol": {err: errors.New(`malformed HTTP response "SSH-2.0"`),
			want: 8, cause: stop.CauseUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				begun, told := time.Now(), time.Duration(-1)
				client, fake := newFake(t, always(answer{status: 200, body: `{"id":12,"name":"Acme"}`}), func(cfg *Config, f *fakeAPI) {
					cfg.Log = zerolog.New(&log).Level(zerolog.InfoLevel).Hook(zerolog.HookFunc(func(*zerolog.Event, zerolog.Level, string) {
						if told < 0 {
							told = time.Since(begun)
						}
					}))
					f.login = func(n int) answer {
						if c.fails == 0 || n < c.fails {
							return answer{err: c.err, notSent: true}
						}
						return loggedIn(n)
					}
				})
				_, err := client.MyOrganisation(t.Context())
				var stop *stop.Error
				if errors.As(err, &stop) != (c.cause != 0) || stop != nil && stop.Cause != c.cause {
					t.Errorf("got %v, want cause %d", err, c.cause)
				}
				if _, logins := fake.counts(); logins != c.want {
					t.Errorf("%d requests for a token, want %d", logins, c.want)
				}
				times := strings.Count(log.String(), "can't be reached yet")
				if want := min(1, c.want-1); times != want || want == 1 && told != 0 {
					t.Errorf("told %d times, first after %s, want %d at once: %s", times, told, want, &log)
				}
				if strings.Contains(log.String(), "secret") || err != nil && strings.Contains(err.Error(), "secret") {
					t.Error("a password is told")
				}
			})
		})
	}
}

// TestAProxyThatRefuses shows that what the transport makes of a proxy's refusal is recognised.
func TestAProxyThatRefuses(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.WriteHeader(http.StatusProxyAuthRequired)
	}))
	defer proxy.Close()
	at, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	transport := NewTransport()
	transport.Proxy = http.ProxyURL(at)
	_, err = dial(t, "https://api.example.test", transport).MyOrganisation(t.Context())
	var ended *stop.Error
	if !errors.As(err, &ended) || ended.Cause != stop.CauseUnreachable || asked.Load() != 1 {
		t.Errorf("%v, the proxy was asked %d times", err, asked.Load())
	}
}

// TestWhatWasNotSent shows which errors say that nothing is known against the row.
func TestWhatWasNotSent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  *exchangeError
		want bool
	}{
		"no connection":       {&exchangeError{cause: errBroken}, true},
		"perhaps it left":     {&exchangeError{sent: true, cause: errBroken}, false},
		"we were interrupted": {&exchangeError{cancelled: true, cause: errBroken}, false},
	} {
		if got := errors.Is(c.err, stop.ErrNotSent); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
