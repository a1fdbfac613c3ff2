package emnify

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// How much of an answer is read, after decompression. A page of contacts may be large; nothing else is.
const (
	maxAnswer  = 1 << 20
	maxListing = 256 << 20
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
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if int64(len(data)) > limit {
		return data[:limit], errTooLarge
	}
	return data, err
}

// content is the body of an answer that came through the wire. The error tells that it is not whole.
func content(resp *http.Response) ([]byte, error) {
	h := resp.Body.(*held)
	return h.data, h.err
}
