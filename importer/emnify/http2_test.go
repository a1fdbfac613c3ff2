package emnify

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"

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
				if err == nil || receipt.Effect != outcome.EffectUnknown || receipt.Attempts != 1 {
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
		if err == nil || receipt.Effect != outcome.EffectUnknown || receipt.Attempts != 1 {
			t.Errorf("%+v, %v", receipt, err)
		}
	}
	if got := server.Count(); got != 9 {
		t.Errorf("%d requests arrived, want 8 and the authentication", got)
	}
}

// resetServer speaks HTTP/2 and answers each POST, once it has read it whole, by resetting its stream.
func resetServer(t *testing.T, code http2.ErrCode) (url string, arrived *atomic.Int64) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	arrived = new(atomic.Int64)
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { resetConnection(conn, code, arrived) })
		}
	})
	t.Cleanup(func() { _ = listener.Close(); wg.Wait() })
	return "http://" + listener.Addr().String(), arrived
}

func resetConnection(conn net.Conn, code http2.ErrCode, arrived *atomic.Int64) {
	defer func() { _ = conn.Close() }()
	if _, err := io.ReadFull(conn, make([]byte, len(http2.ClientPreface))); err != nil {
		return
	}
	framer := http2.NewFramer(conn, conn)
	framer.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	_ = framer.WriteSettings()
	paths := map[uint32]string{}
	for {
		frame, err := framer.ReadFrame()
		if err != nil {
			return
		}
		switch f := frame.(type) {
		case *http2.SettingsFrame:
			if !f.IsAck() {
				_ = framer.WriteSettingsAck()
			}
		case *http2.MetaHeadersFrame:
			paths[f.StreamID] = f.PseudoValue("path")
		case *http2.DataFrame:
			if !f.StreamEnded() {
				continue
			}
			if paths[f.StreamID] != authenticatePath {
				arrived.Add(1)
				_ = framer.WriteRSTStream(f.StreamID, code)
				continue
			}
			var head bytes.Buffer
			_ = hpack.NewEncoder(&head).WriteField(hpack.HeaderField{Name: ":status", Value: "200"})
			_ = framer.WriteHeaders(http2.HeadersFrameParam{StreamID: f.StreamID, BlockFragment: head.Bytes(), EndHeaders: true})
			_ = framer.WriteData(f.StreamID, true, []byte(`{"auth_token":"t"}`))
		}
	}
}

func TestAResetStreamIsOneRequest(t *testing.T) {
	t.Parallel()
	for _, code := range []http2.ErrCode{
		http2.ErrCodeProtocol, http2.ErrCodeRefusedStream, http2.ErrCodeInternal, http2.ErrCodeCancel, http2.ErrCodeNo,
		http2.ErrCodeEnhanceYourCalm,
	} {
		t.Run(code.String(), func(t *testing.T) {
			t.Parallel()
			url, arrived := resetServer(t, code)
			transport := NewTransport()
			transport.Protocols.SetHTTP1(false)
			transport.Protocols.SetUnencryptedHTTP2(true)
			receipt, err := dial(t, url, transport).CreateContact(t.Context(), 12, someone, noHooks())
			if receipt.Effect != outcome.EffectUnknown || receipt.Attempts != 1 || arrived.Load() != 1 {
				t.Errorf("%+v, %v, %d arrived, want 1", receipt, err, arrived.Load())
			}
		})
	}
}
