package charset

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	_ "github.com/contactsync/contactsync/importer/rapidseed"
)

// TestEvidenceWords holds that words are found wherever blocks end, with their places, and long ones too.
func TestEvidenceWords(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       []foundWord
	}{
		{"plain and UTF-8", "Ann Müller;x\n", nil},
		{"two", "J\xF6rg;M\xFCller\nAnn,\xC5", []foundWord{{"J\xF6rg", 0}, {"M\xFCller", 5}, {"\xC5", 16}}},
		{"again", "K\xF6ln;K\xF6ln", []foundWord{{"K\xF6ln", 0}}},
		{"far behind plain letters", strings.Repeat("a", 1000) + "\xFC;x", []foundWord{{strings.Repeat("a", evidenceLong/2) + "\xFC", 1000 - evidenceLong/2}}},
		{"long", strings.Repeat("\xFC", 1000) + ";\xE4", []foundWord{{strings.Repeat("\xFC", evidenceLong), 0}, {"\xE4", 1001}}},
	}
	for _, test := range tests {
		e := &evidence{}
		e.see([]byte(test.text))
		e.finish()
		if !slices.Equal(e.words, test.want) {
			t.Errorf("%s: got %v, want %v", test.name, e.words, test.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(rapid.StringMatching(`([a-cÃ¼é;,]{0,9}|a{300})*`).Draw(t, "text"))
		for i := range text { // bytes that are no UTF-8
			if text[i] == 0xC3 && rapid.Bool().Draw(t, "break") {
				text[i] = 0xFC
			}
		}
		whole := &evidence{}
		whole.see(text)
		whole.finish()
		parts := &evidence{}
		for left := text; len(left) > 0; {
			n := rapid.IntRange(1, len(left)).Draw(t, "block")
			parts.see(left[:n])
			left = left[n:]
		}
		parts.finish()
		if !slices.Equal(whole.words, parts.words) {
			t.Fatalf("%q: whole %v, in parts %v", text, whole.words, parts.words)
		}
		for _, w := range parts.words {
			if at := string(text[w.at:min(len(text), int(w.at)+len(w.text))]); at != w.text {
				t.Fatalf("%q does not stand at %d: %q", w.text, w.at, at)
			}
		}
	})
}
