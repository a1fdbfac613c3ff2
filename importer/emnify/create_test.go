package emnify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/emnify/decode"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/stop"
)

// What an answer to a create proves, and how many requests it costs.
func TestCreateByAnswer(t *testing.T) {
	t.Parallel()
	type want struct {
		effect   outcome.Effect
		requests int
		attempts int
		cause    stop.Cause
		refusal  bool
	}
	unclear := want{effect: outcome.EffectUnknown, requests: 1, attempts: 1}
	no := want{effect: outcome.EffectNone, requests: 1, attempts: 1, refusal: true}
	done := want{effect: outcome.EffectDone, requests: 1, attempts: 1}
	tests := map[string]struct {
		answers []answer
		want    want
	}{
		"created":               {[]answer{created}, done},
		"created, odd body":     {[]answer{{status: 201, body: "<html>"}}, done},
		"created, body cut":     {[]answer{{status: 201, body: "{", cut: true}}, done},
		"200":                   {[]answer{{status: 200, body: "{}"}}, unclear},
		"captive portal":        {[]answer{{status: 200, body: "<html>log in</html>"}}, unclear},
		"202":                   {[]answer{{status: 202}}, unclear},
		"204":                   {[]answer{{status: 204}}, unclear},
		"206":                   {[]answer{{status: 206}}, unclear},
		"408":                   {[]answer{{status: 408}}, unclear},
		"425":                   {[]answer{{status: 425}}, unclear},
		"406":                   {[]answer{{status: 406}}, unclear},
		"500":                   {[]answer{{status: 500, body: "{}"}}, unclear},
		"502":                   {[]answer{{status: 502, body: "<html>"}}, unclear},
		"503":                   {[]answer{{status: 503}}, unclear},
		"504":                   {[]answer{{status: 504}}, unclear},
		"599":                   {[]answer{{status: 599}}, unclear},
		"connection broken":     {[]answer{{err: errBroken}}, unclear},
		"no answer in time":     {[]answer{{status: 201, after: time.Hour}}, unclear},
		"400":                   {[]answer{{status: 400}}, no},
		"403":                   {[]answer{{status: 403}}, no},
		"404":                   {[]answer{{status: 404}}, no},
		"405":                   {[]answer{{status: 405}}, no},
		"409":                   {[]answer{{status: 409}}, no},
		"410":                   {[]answer{{status: 410}}, no},
		"413":                   {[]answer{{status: 413}}, no},
		"414":                   {[]answer{{status: 414}}, no},
		"415":                   {[]answer{{status: 415}}, no},
		"422 cut":               {[]answer{{status: 422, body: `{"message":"x`, cut: true}}, no},
		"431":                   {[]answer{{status: 431}}, no},
		"301":                   {[]answer{{status: 301}}, want{outcome.EffectNone, 1, 1, stop.CauseRedirect, false}},
		"307":                   {[]answer{{status: 307}}, want{outcome.EffectNone, 1, 1, stop.CauseRedirect, false}},
		"429, then created":     {[]answer{{status: 429}, {status: 429}, created}, want{effect: outcome.EffectDone, requests: 3, attempts: 1}},
		"401, then created":     {[]answer{{status: 401}, created}, want{effect: outcome.EffectDone, requests: 2, attempts: 1}},
		"not sent, then sent":   {[]answer{{err: errBroken, notSent: true}, created}, want{effect: outcome.EffectDone, requests: 2, attempts: 1}},
		"not sent, then broken": {[]answer{{err: errBroken, notSent: true}, {err: errBroken}}, want{effect: outcome.EffectUnknown, requests: 2, attempts: 1}},
		"never sent":            {[]answer{{err: errBroken, notSent: true}}, want{effect: outcome.EffectNone, requests: 8}},
		"429, then broken":      {[]answer{{status: 429}, {err: errBroken}}, want{effect: outcome.EffectUnknown, requests: 2, attempts: 1}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, fake := newFake(t, inTurn(tt.answers...))
				before, after := 0, 0
				receipt, err := c.CreateContact(t.Context(), 12, someone, remote.Hooks{
					Before: func(context.Context) error { before++; return nil },
					After:  func() { after++ },
				})
				if receipt.Effect != tt.want.effect || receipt.Attempts != tt.want.attempts {
					t.Errorf("effect %d, %d attempts, want %d, %d", receipt.Effect, receipt.Attempts, tt.want.effect, tt.want.attempts)
				}
				if n, _ := fake.counts(); n != tt.want.requests || before != n || after != n {
					t.Errorf("%d requests, %d before, %d after, want %d", n, before, after, tt.want.requests)
				}
				if (err == nil) != (tt.want.effect == outcome.EffectDone) {
					t.Errorf("error %v with effect %d", err, receipt.Effect)
				}
				var stop *stop.Error
				if errors.As(err, &stop); stop == nil && tt.want.cause != 0 || stop != nil && stop.Cause != tt.want.cause {
					t.Errorf("error %v, want the cause %d", err, tt.want.cause)
				}
				var refusal *outcome.Refusal
				if errors.As(err, &refusal) != tt.want.refusal {
					t.Errorf("error %v, a refusal: %t", err, tt.want.refusal)
				}
			})
		})
	}
}

func TestReceipt(t *testing.T) {
	t.Parallel()
	c, fake := newFake(t, always(created))
	receipt, err := c.CreateContact(t.Context(), 12, someone, noHooks())
	want := outcome.Receipt{
		Effect: outcome.EffectDone, ContactID: 77, Attempts: 1, HTTPStatus: 201, RequestID: "req-1", CloudFrontID: "cf-1==",
	}
	if err != nil || receipt != want {
		t.Errorf("%+v, %v, want %+v", receipt, err, want)
	}
	r := fake.requests[0]
	if r.method != "POST" || r.path != "/api/v1/organisation/12/contact" || r.query != "" || r.authorization != "Bearer token-0" {
		t.Errorf("sent %s %s?%s with %s", r.method, r.path, r.query, r.authorization)
	}
	if got := r.header.Get("Content-Type"); got != "application/json" {
		t.Errorf("content type %q", got)
	}
	for name := range r.header {
		if strings.Contains(strings.ToLower(name), "idempotency") {
			t.Errorf("the header %s makes net/http send a POST again", name)
		}
	}
	if got := fake.logins[0]; got.method != "POST" || got.body != `{"application_token":"`+testSecret+`"}` || got.authorization != "" {
		t.Errorf("authenticated with %s %s", got.method, got.body)
	}
	if c.Requests() != 2 {
		t.Errorf("%d requests counted, want 2", c.Requests())
	}
}

func TestBody(t *testing.T) {
	t.Parallel()
	full := contact.Contact{
		Type: contact.Type{ID: 1}, Name: "a", Title: "b", Department: "c", Street: "d", SecondaryAddress: "e", Zipcode: "f",
		City: "g", State: "h", Country: contact.Country{ID: 74}, Email: "i", Phone: "j", Mobile: "k", PurchaseOrderNumber: "l",
	}
	tests := map[string]struct {
		in   contact.Contact
		want string
	}{
		"all": {full, `{"type":{"id":1},"name":"a","title":"b","department":"c","street":"d","secondary_address":"e","zipcode":"f",` +
			`"city":"g","state":"h","country":{"id":74},"email":"i","phone":"j","mobile":"k","purchase_order_number":"l"}`},
		"nothing empty":          {contact.Contact{Type: contact.Type{ID: 2, Name: "Technical"}, Name: "a"}, `{"type":{"id":2},"name":"a"}`},
		"a country without a id": {contact.Contact{Type: contact.Type{ID: 2}, Country: contact.Country{ISO: "XK"}}, `{"type":{"id":2}}`},
	}
	for name, tt := range tests {
		got, err := encodeContact(tt.in)
		var a, b any
		if err != nil || json.Unmarshal(got, &a) != nil || json.Unmarshal([]byte(tt.want), &b) != nil || !reflect.DeepEqual(a, b) {
			t.Errorf("%s: %s, %v, want %s", name, got, err, tt.want)
		}
	}
	c, fake := newFake(t, always(created))
	receipt, err := c.CreateContact(t.Context(), 12, contact.Contact{Type: contact.Type{Name: "Odd"}}, noHooks())
	if n, _ := fake.counts(); err == nil || !strings.Contains(err.Error(), `"Odd"`) || receipt.Effect != outcome.EffectNone || n != 0 {
		t.Errorf("a type without a number: %+v, %v", receipt, err)
	}
}

func TestRefusalTellsWhatTheAPISaid(t *testing.T) {
	t.Parallel()
	body := `{"error_code":1400,"error_token":"InputValidationFailed","message":"Validation failed",` +
		`"errors":[{"error_code":"1402","error_token":"Required","message":"Contact - type is required."}]}`
	c, _ := newFake(t, always(answer{status: 422, body: body}))
	receipt, err := c.CreateContact(t.Context(), 12, someone, noHooks())
	var refusal *outcome.Refusal
	if !errors.As(err, &refusal) {
		t.Fatalf("not a refusal: %v", err)
	}
	if refusal.HTTPStatus != 422 || refusal.Code != 1402 || refusal.Token != "Required" || refusal.Field != contact.TypeField ||
		refusal.Message != "Validation failed; Contact - type is required." {
		t.Errorf("%+v", refusal)
	}
	var api *decode.Error
	if !errors.As(err, &api) || api.Code != 1400 || len(api.Details) != 1 || api.RequestID != "req-1" || api.CloudFrontID != "cf-1==" {
		t.Errorf("%+v", api)
	}
	if want := "POST /api/v1/organisation/{org}/contact: HTTP 422, error 1400 InputValidationFailed, request req-1, CloudFront cf-1=="; api.Error() != want {
		t.Errorf("%s", api)
	}
	if receipt.HTTPStatus != 422 || receipt.Effect != outcome.EffectNone {
		t.Errorf("%+v", receipt)
	}
}

func TestBeforeKeepsARequestFromLeaving(t *testing.T) {
	t.Parallel()
	c, fake := newFake(t, always(created))
	full := errors.New("disk full")
	receipt, err := c.CreateContact(t.Context(), 12, someone, remote.Hooks{
		Before: func(context.Context) error { return full },
		After:  func() { t.Error("after, although nothing left") },
	})
	if n, _ := fake.counts(); n != 0 || !errors.Is(err, full) || receipt.Effect != outcome.EffectNone || receipt.Attempts != 0 {
		t.Errorf("%d requests, %+v, %v", n, receipt, err)
	}
}

// After a signal the caller cancels a call while nothing of it is under way: it ends at once, and has not happened.
func TestCancelBetweenAttempts(t *testing.T) {
	t.Parallel()
	for name, a := range map[string]answer{"a pause after 429": {status: 429, header: map[string]string{"Retry-After": "200"}},
		"a wait before the next attempt": {err: errBroken, notSent: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, _ := newFake(t, always(a))
				ctx, cancel := context.WithCancelCause(t.Context())
				signal := errors.New("signal")
				answered := make(chan struct{}, 100)
				go func() { <-answered; cancel(signal) }()
				begun := time.Now()
				receipt, err := c.CreateContact(ctx, 12, someone, remote.Hooks{After: func() { answered <- struct{}{} }})
				if !errors.Is(err, signal) || receipt.Effect != outcome.EffectNone {
					t.Errorf("%+v, %v", receipt, err)
				}
				if took := time.Since(begun); took > time.Second {
					t.Errorf("took %s to end", took)
				}
			})
		})
	}
}

func TestCancelWhileUnderWayIsUnclear(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, fake := newFake(t, always(answer{status: 201, after: 10 * time.Second}))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		receipt, err := c.CreateContact(ctx, 12, someone, noHooks())
		if n, _ := fake.counts(); n != 1 || err == nil || receipt.Effect != outcome.EffectUnknown || receipt.Attempts != 1 {
			t.Errorf("%d requests, %+v, %v", n, receipt, err)
		}
	})
}

func TestTimeoutBeginsWhenTheRequestLeaves(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, _ := newFake(t, always(answer{status: 201, after: 20 * time.Second}))
		ctx := t.Context()
		receipt, err := c.CreateContact(ctx, 12, someone, remote.Hooks{Before: func(context.Context) error {
			time.Sleep(time.Minute) // a slow disk is no part of the request's time
			return nil
		}})
		if err != nil || receipt.Effect != outcome.EffectDone {
			t.Errorf("%+v, %v", receipt, err)
		}
	})
}

func TestUnclearErrorsSayWhatCameBack(t *testing.T) {
	t.Parallel()
	for want, a := range map[string]answer{
		"creating a contact: POST /api/v1/organisation/{org}/contact: HTTP 503, request req-1, CloudFront cf-1==": {status: http.StatusServiceUnavailable},
		"creating a contact: no answer within 30s":                                                                {status: 201, after: time.Hour},
		"creating a contact: the connection broke":                                                                {err: errBroken},
	} {
		synctest.Test(t, func(t *testing.T) {
			c, _ := newFake(t, always(a))
			if _, err := c.CreateContact(t.Context(), 12, someone, noHooks()); fmt.Sprint(err) != want {
				t.Errorf("%v\nwant %s", err, want)
			}
		})
	}
}
