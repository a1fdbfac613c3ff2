package contact

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// sameBy reports whether two contacts are the same by their keys, as [Keys] says; names aside.
func sameBy(a, b Keys) bool {
	switch {
	case a.HasPrimary && b.HasPrimary:
		return a.Primary == b.Primary
	case !a.HasPrimary && !b.HasPrimary && len(a.Fallback) == 0 && len(b.Fallback) == 0:
		return a.Content == b.Content
	}
	return slices.ContainsFunc(a.Fallback, func(h Hash) bool { return slices.Contains(b.Fallback, h) })
}

func TestKeys(t *testing.T) {
	t.Parallel()
	typeEmail := Match{Fields: []Field{TypeField, Email}}
	technical, invoice := Type{2, "Technical"}, Type{6, invoiceType}
	anna := Contact{Type: technical, Name: "Anna Lee", Email: "anna@example.com", Phone: "+49301234567", Mobile: "+4915112345678", Street: "Hauptstraße 1", Zipcode: "10115"}
	without := func(fields ...string) Contact {
		c := anna
		for _, f := range fields {
			switch f {
			case "email":
				c.Email = ""
			case "phone":
				c.Phone = ""
			case "mobile":
				c.Mobile = ""
			case "street":
				c.Street = ""
			}
		}
		return c
	}
	tests := map[string]struct {
		match Match
		a, b  Contact
		same  bool
	}{
		"equal":                                {typeEmail, anna, anna, true},
		"e-mail in another case":               {typeEmail, anna, Contact{Type: technical, Email: "ANNA@example.com"}, true},
		"another type":                         {typeEmail, anna, Contact{Type: invoice, Email: anna.Email}, false},
		"the type by name where it has no id":  {typeEmail, Contact{Type: Type{Name: "technical"}, Email: anna.Email}, Contact{Type: Type{Name: "Technical"}, Email: anna.Email}, true},
		"another type, not matched on":         {Match{[]Field{Email}}, anna, Contact{Type: invoice, Email: anna.Email}, true},
		"another e-mail, whatever else agrees": {typeEmail, anna, func() Contact { c := anna; c.Email = "lee@example.com"; return c }(), false},
		"one without e-mail: by phone":         {typeEmail, anna, without("email", "mobile", "street"), true},
		"one without e-mail: by mobile":        {typeEmail, anna, without("email", "phone", "street"), true},
		"one without e-mail: by address":       {typeEmail, anna, without("email", "phone", "mobile"), true},
		"one without e-mail: another name":     {typeEmail, anna, func() Contact { c := without("email"); c.Name = "Bert Lee"; return c }(), false},
		"one without e-mail: another type":     {typeEmail, anna, func() Contact { c := without("email"); c.Type = invoice; return c }(), false},
		"one without e-mail: phone is no mobile": {typeEmail, without("mobile", "street"),
			Contact{Type: technical, Name: "Anna Lee", Mobile: anna.Phone}, false},
		"name and zipcode alone are nobody": {typeEmail, without("email", "phone", "mobile", "street"), without("email", "phone", "mobile", "street", "x"), true},
		"neither: another city": {typeEmail, Contact{Type: technical, Name: "Nguyen", Zipcode: "10115", City: "Berlin"},
			Contact{Type: technical, Name: "Nguyen", Zipcode: "10115", City: "Hamburg"}, false},
		"nothing but a name, twice":          {typeEmail, Contact{Type: technical, Name: "Nguyen"}, Contact{Type: technical, Name: "Nguyen"}, true},
		"a phone, and no name":               {typeEmail, Contact{Type: technical, Phone: anna.Phone}, Contact{Type: technical, Phone: anna.Phone, City: "Berlin"}, false},
		"street folded":                      {typeEmail, without("email", "phone", "mobile"), Contact{Type: technical, Name: "lee anna", Street: "HAUPTSTRASSE 1", Zipcode: "10115"}, true},
		"what is no address is no key":       {typeEmail, Contact{Type: technical, Name: "A", Email: "n/a"}, Contact{Type: technical, Name: "B", Email: "n/a"}, false},
		"what is no number is no key":        {typeEmail, Contact{Type: technical, Name: "A", Phone: "n/a", City: "x"}, Contact{Type: technical, Name: "A", Phone: "n/a"}, false},
		"digits kept as they are count":      {typeEmail, Contact{Type: technical, Name: "A", Phone: "0 30-12345", City: "x"}, Contact{Type: technical, Name: "A", Phone: "03012345"}, true},
		"matched on the country":             {Match{[]Field{CountryField, Name}}, Contact{Name: "A", Country: places[0]}, Contact{Name: "a", Country: Country{ID: 74}}, true},
		"matched on the city, folded":        {Match{[]Field{City, Name}}, Contact{Name: "A", City: "Köln"}, Contact{Name: "A", City: "KOLN"}, true},
		"matched on phone, extensions count": {Match{[]Field{Phone}}, Contact{Phone: "+49301234567"}, Contact{Phone: "+49301234567 ext. 22"}, false},
	}
	for name, test := range tests {
		a, b := test.match.Keys(Key{}, 12, test.a), test.match.Keys(Key{}, 12, test.b)
		if sameBy(a, b) != test.same || sameBy(b, a) != test.same {
			t.Errorf("%s: want %v\n%+v\n%+v", name, test.same, a, b)
		}
		other := test.match.Keys(Key{}, 13, test.b)
		if sameBy(a, other) || a.Content == other.Content {
			t.Errorf("%s: the same in another organisation", name)
		}
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"type,email": "type,email", "Email , TYPE": "email,type", "email,email": "email", "name,phone,zipcode": "name,phone,zipcode",
	} {
		if m, err := ParseMatch(text); err != nil || m.String() != want {
			t.Errorf("%q is %q, %v; want %q", text, m.String(), err, want)
		}
	}
	for _, text := range []string{"", ",", "type", "type,type", "e-mail", "org_id,email", "external_id", "email,"} {
		if m, err := ParseMatch(text); err == nil {
			t.Errorf("%q passes as %q", text, m.String())
		}
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("type,email")
	f.Add(" Name ,, PHONE")
	f.Fuzz(func(t *testing.T, s string) {
		m, err := ParseMatch(s)
		if err != nil {
			return
		}
		again, err := ParseMatch(m.String())
		if err != nil || !slices.Equal(again.Fields, m.Fields) || len(m.Fields) == 0 {
			t.Errorf("%q is %q, and again %q, %v", s, m.String(), again.String(), err)
		}
	})
}

func TestDiff(t *testing.T) {
	t.Parallel()
	full := Contact{
		Type: knownTypes[2], Name: "Anna", Title: "Dr.", Department: "IT", Street: "A 1", SecondaryAddress: "B", Zipcode: "1", City: "C", State: "D",
		Country: places[0], Email: "anna@example.com", Phone: "+49301234567", Mobile: "+4915112345678", PurchaseOrderNumber: "7",
	}
	all := Fields()[:14]
	if got := Diff(full, Contact{}); !slices.Equal(got, all) {
		t.Errorf("against nothing: %v", got)
	}
	if got := Diff(Contact{}, full); len(got) > 0 {
		t.Errorf("what is not sent differs: %v", got)
	}
	if got := Diff(full, full); len(got) > 0 {
		t.Errorf("against itself: %v", got)
	}
	tests := map[string]struct {
		change func(*Contact)
		want   []Field
	}{
		"e-mail in another case":      {func(c *Contact) { c.Email = "ANNA@example.com" }, nil},
		"another e-mail":              {func(c *Contact) { c.Email = "lee@example.com" }, []Field{Email}},
		"name in another case":        {func(c *Contact) { c.Name = "ANNA" }, []Field{Name}},
		"type under another name":     {func(c *Contact) { c.Type.Name = "Invoices" }, nil},
		"another type":                {func(c *Contact) { c.Type = knownTypes[0] }, []Field{TypeField}},
		"type by name alone":          {func(c *Contact) { c.Type = Type{Name: "INVOICE ADDRESS"} }, nil},
		"country by code alone":       {func(c *Contact) { c.Country = Country{ISO: "DE"} }, nil},
		"country by name alone":       {func(c *Contact) { c.Country = Country{Name: "germany"} }, nil},
		"another country":             {func(c *Contact) { c.Country = places[1] }, []Field{CountryField}},
		"several, in order of fields": {func(c *Contact) { c.Mobile, c.Name, c.City = "", "B", "x" }, []Field{Name, City, Mobile}},
	}
	for name, test := range tests {
		have := full
		test.change(&have)
		if got := Diff(full, have); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

// Every field counts in the content, and none runs into its neighbour.
func TestContentHash(t *testing.T) {
	t.Parallel()
	seen := map[Hash]Contact{}
	add := func(c Contact) {
		h := c.ContentHash(Key{}, 12)
		if other, twice := seen[h]; twice {
			t.Errorf("%+v and %+v have one hash", c, other)
		}
		seen[h] = c
	}
	add(Contact{})
	for _, f := range Fields()[:14] {
		var d Draft
		set(&d, f, "x")
		add(Contact{
			Name: d.Name, Title: d.Title, Department: d.Department, Street: d.Street, SecondaryAddress: d.SecondaryAddress, Zipcode: d.Zipcode, City: d.City,
			State: d.State, Country: Country{ISO: d.Country}, Email: d.Email, Phone: d.Phone, Mobile: d.Mobile, PurchaseOrderNumber: d.PurchaseOrderNumber, Type: Type{Name: d.Type},
		})
	}
	add(Contact{Name: "xx"})
	add(Contact{Name: "x", Title: "x"})
	add(Contact{Name: "X"})
	add(Contact{Type: Type{ID: 1}})
	add(Contact{Country: Country{ID: 1}})
	if (Contact{Email: "A@example.com"}).ContentHash(Key{}, 1) != (Contact{Email: "a@EXAMPLE.com"}).ContentHash(Key{}, 1) {
		t.Error("case counts in an e-mail")
	}
	if (Contact{Type: Type{ID: 1, Name: "a"}}).ContentHash(Key{}, 1) != (Contact{Type: Type{ID: 1, Name: "b"}}).ContentHash(Key{}, 1) {
		t.Error("a type's name counts beside its number")
	}
}

// Contacts that differ in nothing that is sent have one hash, others have two.
func TestContentHashIsDiff(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := imports().Check(drawDraft(t)).Contact, imports().Check(drawDraft(t)).Contact
		differ := len(Diff(a, b)) > 0 || len(Diff(b, a)) > 0
		if (a.ContentHash(Key{}, 1) != b.ContentHash(Key{}, 1)) != differ {
			t.Fatalf("%+v\n%+v: differ %v", a, b, differ)
		}
	})
}
