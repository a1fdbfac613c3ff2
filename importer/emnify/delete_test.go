package emnify

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/remote"
)

// What an answer to a delete proves, and how many requests it costs.
func TestDeleteByAnswer(t *testing.T) {
	t.Parallel()
	deleted := answer{status: 204}
	type want struct {
		effect   outcome.Effect
		requests int
		attempts int
		refusal  bool
	}
	unclear := want{effect: outcome.EffectUnknown, requests: 1, attempts: 1}
	no := want{effect: outcome.EffectNone, requests: 1, attempts: 1, refusal: true}
	done := want{effect: outcome.EffectDone, requests: 1, attempts: 1}
	tests := map[string]struct {
		answers []answer
		want    want
	}{
		"deleted":             {[]answer{deleted}, done},
		"not there":           {[]answer{{status: 404, body: `{"error_code":1201}`}}, done},
		"200":                 {[]answer{{status: 200, body: "{}"}}, unclear},
		"201":                 {[]answer{{status: 201}}, unclear},
		"202":                 {[]answer{{status: 202}}, unclear},
		"500":                 {[]answer{{status: 500}}, unclear},
		"504":                 {[]answer{{status: 504, body: "<html>"}}, unclear},
		"408":                 {[]answer{{status: 408}}, unclear},
		"connection broken":   {[]answer{{err: errBroken}}, unclear},
		"no answer in time":   {[]answer{{status: 204, after: time.Hour}}, unclear},
		"403":                 {[]answer{{status: 403}}, no},
		"405":                 {[]answer{{status: 405}}, no},
		"409":                 {[]answer{{status: 409}}, no},
		"410":                 {[]answer{{status: 410}}, no},
		"422":                 {[]answer{{status: 422}}, no},
		"302":                 {[]answer{{status: 302}}, want{effect: outcome.EffectNone, requests: 1, attempts: 1}},
		"429, then deleted":   {[]answer{{status: 429}, deleted}, want{effect: outcome.EffectDone, requests: 2, attempts: 1}},
		"401, then deleted":   {[]answer{{status: 401}, deleted}, want{effect: outcome.EffectDone, requests: 2, attempts: 1}},
		"not sent, then sent": {[]answer{{err: errBroken, notSent: true}, deleted}, want{effect: outcome.EffectDone, requests: 2, attempts: 1}},
		"never sent":          {[]answer{{err: errBroken, notSent: true}}, want{effect: outcome.EffectNone, requests: 8}},
		"429, then broken":    {[]answer{{status: 429}, {err: errBroken}}, want{effect: outcome.EffectUnknown, requests: 2, attempts: 1}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, fake := newFake(t, inTurn(tt.answers...))
				before, after := 0, 0
				receipt, err := c.DeleteContact(t.Context(), 12, 77, remote.Hooks{
					Before: func(context.Context) error { before++; return nil },
					After:  func() { after++ },
				})
				if receipt.Effect != tt.want.effect || receipt.Attempts != tt.want.attempts || receipt.ContactID != 0 {
					t.Errorf("%+v, want %+v", receipt, tt.want)
				}
				if n, _ := fake.counts(); n != tt.want.requests || before != n || after != n {
					t.Errorf("%d requests, %d before, %d after, want %d", n, before, after, tt.want.requests)
				}
				if (err == nil) != (tt.want.effect == outcome.EffectDone) {
					t.Errorf("error %v with effect %d", err, receipt.Effect)
				}
				var refusal *outcome.Refusal
				if errors.As(err, &refusal) != tt.want.refusal {
					t.Errorf("error %v, a refusal: %t", err, tt.want.refusal)
				}
				r := fake.requests[0]
				if r.method != "DELETE" || r.path != "/api/v1/organisation/12/contact/77" || r.query != "" || r.body != "" || r.header.Get("Content-Type") != "" {
					t.Errorf("sent %s %s?%s with %q", r.method, r.path, r.query, r.body)
				}
			})
		})
	}
}

func TestDeleteWithoutConsentDoesNotLeave(t *testing.T) {
	t.Parallel()
	full := errors.New("disk full")
	c, fake := newFake(t, always(answer{status: 204}))
	receipt, err := c.DeleteContact(t.Context(), 12, 77, remote.Hooks{Before: func(context.Context) error { return full }})
	if n, _ := fake.counts(); n != 0 || !errors.Is(err, full) || receipt.Effect != outcome.EffectNone {
		t.Errorf("%d requests, %+v, %v", n, receipt, err)
	}
}

func TestADryRunDeletesNothing(t *testing.T) {
	t.Parallel()
	c, fake := newFake(t, always(answer{status: 204}), func(cfg *Config, _ *fakeAPI) { cfg.ReadOnly = true })
	receipt, err := c.DeleteContact(t.Context(), 12, 77, noHooks())
	if n, _ := fake.counts(); n != 0 || !errors.Is(err, errReadOnly) || receipt.Effect != outcome.EffectNone {
		t.Errorf("%d requests, %+v, %v", n, receipt, err)
	}
}
