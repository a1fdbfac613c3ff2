package mapping_test

import (
	"bytes"
	"errors"
	"reflect"
	"testing"

	"github.com/contactsync/contactsync/mapping"
)

// FuzzParse reads any text as a profile: no panic, every error is ours, and what is read can be written and read again.
func FuzzParse(f *testing.F) {
	f.Add("fields:\n  name: {columns: [A, B], join: ', ', fallback: [C]}\n  type: {columns: K, values: {a: b}, default: x}\nignore: [N]\n")
	f.Add("name: \"\\u00e4\\n\"\nfields: {email: 'a: b', country: {constant: no}}\npartial: true\ndefaults: {match_on: [type]}\n")
	f.Add("fields:\n  name: |\n    A\n  email: >-\n    B\n")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := mapping.Parse("fuzz", []byte(text))
		if err != nil {
			var pe *mapping.ProfileError
			if !errors.As(err, &pe) {
				t.Fatalf("not a ProfileError: %v", err)
			}
			return
		}
		var b bytes.Buffer
		if err := p.WriteYAML(&b); err != nil {
			t.Fatal(err)
		}
		again, err := mapping.Parse("fuzz", b.Bytes())
		if err != nil {
			t.Fatalf("%v\nwritten as:\n%s", err, b.String())
		}
		if !reflect.DeepEqual(p, again) {
			t.Fatalf("got  %+v\nwant %+v\nwritten as:\n%s", again, p, b.String())
		}
	})
}
