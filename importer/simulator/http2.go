package simulator

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"sync"
	"time"

	"golang.org/x/net/http2"
)

// ServeTLS is [Server.Serve] over TLS, with HTTP/2 for those who want it. HTTP/2 connections end at once when it stops.
func (s *Server) ServeTLS(ctx context.Context, ln net.Listener, certificate tls.Certificate) error {
	return s.Serve(ctx, tls.NewListener(ln, &tls.Config{
		Certificates: []tls.Certificate{certificate}, NextProtos: []string{"h2", "http/1.1"}, MinVersion: tls.VersionTLS12,
	}))
}

// SelfSigned makes a certificate for loopback that is good for a day, and the pool that a client needs to accept it.
func SelfSigned() (tls.Certificate, *x509.CertPool, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, fmt.Errorf("making a key: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "contactsync simulator"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		BasicConstraintsValid: true, IsCA: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, nil, fmt.Errorf("making a certificate: %w", err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return tls.Certificate{}, nil, fmt.Errorf("reading the certificate: %w", err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, roots, nil
}

// serveHTTP2 takes over the connections that speak HTTP/2.
func serveHTTP2(l *life) func(*http.Server, *tls.Conn, http.Handler) {
	return func(srv *http.Server, conn *tls.Conn, _ http.Handler) {
		c := &streamConn{Conn: conn}
		stop := context.AfterFunc(l, func() { _ = conn.Close() })
		defer stop()
		ctx := context.WithValue(context.WithValue(context.Background(), lifeKey{}, l), streamConnKey{}, c)
		//nolint:staticcheck // net/http takes no connection that follows its frames
		new(http2.Server).ServeConn(c, &http2.ServeConnOpts{Context: ctx, BaseConfig: srv, Handler: srv.Handler})
	}
}

type streamConnKey struct{}

func streamConnOf(x *exchange) *streamConn {
	c, _ := x.r.Context().Value(streamConnKey{}).(*streamConn)
	return c
}

// resetStream resets the request's stream. The library only knows one reason for that; the connection writes another
// one in its place.
func resetStream(x *exchange) {
	x.handle()
	if c := streamConnOf(x); c != nil {
		c.nextReset(http2.ErrCode(x.nth % int(http2.ErrCodeHTTP11Required+1)))
		x.abort()
	}
	x.raw("", true)
}

func goAway(x *exchange) {
	x.handle()
	if c := streamConnOf(x); c != nil {
		c.goAway()
	}
	x.abort()
}

// streamConn is a connection of HTTP/2 whose outgoing frames it follows.
type streamConn struct {
	*tls.Conn

	mu     sync.Mutex
	resets []http2.ErrCode // for the next RST_STREAM frames
	head   []byte          // what has been written of the head of a frame
	left   int             // what is still to come of its payload
	code   []byte          // to be written in place of the next bytes of it
}

func (c *streamConn) nextReset(code http2.ErrCode) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.resets = append(c.resets, code)
}

const frameHead = 9

// goAway says that no stream was looked at, and closes the connection.
func (c *streamConn) goAway() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.head) == 0 && c.left == 0 { // else the client waits for the rest of a frame and would not understand
		_ = http2.NewFramer(c.Conn, nil).WriteGoAway(0, http2.ErrCodeNo, nil)
	}
	_ = c.Close()
}

// Write passes frames on, and gives those that reset a stream the reason that was asked for.
func (c *streamConn) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make([]byte, len(p))
	for i, b := range p {
		out[i] = c.follow(b)
	}
	return c.Conn.Write(out)
}

func (c *streamConn) follow(b byte) byte {
	if c.left > 0 {
		c.left--
		if len(c.code) > 0 {
			b, c.code = c.code[0], c.code[1:]
		}
		return b
	}
	if c.head = append(c.head, b); len(c.head) == frameHead {
		c.left = int(c.head[0])<<16 | int(c.head[1])<<8 | int(c.head[2])
		if http2.FrameType(c.head[3]) == http2.FrameRSTStream && len(c.resets) > 0 {
			c.code = binary.BigEndian.AppendUint32(nil, uint32(c.resets[0]))
			c.resets = c.resets[1:]
		}
		c.head = c.head[:0]
	}
	return b
}
