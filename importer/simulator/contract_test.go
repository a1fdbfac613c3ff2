package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestContract: what emnify's documentation says of each call, right and wrong.
func TestContract(t *testing.T) {
	t.Parallel()
	const first = home + "/81001"
	ok := `{"type":{"id":3}}`
	tests := []struct {
		name, method, path, body string
		header                   map[string]string
		status                   int
		tokens                   []string
	}{
		{name: "own organisation", method: "GET", path: "/api/v1/organisation/my", status: 200},
		{name: "list", method: "GET", path: home, status: 200},
		{name: "list of a child", method: "GET", path: child, status: 200},
		{name: "get", method: "GET", path: first, status: 200},
		{name: "create", method: "POST", path: home, body: ok, status: 201},
		{name: "create with all fields", method: "POST", path: home, status: 201, body: `{"type":{"id":4},"name":"A","title":"Dr",
			"department":"D","street":"S 1","zipcode":"1","city":"C","country":{"id":74},"email":"a@example.com","phone":"+491","mobile":"+492",
			"state":"S","secondary_address":"2","purchase_order_number":"P1"}`},
		{name: "null is absent", method: "POST", path: home, body: `{"type":{"id":3},"name":null,"country":null}`, status: 201},
		{name: "charset", method: "POST", path: home, body: ok, header: map[string]string{"Content-Type": "application/json; charset=UTF-8"}, status: 201},
		{name: "change", method: "PATCH", path: first, body: `{"name":"B"}`, status: 204},
		{name: "delete", method: "DELETE", path: first, status: 204},
		{name: "countries", method: "GET", path: "/api/v1/country?geographic=true", status: 200},

		{name: "no type", method: "POST", path: home, body: `{"name":"A"}`, status: 422, tokens: []string{"InputValidationFailed", "Required"}},
		{name: "null type", method: "POST", path: home, body: `{"type":null}`, status: 422, tokens: []string{"InputValidationFailed", "Required"}},
		{name: "type as number", method: "POST", path: home, body: `{"type":3}`, status: 422, tokens: []string{"InputValidationFailed", "InvalidFormat"}},
		{name: "type id as string", method: "POST", path: home, body: `{"type":{"id":"3"}}`, status: 422, tokens: []string{"InputValidationFailed", "InvalidFormat"}},
		{name: "type without id", method: "POST", path: home, body: `{"type":{}}`, status: 422, tokens: []string{"InputValidationFailed", "Required"}},
		{name: "type with more", method: "POST", path: home, body: `{"type":{"id":3,"description":"Technical"}}`, status: 422, tokens: []string{"InputValidationFailed", "NotAllowed"}},
		{name: "unknown type", method: "POST", path: home, body: `{"type":{"id":1}}`, status: 422, tokens: []string{"InputValidationFailed", "InvalidReference"}},
		{name: "unknown country", method: "POST", path: home, body: `{"type":{"id":3},"country":{"id":9999}}`, status: 422, tokens: []string{"InputValidationFailed", "InvalidReference"}},
		{name: "country ANY", method: "POST", path: home, body: `{"type":{"id":3},"country":{"id":0}}`, status: 422, tokens: []string{"InputValidationFailed", "InvalidReference"}},
		{name: "id in the body", method: "POST", path: home, body: `{"type":{"id":3},"id":7}`, status: 422, tokens: []string{"InputValidationFailed", "NotAllowed"}},
		{name: "organisation in the body", method: "POST", path: home, body: `{"type":{"id":3},"organisation_id":7}`, status: 422, tokens: []string{"InputValidationFailed", "NotAllowed"}},
		{name: "id in the query", method: "POST", path: home + "?id=7", body: ok, status: 422, tokens: []string{"InputValidationFailed", "NotAllowed"}},
		{name: "unknown field", method: "POST", path: home, body: `{"type":{"id":3},"company":"X"}`, status: 422, tokens: []string{"InputValidationFailed", "NotAllowed"}},
		{name: "number as text", method: "POST", path: home, body: `{"type":{"id":3},"zipcode":10115}`, status: 422, tokens: []string{"InputValidationFailed", "InvalidFormat"}},
		{name: "bad e-mail", method: "POST", path: home, body: `{"type":{"id":3},"email":"nobody"}`, status: 422, tokens: []string{"InputValidationFailed", "InvalidFormat"}},
		{name: "order number, no invoice", method: "POST", path: home, body: `{"type":{"id":3},"purchase_order_number":"1"}`, status: 422, tokens: []string{"InputValidationFailed", "NotAllowed"}},
		{name: "order number by change", method: "PATCH", path: first, body: `{"purchase_order_number":"1"}`, status: 422, tokens: []string{"InputValidationFailed", "NotAllowed"}},
		{name: "all problems at once", method: "POST", path: home, body: `{"email":"x","country":{"id":9999}}`, status: 422, tokens: []string{"InputValidationFailed", "Required", "InvalidFormat", "InvalidReference"}},
		{name: "field twice", method: "POST", path: home, body: `{"type":{"id":3},"name":"A","name":"B"}`, status: 400, tokens: []string{"BadRequest"}},
		{name: "not JSON", method: "POST", path: home, body: `type=3`, status: 400, tokens: []string{"BadRequest"}},
		{name: "an array", method: "POST", path: home, body: `[` + ok + `]`, status: 400, tokens: []string{"BadRequest"}},
		{name: "two objects", method: "POST", path: home, body: ok + ok, status: 400, tokens: []string{"BadRequest"}},
		{name: "not UTF-8", method: "POST", path: home, body: "{\"type\":{\"id\":3},\"name\":\"\xe4\"}", status: 400, tokens: []string{"BadRequest"}},
		{name: "too large", method: "POST", path: home, body: `{"name":"` + strings.Repeat("x", maxBody) + `"}`, status: 413, tokens: []string{""}},
		{name: "form", method: "POST", path: home, body: ok, header: map[string]string{"Content-Type": "text/plain"}, status: 415, tokens: []string{""}},
		{name: "compressed", method: "POST", path: home, body: ok, header: map[string]string{"Content-Encoding": "gzip"}, status: 415, tokens: []string{""}},
		{name: "my for contacts", method: "GET", path: "/api/v1/organisation/my/contact", status: 404, tokens: []string{"NotFound"}},
		{name: "unseen organisation", method: "GET", path: "/api/v1/organisation/1/contact", status: 404, tokens: []string{"NotFound"}},
		{name: "unknown contact", method: "GET", path: home + "/1", status: 404, tokens: []string{"NotFound"}},
		{name: "contact of another organisation", method: "DELETE", path: child + "/81001", status: 404, tokens: []string{"NotFound"}},
		{name: "unknown path", method: "GET", path: "/api/v1/contact", status: 404, tokens: []string{"NotFound"}},
		{name: "method", method: "PUT", path: first, body: ok, status: 405, tokens: []string{""}},
		{name: "no token", method: "GET", path: home, header: map[string]string{"Authorization": ""}, status: 401, tokens: []string{""}},
		{name: "wrong token", method: "GET", path: home, header: map[string]string{"Authorization": "Bearer e30.e30.x"}, status: 401, tokens: []string{"InvalidToken"}},
		{name: "page zero", method: "GET", path: home + "?page=0", status: 400, tokens: []string{"BadRequest"}},
		{name: "unknown sort", method: "GET", path: home + "?sort=shoe", status: 400, tokens: []string{"BadRequest"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t, Options{})
			req := c.request(test.method, test.path, test.body)
			for name, value := range test.header {
				req.Header.Set(name, value)
			}
			res, body, err := c.send(req)
			if err != nil {
				t.Fatal(err)
			}
			if res.StatusCode != test.status {
				t.Errorf("status %d, want %d: %.300s", res.StatusCode, test.status, body)
			}
			if test.tokens != nil && !cmp.Equal(errorTokens(body), test.tokens) {
				t.Errorf("tokens %q, want %q: %.300s", errorTokens(body), test.tokens, body)
			}
			if res.Header.Get("X-Amzn-Requestid") == "" || res.Header.Get("X-Amz-Cf-Id") == "" {
				t.Errorf("request ids are missing: %v", res.Header)
			}
			requests := c.server.Requests()
			if last := requests[len(requests)-1]; last.Status != res.StatusCode || last.RequestID != res.Header.Get("X-Amzn-Requestid") {
				t.Errorf("log has %+v", last)
			}
		})
	}
}

func TestForbiddenOrganisation(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Organisations: []Organisation{{ID: 1, Name: "Own"}, {ID: 2, Name: "Closed", Forbidden: true}}})
	res, body := c.do("GET", "/api/v1/organisation/2/contact", "")
	if res.StatusCode != http.StatusForbidden || errorTokens(body)[0] != "Forbidden" {
		t.Errorf("%d %s", res.StatusCode, body)
	}
}

// TestCreateAnswer: an empty body, and a Location on the public host whatever host was called.
func TestCreateAnswer(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	res, body := c.do("POST", home, `{"type":{"id":3},"name":"Ann \"<b>\" Ö"}`)
	if len(body) != 0 || res.Header.Get("Content-Length") != "0" {
		t.Errorf("body %q, want none", body)
	}
	made := c.server.Contacts(5417)
	last := made[len(made)-1]
	if want := fmt.Sprintf("https://cdn.emnify.net%s/%d", home, last.ID); res.Header.Get("Location") != want {
		t.Errorf("Location %q, want %q", res.Header.Get("Location"), want)
	}
	_, list := c.list(home)
	if got := list[len(list)-1]["name"]; got != "Ann \"<b>\" Ö" {
		t.Errorf("read back %q", got)
	}
}

// TestReadBack: absent fields are missing in one contact and null in the next; references carry their names.
func TestReadBack(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Bare: true, Contacts: []Contact{
		{ID: 10, Type: 4, Country: 74, Name: "Even"}, {ID: 11, Type: 3, Name: "Odd"},
	}})
	_, body := c.do("GET", home+"/10", "")
	want := `{"id":10,"type":{"id":4,"description":"Invoice address"},"organisation":{"id":5417,"name":"Example Networks"},"name":"Even","country":{"id":74,"name":"Germany"}}`
	if string(body) != want {
		t.Errorf("got  %s\nwant %s", body, want)
	}
	_, body = c.do("GET", home+"/11", "")
	if !strings.Contains(string(body), `"title":null`) || !strings.Contains(string(body), `"country":null`) {
		t.Errorf("absent fields are not null: %s", body)
	}
}

func TestChangeKeepsWhatIsNotSent(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Bare: true, Contacts: []Contact{{ID: 5, Type: 3, Name: "A", City: "B", Phone: "1"}}})
	res, body := c.do("PATCH", home+"/5", `{"city":"C","phone":null}`)
	if res.StatusCode != http.StatusNoContent || len(body) != 0 {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	if got := c.server.Contacts(5417)[0]; got.Name != "A" || got.City != "C" || got.Phone != "" {
		t.Errorf("%+v", got)
	}
	// A change that is refused changes nothing.
	c.do("PATCH", home+"/5", `{"name":"Z","email":"bad"}`)
	if got := c.server.Contacts(5417)[0]; got.Name != "A" {
		t.Errorf("a refused change took effect: %+v", got)
	}
}

// TestTypesCanBeLearned: every organisation begins with each of the six, and nobody can guess their numbers.
func TestTypesCanBeLearned(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	for _, path := range []string{home, child} {
		_, list := c.list(path)
		learned := map[string]string{}
		for _, contact := range list {
			kind := contact["type"].(map[string]any)
			learned[kind["description"].(string)] = string(kind["id"].(json.Number))
		}
		want := map[string]string{}
		for i, kind := range ContactTypes() {
			want[kind.Description] = fmt.Sprint(kind.ID)
			if kind.ID == int64(i+1) {
				t.Errorf("%s has the number of its place", kind.Description)
			}
		}
		if diff := cmp.Diff(want, learned); diff != "" {
			t.Error(diff)
		}
	}
}

// TestCountryTraps: the shape of the real table.
func TestCountryTraps(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{})
	_, geographic := c.list("/api/v1/country?geographic=true")
	_, all := c.list("/api/v1/country")
	if n := len(geographic); n < 220 || n > 235 || len(all) <= n {
		t.Errorf("%d and %d rows", n, len(all))
	}
	byID, isos, names := map[string]map[string]any{}, map[string]int{}, map[string]bool{}
	for _, row := range geographic {
		id, iso := string(row["id"].(json.Number)), row["iso_code"].(string)
		if byID[id] != nil || iso != strings.ToLower(iso) {
			t.Errorf("row %v: id twice or ISO code in upper case", row)
		}
		byID[id] = row
		names[row["name"].(string)] = true
		isos[iso]++
	}
	delete(isos, "")
	for iso, n := range isos {
		if n != 1 {
			t.Errorf("%d rows for %q", n, iso)
		}
	}
	want := map[string]any{"id": json.Number("3"), "name": "Afghanistan", "country_code": "93", "mcc": "412", "iso_code": "af"}
	if diff := cmp.Diff(want, byID["3"]); diff != "" {
		t.Error(diff)
	}
	if byID["74"]["name"] != "Germany" || byID["0"]["name"] != "ANY" || byID["0"]["iso_code"] != "" || isos["civ"] != 1 {
		t.Errorf("74 is %v, 0 is %v, civ %d times", byID["74"], byID["0"], isos["civ"])
	}
	for _, name := range []string{"Korea (South)", "Kyrqyzstan", "Macedonia", "Israel & Palestine", "Democratic Rep. of Congo",
		"Mayotte / Reunion", "Fiji / Nauru", "Guam / N. Mariana Islands"} {
		if !names[name] {
			t.Errorf("%q is missing", name)
		}
	}
	rows := slices.DeleteFunc(all, func(row map[string]any) bool { return row["iso_code"] != "us" })
	if len(rows) < 5 {
		t.Errorf("%d rows for the United States without geographic=true, want several", len(rows))
	}
}

func TestRequestIDsLookReal(t *testing.T) {
	t.Parallel()
	uuid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	seen := map[string]bool{}
	for n := range 1000 {
		id := requestID(7, n)
		if !uuid.MatchString(id) || seen[id] {
			t.Fatalf("request id %q", id)
		}
		seen[id] = true
		if cf := cloudFrontID(7, n); len(cf) != 57-1 && len(cf) != 57 {
			t.Fatalf("CloudFront id %q has %d characters", cf, len(cf))
		}
	}
	if requestID(7, 0) == requestID(8, 0) {
		t.Error("the seed makes no difference")
	}
}
