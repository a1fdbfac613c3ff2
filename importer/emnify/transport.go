package emnify

import (
	"crypto/tls"
	"net"
	"net/http"
	"time"
)

// NewTransport makes the wire that the program uses. It sends a request once, follows no redirect (a RoundTripper does
// not), and keeps connections no longer than is safe.
//
// HTTP/1.1 only: over HTTP/2 net/http has further reasons to send a request again, a reset of one stream may leave
// open whether it was acted on, and the few requests a second that the API allows gain nothing by it. [Config] takes
// any other transport; the chain is safe over HTTP/2 too.
func NewTransport() *http.Transport {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 15 * time.Second}).DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    10 * time.Second,
		Protocols:              protocols,
		DisableCompression:     true, // a small answer must not become an endless one on its way to us
		MaxResponseHeaderBytes: 256 << 10,
		MaxIdleConnsPerHost:    1024, // one for each worker, however many: no connection is made anew for want of room
		IdleConnTimeout:        maxIdle - time.Second,
	}
}
