package simulator

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// TestLimit: 2000 in any five minutes, counted at arrival, whatever the answer; in virtual time over real HTTP.
func TestLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, Options{}) // the authentication is the first of 2000
		begin := time.Now()
		for i := range defaultLimit - 1 {
			if res, _ := c.do("GET", "/api/v1/organisation/my", ""); res.StatusCode != http.StatusOK {
				t.Fatalf("request %d: %d", i+2, res.StatusCode)
			}
			time.Sleep(time.Millisecond)
		}
		refused := func(want bool) {
			t.Helper()
			res, body := c.do("GET", "/api/v1/organisation/my", "")
			if got := res.StatusCode == http.StatusTooManyRequests; got != want {
				t.Fatalf("after %s: %d %s, refused should be %t", time.Since(begin), res.StatusCode, body, want)
			}
			if want && (errorTokens(body)[0] != "TooManyRequests" || res.Header["Retry-After"] != nil) {
				t.Errorf("%v %s", res.Header, body)
			}
		}
		refused(true)
		// Two arrived at the beginning. Exactly five minutes later their two places are free again, and the refused
		// request has taken one of them.
		time.Sleep(defaultWindow - time.Since(begin))
		refused(false)
		refused(true)
		time.Sleep(2 * defaultWindow)
		refused(false)
		if got := c.server.MaxInWindow(defaultWindow); got != defaultLimit+1 {
			t.Errorf("MaxInWindow %d, want %d", got, defaultLimit+1)
		}
	})
}

func TestRefusedRequestsCount(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, Options{Limit: 3, Window: time.Minute})
		for range 20 {
			c.do("GET", home, "")
			time.Sleep(10 * time.Second)
		}
		var ok int
		for _, r := range c.server.Requests() {
			if r.Status == 200 {
				ok++
			}
		}
		// Six requests a minute never come below three a minute: whoever keeps knocking stays outside.
		if ok != 3 {
			t.Errorf("%d of 21 were answered, want 3", ok)
		}
	})
}

func TestAuthenticateLimit(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	for range authLimit - 1 {
		c.authenticate()
	}
	res, body := c.do("POST", "/api/v1/authenticate", `{"application_token":"secret"}`)
	if res.StatusCode != http.StatusTooManyRequests || errorTokens(body)[0] != "TooManyRequests" {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	if res, _ := c.do("GET", home, ""); res.StatusCode != http.StatusOK {
		t.Errorf("another call: %d", res.StatusCode)
	}
}

func TestMonthlyQuota(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, Options{Quota: 3, TokenLife: 1000 * time.Hour})
		var got []int
		ask := func() {
			res, _ := c.do("GET", home, "")
			got = append(got, res.StatusCode)
		}
		ask()
		ask()
		ask()
		time.Sleep(32 * 24 * time.Hour)
		ask()
		if got[0] != 200 || got[1] != 200 || got[2] != 429 || got[3] != 200 {
			t.Errorf("%v", got)
		}
	})
}

func TestMaxInWindow(t *testing.T) {
	t.Parallel()
	begin := time.Unix(0, 0)
	var requests []Request
	for _, second := range []int{0, 1, 2, 10, 11, 12, 13, 22, 23} {
		requests = append(requests, Request{Arrived: begin.Add(time.Duration(second) * time.Second)})
	}
	for d, want := range map[int]int{1: 1, 2: 2, 3: 3, 4: 4, 10: 4, 12: 5, 13: 6, 100: 9} {
		if got := maxInWindow(requests, time.Duration(d)*time.Second); got != want {
			t.Errorf("in %d s: %d, want %d", d, got, want)
		}
	}
	if maxInWindow(nil, time.Second) != 0 {
		t.Error("no requests, but a maximum")
	}
}

func TestRequestLogKeepsTheNewest(t *testing.T) {
	t.Parallel()
	l := newRequestLog()
	l.entries = make([]Request, maxRequests)
	l.total = maxRequests
	n, r := l.open(Request{Path: "/new"}, func(int, time.Time) string { return "" })
	r.Status = 200
	l.close(n, r)
	l.close(0, Request{Path: "/forgotten"})
	all := l.all()
	if len(all) != maxRequests || all[len(all)-1].Path != "/new" || all[len(all)-1].Status != 200 || all[0].Path != "" {
		t.Errorf("%d entries, first %+v, last %+v", len(all), all[0], all[len(all)-1])
	}
}
