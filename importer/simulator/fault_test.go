package simulator

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestParseFault(t *testing.T) {
	t.Parallel()
	good := map[string]string{
		"lose=10%": "WRITE", "503=every:50": "CALL", "429=first:3@list": "LIST", "late=after:0/5s@POST": "POST",
		"reject=at:1": "AUTH", "stale=0.5%/1m": "LIST", "lose=100%@GET": "GET", "503=at:1@any": "ANY",
	}
	for text, on := range good {
		f, err := ParseFault(text)
		if err != nil || f.On != on || f.String() != text {
			t.Errorf("%q: %+v, %v; want it on %s", text, f, err, on)
		}
	}
	for _, text := range []string{"store=cut:40", "store=upper", "store=cut:1@street", "store=upper@email"} {
		if f, err := ParseFault(text); err != nil || f.storing == nil || f.String() != text {
			t.Errorf("%q: %+v, %v", text, f, err)
		}
	}
	bad := map[string]string{
		"store=10%": "neither cut:N nor upper", "store=cut:0": "no number of characters", "store=cut:x": "no number of characters",
		"store=upper@type": "no text that is stored",
		"lose":             "want NAME=WHEN", "": "want NAME=WHEN", "loose=1%": `did you mean "lose"?`, "xyzzy=1%": "no fault is called",
		"lose=": "neither", "lose=101%": "no share", "lose=-1%": "no share", "lose=NaN%": "no share", "lose=every:0": "neither",
		"lose=sometimes:3": "neither", "lose=first:-1": "neither", "lose=1%@HEAD": "no target", "truncated=1%@POST": "no effect on POST",
		"lose=1%/5s": "no duration", "late=1%/-5s": "no duration", "late=1%/soon": "no duration",
	}
	for text, want := range bad {
		if _, err := ParseFault(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q in it", text, err, want)
		}
	}
}

// TestFaultNames: every fault is documented, found by its name and hits something.
func TestFaultNames(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, n := range FaultNames() {
		if seen[n.Name] || n.Meaning == "" {
			t.Errorf("%q stands twice or has no meaning", n.Name)
		}
		seen[n.Name] = true
		f, err := ParseFault(n.Name + "=first:1")
		if err != nil || len(f.targets) == 0 || f.kind.act == nil || f.Wait != n.Wait {
			t.Errorf("%q: %+v, %v", n.Name, f, err)
		}
	}
}

func TestSchedules(t *testing.T) {
	t.Parallel()
	tests := map[string][]int{"every:3": {3, 6, 9}, "first:2": {1, 2}, "after:8": {9, 10}, "at:4": {4}, "0%": nil}
	for text, want := range tests {
		s, err := parseSchedule(text)
		if err != nil {
			t.Fatal(err)
		}
		var got []int
		for n := 1; n <= 10; n++ {
			if s.hits(n, 0) {
				got = append(got, n)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s hits %v, want %v", text, got, want)
		}
	}
}

// TestWriteFaults: what the client sees of a create, and whether it happened.
func TestWriteFaults(t *testing.T) {
	t.Parallel()
	tests := []struct {
		fault  string
		status int // 0: no answer at all; -1: an answer whose body is cut
		made   int
	}{
		{"lose", 0, 1}, {"reset", 0, 1}, {"drop", 0, 0}, {"drop-reset", 0, 0},
		{"cut-status", 0, 1}, {"cut-header", 0, 1}, {"cut-body", -1, 1}, {"garbage", 0, 1},
		{"429", 429, 0}, {"429-after", 429, 0}, {"429-date", 429, 0}, {"429-odd", 429, 0}, {"quota", 429, 0},
		{"500", 500, 0}, {"502", 502, 0}, {"503", 503, 0}, {"504", 504, 0},
		{"500-commit", 500, 1}, {"502-commit", 502, 1}, {"503-commit", 503, 1}, {"504-commit", 504, 1},
		{"400", 400, 0}, {"403", 403, 0}, {"404", 404, 0}, {"408", 408, 0}, {"409", 409, 0}, {"422", 422, 0}, {"425", 425, 0},
		{"422-empty", 422, 0}, {"422-html", 422, 0}, {"422-huge", 422, 0},
		{"200", 200, 1}, {"202", 202, 1}, {"204", 204, 1}, {"html", 200, 0}, {"redirect", 302, 0}, {"redirect-307", 307, 0},
		{"json-body", 201, 1}, {"no-location", 201, 1}, {"relative-location", 201, 1}, {"odd-location", 201, 1},
		{"listed-location", 201, 1}, {"same-location", 201, 1}, {"not-made", 201, 0}, {"stranger-location", 201, 2}, {"shorten", 201, 1},
		{"binary", 500, 0}, {"bomb", 500, 0}, {"big-header", 0, 1}, {"401", 401, 0}, {"expire", 401, 0},
		{"alter", 201, 1}, {"rival", 201, 2}, {"others", 201, 2}, {"wrong-type", 201, 1}, {"rst-stream", 0, 1}, {"goaway", 0, 1},
		{"late", 201, 1}, {"late-commit", 201, 1}, {"504-late-commit", 504, 0}, {"silence", 0, 1}, {"slow", 201, 1},
	}
	covered := map[string]bool{"endless": true} // has a test of its own
	for _, test := range tests {
		covered[test.fault] = true
		t.Run(test.fault, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newClient(t, Options{Bare: true})
				c.server.SetFaults(faults(t, test.fault+"=first:1@POST")...)
				res, body, err := c.try("POST", home, `{"type":{"id":3},"name":"A"}`)
				status := 0
				if res != nil {
					status = res.StatusCode
				}
				if res != nil && err != nil {
					status = -1
				}
				if made := len(c.server.Contacts(5417)); status != test.status || made != test.made {
					t.Errorf("status %d, %d made; want %d, %d (%v, %.200s)", status, made, test.status, test.made, err, body)
				}
				requests := c.server.Requests()
				if last := requests[len(requests)-1]; last.Fault != test.fault || (last.Created != 0) != (test.made > 0) {
					t.Errorf("log has %+v", last)
				}
				c.token = c.authenticate()
				if res, _ := c.do("POST", home, `{"type":{"id":3}}`); res.StatusCode != http.StatusCreated {
					t.Errorf("the request after it: %d", res.StatusCode)
				}
			})
		})
	}
	for _, n := range FaultNames() {
		if !covered[n.Name] && n.On != "LIST" && n.On != "GET" && n.On != "AUTH" {
			t.Errorf("fault %q is not tested", n.Name)
		}
	}
}

// TestLateFaults: when the effect happens and when the answer comes, and that a client that has gone changes nothing.
func TestLateFaults(t *testing.T) {
	t.Parallel()
	for fault, want := range map[string]struct{ made, answered time.Duration }{
		"late":            {0, time.Minute},
		"late-commit":     {time.Minute, time.Minute},
		"504-late-commit": {time.Minute, 0},
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newClient(t, Options{Bare: true})
				c.server.SetFaults(faults(t, fault+"=100%/1m")...)
				begin := time.Now()
				c.do("POST", home, `{"type":{"id":3}}`)
				if took := time.Since(begin); took != want.answered {
					t.Errorf("answered after %s, want %s", took, want.answered)
				}
				time.Sleep(2 * time.Minute)
				made := c.server.Contacts(5417)
				if len(made) != 1 || made[0].Created.Sub(begin) != want.made {
					t.Errorf("made %+v, want one after %s", made, want.made)
				}
			})
		})
	}
}

func TestLateCommitOutlivesItsClient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, Options{Bare: true})
		c.server.SetFaults(faults(t, "late-commit=100%/1m")...)
		req := c.request("POST", home, `{"type":{"id":3}}`)
		ctx, cancel := contextWithTimeout(t, 10*time.Second)
		defer cancel()
		if _, _, err := c.send(req.WithContext(ctx)); err == nil {
			t.Fatal("answered in time")
		}
		if n := len(c.server.Contacts(5417)); n != 0 {
			t.Fatalf("%d made at once", n)
		}
		time.Sleep(time.Minute)
		if n := len(c.server.Contacts(5417)); n != 1 {
			t.Errorf("%d made after the duration", n)
		}
	})
}

func TestEndlessEndsWithItsClient(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	c.server.SetFaults(faults(t, "endless=100%")...)
	res, err := c.rt.RoundTrip(c.request("POST", home, `{"type":{"id":3}}`))
	if err != nil {
		t.Fatal(err)
	}
	buffer := make([]byte, 1<<20)
	for read := 0; read < 8<<20; {
		n, err := res.Body.Read(buffer)
		if err != nil {
			t.Fatalf("ended after %d bytes: %v", read, err)
		}
		read += n
	}
	_ = res.Body.Close()
}

func TestStoreFaults(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Bare: true})
	c.server.SetFaults(faults(t, "alter=100%")...)
	c.do("POST", home, `{"type":{"id":3},"name":" `+strings.Repeat("ä", 300)+`","email":"A@Example.com","phone":"+49 30 (1)-2"}`)
	if got := c.server.Contacts(5417)[0]; got.Name != strings.Repeat("ä", 255) || got.Email != "a@example.com" || got.Phone != "+493012" {
		t.Errorf("%+v", got)
	}
}

// TestOddAnswersTakeTurns: a test that sends enough requests sees every form.
func TestOddAnswersTakeTurns(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	c.server.SetFaults(faults(t, "odd-location=100%", "429-odd=100%@GET")...)
	locations, retries := map[string]bool{}, map[string]bool{}
	for range 14 {
		res, _ := c.do("POST", home, `{"type":{"id":3}}`)
		id := c.server.Contacts(5417)
		locations[strings.ReplaceAll(res.Header.Get("Location"), fmt.Sprint(id[len(id)-1].ID), "N")] = true
		res, _ = c.do("GET", home, "")
		retries[res.Header.Get("Retry-After")] = true
	}
	if len(locations) != 7 || len(retries) != 5 {
		t.Errorf("%d locations %v, %d retries %v", len(locations), locations, len(retries), retries)
	}
}

// TestSeed: the same seed hits the same requests in whatever order they arrive, another seed hits others.
func TestSeed(t *testing.T) {
	t.Parallel()
	const n = 200
	hits := func(seed uint64, workers int) []string {
		c := newClient(t, Options{Seed: seed, Faults: faults(t, "503=10%@POST", "lose=10%@POST")})
		var wg sync.WaitGroup
		var mu sync.Mutex
		var out []string
		for w := range workers {
			wg.Go(func() {
				for i := w; i < n; i += workers {
					body := fmt.Sprintf(`{"type":{"id":3},"name":"Person %d"}`, i)
					res, _, err := c.try("POST", home, body)
					mu.Lock()
					if err != nil {
						out = append(out, fmt.Sprintf("%d lost", i))
					} else if res.StatusCode == http.StatusServiceUnavailable {
						out = append(out, fmt.Sprintf("%d refused", i))
					}
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		slices.Sort(out)
		return out
	}
	once := hits(1, 1)
	if again := hits(1, 8); !slices.Equal(once, again) {
		t.Errorf("seed 1 hit\n%v, then\n%v", once, again)
	}
	if other := hits(2, 8); slices.Equal(once, other) {
		t.Error("the seed makes no difference")
	}
	if len(once) < n/10 || len(once) > n*3/10 {
		t.Errorf("%d of %d were hit, want about %d", len(once), n, n*19/100)
	}
}

// TestDrawsDiffer: the repetition of a request is another draw, else a request that is hit would be hit for ever.
func TestDrawsDiffer(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Faults: faults(t, "503=50%@POST")})
	seen := map[int]int{}
	for range 100 {
		res, _ := c.do("POST", home, `{"type":{"id":3},"name":"A"}`)
		seen[res.StatusCode]++
	}
	if seen[503] < 30 || seen[201] < 30 {
		t.Errorf("%v", seen)
	}
}
