package emnify

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/contactsync/contactsync/importer/emnify/credential"
	"github.com/contactsync/contactsync/importer/limit"
)

// BenchmarkCreate is what the chain costs on loopback; BenchmarkBare is the same server with a plain client.
func BenchmarkCreate(b *testing.B) {
	server := benchServer()
	defer server.Close()
	rates, _ := limit.ParseRates("1000000000/5m,1000000/1s")
	c, err := New(Config{BaseURL: server.URL, Token: credential.New("t"), Budget: limit.New(rates)})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	side(b, func() error { _, err := c.CreateContact(b.Context(), 12, someone, noHooks()); return err })
}

func BenchmarkBare(b *testing.B) {
	server := benchServer()
	defer server.Close()
	body, err := encodeContact(someone)
	if err != nil {
		b.Fatal(err)
	}
	transport := NewTransport()
	defer transport.CloseIdleConnections()
	c := &http.Client{Transport: transport}
	side(b, func() error {
		resp, err := c.Post(server.URL+"/api/v1/organisation/12/contact", "application/json", newBody(body))
		if err != nil {
			return err
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		return resp.Body.Close()
	})
}

func newBody(b []byte) io.Reader { return &held{data: b} }

func benchServer() *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if r.URL.Path == authenticatePath {
			_, _ = io.WriteString(w, `{"auth_token":"t"}`)
			return
		}
		w.Header().Set("Location", r.URL.Path+"/7")
		w.WriteHeader(http.StatusCreated)
	}))
}

// side makes b.N calls with 64 workers.
func side(b *testing.B, call func() error) {
	var left atomic.Int64
	left.Store(int64(b.N))
	b.ResetTimer()
	workers(64, func(int) {
		for left.Add(-1) >= 0 {
			if err := call(); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
