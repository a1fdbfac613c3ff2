package decode

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/contactsync/contactsync/importer/contact"
)

func TestReadError(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		body  string
		code  int
		token string
		words string
		field contact.Field
	}{
		"documented": {
			`{"error_code":1400,"error_token":"InputValidationFailed","message":"Bad input","errors":[{"error_code":1402,"error_token":"Required","message":"Contact - type is required."}]}`,
			1400, "InputValidationFailed", "Bad input; Contact - type is required.", contact.TypeField,
		},
		"numbers as texts":      {`{"error_code":"1000","error_token":"BadRequest","message":"x"}`, 1000, "BadRequest", "x", ""},
		"several details":       {`{"errors":[{"message":"Contact - email has a wrong format"},{"message":"Contact - city is too long"}]}`, 0, "", "Contact - email has a wrong format; Contact - city is too long", contact.Email},
		"details are texts":     {`{"errors":["zipcode is too long"]}`, 0, "", "zipcode is too long", contact.Zipcode},
		"details are an object": {`{"errors":{"message":"x","field":"mobile"}}`, 0, "", "x", contact.Mobile},
		"details name a field":  {`{"details":[{"message":"x","field":"contact.country.id"}]}`, 0, "", "x", contact.CountryField},
		"a bare list":           {`[{"error_token":"Required"}]`, 0, "", "Required", ""},
		"gateway":               {`{"message":"Endpoint request timed out"}`, 0, "", "Endpoint request timed out", ""},
		"gateway, other case":   {`{"Message":"no"}`, 0, "", "no", ""},
		"a quoted field":        {`{"message":"Value 'x' for \"purchase_order_number\" not allowed on this type"}`, 0, "", `Value 'x' for "purchase_order_number" not allowed on this type`, contact.PurchaseOrderNumber},
		"a quoted value":        {`{"message":"'Type City' is no valid state"}`, 0, "", "'Type City' is no valid state", contact.State},
		"html":                  {"<html><head><title>ERROR: The request could not be satisfied</title></head><body>x</body>", 0, "", "ERROR: The request could not be satisfied", ""},
		"html without title":    {"<html><body><h1>502</h1>\r\n<p>Bad gateway</p></body>", 0, "", "502 Bad gateway", ""},
		"plain":                 {"upstream\x00 \x1b[31mgone", 0, "", "upstream [31mgone", ""},
		"empty":                 {"", 0, "", "HTTP 422 without a message", ""},
		"blanks":                {" \n", 0, "", "HTTP 422 without a message", ""},
		"null":                  {"null", 0, "", "HTTP 422 without a message", ""},
		"nulls":                 {`{"error_code":null,"error_token":null,"message":null,"errors":null}`, 0, "", "HTTP 422 without a message", ""},
		"wrong types":           {`{"error_code":{},"error_token":[1],"message":{"a":1},"errors":7}`, 0, "", "HTTP 422 without a message", ""},
		"token with a blank":    {`{"error_token":"zoe privat"}`, 0, "", "HTTP 422 without a message", ""},
		"token with an address": {`{"error_token":"zoe.privat@example.com"}`, 0, "", "HTTP 422 without a message", ""},
		"wrong bytes":           {"{\"message\":\"a\xffb\"}", 0, "", "a\uFFFDb", ""},
		"cut":                   {`{"error_code":1400,"mess`, 0, "", `{"error_code":1400,"mess`, ""},
	}
	for name, tt := range tests {
		e := ReadError([]byte(tt.body))
		e.Status = 422
		if e.Code != tt.code || e.Token != tt.token || e.Words() != tt.words || e.Field() != tt.field {
			t.Errorf("%s: %d %q %q %q", name, e.Code, e.Token, e.Words(), e.Field())
		}
	}
	long := ReadError([]byte(`{"message":"` + strings.Repeat("ü", 1<<19) + `"}`)).Words()
	if n := utf8.RuneCountInString(long); n > maxWords {
		t.Errorf("a long message keeps %d characters", n)
	}
}

func TestNumber(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]int64{
		`12`: 12, `"12"`: 12, `" 12 "`: 12, `12.0`: 12, `"1e3"`: 1000, `null`: 0, `""`: 0, `"x"`: 0, `{}`: 0, `[1]`: 0, `true`: 0, `1.5`: 0, `1e300`: 0, `-3`: -3,
	} {
		if got := readNumber([]byte(raw)); got != want {
			t.Errorf("%s: %d, want %d", raw, got, want)
		}
	}
}

func FuzzReadError(f *testing.F) {
	for _, seed := range []string{
		`{"error_code":1400,"error_token":"x","message":"y","errors":[{"message":"Contact - type is required."}]}`,
		`{"errors":["a",1,null,{"field":"x.y[0]"}]}`, `<html><title>x`, `[[[[`, "\xff\xfe<", `{"message":"` + strings.Repeat("ß", 2000) + `"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		e := ReadError(body)
		words := e.Words()
		if !utf8.ValidString(words) || utf8.RuneCountInString(words) > maxWords || strings.ContainsFunc(words, unicode.IsControl) {
			t.Fatalf("words %q", words)
		}
		if strings.ContainsFunc(e.Error(), func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Fatalf("error %q", e.Error())
		}
		if f := e.Field(); f != "" && known(string(f)) != f {
			t.Fatalf("field %q", f)
		}
	})
}
