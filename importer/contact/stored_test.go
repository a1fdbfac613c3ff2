package contact

import (
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// stored is a contact as the API shows it after it was sent: texts as they were sent, numbers of type and country, with
// the descriptions that the platform has for them.
func stored(c Contact, org int64) Stored {
	country := Country{ID: c.Country.ID}
	if country.ID != 0 {
		country.Name = "as the platform describes it"
	}
	return Stored{
		ID: 9, Org: org,
		Draft: Draft{
			Name: c.Name, Title: c.Title, Department: c.Department, Street: c.Street, SecondaryAddress: c.SecondaryAddress,
			Zipcode: c.Zipcode, City: c.City, State: c.State, Email: c.Email, Phone: c.Phone, Mobile: c.Mobile,
			PurchaseOrderNumber: c.PurchaseOrderNumber,
		},
		Type:    Type{ID: c.Type.ID, Name: "as the platform describes it"},
		Country: country,
	}
}

// What was sent is recognised when it is read back: same content, same keys, no difference.
func TestNormaliseGivesWhatWasSent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := imports()
		r.Lenient = FieldSet{}
		for _, f := range []Field{Email, Phone, Mobile, CountryField} {
			r.Lenient[f] = rapid.Bool().Draw(t, "lenient "+string(f))
		}
		if rapid.Bool().Draw(t, "default country") {
			r.DefaultCountry = rapid.SampledFrom(places).Draw(t, "country of the run")
		}
		c := r.Check(drawDraft(t))
		if len(c.Problems) > 0 {
			return
		}
		back := r.Normalise(stored(c.Contact, 12))
		if back.ContentHash(Key{}, 12) != c.Contact.ContentHash(Key{}, 12) {
			t.Fatalf("sent %+v\nread %+v", c.Contact, back)
		}
		if diff := Diff(c.Contact, back); len(diff) > 0 {
			t.Fatalf("%v differ:\nsent %+v\nread %+v", diff, c.Contact, back)
		}
		if back.Identifiers(Key{}) != c.Contact.Identifiers(Key{}) {
			t.Fatalf("other identifiers:\nsent %+v\nread %+v", c.Contact, back)
		}
	})
}

// A number that stayed as it was because the row's country was left out is not read by the run's country either.
func TestNormaliseOfLeftOutCountry(t *testing.T) {
	t.Parallel()
	for _, lenient := range []FieldSet{{Phone: true, CountryField: true}, {Phone: true}, {CountryField: true}} {
		r := imports()
		r.DefaultCountry, r.Lenient = places[0], lenient
		want := "+49301234567"
		if lenient[Phone] && lenient[CountryField] {
			want = "030 1234567"
			if c := r.Check(Draft{Phone: want, Country: "Atlantis"}); len(c.Problems) > 0 || c.Contact.Phone != want {
				t.Errorf("the row: %+v", c)
			}
		}
		if got := r.Normalise(Stored{Draft: Draft{Phone: "030 1234567"}}); got.Phone != want {
			t.Errorf("%v: %q, want %q", lenient, got.Phone, want)
		}
	}
}

// What has been normalised stays as it is when it is checked or normalised again.
func TestNormalFormIsStable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := imports()
		c := r.Check(drawDraft(t))
		if len(c.Problems) > 0 {
			return
		}
		n := c.Contact
		again := r.Check(Draft{
			Name: n.Name, Title: n.Title, Department: n.Department, Street: n.Street, SecondaryAddress: n.SecondaryAddress,
			Zipcode: n.Zipcode, City: n.City, State: n.State, Country: n.Country.ISO, Email: n.Email, Phone: n.Phone,
			Mobile: n.Mobile, PurchaseOrderNumber: n.PurchaseOrderNumber, Type: strconv.Itoa(n.Type.ID),
		})
		if len(again.Problems) > 0 || again.Contact != n {
			t.Fatalf("%+v\nbecomes %+v, %v", n, again.Contact, again.Problems)
		}
	})
}

// drawDraft draws a row, in which most things are right and anything may stand anywhere, but for the apostrophe that keeps
// a number a text in a spreadsheet: a draft's texts have been freed of it.
func drawDraft(t *rapid.T) Draft {
	drawText := func(f Field, likely ...string) string {
		switch rapid.IntRange(0, 9).Draw(t, string(f)+" is") {
		case 0:
			return ""
		case 1:
			return rapid.StringN(0, 40, -1).Draw(t, string(f))
		case 2:
			return rapid.StringOfN(rapid.RuneFrom([]rune("aé ßİ\u0301\u200b\u00a0\t\n'.,;@-+(0)1/9xX<>{\u200dあ각")), 0, 30, -1).Draw(t, string(f))
		}
		return rapid.SampledFrom(likely).Draw(t, string(f))
	}
	text := func(f Field, likely ...string) string {
		s := drawText(f, likely...)
		for {
			cleaned, _ := plain(strings.ReplaceAll(s, "\x00", ""))
			if trimmed(s) == cleaned {
				return s
			}
			s = strings.Replace(s, "'", "", 1)
		}
	}
	numbers := []string{
		"+49 30 1234567", "030 1234567", "(030) 123 45 67", "0049 30 1234567", "+49 30 1234567 ext. 22", "030 1234567 x 22",
		"0151 12345678", "+1 212 555 0123", "(212) 555-0123", "011 49 30 1234567", "030 1234567; 030 7654321",
		"030 1234567 or 030 7654321", "+49 30 / 1234567", "4.9151E+11", "n/a", "112", "+39 06 1234 5678", "02 1234567",
	}
	return Draft{
		Name:                text(Name, "Anna Lee", "  Anna\tLee ", "Zoe\u0308 Mu\u0308ller", "Łukasz", "ﬁ"),
		Title:               text(Title, "Dr.", "Ing"),
		Department:          text(Department, "R&D"),
		Street:              text(Street, "Hauptstraße 1", "1 Main\nStreet"),
		SecondaryAddress:    text(SecondaryAddress, "c/o Lee"),
		Zipcode:             text(Zipcode, "01067", "SW1A 1AA"),
		City:                text(City, "Köln"),
		State:               text(State, "NRW"),
		Country:             text(CountryField, "DE", "us", "Deutschland", "Italy", "Antarctica", "Germny", "Atlantis"),
		Email:               text(Email, "anna@example.com", "Anna@EXAMPLE.com", "mailto:a@example.com", "a@Müller.example", "a@b.de; c@d.de", "n/a", "a@b"),
		Phone:               text(Phone, numbers...),
		Mobile:              text(Mobile, numbers...),
		PurchaseOrderNumber: rapid.SampledFrom([]string{"", "", "PO 7"}).Draw(t, "order"),
		Type:                rapid.SampledFrom([]string{"", "technical", "Invoice address", "6", "77"}).Draw(t, "type"),
	}
}

func TestNormaliseTakesWhatOthersWrote(t *testing.T) {
	t.Parallel()
	r := imports()
	r.DefaultCountry = places[0]
	tests := map[string]struct {
		stored Stored
		want   Contact
	}{
		"texts of the portal": {
			Stored{Draft: Draft{Name: " Anna  Lee ", Email: "Anna@EXAMPLE.com ", Phone: "030 1234567"}, Type: Type{ID: 2, Name: "Technical"}, Country: Country{ID: 74}},
			Contact{Name: "Anna Lee", Email: "Anna@example.com", Phone: "+49301234567", Type: Type{2, "Technical"}, Country: places[0]},
		},
		"a national number of its country": {
			Stored{Draft: Draft{Phone: "(212) 555-0123"}, Country: Country{ID: 223}},
			Contact{Phone: "+12125550123", Country: places[2]},
		},
		"without a country, that of the run": {
			Stored{Draft: Draft{Mobile: "0151 12345678"}}, Contact{Mobile: "+4915112345678"},
		},
		"what passes no rule": {
			Stored{Draft: Draft{Email: " see notes", Phone: "ask Bert", Mobile: strings.Repeat("1", 300)}},
			Contact{Email: "see notes", Phone: "ask Bert", Mobile: strings.Repeat("1", 300)},
		},
		"a country by its name alone":         {Stored{Country: Country{Name: "Germany"}}, Contact{Country: places[0]}},
		"a country that nobody knows":         {Stored{Country: Country{ID: 999, Name: "Mars"}}, Contact{Country: Country{ID: 999, Name: "Mars"}}},
		"a type by its description":           {Stored{Type: Type{Name: "technical"}}, Contact{Type: knownTypes[1]}},
		"a type that nobody knows":            {Stored{Type: Type{Name: "Mascot"}}, Contact{Type: Type{Name: "Mascot"}}},
		"a type by a number that is new here": {Stored{Type: Type{ID: 88, Name: "New"}}, Contact{Type: Type{88, "New"}}},
	}
	for name, test := range tests {
		if got := r.Normalise(test.stored); got != test.want {
			t.Errorf("%s:\ngot  %+v\nwant %+v", name, got, test.want)
		}
	}
}
