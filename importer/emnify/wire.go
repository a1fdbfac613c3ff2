package emnify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/importer/emnify/network"
)

// wire is the last link: one request, once, and its answer read whole.
type wire struct {
	cfg      *Config
	sent     atomic.Int64
	answered answeredFlag
	told     atomic.Bool // that it has not answered yet
	room     room

	mu   sync.Mutex
	last time.Time // when the last request began or ended
}

// maxIdle is how long a connection may have stood unused. The gateway closes idle connections; a request that meets
// the closing is unclear.
const maxIdle = 15 * time.Second

var errTimeout = errors.New("timed out")

func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	cl := callOf(req)
	cl.attempt++
	w.dropIdle()
	defer w.touch()
	begun := time.Now()

	ctx, cancel := context.WithTimeoutCause(req.Context(), w.cfg.Timeout, errTimeout)
	defer cancel()
	var seen trace
	resp, err := w.exchange(ctx, req, cl, &seen)
	if err != nil {
		failure := w.failure(req.Context(), ctx, &seen, err)
		if failure.sent {
			w.sent.Add(1)
			cl.receipt.Attempts++
		}
		w.observe(req, cl, failure.word(), begun, failure.sent)
		w.log(req, cl, begun).Bool(logSent, failure.sent).Str(logError, failure.Error()).Msg("request failed")
		return nil, failure
	}
	w.sent.Add(1)
	w.answered.Store(true)
	resp.Request = req
	cl.note(resp)
	if cl.read != nil && resp.StatusCode == http.StatusOK {
		cl.checked, cl.unfit = resp, take(resp, cl.size, cl.read)
	} else {
		hold(resp, maxAnswer)
	}
	if _, cut := content(resp); cut != nil && ctx.Err() != nil {
		resp.Body = &held{data: resp.Body.(*held).data, err: context.Cause(ctx)}
	}
	if _, cut := content(resp); cut != nil && cl.checked == resp {
		cl.unfit = cutOff(cut)
	}
	w.observe(req, cl, strconv.Itoa(resp.StatusCode), begun, true)
	w.log(req, cl, begun).Int(logStatus, resp.StatusCode).Str(logRequestID, cl.receipt.RequestID).
		Str(logCloudFrontID, cl.receipt.CloudFrontID).Msg("request")
	return resp, nil
}

// outgoing is the request that leaves. Its body can be read once and GetBody is nil, also where there is nothing to
// send: net/http repeats requests by itself that it thinks it may, up to four times and past budget and intent, and
// takes "no body" or a GetBody as leave to do so. On the wire a GET stays without a body.
func (w *wire) outgoing(ctx context.Context, req *http.Request, cl *call) *http.Request {
	out := req.Clone(ctx)
	out.GetBody = nil
	out.Body = io.NopCloser(bytes.NewReader(cl.body))
	out.ContentLength = int64(len(cl.body))
	out.Header.Set("User-Agent", w.cfg.UserAgent)
	if len(cl.body) > 0 {
		out.Header.Set("Content-Type", "application/json")
	}
	if req.Method == http.MethodGet {
		out.Header.Set("Cache-Control", "no-cache") // a stale listing would make contacts that are there
	}
	return out
}

// failure tells what is known of a request without an answer. Without a byte written nothing has happened. One that
// was cancelled when it had its connection may still have been on its way to it.
func (w *wire) failure(parent, ctx context.Context, seen *trace, err error) *exchangeError {
	e := &exchangeError{sent: seen.wrote.Load() || seen.connected.Load() && ctx.Err() != nil, cause: err}
	switch {
	case parent.Err() != nil:
		e.cancelled = true
		e.text = "cancelled while it was under way"
	case ctx.Err() != nil:
		e.text = fmt.Sprintf("no answer within %s", w.cfg.Timeout)
	default:
		e.text = network.Describe(err, e.sent)
	}
	return e
}

// dropIdle closes connections that stood unused over a pause. The transport does so itself, but by timers, which stand
// still while a machine sleeps: so the wall clock is asked too.
func (w *wire) dropIdle() {
	now := time.Now()
	w.mu.Lock()
	idle := now.Sub(w.last)
	if wall := now.Round(0).Sub(w.last.Round(0)); wall > idle {
		idle = wall
	}
	first := w.last.IsZero()
	w.last = now
	w.mu.Unlock()
	if closer, ok := w.cfg.Transport.(interface{ CloseIdleConnections() }); ok && !first && idle > maxIdle {
		closer.CloseIdleConnections()
	}
}

func (w *wire) touch() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last = time.Now()
}

func (w *wire) log(req *http.Request, cl *call, begun time.Time) *zerolog.Event {
	return w.cfg.Log.Debug().Str(logMethod, req.Method).Str(logPath, cl.template).
		Int(logAttempt, cl.attempt).Dur(logDuration, time.Since(begun))
}

// trace is what httptrace saw of one request.
type trace struct{ connected, wrote atomic.Bool }

func (s *trace) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn:          func(httptrace.GotConnInfo) { s.connected.Store(true) },
		WroteHeaderField: func(string, []string) { s.wrote.Store(true) },
		WroteHeaders:     func() { s.wrote.Store(true) },
	})
}
