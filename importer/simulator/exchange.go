package simulator

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"time"
)

// maxBody is what the gateway takes of a request.
const maxBody = 1 << 20

// answer is what is to be sent. Either body or stream holds its content.
type answer struct {
	status  int
	header  http.Header
	body    []byte
	stream  func(io.Writer) error
	created int64 // id of the contact that was made, for the request log
	effect  bool  // a contact was made, changed or deleted
}

func newAnswer(status int) *answer { return &answer{status: status, header: http.Header{}} }

// content returns all of the body.
func (a *answer) content() []byte {
	if a.stream == nil {
		return a.body
	}
	var b bytes.Buffer
	// A buffer takes everything, so there is no error to see.
	_ = a.stream(&b)
	return b.Bytes()
}

// exchange is one request on its way through the server.
type exchange struct {
	s        *Server
	life     *life
	w        http.ResponseWriter
	r        *http.Request
	number   int
	entry    Request
	verdict  verdict
	target   target
	body     []byte
	fault    *Fault     // the fault that hits it, or nil
	nth      int        // how often that fault had hit before
	view     view       // how faults want a listing to be shown
	storings []*storing // what is made of the values that are stored
	shorten  bool       // they are to be cut
	alter    bool       // the stored values are to differ from those sent
	rival    bool       // somebody else creates the same contact at this moment
}

// arrive counts the request and gives it its ids, before anything of it is looked at.
func (s *Server) arrive(w http.ResponseWriter, r *http.Request, l *life) *exchange {
	x := &exchange{s: s, life: l, w: w, r: r, target: targetOf(r)}
	entry := Request{Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery}
	x.number, x.entry = s.log.open(entry, func(n int, now time.Time) string {
		x.verdict = s.gate.arrive(now, r.RemoteAddr, x.target == targetAuth)
		return requestID(s.opts.Seed, n)
	})
	h := w.Header()
	// Spelled as the service does, not as Go would.
	h["x-amzn-RequestId"] = []string{x.entry.RequestID}
	h["X-Amz-Cf-Id"] = []string{cloudFrontID(s.opts.Seed, x.number)}
	h["X-Cache"] = []string{"Miss from cloudfront"}
	if s.opts.ClockSkew != 0 {
		h["Date"] = []string{time.Now().Add(s.opts.ClockSkew).UTC().Format(http.TimeFormat)}
	}
	return x
}

// run reads the request, and answers it or lets a fault do it.
func (x *exchange) run() {
	if refusal := x.readBody(); refusal != nil {
		x.send(refusal)
		return
	}
	if refusal := x.refusedByGate(); refusal != nil {
		x.send(refusal)
		return
	}
	if x.s.opts.Latency > 0 {
		rng := rand.New(rand.NewPCG(x.s.opts.Seed, uint64(x.number)))
		x.pause(x.s.opts.Latency/2+time.Duration(rng.Int64N(int64(x.s.opts.Latency)+1)), true)
	}
	x.s.mu.Lock()
	x.fault, x.nth = x.s.faults.pick(x)
	x.storings = x.s.faults.storings()
	x.s.mu.Unlock()
	if x.fault == nil {
		x.send(x.handle())
		return
	}
	x.entry.Fault = x.fault.Name
	x.fault.kind.act(x)
}

func (x *exchange) readBody() *answer {
	body, err := io.ReadAll(io.LimitReader(x.r.Body, maxBody+1))
	if len(body) > maxBody {
		// Read on, as far as is reasonable, so that the client is ready to hear the answer.
		_, _ = io.CopyN(io.Discard, x.r.Body, 16*maxBody)
		return gatewayMessage(http.StatusRequestEntityTooLarge, "Request Too Long")
	}
	if err != nil {
		// The client went away in the middle of its request: nobody is left to be answered.
		panic(http.ErrAbortHandler)
	}
	x.body = body
	return nil
}

func (x *exchange) refusedByGate() *answer {
	switch x.verdict {
	case overLimit:
		return refuse(http.StatusTooManyRequests, tooManyRequests("Too many requests."))
	case overAuthLimit:
		return refuse(http.StatusTooManyRequests, tooManyRequests("Too many authentication requests."))
	case overQuota:
		return quotaAnswer()
	}
	return nil
}

func quotaAnswer() *answer {
	return refuse(http.StatusTooManyRequests, tooManyRequests("The monthly limit of API requests is reached."))
}

// send writes an answer.
func (x *exchange) send(a *answer) {
	x.begin(a, a.stream == nil)
	if a.stream != nil {
		// The client may go away at any moment; there is nothing to do about it.
		_ = a.stream(x.w)
		return
	}
	_, _ = x.w.Write(a.body)
}

// begin writes the head of an answer.
func (x *exchange) begin(a *answer, sized bool) {
	h := x.w.Header()
	for name, values := range a.header {
		h[name] = values
	}
	if sized && a.status != http.StatusNoContent {
		h.Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	x.entry.Status = a.status
	x.note(a)
	// Before the client can see anything of the answer, so that whoever has it finds it in the log.
	x.record()
	x.w.WriteHeader(a.status)
}

// note keeps what a handled request did, also if its answer is never sent.
func (x *exchange) note(a *answer) {
	if a.created != 0 {
		x.entry.Created = a.created
	}
	x.entry.Effect = x.entry.Effect || a.effect
}

// record enters what is known of the request into the list of requests.
func (x *exchange) record() { x.s.log.close(x.number, x.entry) }

// finish records the request for good and logs it. Status 0 is a connection that was cut.
func (x *exchange) finish() {
	x.record()
	x.s.opts.Log.Debug().Str("method", x.entry.Method).Str("path", x.entry.Path).Str("fault", x.entry.Fault).
		Int("status", x.entry.Status).Str("request_id", x.entry.RequestID).Msg("request ended")
}

// handle does what is asked and returns its answer without sending it.
func (x *exchange) handle() *answer {
	a := x.route()
	x.note(a)
	return a
}

// abort ends the connection without (the rest of) an answer.
func (x *exchange) abort() {
	x.record()
	panic(http.ErrAbortHandler)
}

// raw takes the connection over, writes bytes as they are, and closes it; with reset, so that the other side sees RST.
func (x *exchange) raw(text string, reset bool) {
	x.record()
	conn, _, err := http.NewResponseController(x.w).Hijack()
	if err != nil {
		x.abort()
	}
	defer func() { _ = conn.Close() }()
	_, _ = io.WriteString(conn, text)
	if tcp, ok := conn.(*net.TCPConn); ok && reset {
		_ = tcp.SetLinger(0)
	}
}

// pause waits; whileClient ends it when the client goes away. It reports false if it ended early.
func (x *exchange) pause(d time.Duration, whileClient bool) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	var gone <-chan struct{}
	if whileClient {
		gone = x.r.Context().Done()
	}
	select {
	case <-timer.C:
		return true
	case <-gone:
	case <-x.life.Done():
	}
	return false
}

// requestID looks like the UUIDs of the gateway and depends on nothing but seed and number.
func requestID(seed uint64, n int) string {
	rng := rand.New(rand.NewPCG(seed, uint64(n)))
	a, b := rng.Uint64(), rng.Uint64()
	return fmt.Sprintf("%08x-%04x-4%03x-%04x-%012x", a>>32, a>>16&0xffff, a&0xfff, b>>48&0x3fff|0x8000, b&0xffffffffffff)
}

// cloudFrontID is 42 bytes in base64 as CloudFront writes them.
func cloudFrontID(seed uint64, n int) string {
	rng := rand.New(rand.NewPCG(^seed, uint64(n)))
	raw := make([]byte, 0, 48)
	for len(raw) < 42 {
		raw = binary.BigEndian.AppendUint64(raw, rng.Uint64())
	}
	return base64.RawURLEncoding.EncodeToString(raw[:41]) + "=="
}
