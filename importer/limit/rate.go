package limit

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Rate allows at most N requests in any window of length Per.
type Rate struct {
	N   int
	Per time.Duration
}

// String gives the rate as [ParseRates] reads it: "1800/5m0s".
func (r Rate) String() string { return fmt.Sprintf("%d/%s", r.N, r.Per) }

// ParseRates reads rates as the command line has them, "1800/5m,100/1s": a whole number of requests, a slash, and the
// length of the window as Go writes durations. The error quotes the part that can't be read.
func ParseRates(s string) ([]Rate, error) {
	var rates []Rate
	for part := range strings.SplitSeq(s, ",") {
		r, err := parseRate(strings.TrimSpace(part))
		if err != nil {
			return nil, fmt.Errorf("reading rate %q: %w", part, err)
		}
		rates = append(rates, r)
	}
	return rates, nil
}

func parseRate(s string) (Rate, error) {
	number, length, ok := strings.Cut(s, "/")
	if !ok {
		return Rate{}, fmt.Errorf(`write it as N/D, for example "1800/5m"`)
	}
	n, err := strconv.Atoi(strings.TrimSpace(number))
	if err != nil || n < 1 {
		return Rate{}, fmt.Errorf("%q is not a whole number of requests, 1 or more", number)
	}
	per, err := time.ParseDuration(strings.TrimSpace(length))
	if err != nil || per <= 0 {
		return Rate{}, fmt.Errorf("%q is not a length of time above zero, such as 5m or 1s", length)
	}
	return Rate{N: n, Per: per}, nil
}

// duration is the least time between the first and the last of that many requests.
func (r Rate) duration(requests int) time.Duration {
	if requests <= 0 {
		return 0
	}
	windows := int64(requests-1) / int64(r.N)
	if windows > math.MaxInt64/int64(r.Per) {
		return math.MaxInt64
	}
	return time.Duration(windows) * r.Per
}
