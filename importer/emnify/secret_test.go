package emnify

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	stdlog "log"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/importer/emnify/credential"
)

func discard() *stdlog.Logger { return stdlog.New(io.Discard, "", 0) }

func TestSecretsAreNeverShown(t *testing.T) {
	t.Parallel()
	s := credential.New("  " + testSecret + "\n")
	if s.Reveal() != testSecret {
		t.Errorf("the credential is %q", s.Reveal())
	}
	inside := struct{ Token credential.Secret }{s}
	raw, err := json.Marshal(map[string]any{"a": s, "b": &s, "c": inside})
	if err != nil {
		t.Fatal(err)
	}
	shown := string(raw)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T %v"} {
		shown += fmt.Sprintf(verb, s) + fmt.Sprintf(verb, &s) + fmt.Sprintf(verb, inside) + fmt.Sprintf(verb, Config{Token: s})
	}
	var buf bytes.Buffer
	log := zerolog.New(&buf)
	log.Info().Interface("secret", s).Any("config", inside).Stringer("s", s).Send()
	shown += buf.String() + fmt.Sprint(s) + s.GoString()
	if strings.Contains(shown, testSecret) || strings.Contains(shown, fmt.Sprintf("%x", testSecret)) || !strings.Contains(shown, "[redacted]") {
		t.Errorf("shown: %s", shown)
	}
}

func TestLogsHoldNoContactAndNoSecret(t *testing.T) {
	t.Parallel()
	answers := []answer{
		created, {status: 422, body: `{"message":"zoe.privat@example.com is taken"}`}, {status: 503, body: "Zoë Privat"},
		{err: fmt.Errorf("malformed HTTP response \"zoe.privat@example.com\"")}, {err: errBroken, notSent: true}, {status: 429},
		{status: 401}, {status: 200, body: `[{"id":1,"email":"zoe.privat@example.com"}`},
		{status: 302, header: map[string]string{"Location": "/zoe.privat@example.com"}},
	}
	for i, a := range answers {
		synctest.Test(t, func(t *testing.T) {
			var buf bytes.Buffer
			c, _ := newFake(t, inTurn(a, a, created), logged(&buf))
			_, err := c.CreateContact(t.Context(), 12, someone, noHooks())
			_, err2 := contactsOf(t, c, 12)
			for _, value := range []string{someone.Name, someone.Email, someone.Phone, someone.Street, someone.PurchaseOrderNumber, testSecret, "token-0"} {
				if strings.Contains(buf.String(), value) {
					t.Errorf("answer %d: the log holds %q:\n%s", i, value, buf.String())
				}
				if strings.Contains(fmt.Sprint(err, err2), value) && a.status != 302 { // a redirect's target has to be named
					t.Errorf("answer %d: the errors hold %q: %v, %v", i, value, err, err2)
				}
			}
		})
	}
}

func TestLogOfARequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var buf bytes.Buffer
		c, _ := newFake(t, inTurn(answer{status: 429}, created), logged(&buf))
		if _, err := c.CreateContact(t.Context(), 12, someone, noHooks()); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(buf.String()), "\n")
		var last map[string]any
		if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil {
			t.Fatal(err)
		}
		want := map[string]any{
			"level": "debug", "method": "POST", "path": contactsPath, "status": 201.0, "attempt": 2.0, "duration_ms": 0.0,
			"request_id": "req-1", "cloudfront_id": "cf-1==", "message": "request",
		}
		if fmt.Sprint(last) != fmt.Sprint(want) {
			t.Errorf("%v, want %v", last, want)
		}
	})
}

func TestConfigIsChecked(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ url, token, says string }{
		"no token":       {"https://cdn.emnify.net", " \n", "EMNIFY_APPLICATION_TOKEN"},
		"an odd token":   {"https://cdn.emnify.net", "a b", "is it the right file"},
		"no address":     {"", "t", "write it like"},
		"no scheme":      {"cdn.emnify.net", "t", "write it like"},
		"another scheme": {"ftp://cdn.emnify.net", "t", "write it like"},
		"a password":     {"https://u:hunter2@cdn.emnify.net", "t", "user name or password"},
		"a bad escape":   {"https://u:hunter2@cdn.emnify.net/%zz", "t", "not a URL"},
		"a query":        {"https://cdn.emnify.net?token=hunter2", "t", "query"},
	} {
		_, err := New(Config{BaseURL: tt.url, Token: credential.New(tt.token)})
		if err == nil || !strings.Contains(err.Error(), tt.says) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBaseURLAndHost(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"https://CDN.emnify.net":          "cdn.emnify.net",
		"https://cdn.emnify.net:443/":     "cdn.emnify.net",
		"http://127.0.0.1:8080/api/v1/":   "127.0.0.1:8080",
		"http://localhost:80":             "localhost",
		"https://[::1]:8443/prefix":       "[::1]:8443",
		"https://example.com:80":          "example.com:80",
		"cdn.emnify.net":                  "",
		"https://user:pw@cdn.emnify.net/": "",
	} {
		if got := Host(url); got != want {
			t.Errorf("%s: %q, want %q", url, got, want)
		}
	}
	c, fake := newFake(t, always(created), func(cfg *Config, _ *fakeAPI) { cfg.BaseURL = "https://gateway.example.com/emnify/api/v1/" })
	if _, err := c.CreateContact(t.Context(), 12, someone, noHooks()); err != nil || fake.requests[0].path != "/emnify/api/v1/organisation/12/contact" {
		t.Errorf("%v, sent to %s", err, fake.requests[0].path)
	}
}
