package contact

import (
	"strings"
	"testing"

	"github.com/agnivade/levenshtein"
	"pgregory.net/rapid"
)

func TestIsEmailErrorsAreRefused(t *testing.T) {
	t.Parallel()
	errors := isEmailErrors()
	if len(errors) != 66 {
		t.Fatalf("%d addresses, want all 66", len(errors))
	}
	for _, e := range errors {
		if got, fault := normalAddress(e.address); fault.what == "" {
			t.Errorf("%q (%s) passes as %q", e.address, e.diagnosis, got)
		}
	}
}

// An error within an address is still one after a cell's edges are trimmed and its blanks folded.
func TestIsEmailErrorsAreRefusedInARow(t *testing.T) {
	t.Parallel()
	for _, e := range isEmailErrors() {
		edges := strings.TrimSpace(e.address) != e.address
		if e.address == "" || edges {
			continue
		}
		c := imports().Check(Draft{Name: "Anna", Email: e.address})
		if len(c.Problems) != 1 || c.Problems[0].Field != Email {
			t.Errorf("%q (%s): problems %v", e.address, e.diagnosis, codesIn(c.Problems))
		}
	}
}

func TestIsEmailValidAreAccepted(t *testing.T) {
	t.Parallel()
	for _, address := range isEmailValid() {
		got, fault := normalAddress(address)
		if address == "test@io" { // a domain has a dot, in practice
			if fault.what == "" {
				t.Errorf("%q passes", address)
			}
			continue
		}
		if fault.what != "" || !strings.EqualFold(got, address) {
			t.Errorf("%q is %q, refused as %q", address, got, fault.message)
		}
	}
}

func TestIsEmailUnusualAreRefused(t *testing.T) {
	t.Parallel()
	for _, address := range isEmailUnusual() {
		if strings.TrimSpace(address) == "test@iana.org" {
			continue
		}
		if got, fault := normalAddress(address); fault.what == "" {
			t.Errorf("%q passes as %q", address, got)
		}
	}
}

func TestEmail(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 64) + "@" + strings.Repeat(strings.Repeat("b", 60)+".", 3) + "com"
	tests := map[string]struct {
		text, want string
		codes      string
		says       string
	}{
		"an address":                {"Anna.Lee@Example.COM", "Anna.Lee@example.com", "", ""},
		"blanks around":             {" anna@example.com\n", "anna@example.com", "", ""},
		"mailto":                    {"MailTo:anna@example.com?subject=Hi there", "anna@example.com", "", ""},
		"mailto with a subject":     {"MailTo:anna@example.com?subject=Hi", "anna@example.com", "", ""},
		"international":             {"anna@Müller.example", "anna@xn--mller-kva.example", "", ""},
		"international, as the DNS": {"anna@xn--mller-kva.example", "anna@xn--mller-kva.example", "", ""},
		"sharp s":                   {"anna@straße.example", "anna@xn--strae-oqa.example", "", ""},
		"plus, apostrophe":          {"pat.o'brien+crm@example.com", "pat.o'brien+crm@example.com", "", ""},
		"the longest":               {long, long, "", ""},
		"too long before the @":     {"a" + long, "", "email.too_long", "64"},
		"too long":                  {strings.Replace(long, "com", strings.Repeat("c", 9)+"."+strings.Repeat("d", 60), 1), "", "email.too_long", "253|254"},
		"a display name":            {"Anna Lee <anna@example.com>", "", "email.syntax", "write only anna@example.com"},
		"angle brackets":            {"<anna@example.com>", "", "email.syntax", "write only anna@example.com"},
		"no @":                      {"anna.example.com", "", "email.syntax", "no @"},
		"two @":                     {"anna@lee@example.com", "", "email.syntax", "more than one @"},
		"an umlaut before the @":    {"jörg@example.com", "", "email.syntax", "ö"},
		"no dot":                    {"anna@localhost", "", "email.syntax", "no dot"},
		"an IP number":              {"anna@[192.0.2.1]", "", "email.syntax", "brackets"},
		"a bare IP number":          {"anna@192.0.2.1", "", "email.syntax", "number"},
		"an underscore":             {"anna@my_host.example", "", "email.syntax", "_"},
		"a comma for a dot":         {"anna@example,com", "", "email.syntax", ","},
		"a blank":                   {"anna lee@example.com", "", "email.syntax", "blank"},
		"a placeholder":             {"n/a", "", "email.syntax", "no @"},
		"two":                       {"anna@example.com; lee@example.com", "anna@example.com", "email.several", "lee@example.com"},
		"two lines":                 {"anna@example.com\nlee@example.com", "anna@example.com", "email.several", "lee@example.com"},
		"Google's joiner":           {"anna@example.com ::: lee@example.com", "anna@example.com", "email.several", "lee@example.com"},
		"the same twice":            {"anna@example.com, Anna@example.com", "anna@example.com", "", ""},
		"the first is wrong":        {"anna@, lee@example.com", "", "email.syntax", ""},
		"suspicious":                {"anna@gmial.com", "anna@gmial.com", "email.suspicious", "did you mean gmail.com?"},
		"a control character":       {"an\x07na@example.com", "", "email.invalid_text", ""},
	}
	for name, test := range tests {
		c := imports().Check(Draft{Name: "Anna", Email: test.text})
		if test.codes == "email.syntax" {
			test.want = ""
		}
		if got := strings.Join(codesIn(c.Problems, c.Warnings), " "); c.Contact.Email != test.want || got != test.codes {
			t.Errorf("%s: %q is %q, %q; want %q, %q", name, test.text, c.Contact.Email, got, test.want, test.codes)
		}
		for _, p := range append(c.Problems, c.Warnings...) {
			if p.Field != Email || p.Value != test.text || p.Message == "" || p.Fix == "" {
				t.Errorf("%s: %+v lacks something", name, p)
			}
			said := false
			for one := range strings.SplitSeq(test.says, "|") {
				said = said || strings.Contains(p.Message+p.Fix, one)
			}
			if !said {
				t.Errorf("%s: %q, %q does not say %q", name, p.Message, p.Fix, test.says)
			}
		}
	}
}

func TestEmailLenient(t *testing.T) {
	t.Parallel()
	r := imports()
	r.Lenient = FieldSet{Email: true}
	c := r.Check(Draft{Name: "Anna", Email: "  anna at\texample.com "})
	if len(c.Problems) != 0 || c.Contact.Email != "anna at example.com" || len(c.Warnings) != 1 || c.Warnings[0].Code != "email.syntax" {
		t.Errorf("%+v", c)
	}
	for text, code := range map[string]string{"an\x00na": "email.invalid_text", strings.Repeat("x", 256): "email.too_long"} {
		if got := codesIn(r.Check(Draft{Email: text}).Problems); len(got) != 1 || got[0] != code {
			t.Errorf("lenient takes %q: %v", text, got)
		}
	}
}

func TestMeantDomain(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"gmail.com": "", "gmial.com": "gmail.com", "gmal.com": "gmail.com", "gmaill.com": "gmail.com", "gnail.com": "gmail.com",
		"gmail.con": "gmail.com", "gmail.co": "gmail.com", "hotmial.com": "hotmail.com", "hotmail.de": "", "hotmail.be": "",
		"yaho.com": "yahoo.com", "yahoo.co.uk": "", "yahoo.co": "yahoo.com", "yahoo.ca": "", "outlok.de": "outlook.de",
		"email.com": "", "mail.com": "", "ymail.com": "", "example.com": "", "t-onlin.de": "t-online.de", "gmail.de": "",
		"icloud.com": "", "iclod.com": "icloud.com", "gmx.de": "", "gmx.net": "", "web.de": "", "acme.co": "", "gimail.de": "",
	}
	for domain, want := range tests {
		if got := meantDomain(domain); got != want {
			t.Errorf("%s: did you mean %q? want %q", domain, got, want)
		}
	}
}

// The distance of edits says the same of what a slip is, at a higher price.
func TestSlip(t *testing.T) {
	t.Parallel()
	swapped := func(a, b string) bool {
		for i := range len(a) - 1 {
			if a[:i]+a[i+1:i+2]+a[i:i+1]+a[i+2:] == b {
				return true
			}
		}
		return false
	}
	for _, pair := range [][2]string{{"gmail", "gnmil"}, {"gmail", "gnail"}, {"gmail", "gmial"}, {"gmail", "gmai"}, {"ab", "ba"}, {"ab", "cc"}, {"", "a"}, {"", ""}, {"aab", "aba"}, {"a", "bc"}} {
		a, b := pair[0], pair[1]
		if want := levenshtein.ComputeDistance(a, b) == 1 || a != b && swapped(a, b); slipOf(a, b) != want {
			t.Errorf("%q and %q: want %v", a, b, want)
		}
	}
	slips := 0
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringOfN(rapid.RuneFrom([]rune("ab-c")), 0, 7, -1)
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		if rapid.Bool().Draw(t, "near") {
			at := rapid.IntRange(0, len(a)).Draw(t, "at")
			b = a[:at] + rapid.SampledFrom([]string{"", "a", "ab", "bb", "c-"}).Draw(t, "more") + a[min(len(a), at+rapid.IntRange(0, 2).Draw(t, "less")):]
		}
		want := levenshtein.ComputeDistance(a, b) == 1 || a != b && swapped(a, b)
		if want {
			slips++
		}
		if got := slipOf(a, b); got != want {
			t.Fatalf("%q and %q: %v, want %v", a, b, got, want)
		}
	})
	if slips == 0 {
		t.Error("no slip came up")
	}
}

func BenchmarkMeantDomain(b *testing.B) {
	for b.Loop() {
		meantDomain("example.com")
	}
}

func FuzzEmail(f *testing.F) {
	for _, e := range isEmailErrors() {
		f.Add(e.address)
	}
	for _, s := range append(isEmailValid(), "anna@Müller.example", "a@b.c; d@e.f", "A <a@b.c>", "mailto:a@b.c?x", "a@ẞ.ß", "a@xn--.com") {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		address, fault := normalAddress(s)
		if fault.what != "" {
			return
		}
		if again, fault := normalAddress(address); fault.what != "" || again != address {
			t.Errorf("%q is %q, and again %q (%s)", s, address, again, fault.message)
		}
		if len(address) > 254 || strings.Count(address, "@") != 1 || strings.ContainsAny(address, " \t\r\n<>\"(),:;[]\\") || !strings.Contains(address, ".") {
			t.Errorf("%q passes as %q", s, address)
		}
		for _, r := range address {
			if r < 0x21 || r > 0x7e {
				t.Errorf("%q passes as %q", s, address)
			}
		}
	})
}
