package contact

import (
	"strings"
	"testing"
)

func TestPlain(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text, want string
		ok         bool
	}{
		"plain":                      {"Anna Lee", "Anna Lee", true},
		"empty":                      {"", "", true},
		"blank":                      {" ", "", true},
		"blanks":                     {"  Anna \t Lee\r\n", "Anna Lee", true},
		"no-break blanks":            {"\u00a0Anna\u202fLee\u3000", "Anna Lee", true},
		"decomposed":                 {"Zoe\u0308", "Zo\u00eb", true},
		"unseen":                     {"\ufeffAn\u200bna\u00ad", "Anna", true},
		"joiners at the edge":        {"\u200dAnna \u200c", "Anna", true},
		"a joiner within":            {"नमस्\u200dते", "नमस्\u200dते", true},
		"a control character":        {"An\x07na", "An\x07na", false},
		"NUL":                        {"An\x00na", "An\x00na", false},
		"delete":                     {"An\x7fna", "An\x7fna", false},
		"bytes of another encoding":  {"M\xfcller", "M\ufffdller", false},
		"an earlier wrong decoding":  {"M\ufffdller", "M\ufffdller", false},
		"a control character of C1":  {"An\u0085na \u0081", "An na \u0081", false},
		"emoji made of several ones": {"👩\u200d🔧 Zoë", "👩\u200d🔧 Zoë", true},
	}
	for name, test := range tests {
		got, ok := plain(test.text)
		if got != test.want || ok != test.ok {
			t.Errorf("%s: plain(%q) is %q, %v; want %q, %v", name, test.text, got, ok, test.want, test.ok)
		}
	}
}

func TestPlainLines(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"": "", " one  line ": "one line", "\u200bone\r\n two ": "one\ntwo", "\n\nlast": "last", "a\vb\fc\u0085d\u2028e\u2029f": "a\nb\nc\nd\ne\nf",
		" \n \u200d\n": "", "tabs\tin  it\nx": "tabs in it\nx",
	} {
		text, _ := plain(s)
		if got := plainLines(s, text); got != want {
			t.Errorf("plainLines(%q) is %q, want %q", s, got, want)
		}
	}
}

func TestTooLong(t *testing.T) {
	t.Parallel()
	if tooLong(strings.Repeat("ü", 255)) || !tooLong(strings.Repeat("ü", 256)) {
		t.Error("the limit counts characters, not bytes")
	}
}

func TestFoldText(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{
		{"", ""},
		{"Löwenstraße 3-5", "lowenstrasse 3 5"},
		{"  O'BRIEN,  Pat. ", "o brien pat"},
		{"Łódź Ærø Đà", "lodz aero da"},
		{"İstanbul ISTANBUL ısparta", "istanbul istanbul isparta"},
		{"ＡＢＣ１２３", "abc123"},
		{"Ḿìxed²", "mixed2"},
		{"ΣΊΣΥΦΟΣ", "σισυφοσ"},
		{"Йод", "иод"},
		{"मीरा", "मीरा"},
		{"がく", "か\u3099く"},
		{"STRASSE Straße STRAẞE", "strasse strasse strasse"},
		{"a\u00adb \u200bc", "ab c"},
	}
	for _, test := range tests {
		if got := FoldText(test.text); got != test.want {
			t.Errorf("FoldText(%q) is %q, want %q", test.text, got, test.want)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"Anna Lee", " \u200d x \u200d ", "Zoe\u0308", "\xff", "İ", "ΣΣ", "\u1e9e", "각"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text, ok := plain(s)
		if again, okAgain := plain(text); again != text || okAgain != ok {
			t.Errorf("plain(%q) is %q, and again %q, %v", s, text, again, okAgain)
		}
		fold := FoldText(s)
		if again := FoldText(fold); again != fold {
			t.Errorf("FoldText(%q) is %q, and again %q", s, fold, again)
		}
		if strings.HasPrefix(fold, " ") || strings.HasSuffix(fold, " ") || strings.Contains(fold, "  ") {
			t.Errorf("FoldText(%q) is %q, with blanks", s, fold)
		}
	})
}
