package cell_test

import (
	"testing"

	"github.com/contactsync/contactsync/importer/cell"
)

func TestClean(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"nothing to do", "Jörg Müller", "Jörg Müller"},
		{"empty", "", ""},
		{"blanks", " \t Ann \r\n", "Ann"},
		{"no-break spaces", "\u00a0Ann\u00a0Lee\u202f", "Ann Lee"},
		{"zero-width characters", "\uFEFFAnn\u200b@example\u2060.com", "Ann@example.com"},
		{"direction marks around a number", "\u202a+49 30 1234\u202c", "+49 30 1234"},
		{"soft hyphen", "Haupt\u00adstraße", "Hauptstraße"},
		{"NUL", "A\x00nn\x00", "Ann"},
		{"apostrophe before plus", "'+49 30 1234", "+49 30 1234"},
		{"apostrophe before a digit", " '01234", "01234"},
		{"apostrophe of a name", "'t Hart", "'t Hart"},
		{"only an apostrophe", "'", "'"},
		{"joiner within a word", "می\u200cخواهم", "می\u200cخواهم"},
		{"joiner at the edge", "Ann\u200d", "Ann"},
		{"euro sign and dashes stay", "10 € – 20 €", "10 € – 20 €"},
		{"wrong bytes stay", "A\xffn", "A\xffn"},
		{"only invisible", "\u200b\u00a0", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := cell.Clean(test.in); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if got := cell.Clean(test.want); got != test.want {
				t.Errorf("again: got %q", got)
			}
		})
	}
	if n := testing.AllocsPerRun(100, func() { _ = cell.Clean(" Jörg Müller, Straße 5 ") }); n != 0 {
		t.Errorf("%v allocations for a clean cell", n)
	}
}
