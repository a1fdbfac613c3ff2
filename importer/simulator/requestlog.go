package simulator

import (
	"sync"
	"time"
)

// maxRequests is how many requests the server remembers.
const maxRequests = 1 << 20

// Request is one that arrived.
type Request struct {
	Method string
	Path   string
	Query  string
	// Arrived is when its header had been read: the moment that the limit counts.
	Arrived time.Time
	// Status is the status of the answer; 0 if the connection was cut before one, or it is still being worked on.
	Status int
	// Fault names the fault that hit it, if any did.
	Fault string
	// Created is the id of the contact that it made, 0 if none, whatever was answered.
	Created int64
	// Effect: it has made, changed or deleted a contact by now, whatever was answered.
	Effect bool
	// RequestID is the x-amzn-RequestId of its answer.
	RequestID string
}

// requestLog remembers the newest maxRequests requests.
type requestLog struct {
	mu      sync.Mutex
	entries []Request
	total   int
}

func newRequestLog() *requestLog { return &requestLog{} }

// open enters a request and returns its number, counted from 0. The time is read under the lock, so that the log is in
// the order of its times.
func (l *requestLog) open(r Request, stamp func(n int, now time.Time) string) (int, Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := l.total
	l.total++
	r.Arrived = time.Now()
	r.RequestID = stamp(n, r.Arrived)
	if len(l.entries) < maxRequests {
		l.entries = append(l.entries, r)
	} else {
		l.entries[n%maxRequests] = r
	}
	return n, r
}

// close writes down how request n ended.
func (l *requestLog) close(n int, r Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.total-n <= maxRequests {
		l.entries[n%maxRequests] = r
	}
}

// amend changes what is written of request n, when it has been closed already.
func (l *requestLog) amend(n int, change func(*Request)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.total-n <= maxRequests {
		change(&l.entries[n%maxRequests])
	}
}

func (l *requestLog) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.total
}

func (l *requestLog) all() []Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	oldest := 0
	if l.total > maxRequests {
		oldest = l.total % maxRequests
	}
	out := make([]Request, 0, len(l.entries))
	out = append(out, l.entries[oldest:]...)
	return append(out, l.entries[:oldest]...)
}

func maxInWindow(requests []Request, d time.Duration) int {
	most, first := 0, 0
	for i, r := range requests {
		for r.Arrived.Sub(requests[first].Arrived) >= d && first < i {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}
