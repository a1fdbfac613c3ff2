package metrics

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/prometheus/common/expfmt"

	"github.com/contactsync/contactsync/importer/emnify/network"
	"github.com/contactsync/contactsync/importer/wait"
)

// Gateway is a Pushgateway. The protocol is a request with the text of a file, so that client_golang's own pusher would bring
// nothing but errors that quote the address, with the password that may be in it.
type Gateway struct {
	base   *url.URL
	client *http.Client
}

// A push takes no longer than pushTime, whatever the gateway does: the run has ended, and somebody may be waiting to end the
// process. Within that time it is tried again while the gateway is not there.
const (
	pushTime = 10 * time.Second
	pushGap  = time.Second
	maxTries = 3
)

// maxPage bounds what is read of all that a gateway holds, maxWords what is told of an answer.
const (
	maxPage  = 32 << 20
	maxWords = 200
)

// NewGateway reads the address of a gateway; as for client_golang, http:// may be left out. A nil transport is for who only wants
// to know whether the address is one.
func NewGateway(address string, transport http.RoundTripper) (*Gateway, error) {
	text := strings.TrimSpace(address)
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	base, err := url.Parse(text)
	switch {
	case err != nil, base.Hostname() == "", base.Scheme != "http" && base.Scheme != "https", base.Opaque != "":
		return nil, errors.New("no http or https URL, as http://pushgateway:9091")
	case base.RawQuery != "" || base.ForceQuery || base.Fragment != "":
		return nil, errors.New("a URL with a query or a fragment, which a Pushgateway has none of")
	}
	return &Gateway{base: base, client: &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// String names the gateway without user, password and path, which may be secrets.
func (g *Gateway) String() string { return g.base.Scheme + "://" + g.base.Host }

// Hostname is its host without the port.
func (g *Gateway) Hostname() string { return g.base.Hostname() }

// Push puts the metrics of a run in the place of those of its group. Where the run does not know all that was told before,
// only what it does know is replaced.
func (g *Gateway) Push(ctx context.Context, r Run) error {
	ctx, cancel := context.WithTimeout(ctx, pushTime)
	defer cancel()
	if r.Rehearsal {
		if err := g.mayRehearse(ctx, r.group()); err != nil {
			return err
		}
	}
	method := http.MethodPut
	if r.LastSuccess == nil || r.InDoubt == nil {
		method = http.MethodPost
	}
	text, err := r.text()
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		_, err := g.send(ctx, method, g.at("/metrics/"+groupPath(r.group())), text)
		if err == nil || try == maxTries || !passes(err) || wait.Sleep(ctx, pushGap) != nil {
			return err
		}
	}
}

// mayRehearse looks whether a rehearsal would take the place of a real run.
func (g *Gateway) mayRehearse(ctx context.Context, group string) error {
	var was previous
	held, err := g.send(ctx, http.MethodGet, g.at("/metrics"), nil)
	if err == nil {
		was, err = parse(held)
	}
	switch {
	case err != nil:
		return fmt.Errorf("this run was a rehearsal, and it can't be seen whether it would take the place of a real one: %w", err)
	case was.holdsReal(group):
		return ErrRehearsal
	}
	return nil
}

// groupPath is where the group of a job is. A slash can't stand in it, however it is written, and dots alone are a way up.
func groupPath(job string) string {
	if strings.Contains(job, "/") || strings.Trim(job, ".") == "" {
		return "job@base64/" + base64.RawURLEncoding.EncodeToString([]byte(job))
	}
	return "job/" + url.PathEscape(job)
}

// at is an address below the gateway's own.
func (g *Gateway) at(escaped string) *url.URL {
	u := *g.base
	u.RawPath = strings.TrimRight(g.base.EscapedPath(), "/") + escaped
	u.Path, _ = url.PathUnescape(u.RawPath) // we have escaped it ourselves
	return &u
}

// answerError is an answer that is none of success.
type answerError struct {
	status int
	words  string
}

func (e *answerError) Error() string {
	if e.status >= 300 && e.status < 400 {
		return fmt.Sprintf("it answers with a redirect (HTTP %d), which is not followed: give the gateway's own address", e.status)
	}
	if e.words == "" {
		return fmt.Sprintf("it answers HTTP %d", e.status)
	}
	return fmt.Sprintf("it answers HTTP %d: %s", e.status, e.words)
}

func (g *Gateway) send(ctx context.Context, method string, u *url.URL, text []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(text))
	if err != nil {
		return nil, errors.New("its address can't be used")
	}
	if text != nil {
		req.Header.Set("Content-Type", string(expfmt.NewFormat(expfmt.TypeTextPlain)))
	}
	resp, err := g.client.Do(req)
	if err != nil {
		return nil, describe(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxPage))
	if resp.StatusCode >= 200 && resp.StatusCode < 300 {
		if err != nil && method == http.MethodGet {
			return nil, describe(err)
		}
		return body, nil
	}
	return nil, &answerError{status: resp.StatusCode, words: firstWords(body)}
}

// firstWords are the beginning of what a gateway says of its refusal.
func firstWords(body []byte) string {
	line, _, _ := strings.Cut(strings.TrimSpace(strings.ToValidUTF8(string(body[:min(len(body), maxWords)]), "")), "\n")
	return strings.TrimSpace(line)
}

// awayError says that the gateway is not there, which a moment may mend.
type awayError struct{ error }

// passes reports whether an error may have passed a moment later.
func passes(err error) bool {
	var away awayError
	var answer *answerError
	return errors.As(err, &away) || errors.As(err, &answer) && answer.status >= 500
}

// describe words an error of the network.
func describe(err error) error {
	switch word := network.Word(err, true); {
	case errors.Is(err, context.Canceled):
		return errors.New("the process was told to end")
	case word == network.Timeout:
		return fmt.Errorf("no answer within %s", pushTime)
	case network.IsWrongPlace(err):
		return errors.New(network.Describe(err, true))
	}
	return awayError{errors.New(network.Describe(err, true))}
}
