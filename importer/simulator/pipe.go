package simulator

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
)

// RoundTripper returns a transport that speaks real HTTP/1.1 with this server through memory: no port, no file
// descriptor, and therefore usable in a [testing/synctest] bubble. Every request has a connection of its own, which
// ends with the body of its answer, so that there is nothing to be closed and nothing left over. It follows no
// redirects, as no transport does, and takes any host.
//
// A late commit lasts as long as its fault says, whatever becomes of the request; Close cuts it short.
func (s *Server) RoundTripper() http.RoundTripper {
	return &http.Transport{
		DisableKeepAlives:      true,
		DisableCompression:     true,
		MaxResponseHeaderBytes: 64 << 10,
		DialContext:            s.dialPipe,
		DialTLSContext:         s.dialPipe,
	}
}

// dialPipe serves one connection. The server's own goroutine ends when the connection does.
func (s *Server) dialPipe(context.Context, string, string) (net.Conn, error) {
	if s.life.Err() != nil {
		return nil, fmt.Errorf("dialling the simulator: %w", net.ErrClosed)
	}
	client, server := net.Pipe()
	ln := &oneConn{conn: server, closed: make(chan struct{})}
	srv := newHTTPServer(s, s.life)
	stop := context.AfterFunc(s.life, func() {
		_ = srv.Close()
		// Close does not know a connection that was not accepted yet.
		_ = server.Close()
	})
	srv.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed || state == http.StateHijacked {
			stop()
			_ = ln.Close()
		}
	}
	go func() { _ = srv.Serve(ln) }()
	return client, nil
}

// oneConn is a listener that has one connection to give and then waits for its end.
type oneConn struct {
	conn   net.Conn
	taken  bool
	once   sync.Once
	closed chan struct{}
}

func (l *oneConn) Accept() (net.Conn, error) {
	if !l.taken {
		l.taken = true
		return pipeConn{l.conn}, nil
	}
	<-l.closed
	return nil, net.ErrClosed
}

func (l *oneConn) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *oneConn) Addr() net.Addr { return l.conn.LocalAddr() }

// pipeConn gives a pipe the address of loopback, by which the limits tell clients apart.
type pipeConn struct{ net.Conn }

func (pipeConn) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }
