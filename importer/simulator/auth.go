package simulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"
)

// Three consecutive failed authentications lock the account for five minutes.
const (
	failuresToLock = 3
	lockTime       = 5 * time.Minute
)

// accounts gives out tokens and knows which of them are good.
type accounts struct {
	opts Options

	mu          sync.Mutex
	issued      map[string]time.Time // token to its end, by the server's true clock
	revoked     map[string]bool      // ended before their time
	number      int
	failures    int
	lockedUntil time.Time
}

func newAccounts(o Options) *accounts {
	return &accounts{opts: o, issued: map[string]time.Time{}, revoked: map[string]bool{}}
}

// credentials is the body of an authenticate call.
type credentials struct {
	ApplicationToken *string `json:"application_token"`
	Username         *string `json:"username"`
	Password         *string `json:"password"`
	RefreshToken     *string `json:"refresh_token"`
}

type tokens struct {
	AuthToken    string `json:"auth_token"`
	RefreshToken string `json:"refresh_token,omitempty"`
}

func (x *exchange) authenticate() *answer {
	if refusal := x.needsJSON(); refusal != nil {
		return refusal
	}
	var c credentials
	decoder := json.NewDecoder(strings.NewReader(string(x.body)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&c); err != nil {
		return refuse(http.StatusBadRequest, badRequest("The request is unreadable."))
	}
	return x.s.accounts.authenticate(c, false)
}

// authenticate judges credentials; reject makes good ones bad.
func (a *accounts) authenticate(c credentials, reject bool) *answer {
	user := c.Username != nil || c.RefreshToken != nil
	if c.ApplicationToken == nil && !user {
		return unprocessable([]detail{{1402, "Required", "Credentials - application_token is required."}})
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	if now.Before(a.lockedUntil) {
		return lockedAnswer()
	}
	if reject || !a.accepted(c) {
		a.failures++
		if a.failures >= failuresToLock {
			a.failures, a.lockedUntil = 0, now.Add(lockTime)
		}
		return refuse(http.StatusUnauthorized, invalidCredentials())
	}
	a.failures = 0
	token := a.issue(now)
	if user {
		return jsonAnswer(http.StatusOK, tokens{token, a.sign(fmt.Sprintf(`{"typ":"refresh","jti":%d}`, a.number))})
	}
	return jsonAnswer(http.StatusOK, tokens{AuthToken: token})
}

func lockedAnswer() *answer {
	return refuse(http.StatusUnauthorized, tooManyRequests("Too many failed authentications. Try again later."))
}

var sha1Hex = regexp.MustCompile(`^[0-9a-f]{40}$`)

func (a *accounts) accepted(c credentials) bool {
	switch {
	case c.ApplicationToken != nil:
		return *c.ApplicationToken != "" && (a.opts.ApplicationToken == "" || *c.ApplicationToken == a.opts.ApplicationToken)
	case c.RefreshToken != nil:
		return a.signed(*c.RefreshToken)
	default:
		return *c.Username != "" && c.Password != nil && sha1Hex.MatchString(*c.Password)
	}
}

// issue makes a token. Tokens whose end is long past are forgotten: they are unknown then, which is 401 too.
func (a *accounts) issue(now time.Time) string {
	for token, end := range a.issued {
		if now.Sub(end) > a.opts.TokenLife {
			delete(a.issued, token)
			delete(a.revoked, token)
		}
	}
	a.number++
	shown := now.Add(a.opts.ClockSkew)
	token := a.sign(fmt.Sprintf(`{"sub":"application","iss":"simulator","jti":%d,"esc.org":%d,"iat":%d,"exp":%d}`,
		a.number, a.opts.Organisations[0].ID, shown.Unix(), shown.Add(a.opts.TokenLife).Unix()))
	a.issued[token] = now.Add(a.opts.TokenLife)
	return token
}

// sign makes a JWT of the claims.
func (a *accounts) sign(claims string) string {
	enc := base64.RawURLEncoding
	head := enc.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + enc.EncodeToString([]byte(claims))
	return head + "." + enc.EncodeToString(a.mac(head))
}

func (a *accounts) signed(token string) bool {
	at := strings.LastIndexByte(token, '.')
	if at < 0 {
		return false
	}
	sum, err := base64.RawURLEncoding.DecodeString(token[at+1:])
	return err == nil && hmac.Equal(sum, a.mac(token[:at]))
}

func (a *accounts) mac(text string) []byte {
	key := binary.BigEndian.AppendUint64([]byte("simulator"), a.opts.Seed)
	m := hmac.New(sha256.New, key)
	m.Write([]byte(text))
	return m.Sum(nil)
}

func (a *accounts) expireAll() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for token := range a.issued {
		a.revoked[token] = true
	}
}

// authorise judges the Authorization header; nil means welcome. The three answers differ as they do in real life: the
// gateway has a message only, the application an error code.
func (a *accounts) authorise(header string) *answer {
	token, isBearer := strings.CutPrefix(header, "Bearer ")
	if !isBearer {
		return gatewayMessage(http.StatusUnauthorized, "Unauthorized") //nolint:misspell // as the service spells it
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	end, known := a.issued[token]
	switch {
	case !known:
		return refuse(http.StatusUnauthorized, invalidToken())
	case a.revoked[token]:
		return gatewayMessage(http.StatusUnauthorized, "The incoming token has expired")
	case !time.Now().Before(end):
		return refuse(http.StatusUnauthorized, tokenExpired())
	}
	return nil
}
