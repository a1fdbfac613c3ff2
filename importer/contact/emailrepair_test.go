package contact

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	_ "github.com/contactsync/contactsync/importer/rapidseed"
)

func TestEmailsAreRepairedWhereTheyCanBeNothingElse(t *testing.T) {
	t.Parallel()
	const apostrophe, width = "repaired.apostrophe", "repaired.width"
	for text, want := range map[string]struct {
		email string
		codes []string
	}{
		"'ina@example.com":                 {"ina@example.com", []string{apostrophe}},
		"'ina@example.com'":                {"ina@example.com", []string{apostrophe}},
		"’ina@example.com":                 {"ina@example.com", []string{apostrophe}},
		"`ina@example.com":                 {"ina@example.com", []string{apostrophe}},
		"''ina@example.com":                {"ina@example.com", []string{apostrophe}},
		"'o'neil@example.com":              {"o'neil@example.com", []string{apostrophe}},
		"o'neil@example.com":               {"o'neil@example.com", nil},
		"'mailto:ina@example.com":          {"ina@example.com", []string{apostrophe}},
		"ina＠example.com":                  {"ina@example.com", []string{width}},
		"ina﹫example．com":                  {"ina@example.com", []string{width}},
		"ｉｎａ＠ｅｘａｍｐｌｅ．ｃｏｍ":                  {"ina@example.com", []string{width}},
		"ina@example。com":                  {"ina@example.com", []string{width}},
		"'ina＠example.com":                 {"ina@example.com", []string{width, apostrophe}},
		"'ina@example.com'; 'o@sample.org": {"ina@example.com", []string{apostrophe, "email.several"}},
		"ina@example.com；o＠sample.org":     {"ina@example.com", []string{width, "email.several"}},
		"ina@müller.example":               {"ina@xn--mller-kva.example", nil},
		"ina@почта.рф":                     {"ina@xn--80a1acny.xn--p1ai", nil},
	} {
		got := imports().Check(Draft{Name: "Ina Ahl", Email: text})
		if got.Contact.Email != want.email || !slices.Equal(codesIn(got.Warnings), want.codes) || len(got.Problems) > 0 {
			t.Errorf("%q: %q, %v, %v; want %+v", text, got.Contact.Email, codesIn(got.Problems), codesIn(got.Warnings), want)
		}
		for _, w := range got.Warnings {
			if w.Value != text {
				t.Errorf("%q: %+v does not show the old value", text, w)
			}
		}
	}
}

func TestTopLevelDomains(t *testing.T) {
	t.Parallel()
	for address, fix := range map[string]string{
		"ina@example.c": "fill in", "ina@example.com1": "ina@example.com ", "ina@example.c0m": "correct it", "ina@example.1com": "correct it",
		"ina@example.co-m": "correct it", "ina@example.c1": "correct it", "ina@example.123": "correct it", "ina@example.com.": "write only ina@example.com",
		"ina@example.com.,": "write only ina@example.com", "ina@example.com'": "write only ina@example.com", "ina@example.com1.": "correct it",
	} {
		got := imports().Check(Draft{Name: "Ina Ahl", Email: address})
		if !slices.Equal(codesIn(got.Problems), []string{"email.syntax"}) || !strings.Contains(got.Problems[0].Fix, fix) {
			t.Errorf("%q: %+v; want a fix with %q", address, got.Problems, fix)
		}
	}
	for _, address := range []string{"ina@example.co", "ina@example.museum", "ina@example.xn--p1ai", "ina@1.example.com", "ina@a.b-1.de", "ina@x.io"} {
		if got := imports().Check(Draft{Name: "Ina Ahl", Email: address}); len(got.Problems) > 0 || got.Contact.Email != address {
			t.Errorf("%q: %+v", address, got.Problems)
		}
	}
}

// What version 1 made of an address is known wherever it took it: with an apostrophe, and with any end of a domain.
func TestFormerEmails(t *testing.T) {
	t.Parallel()
	r := imports()
	lenient := imports()
	lenient.Lenient = FieldSet{Email: true}
	for _, test := range []struct {
		rules           *Rules
		text, now, then string
		ok              bool
	}{
		{r, "'ina@Example.com", "ina@example.com", "'ina@example.com", true},
		{r, "ina＠example.com", "ina@example.com", "", false},
		{lenient, "ina＠example.com", "ina@example.com", "ina＠example.com", true},
		{lenient, "ina@Example.com1", "ina@example.com1", "ina@example.com1", true},
		{lenient, "'ina@Example.com1", "ina@example.com1", "'ina@example.com1", true},
		{lenient, "ina at home", "ina at home", "ina at home", true},
	} {
		d := Draft{Name: "Ina Ahl", Email: test.text}
		now := test.rules.Check(d)
		then, ok := test.rules.Former(d)
		if now.Contact.Email != test.now || len(now.Problems) > 0 || ok != test.ok || ok && then.Email != test.then {
			t.Errorf("%q: now %q %v, then %q %v; want %+v", test.text, now.Contact.Email, codesIn(now.Problems), then.Email, ok, test)
		}
		if test.now != test.then && !now.Reformed {
			t.Errorf("%q: not told to be reformed", test.text)
		}
	}
}

// An address that needs no repair is read as version 1 read it, and a repaired one needs no further repair.
func TestRepairsAreDoneOnce(t *testing.T) {
	t.Parallel()
	r := imports()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`['’]?[a-z'.＠@]{1,8}[@＠][a-z]{1,4}[.．][a-z1]{1,4}['.]?`).Draw(t, "text")
		d := Draft{Name: "Ina Ahl", Email: text}
		now := r.Check(d)
		if len(now.Problems) > 0 {
			return
		}
		if then, ok := r.Former(d); !now.Reformed && (!ok || then != now.Contact) {
			t.Fatalf("%q: %q then, %q now, and nothing tells", text, then.Email, now.Contact.Email)
		}
		if again := r.Check(Draft{Name: "Ina Ahl", Email: now.Contact.Email}); again.Reformed || again.Contact != now.Contact {
			t.Fatalf("%q: %q becomes %q", text, now.Contact.Email, again.Contact.Email)
		}
	})
}
