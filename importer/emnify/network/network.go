// Package network says what errors of net/http mean, without what a server sent and without addresses that may hold a
// password.
package network

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"github.com/contactsync/contactsync/importer/emnify/decode"
)

// Describe words an error of the network for people. Once the request has left, the errors of net/http may quote what
// the server sent, which may be anything; those are told without it.
func Describe(err error, sent bool) string {
	var op *net.OpError
	var dns *net.DNSError
	if quoted, ok := errors.AsType[*url.Error](err); ok {
		err = quoted.Err // it quotes the address
	}
	said := err.Error()
	switch {
	case isCertificate(err):
		return "the server's certificate is not accepted: " + said
	case errors.As(err, &dns):
		return "the host can't be resolved: " + dns.Error()
	case errors.As(err, &op):
		return op.Error()
	case isInvalidProxy(err): // it quotes the address, which may hold a password
		return "the proxy variable of the environment holds no address that can be used"
	case !sent:
		return decode.Shorten(said)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), strings.Contains(said, "server closed idle connection"):
		return "the connection was closed before the answer was complete"
	case IsNotHTTP(err):
		return "what came back is not HTTP"
	case strings.Contains(said, "response headers exceeded"), strings.Contains(said, "header list larger"):
		return "the answer's headers are larger than any that make sense"
	case strings.HasPrefix(said, "stream error"), strings.HasPrefix(said, "http2: "):
		return said // of the protocol, without anything that the server sent
	default:
		return "the connection broke"
	}
}

// isCertificate reports whether the server could not prove who it is: trying again does not help.
func isCertificate(err error) bool {
	var verification *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	return errors.As(err, &verification) || errors.As(err, &authority) || errors.As(err, &host) ||
		errors.As(err, &invalid) || errors.As(err, &record)
}

// IsWrongPlace reports whether what a request was sent to is not the API, or no way to it: what a person must correct, and
// no time mends. A name that is not known, or a connection that is refused, may only be a network that comes up late.
func IsWrongPlace(err error) bool {
	return isCertificate(err) || isInvalidProxy(err) || isProxyRefusal(err)
}

func isInvalidProxy(err error) bool { return strings.Contains(err.Error(), "invalid proxy") }

// isProxyRefusal reports whether a proxy does not let us through: net/http gives the text of its status, and no more.
func isProxyRefusal(err error) bool {
	switch err.Error() {
	case http.StatusText(http.StatusProxyAuthRequired), http.StatusText(http.StatusForbidden):
		return true
	}
	return false
}

// IsNotHTTP reports whether the server speaks another protocol.
func IsNotHTTP(err error) bool { return strings.Contains(err.Error(), "malformed") }

// Timeout is the word for an answer that did not come in time.
const Timeout = "timeout"

// Word tells in one word, of a few, why there was no answer. sent tells that a byte of the request may have left.
func Word(err error, sent bool) string {
	var dns *net.DNSError
	var network net.Error
	switch {
	case errors.As(err, &network) && network.Timeout():
		return Timeout
	case isCertificate(err):
		return "certificate"
	case errors.As(err, &dns):
		return "dns"
	case isInvalidProxy(err), isProxyRefusal(err):
		return "proxy"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused"
	case sent:
		return "broken"
	}
	return "unreachable"
}
