package emnify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/importer/emnify/credential"
	"github.com/contactsync/contactsync/importer/stop"
)

// rotation is an application token's file over a run, and an API that gives tokens of four hours for some of them.
type rotation struct {
	file  func(reading int) string // what stands in it; missing: nothing can be read
	takes func(token string, at time.Duration) bool
}

const missing = "(missing)"

// TestTheTokenIsReadAgain: a run of nine hours renews its token twice, and takes up what the file of the application token has
// by then. What was rejected is never sent again.
func TestTheTokenIsReadAgain(t *testing.T) {
	t.Parallel()
	first := func(token string) bool { return token == testSecret }
	texts := func(read ...string) func(int) string {
		return func(n int) string { return read[min(n, len(read)-1)] }
	}
	for name, tt := range map[string]struct {
		rotation
		sent  []string // application tokens, in the order in which they were sent
		ends  bool     // the run, since none is of use
		tells string
	}{
		"it stays as it was":           {rotation{texts(testSecret), func(s string, _ time.Duration) bool { return first(s) }}, []string{testSecret, testSecret, testSecret}, false, ""},
		"it is changed, and both hold": {rotation{texts("second"), func(string, time.Duration) bool { return true }}, []string{testSecret, "second", "second"}, false, "has changed"},
		"it is changed, and the old one ends": {
			rotation{texts(testSecret, "second"), func(s string, at time.Duration) bool { return first(s) == (at < 5*time.Hour) }},
			[]string{testSecret, testSecret, "second"}, false, "has changed",
		},
		"it is changed while the old one is sent": {
			rotation{texts(testSecret, "second"), func(s string, at time.Duration) bool { return first(s) == (at < time.Hour) }},
			[]string{testSecret, testSecret, "second", "second"}, false, "has changed",
		},
		"it is missing for a while": {
			rotation{texts(missing, "second"), func(string, time.Duration) bool { return true }}, []string{testSecret, testSecret, "second"}, false, "could not be read again",
		},
		"it is empty for a while": {
			rotation{texts("", "second"), func(string, time.Duration) bool { return true }}, []string{testSecret, testSecret, "second"}, false, "could not be read again",
		},
		"another file stands there": {
			rotation{texts("<html> <body>"), func(string, time.Duration) bool { return true }}, []string{testSecret, testSecret, testSecret}, false, "could not be read again",
		},
		"it ends, and nobody changes it": {
			rotation{texts(testSecret), func(_ string, at time.Duration) bool { return at < time.Hour }}, []string{testSecret, testSecret}, true, "",
		},
		"it ends, and the file is gone": {
			rotation{texts(missing), func(_ string, at time.Duration) bool { return at < time.Hour }}, []string{testSecret, testSecret}, true, "",
		},
		"the new one is wrong, and so is the next": {
			rotation{texts("second", "third", "fourth"), func(s string, _ time.Duration) bool { return first(s) }}, []string{testSecret, "second", "third"}, true, "",
		},
		"the new one is wrong, and the old one comes back": {
			rotation{texts("second", testSecret), func(s string, _ time.Duration) bool { return first(s) }}, []string{testSecret, "second", testSecret, testSecret}, false, "",
		},
		"a rejected one comes back": {
			rotation{texts(testSecret, "second", testSecret), func(s string, at time.Duration) bool { return first(s) == (at < time.Hour) }},
			[]string{testSecret, testSecret, "second", "second"}, false, "one that was rejected",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				sent, err := tt.play(t, 9*time.Hour, &log)
				if !slices.Equal(sent, tt.sent) {
					t.Errorf("sent %q, want %q", sent, tt.sent)
				}
				var ended *stop.Error
				if errors.As(err, &ended) != tt.ends || tt.ends && ended.Cause != stop.CauseCredentials {
					t.Errorf("ended by %v", err)
				}
				if !strings.Contains(log.String(), tt.tells) {
					t.Errorf("%q is not told:\n%s", tt.tells, &log)
				}
				for _, secret := range []string{testSecret, "second", "third", "<html>"} {
					if strings.Contains(log.String()+fmt.Sprint(err), secret) {
						t.Errorf("%q is shown: %v\n%s", secret, err, &log)
					}
				}
			})
		})
	}
}

// play makes a call every few minutes, and tells which application tokens were sent.
func (r rotation) play(t *testing.T, lasts time.Duration, log *bytes.Buffer) (sent []string, err error) {
	t.Helper()
	begun, readings := time.Now(), 0
	c, fake := newFake(t, always(created), func(cfg *Config, f *fakeAPI) {
		cfg.Log = zerolog.New(log).Level(zerolog.InfoLevel)
		cfg.Reread = func() (credential.Secret, error) {
			readings++
			if text := r.file(readings - 1); text != missing {
				return credential.New(text), nil
			}
			return credential.Secret{}, os.ErrNotExist
		}
		f.login = func(n int) answer {
			if !r.takes(tokenIn(f.logins[n]), time.Since(begun)) {
				return answer{status: 401, body: `{"error_code":1101,"error_token":"InvalidCredentials"}`}
			}
			return answer{status: 200, body: fmt.Sprintf(`{"auth_token":%q}`, jwt(1_700_000_000+int64(n), 1_700_014_400+int64(n)))}
		}
	})
	for ; time.Since(begun) < lasts && err == nil; time.Sleep(5 * time.Minute) {
		_, err = c.CreateContact(context.Background(), 12, someone, noHooks())
	}
	for _, login := range fake.logins {
		sent = append(sent, tokenIn(login))
	}
	return sent, err
}

func tokenIn(r sentRequest) string {
	var body struct {
		Token string `json:"application_token"`
	}
	_ = json.Unmarshal([]byte(r.body), &body)
	return body.Token
}

// TestALockedAccountIsLeftAlone: where the account is locked, or the address is wrong, another token is not tried either.
func TestALockedAccountIsLeftAlone(t *testing.T) {
	t.Parallel()
	for name, rejection := range map[string]answer{
		"locked":    {status: 401, body: `{"error_token":"TooManyRequests"}`},
		"not there": {status: 404},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, fake := newFake(t, always(created), func(cfg *Config, f *fakeAPI) {
					cfg.Reread = func() (credential.Secret, error) { return credential.New("second"), nil }
					f.login = func(int) answer { return rejection }
				})
				_, err := c.CreateContact(t.Context(), 12, someone, noHooks())
				if _, logins := fake.counts(); logins != 1 || err == nil {
					t.Errorf("%d authentications, want one; %v", logins, err)
				}
			})
		})
	}
}
