package notify

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
)

// Address is where notifications go. User, password, path and query are secrets: whoever knows them can write there. So it
// prints as scheme and host, however it is printed.
type Address struct{ url *url.URL }

// ErrNoAddress does not quote what is none.
var ErrNoAddress = errors.New("it is no http or https URL of a host")

// ParseAddress reads an address.
func ParseAddress(text string) (Address, error) {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.Opaque != "" {
		return Address{}, ErrNoAddress // the error of the parser quotes the address
	}
	u.Fragment, u.RawFragment = "", ""
	return Address{u}, nil
}

// Plain reports whether what is sent there can be read on the way, and Hostname tells whose it is.
func (a Address) Plain() bool { return a.url.Scheme == "http" }

// Hostname is the host without its port.
func (a Address) Hostname() string { return a.url.Hostname() }

// String is scheme and host.
func (a Address) String() string { return shown(a.url) }

// Format is the same for every verb.
func (a Address) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, a.String()) }

// MarshalText is the same in JSON.
func (a Address) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

func shown(u *url.URL) string {
	if u == nil {
		return ""
	}
	return (&url.URL{Scheme: u.Scheme, Host: u.Host}).String()
}
