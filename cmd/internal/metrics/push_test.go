package metrics

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// gateway plays one: it answers as it is told, and notes what it is asked.
type gateway struct {
	answers []int // statuses, one after the other; 0: none, the connection breaks; the last one stays
	after   time.Duration
	body    string // of each answer
	header  http.Header

	asked []string
	texts []string
	auth  string
}

func (g *gateway) RoundTrip(req *http.Request) (*http.Response, error) {
	g.asked = append(g.asked, req.Method+" "+req.URL.EscapedPath())
	if user, password, ok := req.BasicAuth(); ok {
		g.auth = user + ":" + password
	}
	text, _ := io.ReadAll(req.Body)
	g.texts = append(g.texts, string(text))
	select {
	case <-time.After(g.after):
	case <-req.Context().Done():
		return nil, req.Context().Err()
	}
	status := g.answers[0]
	if len(g.answers) > 1 {
		g.answers = g.answers[1:]
	}
	if status == 0 {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	}
	return &http.Response{StatusCode: status, Header: g.header, Body: io.NopCloser(strings.NewReader(g.body)), Request: req}, nil
}

const secretAddress = "http://user:s3cr3t@gateway.example.com:9091/behind/t0ken"

func TestPush(t *testing.T) {
	t.Parallel()
	const put = "PUT /behind/t0ken/metrics/job/crm"
	unknown := func(r *Run) { r.LastSuccess = nil }
	rehearsal := func(r *Run) { r.Rehearsal = true }
	real := "contactsync_rehearsal{job=\"crm\"} 0\n"
	for name, test := range map[string]struct {
		gateway gateway
		run     func(r *Run)
		asked   []string
		err     string
		took    time.Duration
	}{
		"taken":                   {gateway{answers: []int{200}}, nil, []string{put}, "", 0},
		"taken, in an older way":  {gateway{answers: []int{202}}, nil, []string{put}, "", 0},
		"what is not known stays": {gateway{answers: []int{200}}, unknown, []string{"POST /behind/t0ken/metrics/job/crm"}, "", 0},
		"refused": {
			gateway{answers: []int{400}, body: "pushed metrics are invalid\nmore"}, nil, []string{put},
			"it answers HTTP 400: pushed metrics are invalid", 0,
		},
		"not yet there":     {gateway{answers: []int{0, 503, 200}}, nil, []string{put, put, put}, "", 2 * time.Second},
		"not there":         {gateway{answers: []int{0}}, nil, []string{put, put, put}, "dial tcp: connect: connection refused", 2 * time.Second},
		"out of order":      {gateway{answers: []int{500}}, nil, []string{put, put, put}, "it answers HTTP 500", 2 * time.Second},
		"too slow":          {gateway{answers: []int{200}, after: time.Hour}, nil, []string{put}, "no answer within 10s", pushTime},
		"slow and not good": {gateway{answers: []int{500}, after: 6 * time.Second}, nil, []string{put, put}, "no answer within 10s", pushTime},
		"a redirect": {
			gateway{answers: []int{307}, header: http.Header{"Location": {"http://elsewhere.example.com/"}}}, nil, []string{put},
			"it answers with a redirect (HTTP 307), which is not followed: give the gateway's own address", 0,
		},
		"a first rehearsal":   {gateway{answers: []int{200}}, rehearsal, []string{"GET /behind/t0ken/metrics", put}, "", 0},
		"another job's":       {gateway{answers: []int{200}, body: strings.ReplaceAll(real, "crm", "erp")}, rehearsal, []string{"GET /behind/t0ken/metrics", put}, "", 0},
		"after a real run":    {gateway{answers: []int{200}, body: real}, rehearsal, []string{"GET /behind/t0ken/metrics"}, ErrRehearsal.Error(), 0},
		"who knows, after it": {gateway{answers: []int{404}}, rehearsal, []string{"GET /behind/t0ken/metrics"}, "this run was a rehearsal, and it can't be seen whether it would take the place of a real one: it answers HTTP 404", 0},
		"no metrics at all":   {gateway{answers: []int{200}, body: "<html>"}, rehearsal, []string{"GET /behind/t0ken/metrics"}, "this run was a rehearsal, and it can't be seen whether it would take the place of a real one: what it holds are no metrics", 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			g, run, begun := test.gateway, night(), time.Now()
			if test.run != nil {
				test.run(&run)
			}
			to, err := NewGateway(secretAddress, &g)
			if err != nil {
				t.Fatal(err)
			}
			said := ""
			if err = to.Push(t.Context(), run); err != nil {
				said = err.Error()
			}
			if said != test.err {
				t.Errorf("%s: error %q, want %q", name, said, test.err)
			}
			if d := cmp.Diff(test.asked, g.asked); d != "" {
				t.Errorf("%s (-want +got):\n%s", name, d)
			}
			if took := time.Since(begun); took != test.took {
				t.Errorf("%s: took %s, want %s", name, took, test.took)
			}
			if g.auth != "user:s3cr3t" {
				t.Errorf("%s: authorised as %q", name, g.auth)
			}
			if shown := to.String(); shown != "http://gateway.example.com:9091" {
				t.Errorf("%s: shown as %s", name, shown)
			}
			if last := len(g.texts) - 1; err == nil && g.texts[last] != textOf(t, run) {
				t.Errorf("%s: pushed\n%s", name, g.texts[last])
			}
		})
	}
}

func TestPushEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		to, err := NewGateway("gateway", &gateway{answers: []int{200}, after: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		if err := to.Push(ctx, night()); err == nil || err.Error() != "the process was told to end" || time.Since(begun) != time.Second {
			t.Errorf("after %s: %v", time.Since(begun), err)
		}
	})
}

// TestGroups: each job's name is where a Pushgateway finds it.
func TestGroups(t *testing.T) {
	t.Parallel()
	for job, want := range map[string]string{
		"":         "/metrics/job/contactsync",
		"crm":      "/metrics/job/crm",
		"a b+c%2F": "/metrics/job/a%20b+c%252F",
		"Zürich":   "/metrics/job/Z%C3%BCrich",
		"a?b#c":    "/metrics/job/a%3Fb%23c",
		"north/eu": "/metrics/job@base64/bm9ydGgvZXU",
		"..":       "/metrics/job@base64/Li4",
	} {
		g := &gateway{answers: []int{200}}
		to, err := NewGateway("https://gateway/", g)
		if err != nil {
			t.Fatal(err)
		}
		r := night()
		r.Job = job
		if err := to.Push(t.Context(), r); err != nil || !cmp.Equal(g.asked, []string{"PUT " + want}) {
			t.Errorf("%q: %v, want %s; error %v", job, g.asked, want, err)
		}
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for address, good := range map[string]bool{
		"http://gateway:9091": true, "https://gateway/prefix": true, "gateway:9091": true, "http://gateway\n": true, "http://u:p@gateway": true,
		"": false, "http://": false, "ftp://gateway": false, "http://gateway?token=1": false, "http://gateway/#x": false, "http://u:p%zz@gateway": false,
	} {
		if _, err := NewGateway(address, nil); (err == nil) != good {
			t.Errorf("%q: %v", address, err)
		} else if err != nil && strings.Contains(err.Error(), "u:p") {
			t.Errorf("%q: its error tells the password: %v", address, err)
		}
	}
}

// TestNoErrorTellsTheAddress: of the network's own errors, which quote it.
func TestNoErrorTellsTheAddress(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	address := strings.Replace(server.URL, "https://", "https://user:s3cr3t@", 1) + "/t0ken"
	to, err := NewGateway(address, transport)
	if err != nil {
		t.Fatal(err)
	}
	if err := to.Push(t.Context(), night()); err == nil || !strings.Contains(err.Error(), "certificate") || strings.Contains(err.Error(), "s3cr3t") || strings.Contains(err.Error(), "t0ken") {
		t.Errorf("error %v", err)
	}
	for _, err := range []error{errors.New(`invalid proxy address "http://user:s3cr3t@proxy"`), errors.New("s3cr3t"), io.ErrUnexpectedEOF} {
		if said := describe(err).Error(); strings.Contains(said, "s3cr3t") {
			t.Error(said)
		}
	}
}
