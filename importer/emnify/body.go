package emnify

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// How much of an answer is read, after decompression. A list is read as it arrives, element by element, and never held;
// nothing else is large. The bound of a list is that of a service that sends without an end.
const (
	maxAnswer  = 1 << 20
	maxListing = 4 << 30
)

var errTooLarge = errors.New("the answer is larger than any that makes sense")

// held is a body that was read whole, or as far as it came: it gives its data and then err, or the end.
type held struct {
	data []byte
	off  int
	err  error
}

func (h *held) Read(p []byte) (int, error) {
	if h.off < len(h.data) {
		n := copy(p, h.data[h.off:])
		h.off += n
		return n, nil
	}
	if h.err != nil {
		return 0, h.err
	}
	return 0, io.EOF
}

func (h *held) Close() error { return nil }

// hold reads the body of an answer, up to limit bytes, and puts what came in its place.
func hold(resp *http.Response, limit int64) {
	h := &held{}
	h.data, h.err = readAll(resp, limit)
	_ = resp.Body.Close()
	resp.Body = h
}

// readAll reads a body. We never ask for compression; a gateway that compresses all the same is understood, and what
// comes out of it is limited, not what goes in.
func readAll(resp *http.Response, limit int64) ([]byte, error) {
	r, err := decompressed(resp)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if int64(len(data)) > limit {
		return data[:limit], errTooLarge
	}
	return data, err
}

// take lets the body of an answer be read by read, up to limit bytes, and puts an empty one in its place. unfit is what read
// says of it; the new body's error tells that it was not whole.
func take(resp *http.Response, limit int64, read func(io.Reader) error) (unfit error) {
	h := &held{}
	r, err := decompressed(resp)
	if err == nil {
		body := &watched{r: r, left: limit}
		unfit = read(body)
		err = body.broken
	}
	h.err = err
	_ = resp.Body.Close()
	resp.Body = h
	return unfit
}

// watched is a body that is read as it arrives. It notes why it broke off.
type watched struct {
	r      io.Reader
	left   int64
	broken error
}

func (w *watched) Read(p []byte) (int, error) {
	if w.left <= 0 {
		w.broken = errTooLarge
		return 0, errTooLarge
	}
	n, err := w.r.Read(p[:min(int64(len(p)), w.left)])
	w.left -= int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		w.broken = err
	}
	return n, err
}

// decompressed is the body of an answer as it was before a gateway compressed it.
func decompressed(resp *http.Response) (io.Reader, error) {
	var r io.Reader = resp.Body
	switch encoding := strings.ToLower(strings.TrimSpace(resp.Header.Get("Content-Encoding"))); {
	case resp.Uncompressed, encoding == "", encoding == "identity":
	case encoding == "gzip", encoding == "x-gzip":
		z, err := gzip.NewReader(resp.Body)
		if err != nil {
			return nil, fmt.Errorf("decompressing the answer: %w", err)
		}
		r = z
	default:
		return nil, errors.New("the answer is compressed in a way that was not asked for")
	}
	return r, nil
}

// content is the body of an answer that came through the wire. The error tells that it is not whole.
func content(resp *http.Response) ([]byte, error) {
	h := resp.Body.(*held)
	return h.data, h.err
}
