package emnify

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/simulator"
)

// overHTTP2 makes a client that speaks HTTP/2 with a simulator over TLS.
func overHTTP2(t *testing.T, fault string) (*Client, *simulator.Server) {
	t.Helper()
	parsed, err := simulator.ParseFault(fault)
	if err != nil {
		t.Fatal(err)
	}
	certificate, roots, err := simulator.SelfSigned()
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := simulator.New(simulator.Options{Bare: true, Faults: []simulator.Fault{parsed}})
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- server.ServeTLS(ctx, listener, certificate) }()
	t.Cleanup(func() { stop(); <-done; server.Close() })
	transport := NewTransport()
	transport.TLSClientConfig.RootCAs = roots
	transport.Protocols = new(http.Protocols)
	transport.Protocols.SetHTTP2(true)
	return dial(t, "https://"+listener.Addr().String(), transport), server
}

// Each reset of a stream after the whole request was read and done costs one request, and leaves the outcome unclear.
func TestResetsOverTLSAreOneRequestEach(t *testing.T) {
	t.Parallel()
	const codes = 14
	for fault, times := range map[string]int{"rst-stream=100%": codes, "goaway=100%": 3, "drop=100%": 3} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			c, server := overHTTP2(t, fault)
			kind := contact.Type{ID: int(simulator.ContactTypes()[0].ID)}
			for i := range times {
				receipt, err := c.CreateContact(t.Context(), 5417, contact.Contact{Type: kind, Name: "Zoë Privat"}, noHooks())
				if err == nil || receipt.Effect != plan.EffectUnknown || receipt.Attempts != 1 {
					t.Errorf("%d: %+v, %v", i, receipt, err)
				}
				if text := err.Error(); strings.Contains(text, "Privat") {
					t.Errorf("%d: %v", i, err)
				}
			}
			posts := 0
			for _, r := range server.Requests() {
				if strings.HasSuffix(r.Path, "/contact") {
					posts++
				}
			}
			if posts != times || c.Requests() != times+1 {
				t.Errorf("%d requests arrived, %d were counted, want %d and the authentication", posts, c.Requests(), times)
			}
		})
	}
}

// A delete is not repeated either, although doing it twice would be the same.
func TestAResetDeleteIsOneRequest(t *testing.T) {
	t.Parallel()
	c, server := overHTTP2(t, "rst-stream=100%@DELETE")
	ids := server.Add(simulator.Contact{Type: simulator.ContactTypes()[0].ID})
	for range 8 { // PROTOCOL_ERROR and REFUSED_STREAM, which net/http likes to repeat, are the second and the eighth
		receipt, err := c.DeleteContact(t.Context(), 5417, ids[0], noHooks())
		if err == nil || receipt.Effect != plan.EffectUnknown || receipt.Attempts != 1 {
			t.Errorf("%+v, %v", receipt, err)
		}
	}
	if got := server.Count(); got != 9 {
		t.Errorf("%d requests arrived, want 8 and the authentication", got)
	}
}
