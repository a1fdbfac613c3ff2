// Package credential is the application token: a secret that shows itself to nobody who prints it, and what becomes of it over a
// run, in which its file may get another one.
package credential

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// Secret holds a credential. However it is printed, encoded or logged, it reads "[redacted]"; only [Secret.Reveal] looks
// inside.
type Secret struct{ value string }

const redacted = "[redacted]"

// New takes the credential without the blanks and line ends that files and environments add to it.
func New(value string) Secret { return Secret{strings.TrimSpace(value)} }

// IsZero reports whether there is no credential at all.
func (s Secret) IsZero() bool { return s.value == "" }

// Reveal is the credential itself, for the request that it is sent with and for nothing else.
func (s Secret) Reveal() string { return s.value }

func (s Secret) String() string { return redacted }

// GoString is for %#v.
func (s Secret) GoString() string { return redacted }

// Format is for every other verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// MarshalJSON keeps the credential out of JSON, logs included.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalText does the same for YAML, XML and map keys.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// Check refuses what can't be an application token, before it is sent: a rejected one counts towards a lock.
func (s Secret) Check() error {
	if s.value == "" {
		return errors.New("no application token: set EMNIFY_APPLICATION_TOKEN or --application-token-file")
	}
	if !Visible(s.value) {
		return errors.New("the application token holds blanks or characters that no token has: is it the right file?")
	}
	return nil
}

// Visible reports whether s is plain ASCII without blanks and control characters, as tokens are.
func Visible(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
