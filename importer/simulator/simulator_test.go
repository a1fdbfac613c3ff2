package simulator

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	home  = "/api/v1/organisation/5417/contact"
	child = "/api/v1/organisation/5460/contact"
)

// client talks to a server as a person with curl would: it knows nothing but the documentation.
type client struct {
	t      *testing.T
	server *Server
	rt     http.RoundTripper
	token  string
}

func newClient(t *testing.T, o Options) *client {
	t.Helper()
	s := New(o)
	t.Cleanup(s.Close)
	c := &client{t: t, server: s, rt: s.RoundTripper()}
	c.token = c.authenticate()
	return c
}

// faults parses faults that must be right.
func faults(t *testing.T, texts ...string) []Fault {
	t.Helper()
	var out []Fault
	for _, text := range texts {
		f, err := ParseFault(text)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, f)
	}
	return out
}

func (c *client) authenticate() string {
	c.t.Helper()
	res, body := c.do("POST", "/api/v1/authenticate", `{"application_token":"secret"}`)
	var got struct {
		AuthToken string `json:"auth_token"`
	}
	if res.StatusCode != http.StatusOK || json.Unmarshal(body, &got) != nil || got.AuthToken == "" {
		c.t.Fatalf("authenticate: %d %s", res.StatusCode, body)
	}
	return got.AuthToken
}

func (c *client) request(method, path, body string) *http.Request {
	c.t.Helper()
	var content io.Reader
	if body != "" {
		content = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(c.t.Context(), method, "http://simulator"+path, content)
	if err != nil {
		c.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	return req
}

// do sends a request whose answer must arrive whole.
func (c *client) do(method, path, body string) (*http.Response, []byte) {
	c.t.Helper()
	res, content, err := c.try(method, path, body)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	return res, content
}

func (c *client) try(method, path, body string) (*http.Response, []byte, error) {
	c.t.Helper()
	return c.send(c.request(method, path, body))
}

func (c *client) send(req *http.Request) (*http.Response, []byte, error) {
	res, err := c.rt.RoundTrip(req)
	if err != nil {
		return nil, nil, err
	}
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	return res, content, err
}

// list reads one page as raw objects.
func (c *client) list(path string) (*http.Response, []map[string]any) {
	c.t.Helper()
	res, body := c.do("GET", path, "")
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var out []map[string]any
	if err := decoder.Decode(&out); err != nil || res.StatusCode != http.StatusOK {
		c.t.Fatalf("GET %s: %d %v %.200s", path, res.StatusCode, err, body)
	}
	return res, out
}

// errorTokens are the tokens of an error: its own, and those of its details.
func errorTokens(body []byte) []string {
	var e struct {
		Token  string `json:"error_token"`
		Errors []struct {
			Token string `json:"error_token"`
		}
	}
	if json.Unmarshal(body, &e) != nil {
		return nil
	}
	out := []string{e.Token}
	for _, d := range e.Errors {
		out = append(out, d.Token)
	}
	return out
}
