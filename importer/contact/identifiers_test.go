package contact

import (
	"testing"

	"pgregory.net/rapid"
)

func TestIdentifiersAgree(t *testing.T) {
	t.Parallel()
	anna := Contact{Name: "Anna Müller", Email: "Anna@example.com", Phone: "+493012345678", Mobile: "+4915112345678"}
	tests := map[string]struct {
		other Contact
		want  bool
	}{
		"the same":                    {anna, true},
		"nothing":                     {Contact{}, false},
		"the e-mail in another case":  {Contact{Email: "anna@EXAMPLE.com"}, true},
		"another e-mail":              {Contact{Email: "bert@example.com"}, false},
		"the name in another order":   {Contact{Name: "MULLER, Anna"}, true},
		"the umlaut in two letters":   {Contact{Name: "Mueller Anna"}, true},
		"another name":                {Contact{Name: "Bert Müller"}, false},
		"the phone":                   {Contact{Name: "Bert", Phone: "+493012345678"}, true},
		"the phone as mobile":         {Contact{Mobile: "+493012345678"}, true},
		"the mobile as phone":         {Contact{Phone: "+4915112345678"}, true},
		"another extension":           {Contact{Phone: "+493012345678 ext. 22"}, false},
		"the city is no identifier":   {Contact{City: "Berlin"}, false},
		"an e-mail for a name":        {Contact{Name: "Anna@example.com"}, false},
		"blanks for a name":           {Contact{Name: "-"}, false},
		"too few digits for a number": {Contact{Phone: "n/a 12"}, false},
	}
	for name, test := range tests {
		a, b := anna.Identifiers(Key{}), test.other.Identifiers(Key{})
		if a.Agrees(b) != test.want || b.Agrees(a) != test.want {
			t.Errorf("%s: %v and %v agree: %v, %v; want %v", name, a, b, a.Agrees(b), b.Agrees(a), test.want)
		}
	}
}

func TestIdentifiersAreZeroWhereEmpty(t *testing.T) {
	t.Parallel()
	if got := (Contact{City: "Berlin"}).Identifiers(Key{}); got != (Identifiers{}) {
		t.Errorf("nothing to recognise gives %v", got)
	}
	all := Contact{Name: "Anna", Email: "a@example.com", Phone: "+493012345678", Mobile: "+4915112345678"}.Identifiers(Key{})
	for i, identifier := range all {
		if identifier == 0 {
			t.Errorf("identifier %d is 0", i)
		}
	}
}

// Contacts that keys take for the same by e-mail, phone or name also agree.
func TestIdentifiersFollowKeys(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawNormal(t, "a"), drawNormal(t, "b")
		same := false
		for _, f := range []Field{Email, Phone, Mobile, Name} {
			m := Match{Fields: []Field{f}}
			ka, kb := m.Keys(Key{}, 1, a), m.Keys(Key{}, 1, b)
			same = same || ka.HasPrimary && kb.HasPrimary && ka.Primary == kb.Primary
		}
		if same && !a.Identifiers(Key{}).Agrees(b.Identifiers(Key{})) {
			t.Fatalf("%+v and %+v share a key, and no identifier", a, b)
		}
	})
}

// drawNormal draws a contact in normal form from so few values that two of them often have one in common.
func drawNormal(t *rapid.T, label string) Contact {
	pick := func(field string, values ...string) string {
		return rapid.SampledFrom(values).Draw(t, label+" "+field)
	}
	return Contact{
		Name:   pick("name", "", "Anna Lee", "Lee, Anna", "anna lee", "Dr. Anna Lee", "Bert Müller", "Mueller Bert"),
		Email:  pick("email", "", "a@example.com", "A@example.com", "b@example.com"),
		Phone:  pick("phone", "", "+493012345678", "+493012345678 ext. 2", "030 12345"),
		Mobile: pick("mobile", "", "+493012345678", "+4915112345678", "n/a"),
	}
}
