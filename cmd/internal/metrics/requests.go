package metrics

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Requests counts requests to the API while they are made, by many goroutines.
type Requests struct {
	total    *prometheus.CounterVec
	duration *prometheus.HistogramVec
}

// NewRequests knows the calls from the start, each with the code that it has where all is well, so that a first failure is a rise.
func NewRequests(calls map[string]int) *Requests {
	r := &Requests{
		total: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "contactsync_requests_total", Help: "Requests of the last run by call and by the answer's status, or a word for why there was none.",
		}, []string{"call", "code"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "contactsync_request_duration_seconds", Help: "How long requests of the last run took that left, without what they waited for the budget.",
			Buckets: []float64{0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30}, // the last is --timeout, unless another one is given
		}, []string{"call"}),
	}
	for call, good := range calls {
		r.total.WithLabelValues(call, strconv.Itoa(good))
		r.duration.WithLabelValues(call)
	}
	return r
}

// Request counts one.
func (r *Requests) Request(call, code string, sent bool, took time.Duration) {
	r.total.WithLabelValues(call, code).Inc()
	if sent { // a connection that is refused at once is not a fast API
		r.duration.WithLabelValues(call).Observe(took.Seconds())
	}
}
