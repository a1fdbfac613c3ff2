package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const secretAddress = "https://anna:geheim@hooks.example.com:8443/services/T0/B0/XYZ?token=s3cr3t#part"

// hides fails if a text holds any of what an address keeps secret.
func hides(t *testing.T, text string) {
	t.Helper()
	for _, secret := range []string{"anna", "geheim", "services", "T0", "XYZ", "token", "s3cr3t", "part"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is shown: %s", secret, text)
		}
	}
}

func parsed(t *testing.T, text string) Address {
	t.Helper()
	a, err := ParseAddress(text)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAddressIsNotShown(t *testing.T) {
	t.Parallel()
	a := parsed(t, secretAddress)
	inJSON, err := json.Marshal(map[string]any{"a": a, "b": &a})
	if err != nil {
		t.Fatal(err)
	}
	all := string(inJSON) + a.String()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		all += fmt.Sprintf(verb, a) + fmt.Sprintf(verb, &a) + fmt.Sprintf(verb, struct{ A Address }{a})
	}
	hides(t, all)
	if a.String() != "https://hooks.example.com:8443" {
		t.Errorf("shown as %s", a)
	}
}

func TestParseAddress(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]error{
		secretAddress: nil, "http://127.0.0.1:9/x": nil, "http://[::1]/x": nil, "\thttps://h.example.com\n": nil,
		"": ErrNoAddress, "geheim": ErrNoAddress, "hooks.example.com/geheim": ErrNoAddress, "ftp://hooks.example.com/geheim": ErrNoAddress,
		"https:///geheim": ErrNoAddress, "https://:443/geheim": ErrNoAddress, "https:geheim": ErrNoAddress, "https://h\x00/geheim": ErrNoAddress,
		"https://anna:ge%heim@h/": ErrNoAddress, "https://h.example.com/%zz": ErrNoAddress, "mailto:geheim@example.com": ErrNoAddress,
	} {
		_, err := ParseAddress(text)
		if !errors.Is(err, want) || err == nil != (want == nil) {
			t.Errorf("%q: %v, want %v", text, err, want)
		}
		hides(t, fmt.Sprint(err))
	}
	if a := parsed(t, "http://hooks.example.com:80/x"); !a.Plain() || a.Hostname() != "hooks.example.com" || parsed(t, secretAddress).Plain() {
		t.Errorf("%s: in plain %t, of %s", a, a.Plain(), a.Hostname())
	}
}

// receiver answers one try after the other, the last answer again and again.
type receiver struct {
	answers  []any // a status, a time of silence, or an error
	location string
	tries    []time.Time
	got      *http.Request
	body     string
}

func (r *receiver) RoundTrip(req *http.Request) (*http.Response, error) {
	answer := r.answers[min(len(r.tries), len(r.answers)-1)]
	r.tries, r.got = append(r.tries, time.Now()), req
	body, _ := io.ReadAll(req.Body)
	r.body = string(body)
	switch a := answer.(type) {
	case int:
		header := http.Header{}
		if r.location != "" {
			header.Set("Location", r.location)
		}
		return &http.Response{StatusCode: a, Header: header, Body: io.NopCloser(strings.NewReader("secretAddress"))}, nil
	case time.Duration:
		select {
		case <-time.After(a):
			return nil, io.EOF
		case <-req.Context().Done():
			return nil, req.Context().Err()
		}
	default:
		return nil, a.(error)
	}
}

func TestSend(t *testing.T) {
	t.Parallel()
	quotes := errors.New(`malformed HTTP response "POST /services/T0/B0/XYZ"`)
	for name, tt := range map[string]struct {
		answers  []any
		location string
		limit    time.Duration
		says     string // empty: it arrives
		tries    int
		took     time.Duration
	}{
		"it arrives":                {[]any{204}, "", 0, "", 1, 0},
		"at the second try":         {[]any{503, 200}, "", 0, "", 2, time.Second},
		"at the third try":          {[]any{io.EOF, 429, 202}, "", 0, "", 3, 4 * time.Second},
		"never":                     {[]any{500}, "", 0, "HTTP 500 (3 tries)", 3, 4 * time.Second},
		"it is silent":              {[]any{time.Hour}, "", 0, "no answer within 10s (3 tries)", 3, 34 * time.Second},
		"it answers late":           {[]any{time.Hour, 200}, "", 0, "", 2, 11 * time.Second},
		"refused":                   {[]any{404}, "", 0, "refused (HTTP 404)", 1, 0},
		"redirected":                {[]any{301}, "https://bob:geheim@new.example.com/services/XYZ?token=1", 0, "redirect to https://new.example.com (HTTP 301), which is not followed", 1, 0},
		"redirected on itself":      {[]any{308}, "/services/XYZ", 0, "redirect (HTTP 308)", 1, 0},
		"an error quotes it":        {[]any{quotes}, "", 0, "not HTTP (3 tries)", 3, 4 * time.Second},
		"it is silent, little time": {[]any{time.Hour}, "", 5 * time.Second, "no time left", 1, 5 * time.Second},
		"it fails, little time":     {[]any{503}, "", 2 * time.Second, "HTTP 503", 2, 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, begun := t.Context(), time.Now()
				if tt.limit > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, tt.limit)
					defer cancel()
				}
				r := &receiver{answers: tt.answers, location: tt.location}
				err := Sender{Transport: r, UserAgent: "contactsync/1"}.Send(ctx, parsed(t, secretAddress), []byte(`{"exit_code":3}`))
				if (err == nil) != (tt.says == "") || !strings.Contains(fmt.Sprint(err), tt.says) {
					t.Errorf("%v, want %q", err, tt.says)
				}
				hides(t, fmt.Sprint(err))
				if took := time.Since(begun); took != tt.took || len(r.tries) != tt.tries {
					t.Errorf("%d tries in %s, want %d in %s", len(r.tries), took, tt.tries, tt.took)
				}
				user, password, _ := r.got.BasicAuth()
				if got := r.got.URL.String(); got != "https://hooks.example.com:8443/services/T0/B0/XYZ?token=s3cr3t" || user != "anna" || password != "geheim" {
					t.Errorf("sent to %s as %s:%s", got, user, password)
				}
				if r.got.Method != http.MethodPost || r.body != `{"exit_code":3}` || r.got.Header.Get("Content-Type") != "application/json" {
					t.Errorf("%s %v %s", r.got.Method, r.got.Header, r.body)
				}
			})
		})
	}
}
