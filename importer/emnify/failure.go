package emnify

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"strings"
)

// exchangeError is a request without an answer.
type exchangeError struct {
	// sent: a byte of it may have left, so that it may have taken effect.
	sent bool
	// cancelled: the call's context ended it, not the network.
	cancelled bool
	text      string
	cause     error
}

func (e *exchangeError) Error() string { return e.text }
func (e *exchangeError) Unwrap() error { return e.cause }

// describe words an error of the network for people. Once the request has left, the errors of net/http may quote what
// the server sent, which may be anything; those are told without it.
func describe(err error, sent bool) string {
	var op *net.OpError
	var dns *net.DNSError
	said := err.Error()
	switch {
	case isCertificate(err):
		return "the server's certificate is not accepted: " + said
	case errors.As(err, &dns):
		return "the host can't be resolved: " + dns.Error()
	case errors.As(err, &op):
		return op.Error()
	case strings.Contains(said, "invalid proxy"): // it quotes the address, which may hold a password
		return "the proxy variable of the environment holds no address that can be used"
	case !sent:
		return shorten(said)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), strings.Contains(said, "server closed idle connection"):
		return "the connection was closed before the answer was complete"
	case strings.Contains(said, "malformed"):
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
