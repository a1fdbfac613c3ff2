package simulator

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestTokenLife(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		skew := 25 * time.Hour
		c := newClient(t, Options{ClockSkew: skew})
		payload, err := base64.RawURLEncoding.DecodeString(strings.Split(c.token, ".")[1])
		if err != nil {
			t.Fatal(err)
		}
		var claims struct{ Iat, Exp int64 }
		if err := json.Unmarshal(payload, &claims); err != nil {
			t.Fatal(err)
		}
		if claims.Exp-claims.Iat != int64(defaultTokenLife/time.Second) || claims.Iat != time.Now().Add(skew).Unix() {
			t.Errorf("iat %d, exp %d at %d", claims.Iat, claims.Exp, time.Now().Unix())
		}
		time.Sleep(defaultTokenLife - time.Second)
		if res, _ := c.do("GET", home, ""); res.StatusCode != http.StatusOK {
			t.Errorf("a second before its end: %d", res.StatusCode)
		}
		time.Sleep(time.Second)
		res, body := c.do("GET", home, "")
		if res.StatusCode != http.StatusUnauthorized || errorTokens(body)[0] != "TokenExpired" {
			t.Errorf("at its end: %d %s", res.StatusCode, body)
		}
		c.token = c.authenticate()
		if res, _ := c.do("GET", home, ""); res.StatusCode != http.StatusOK {
			t.Errorf("with a new token: %d", res.StatusCode)
		}
	})
}

// TestLock: three rejections in a row lock the account for five minutes, and then right credentials are rejected too.
func TestLock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, Options{ApplicationToken: "secret"})
		try := func(token string, status int, errorToken string) {
			t.Helper()
			res, body := c.do("POST", "/api/v1/authenticate", `{"application_token":"`+token+`"}`)
			if res.StatusCode != status || (status != 200 && errorTokens(body)[0] != errorToken) {
				t.Errorf("%q: %d %s, want %d %s", token, res.StatusCode, body, status, errorToken)
			}
		}
		try("wrong", 401, "InvalidCredentials")
		try("wrong", 401, "InvalidCredentials")
		try("secret", 200, "") // in a row means in a row
		try("wrong", 401, "InvalidCredentials")
		try("wrong", 401, "InvalidCredentials")
		try("wrong", 401, "InvalidCredentials")
		try("secret", 401, "TooManyRequests")
		time.Sleep(lockTime - time.Second)
		try("secret", 401, "TooManyRequests")
		time.Sleep(time.Second)
		try("secret", 200, "")
	})
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		status     int
		refresh    bool
	}{
		{"application token", `{"application_token":"x"}`, 200, false},
		{"user", `{"username":"a@example.com","password":"5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8"}`, 200, true},
		{"password in the clear", `{"username":"a@example.com","password":"password"}`, 401, false},
		{"empty", `{"application_token":""}`, 401, false},
		{"nothing", `{}`, 422, false},
		{"unknown field", `{"token":"x"}`, 400, false},
		{"not JSON", `token=x`, 400, false},
		{"foreign refresh token", `{"refresh_token":"a.b.c"}`, 401, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t, Options{})
			res, body := c.do("POST", "/api/v1/authenticate", test.body)
			if res.StatusCode != test.status {
				t.Errorf("%d %s, want %d", res.StatusCode, body, test.status)
			}
			var got tokens
			_ = json.Unmarshal(body, &got)
			if (got.RefreshToken != "") != test.refresh {
				t.Errorf("refresh token %q", got.RefreshToken)
			}
			if test.refresh {
				if res, body := c.do("POST", "/api/v1/authenticate", `{"refresh_token":"`+got.RefreshToken+`"}`); res.StatusCode != http.StatusOK {
					t.Errorf("refresh: %d %s", res.StatusCode, body)
				}
			}
		})
	}
}

func TestAccountFaults(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	c.server.SetFaults(faults(t, "expire=at:2")...)
	for i, want := range []int{200, 401, 401} {
		if res, _ := c.do("GET", home, ""); res.StatusCode != want {
			t.Errorf("expire, request %d: %d, want %d", i+1, res.StatusCode, want)
		}
	}
	c.token = c.authenticate()
	if res, _ := c.do("GET", home, ""); res.StatusCode != http.StatusOK {
		t.Errorf("with a new token: %d", res.StatusCode)
	}
	c.server.SetFaults(faults(t, "mfa=first:1", "reject=after:1")...)
	res, body := c.do("POST", "/api/v1/authenticate", `{"application_token":"x"}`)
	if res.StatusCode != http.StatusOK || strings.Contains(string(body), "auth_token") {
		t.Errorf("mfa: %d %s", res.StatusCode, body)
	}
	for _, want := range []string{"InvalidCredentials", "InvalidCredentials", "InvalidCredentials", "TooManyRequests"} {
		res, body := c.do("POST", "/api/v1/authenticate", `{"application_token":"x"}`)
		if res.StatusCode != http.StatusUnauthorized || errorTokens(body)[0] != want {
			t.Errorf("%d %s, want %s", res.StatusCode, body, want)
		}
	}
}
