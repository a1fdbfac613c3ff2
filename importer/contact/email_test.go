package contact

import (
	"strings"
	"testing"
)

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
