package network

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"
)

var errBroken = errors.New("broken pipe")

// TestWord: a few words, whatever the network says.
func TestWord(t *testing.T) {
	t.Parallel()
	for want, test := range map[string]struct {
		err  error
		sent bool
	}{
		"timeout":     {&net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}, false},
		"certificate": {x509.UnknownAuthorityError{}, false},
		"dns":         {&net.DNSError{Err: "no such host"}, false},
		"proxy":       {errors.New(http.StatusText(http.StatusProxyAuthRequired)), false},
		"refused":     {&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}, false},
		"broken":      {errBroken, true},
		"unreachable": {errBroken, false},
	} {
		if got := Word(test.err, test.sent); got != want {
			t.Errorf("%v: %s, want %s", test.err, got, want)
		}
	}
}

// TestDescribeHidesAddresses: whatever is quoted, it may be a secret.
func TestDescribeHidesAddresses(t *testing.T) {
	t.Parallel()
	const secret = "http://user:s3cr3t@proxy"
	for _, err := range []error{
		fmt.Errorf("invalid proxy address %q", secret), errors.New("malformed HTTP response " + secret), io.ErrUnexpectedEOF,
		&url.Error{Op: "Put", URL: secret, Err: errBroken},
		&url.Error{Op: "Put", URL: secret, Err: x509.UnknownAuthorityError{}}, &net.OpError{Op: "read", Err: errBroken},
	} {
		if said := Describe(err, true); strings.Contains(said, "s3cr3t") || said == "" {
			t.Errorf("%v: %s", err, said)
		}
	}
}
