package phone

import (
	"errors"
	"testing"
)

// Old numbers become new ones where nothing else can be meant, and are proposed where a digit may as well be missing.
func TestPhoneRenumbered(t *testing.T) {
	t.Parallel()
	const taken, proposed = "renumbered", "outdated"
	var reader Reader
	for _, c := range []struct{ text, region, told, current string }{
		{"+52 1 55 1234 5678", "MX", taken, "+525512345678"},
		{"044 55 1234 5678", "MX", taken, "+525512345678"},
		{"01 55 1234 5678", "MX", taken, "+525512345678"},
		{"00521 55 1234 5678", "DE", taken, "+525512345678"},
		{"+229 97 12 34 56", "", taken, "+2290197123456"},
		{"97 12 34 56", "BJ", taken, "+2290197123456"},
		{"+225 02 12 34 56", "", taken, "+2250102123456"},
		{"+225 45 12 34 56", "", taken, "+2250545123456"},
		{"+225 07 12 34 56", "", taken, "+2250707123456"},
		{"+57 1 2345678", "", taken, "+576012345678"},
		{"+84 120 123 4567", "", taken, "+84701234567"},
		{"+84 121 123 4567", "", taken, "+84791234567"},
		{"+84 123 123 4567", "", taken, "+84831234567"},
		{"+84 127 123 4567", "", taken, "+84811234567"},
		{"+84 129 123 4567", "", taken, "+84821234567"},
		{"+84 169 123 4567", "", taken, "+84391234567"},
		{"+84 188 123 4567", "", taken, "+84581234567"},
		{"+84 199 123 4567", "", taken, "+84591234567"},
		{"+39 0335 123 4567", "", taken, "+393351234567"},
		{"0171 930 4832 ext. 7", "GB", taken, "+442079304832 ext. 7"},
		{"01203 555123", "GB", taken, "+442476555123"},
		{"01222 555123", "GB", taken, "+442920555123"},
		{"01232 555123", "GB", taken, "+442890555123"},
		{"01703 555123", "GB", taken, "+442380555123"},
		{"01705 755123", "GB", taken, "+442392755123"},
		{"+599 542 1234", "", taken, "+17215421234"},
		{"+55 11 9876-5432", "", proposed, "+5511998765432"},
		{"(11) 9876-5432", "BR", proposed, "+5511998765432"},
		{"+84 4 3812 3456", "", proposed, "+842438123456"},
		{"+237 77 12 34 56", "", proposed, "+237677123456"},
		{"+237 22 23 34 56", "", proposed, "+237222233456"},
		{"+593 9 912 3456", "", proposed, "+593999123456"},
		{"+56 2 234 5678", "", proposed, "+56222345678"},
		{"+56 32 212 345", "", proposed, "+56322212345"},
		{"+20 10 123 4567", "", proposed, "+201001234567"},
		{"+20 14 123 4567", "", proposed, "+201141234567"},
		{"+20 18 123 4567", "", proposed, "+201281234567"},
		{"01 345 67 89", "CH", proposed, "+41443456789"},
		{"+39 6 12345678", "", proposed, "+390612345678"},
		{"+55 11 7654-3210", "", "", "+551176543210"}, // not renumbered
		{"+52 55 1234 5678", "", "", "+525512345678"},
		{"+52 2 55 1234 5678", "", "none", ""},
		{"+225 21 12 34 56", "", "none", ""}, // fixed lines went to one of three operators
		{"+229 81 12 34 5", "", "none", ""},
	} {
		r, err := reader.Read(c.text, c.region)
		if got := tells(r, err); got != c.told {
			t.Errorf("%q tells %q, want %q: %+v, %v", c.text, got, c.told, r, err)
		}
		number, since := r.Number, r.Renumbered
		var outdated OutdatedError
		if errors.As(err, &outdated) {
			number, since = outdated.Current, outdated.Since
		}
		if number != c.current || (since != "") != (c.told == taken || c.told == proposed) {
			t.Errorf("%q is %q since %q, want %q", c.text, number, since, c.current)
		}
		if number, refused := reader.Former(c.text, c.region); c.told != "" && refused == nil {
			t.Errorf("%q was %q, which no renumbering changes", c.text, number)
		}
	}
}

func TestPhoneOfMachines(t *testing.T) {
	t.Parallel()
	var reader Reader
	for _, c := range []struct{ text, region, told, want string }{
		{"+47 580000123456", "", "machine", "+47580000123456"},
		{"58 00 00 12 34 56", "NO", "machine", "+47580000123456"},
		{"+47 59123456", "", "machine", "+4759123456"},
		{"+46 719 000 1234567", "", "machine", "+467190001234567"},
		{"0719 000 1234567", "SE", "machine", "+467190001234567"},
		{"+46 710 000 1234567", "", "machine", "+467100001234567"},
		{"+45 37 00 1234 5678", "", "machine", "+45370012345678"},
		{"+33 700 00 12 34 56 78", "", "machine", "+337000012345678"},
		{"0700 00 12 34 56 78", "FR", "machine", "+337000012345678"},
		{"+34 590 00 1234 5678", "", "machine", "+345900012345678"},
		{"+31 97 123 456 789", "", "machine", "+3197123456789"},
		{"+86 1064 8123 45678", "", "machine", "+861064812345678"},
		{"+31 970 1234 5678", "", "", "+3197012345678"},
		{"+88236 1234567890", "", "", "+882361234567890"},
		{"+47 5800001234567", "", "none", ""}, // too long for these, too
		{"+47 57 00 00 12 34 56", "", "none", ""},
		{"+32 77 123 456 789 012", "", "machines", ""}, // a range whose length is not known
	} {
		r, err := reader.Read(c.text, c.region)
		if got := tells(r, err); r.Number != c.want || got != c.told {
			t.Errorf("%q is %q, %q; want %q, %q", c.text, r.Number, got, c.want, c.told)
		}
	}
}
