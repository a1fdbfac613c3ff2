package option

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
)

// TestChoice: a choice takes its words and no other, and what it says of them, its kind and what the shell completes are
// made of the same list.
func TestChoice(t *testing.T) {
	t.Parallel()
	type colour string
	for name, c := range map[string]struct {
		words []colour
		kind  string
		wrong string
	}{
		"two":   {[]colour{"red", "blue"}, "red|blue", `"green" is neither red nor blue`},
		"three": {[]colour{"red", "blue", "grey"}, "red|blue|grey", `"green" is none of red, blue, grey`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			flags := pflag.NewFlagSet("", pflag.ContinueOnError)
			got := colour("red")
			RegisterChoice(flags, &got, "colour", "of the door", c.words...)
			f := flags.Lookup("colour")
			if f.DefValue != "red" || f.Value.Type() != c.kind {
				t.Errorf("default %q, kind %q", f.DefValue, f.Value.Type())
			}
			if err := f.Value.Set("green"); err == nil || err.Error() != c.wrong || got != "red" {
				t.Errorf("green: %v, and the colour is %s", err, got)
			}
			if err := f.Value.Set("blue"); err != nil || got != "blue" {
				t.Errorf("blue: %v, and the colour is %s", err, got)
			}
			var words []colour
			for _, w := range f.Annotations[wordsAnnotation] {
				words = append(words, colour(w))
			}
			if diff := cmp.Diff(c.words, words); diff != "" {
				t.Errorf("what the shell completes: %s", diff)
			}
		})
	}
}

func TestDelimiter(t *testing.T) {
	t.Parallel()
	for _, d := range delimiters() {
		if got, err := parseDelimiter(d.name); err != nil || got != d.char || DelimiterName(got) != d.name {
			t.Errorf("%s: %q, %v", d.name, got, err)
		}
	}
	for text, want := range map[string]rune{"": 0, "~": '~', "é": 'é', `\t`: '\t', "TAB": '\t', "Semicolon": ';'} {
		if got, err := parseDelimiter(text); err != nil || got != want {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
	if _, err := parseDelimiter("||"); err == nil {
		t.Error("two characters are taken for one")
	}
	if got := DelimiterName('~'); got != `'~'` {
		t.Errorf("a delimiter without a name is called %s", got)
	}
}
