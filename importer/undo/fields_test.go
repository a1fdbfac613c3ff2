package undo

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/contactsync/contactsync/importer/contact"
)

// TestWrittenFields: of the fields that differ those count that the target wrote, as the ledger has them, or as they are found
// by what was written.
func TestWrittenFields(t *testing.T) {
	t.Parallel()
	was := testRules().Normalise(ann(5))
	// all has n fields that differ from ann.
	all := func(n int) contact.Contact {
		c, other := was, contact.Contact{
			Name: "B", Title: "B", Department: "B", Street: "B", SecondaryAddress: "B", Zipcode: "B", City: "B", State: "B",
			Country: contact.Country{ISO: "DE"}, Email: "b@example.com", Phone: "+49301", Mobile: "+49302",
		}
		for _, f := range contact.Fields()[:n] {
			c.Set(f, other)
		}
		return c
	}
	some := func(fields ...contact.Field) contact.Contact {
		c := was
		for _, f := range fields {
			c.Set(f, all(12))
		}
		return c
	}
	first := contact.Fields()
	tests := map[string]struct {
		mask  []contact.Field
		wrote contact.Contact
		now   contact.Contact
		want  []contact.Field
	}{
		"as the ledger has them":                   {first[1:3], some(first[1], first[2]), all(5), first[1:3]},
		"also if what was written was another":     {first[1:3], all(7), all(5), first[1:3]},
		"those of the ledger that differ no more":  {first[3:8], some(first[3:8]...), all(5), first[3:5]},
		"none of them differs":                     {first[6:8], some(first[6:8]...), all(5), []contact.Field{}},
		"found: one":                               {nil, some(first[2]), all(5), first[2:3]},
		"found: several":                           {nil, some(first[0], first[4]), all(5), []contact.Field{first[0], first[4]}},
		"found: all":                               {nil, all(5), all(5), first[:5]},
		"not found: it is all that differ":         {nil, some(first[6]), all(5), first[:5]},
		"ten differ: looked for":                   {nil, some(first[7]), all(10), first[7:8]},
		"eleven differ: too many to be looked for": {nil, some(first[7]), all(11), first[:11]},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key := testKey(t)
			item := updated(t, sent(test.mask...), wrote(test.wrote.ContentHash(key, home)))
			differing := test.now.FieldHashes(key).Changed(was.FieldHashes(key))
			got := writtenFields(key, item, was, test.now, differing)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("written (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.now.FieldHashes(key).Changed(was.FieldHashes(key)), differing); diff != "" {
				t.Errorf("the fields that differ were changed (-want +got):\n%s", diff)
			}
		})
	}
}
