package emnify

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"github.com/contactsync/contactsync/importer/emnify/decode"
)

// maxRenewEarly is how long before its end a token is renewed: longer than a request may take.
const maxRenewEarly = time.Minute

// newToken makes a token that arrived at the given time. How long it lives is told by the difference of its claims
// (240 minutes are documented, 7 days were seen), counted from its arrival: our clock may be days off the server's.
func newToken(text string, arrived time.Time) *token {
	t := &token{text: text}
	if life := tokenLife(text); life > 0 {
		t.renewAt = arrived.Add(life - min(maxRenewEarly, life/10))
	}
	return t
}

// tokenLife is exp - iat of a JWT, and 0 if it does not tell: then the token is used until the API rejects it.
func tokenLife(jwt string) time.Duration {
	parts := strings.Split(jwt, ".")
	if len(parts) != 3 {
		return 0
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return 0
	}
	var claims struct{ Exp, Iat decode.Number }
	if json.Unmarshal(payload, &claims) != nil || claims.Exp <= 0 || claims.Iat <= 0 {
		return 0
	}
	const longest = 366 * 24 * 60 * 60 // seconds; more is nonsense, and must not overflow
	seconds := claims.Exp - claims.Iat
	if seconds <= 0 || seconds > longest {
		return 0
	}
	return time.Duration(seconds) * time.Second
}
