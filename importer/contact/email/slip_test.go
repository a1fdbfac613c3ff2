package email

import (
	"testing"

	"github.com/agnivade/levenshtein"
	"pgregory.net/rapid"

	_ "github.com/contactsync/contactsync/importer/rapidseed"
)

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
		if got := MeantDomain(domain); got != want {
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
		if want := levenshtein.ComputeDistance(a, b) == 1 || a != b && swapped(a, b); OneSlip(a, b) != want {
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
		if got := OneSlip(a, b); got != want {
			t.Fatalf("%q and %q: %v, want %v", a, b, got, want)
		}
	})
	if slips == 0 {
		t.Error("no slip came up")
	}
}

func BenchmarkMeantDomain(b *testing.B) {
	for b.Loop() {
		MeantDomain("example.com")
	}
}
