package simulator

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

// stopTime is how long answers under way may take once Serve has to stop.
const stopTime = 2 * time.Second

// Serve answers on the listener until the context ends. Answers under way then have two seconds; what a fault holds
// back, late answers and late commits, is dropped at once. It closes the listener, returns once every handler has
// ended, and returns nil if it was the context that ended it. The server's state stays, so that a server that was away
// can come back by another call.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	l := newLife(s.life)
	srv := newHTTPServer(s, l)
	stopped := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(stopped)
		l.cancel()
		patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
		defer cancel()
		if srv.Shutdown(patience) != nil {
			_ = srv.Close()
		}
	})
	err := srv.Serve(ln)
	if stop() {
		// The listener failed by itself.
		_ = srv.Close()
	} else {
		<-stopped
		err = nil
	}
	l.finish()
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

func newHTTPServer(h http.Handler, l *life) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 30 * time.Second,
		ErrorLog:          log.New(io.Discard, "", 0),
		TLSNextProto:      map[string]func(*http.Server, *tls.Conn, http.Handler){"h2": serveHTTP2(l)},
		BaseContext: func(net.Listener) context.Context {
			return context.WithValue(context.Background(), lifeKey{}, l)
		},
	}
}
