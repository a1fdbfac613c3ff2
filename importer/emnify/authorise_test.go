package emnify

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactsync/contactsync/importer/limit"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/stop"
)

func TestOneRenewalForEverybody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		valid := "Bearer token-0"
		c, fake := newFake(t, func(r sentRequest, n int) answer {
			if n == 100 {
				valid = "Bearer token-1"
			}
			if r.authorization != valid {
				return answer{status: 401, after: 30 * time.Millisecond, body: `{"message":"The incoming token has expired"}`}
			}
			return answer{status: 201, after: 30 * time.Millisecond}
		})
		var y tally
		y.create(c, 16, 20)
		if _, logins := fake.counts(); y.done.Load() != 320 || logins != 2 {
			t.Errorf("%d of 320 made, %d authentications, want 2; %v", y.done.Load(), logins, y.stop.Load())
		}
	})
}

func TestANewTokenThatIsRejectedEndsTheRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, fake := newFake(t, always(answer{status: 401, after: time.Millisecond}))
		var y tally
		y.create(c, 16, 1)
		if ended := y.stop.Load(); ended == nil || ended.Cause != stop.CauseCredentials || y.none.Load() != 16 {
			t.Errorf("%v, %d not made", ended, y.none.Load())
		}
		if _, logins := fake.counts(); logins > 2 {
			t.Errorf("%d authentications, want one and one more after the first 401", logins)
		}
	})
}

func TestARejectedCredentialIsTriedOnce(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		login answer
		cause stop.Cause
		says  string
	}{
		"rejected":      {answer{status: 401, body: `{"error_code":1101,"error_token":"InvalidCredentials"}`}, stop.CauseCredentials, "rejects the application token"},
		"locked":        {answer{status: 401, body: `{"error_token":"TooManyRequests"}`}, stop.CauseCredentials, "locked"},
		"forbidden":     {answer{status: 403, body: "<html>"}, stop.CauseCredentials, "rejects"},
		"bad request":   {answer{status: 400}, stop.CauseCredentials, "rejects"},
		"unprocessable": {answer{status: 422}, stop.CauseCredentials, "rejects"},
		"not there":     {answer{status: 404}, stop.CauseUnreachable, "does not answer as the API does"},
		"second factor": {answer{status: 200, body: `{"mfa_token":"x"}`}, stop.CauseCredentials, "second factor"},
		"no token":      {answer{status: 200, body: `{}`}, stop.CauseCredentials, "without a token"},
		"odd token":     {answer{status: 200, body: `{"auth_token":"a\nb"}`}, stop.CauseCredentials, "without a token"},
		"redirect":      {answer{status: 302, header: map[string]string{"Location": "/login"}}, stop.CauseRedirect, "redirect"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, fake := newFake(t, always(created), func(_ *Config, f *fakeAPI) {
					f.login = func(int) answer { a := tt.login; a.after = 50 * time.Millisecond; return a }
				})
				var y tally
				y.create(c, 16, 3)
				_, err := c.MyOrganisation(t.Context())
				var stop *stop.Error
				if !errors.As(err, &stop) || stop.Cause != tt.cause || !strings.Contains(stop.Message, tt.says) {
					t.Errorf("%v", err)
				}
				if requests, logins := fake.counts(); requests != 0 || logins != 1 {
					t.Errorf("%d requests, %d authentications, want none and one", requests, logins)
				}
				if y.none.Load() != 16 {
					t.Errorf("%d calls known not to have happened, want 16", y.none.Load())
				}
				if strings.Contains(err.Error(), testSecret) {
					t.Errorf("the error shows the secret: %v", err)
				}
			})
		})
	}
}

func TestAuthenticationIsRepeatedWhenItWasNotRejected(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]answer{
		"429": {status: 429}, "503": {status: 503}, "broken": {err: errBroken}, "never sent": {err: errBroken, notSent: true},
		"html": {status: 200, body: "<html>"}, "cut": {status: 200, body: `{"auth_token":"x"`, cut: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, fake := newFake(t, always(created), func(_ *Config, f *fakeAPI) {
					f.login = func(n int) answer {
						if n < 3 {
							return first
						}
						return loggedIn(n)
					}
				})
				receipt, err := c.CreateContact(t.Context(), 12, someone, noHooks())
				if _, logins := fake.counts(); err != nil || receipt.Effect != outcome.EffectDone || receipt.Attempts != 1 || logins != 4 {
					t.Errorf("%+v, %v, %d authentications", receipt, err, logins)
				}
			})
		})
	}
}

// An authentication that fails for good tells nothing of the contact, of which no request ever left.
func TestWithoutATokenNothingHasHappened(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		login answer
		cause stop.Cause
		most  int
	}{
		"503":     {answer{status: 503}, stop.CauseOutage, 8},
		"broken":  {answer{err: errBroken}, stop.CauseOutage, 8},
		"refused": {answer{err: errBroken, notSent: true}, stop.CauseOutage, 8},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, fake := newFake(t, always(created), func(_ *Config, f *fakeAPI) { f.login = func(int) answer { return tt.login } })
				receipt, err := c.CreateContact(t.Context(), 12, someone, noHooks())
				var stop *stop.Error
				if !errors.As(err, &stop) || stop.Cause != tt.cause || receipt.Effect != outcome.EffectNone {
					t.Errorf("%+v, %v", receipt, err)
				}
				if _, logins := fake.counts(); logins != tt.most {
					t.Errorf("%d authentications, want %d", logins, tt.most)
				}
			})
		})
	}
}

func TestTokenLife(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		jwt  string
		want time.Duration
	}{
		"as documented": {jwt(1_700_000_000, 1_700_014_400), 4 * time.Hour},
		"a week":        {jwt(1_700_000_000, 1_700_604_800), 7 * 24 * time.Hour},
		"backwards":     {jwt(1_700_000_000, 1_600_000_000), 0},
		"for ever":      {jwt(1, 1<<62), 0},
		"no claims":     {"e30.e30.x", 0},
		"as texts":      {"x.eyJpYXQiOiIxMDAiLCJleHAiOiIxNjAifQ.x", time.Minute},
		"padded":        {"x.eyJpYXQiOjEwMCwiZXhwIjoxNjB9Cg==.x", time.Minute},
		"not base64":    {"x.%%%.x", 0},
		"not a JWT":     {"opaque", 0},
		"empty":         {"", 0},
	} {
		if got := tokenLife(tt.jwt); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}

// A run of nine hours outlives its token twice. The claims' clock is years away from ours; only their difference counts.
func TestTheTokenIsRenewedBeforeItEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		born := map[string]time.Time{}
		c, fake := newFake(t, func(r sentRequest, _ int) answer {
			if time.Since(born[r.authorization]) >= 4*time.Hour {
				t.Errorf("sent with a token that has ended")
			}
			return answer{status: 201}
		}, func(_ *Config, f *fakeAPI) {
			f.login = func(n int) answer {
				token := jwt(5_000_000_000+int64(n), 5_000_000_000+int64(n)+4*3600)
				born["Bearer "+token] = time.Now()
				return answer{status: 200, body: fmt.Sprintf(`{"auth_token":%q}`, token)}
			}
		})
		for begun := time.Now(); time.Since(begun) < 9*time.Hour; time.Sleep(50 * time.Second) {
			if receipt, err := c.CreateContact(t.Context(), 12, someone, noHooks()); err != nil || receipt.Effect != outcome.EffectDone {
				t.Fatalf("%+v, %v", receipt, err)
			}
		}
		if _, logins := fake.counts(); logins != 3 {
			t.Errorf("%d authentications in nine hours, want 3", logins)
		}
	})
}

func TestEveryRequestCountsInTheBudget(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slots := new(countedSlots)
		b := limit.NewShared([]limit.Rate{{N: 1000, Per: time.Minute}}, slots)
		c, fake := newFake(t, inTurn(
			answer{status: 200, body: `{"id":12}`}, answer{status: 503}, answer{status: 200, body: `[]`},
			answer{status: 401}, answer{status: 429}, answer{err: errBroken, notSent: true}, created,
		), func(cfg *Config, _ *fakeAPI) { cfg.Budget = b })
		if _, err := c.MyOrganisation(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Countries(t.Context()); err != nil {
			t.Fatal(err)
		}
		if receipt, err := c.CreateContact(t.Context(), 12, someone, noHooks()); err != nil || receipt.Attempts != 1 {
			t.Fatalf("%+v, %v", receipt, err)
		}
		requests, logins := fake.counts()
		if requests != 7 || logins != 2 || slots.taken.Load() != 9 {
			t.Errorf("%d requests, %d authentications, %d granted", requests, logins, slots.taken.Load())
		}
		if c.Requests() != 8 {
			t.Errorf("%d requests counted, want 8: one of 9 never left", c.Requests())
		}
	})
}

// An intent never waits for a slot: when Before is called, nothing stands between the request and the wire.
func TestTheSlotComesBeforeTheIntent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, fake := newFake(t, always(created), func(cfg *Config, _ *fakeAPI) {
			cfg.Budget = limit.New([]limit.Rate{{N: 3, Per: time.Minute}})
		})
		workers(8, func(int) {
			var intended time.Time
			receipt, err := c.CreateContact(background(), 12, someone, remote.Hooks{
				Before: func(context.Context) error { intended = time.Now(); return nil },
				After: func() {
					if waited := time.Since(intended); waited > 0 {
						t.Errorf("the intent waited %s for its request", waited)
					}
				},
			})
			if err != nil || receipt.Effect != outcome.EffectDone {
				t.Errorf("%+v, %v", receipt, err)
			}
		})
		for i, r := range fake.requests[2:] { // the authentication and two requests went at once
			if at := r.at.Sub(fake.logins[0].at); at < time.Duration(i/3+1)*time.Minute {
				t.Errorf("request %d left after %s: over the budget", i+3, at)
			}
		}
	})
}

func TestADryRunChangesNothing(t *testing.T) {
	t.Parallel()
	slots := new(countedSlots)
	b := limit.NewShared([]limit.Rate{{N: 1000, Per: time.Minute}}, slots)
	c, fake := newFake(t, always(answer{status: 200, body: "[]"}), func(cfg *Config, _ *fakeAPI) {
		cfg.ReadOnly, cfg.Budget = true, b
	})
	if _, err := c.Countries(t.Context()); err != nil {
		t.Errorf("reading: %v", err)
	}
	receipt, err := c.CreateContact(t.Context(), 12, someone, remote.Hooks{
		Before: func(context.Context) error { t.Error("an intent in a dry run"); return nil },
	})
	if !errors.Is(err, errReadOnly) || receipt.Effect != outcome.EffectNone {
		t.Errorf("creating: %+v, %v", receipt, err)
	}
	for _, method := range []string{"PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"} {
		if _, _, err := c.roundTrip(t.Context(), &call{template: contactsPath}, method, nil); !errors.Is(err, errReadOnly) {
			t.Errorf("%s: %v", method, err)
		}
	}
	if requests, logins := fake.counts(); requests != 1 || logins != 1 || slots.taken.Load() != 2 {
		t.Errorf("%d requests, %d authentications, %d granted", requests, logins, slots.taken.Load())
	}
}
