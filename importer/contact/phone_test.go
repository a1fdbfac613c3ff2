package contact

import (
	"strings"
	"testing"

	"github.com/contactsync/contactsync/importer/contact/phone"
)

func TestPhone(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text, region string
		want, code   string
		says         string
	}{
		"international":                 {"+49 30 1234567", "", "+49301234567", "", ""},
		"national":                      {"030/1234567", "DE", "+49301234567", "", ""},
		"of another country":            {"+1 212 555 0123", "DE", "+12125550123", "", ""},
		"both prefixes":                 {"+49 (0)30 1234567", "", "+49301234567", "", ""},
		"00":                            {"0049 30 1234567", "", "+49301234567", "", ""},
		"00 where another prefix rules": {"0049 30 1234567", "US", "+49301234567", "", ""},
		"that other prefix":             {"011 49 30 1234567", "US", "+49301234567", "", ""},
		"without the plus":              {"49 30 1234567", "DE", "+49301234567", "", ""},
		"without the plus, and so long that it could be national": {"4915112345678", "DE", "+4915112345678", "", ""},
		"without the 0":       {"15112345678", "DE", "+4915112345678", "", ""},
		"Italy keeps its 0":   {"06 1234 5678", "IT", "+390612345678", "", ""},
		"a decimal":           {"4915112345678.0", "DE", "+4915112345678", "repaired.phone_decimals", "decimals"},
		"a decimal comma":     {"15112345678,0", "DE", "+4915112345678", "repaired.phone_decimals", "decimals"},
		"a label before it":   {"Tel.: 030 1234567", "DE", "+49301234567", "", ""},
		"a link":              {"tel:+49-30-1234567", "", "+49301234567", "", ""},
		"other digits":        {"٠٣٠ ١٢٣٤٥٦٧", "DE", "+49301234567", "", ""},
		"no-break blanks":     {"+49\u00a030\u202f1234567", "", "+49301234567", "", ""},
		"dialled letters":     {"1-800-FLOWERS", "US", "+18003569377", "", ""},
		"extension":           {"+49 30 1234567 ext. 22", "", "+49301234567 ext. 22", "", ""},
		"extension, short":    {"+1 (212) 555-0123 x4", "", "+12125550123 ext. 4", "", ""},
		"extension, #":        {"212-555-0123 #4", "US", "+12125550123 ext. 4", "", ""},
		"extension, comma":    {"030 1234567, 22", "DE", "+49301234567 ext. 22", "", ""},
		"extension, German":   {"030 1234567 Durchwahl 22", "DE", "+49301234567 ext. 22", "", ""},
		"extension, French":   {"01 42 68 53 00 (poste 12)", "FR", "+33142685300 ext. 12", "", ""},
		"extension, Italian":  {"06 1234 5678 int. 5", "IT", "+390612345678 ext. 5", "", ""},
		"two":                 {"030 1234567; +49 30 7654321", "DE", "+49301234567", "phone.several", "+49307654321"},
		"two, slash":          {"030 1234567 / 0151 12345678", "DE", "+49301234567", "phone.several", "+4915112345678"},
		"two lines":           {"030 1234567 oder 030 7654321", "DE", "+49301234567", "phone.several", "+49307654321"},
		"the same twice":      {"030 1234567 / +49 30 1234567", "DE", "+49301234567", "", ""},
		"two with remarks":    {"030 1234567 (Büro) / 0151 12345678 (mobil)", "DE", "+49301234567", "phone.several phone.remark", "Büro|+4915112345678"},
		"a slash in a number": {"030 / 1234567", "DE", "+49301234567", "", ""},
		"a remark":            {"030 1234567 (privat)", "DE", "+49301234567", "phone.remark", "without privat"},
		"a word":              {"+49 30 1234567 call before noon", "", "+49301234567", "phone.remark", "call before noon"},
		"words among digits":  {"030 1234567 ab 18 Uhr", "DE", "", "phone.unparsable", "words among the digits"},
		"power of ten":        {"4.9151E+11", "DE", "", "phone.scientific", "power of ten|spreadsheet"},
		"power of ten, comma": {"4,9151E+11", "", "", "phone.scientific", "last digits are lost"},
		"power, no sign":      {"4.9151e11", "", "", "phone.scientific", "format the column as text"},
		"no country":          {"030 1234567", "", "", "phone.unparsable", "--country"},
		"too short":           {"+49 30 1", "", "", "phone.unparsable", "too short|no number"},
		"too long":            {"+49 30 123456789012345678", "", "", "phone.unparsable", "too long"},
		"no such country":     {"+999 1234567", "", "", "phone.unparsable", "numbering plan"},
		"not in the plan":     {"+1 111 555 0123", "", "", "phone.unparsable", "numbering plan"},
		"emergency":           {"112", "DE", "", "phone.unparsable", "DE"},
		"words":               {"call me", "DE", "", "phone.unparsable", "not a phone number"},
		"a dash":              {"-", "DE", "", "phone.unparsable", "not a phone number"},
		"a control character": {"030\x071234567", "DE", "", "phone.invalid_text", ""},
		"very long":           {strings.Repeat("1", 256), "DE", "", "phone.too_long", "255"},
		"decimals and two":    {"3055512340.00; 3055512341.00", "DE", "+493055512340", "repaired.phone_decimals phone.several", "not 3055512341.00"},
		"two lines of a cell": {"030 55512340\r\n11", "DE", "+493055512340", "phone.several", "and not 11"},
		"a bracket":           {"030 55512340 [2]", "DE", "+493055512340", "phone.remark", "without 2"},
		"a sum":               {"-55124991", "DE", "", "phone.calculated", "calculated|fill it anew"},
		"a date":              {"2034-12-01", "DE", "", "phone.calculated", "a date or a time|fill it anew"},
		"a fax":               {"Fax: 030 55512349", "DE", "", "phone.fax", "+493055512349, and no phone number"},
		"a fax beside":        {"030 55512340, Fax -49", "DE", "+493055512340", "phone.fax", "not the fax -49"},
		"a fax with remark":   {"030 55512340 (privat), Fax 030 55512349", "DE", "+493055512340", "phone.fax phone.remark", "without privat"},
		"renumbered":          {"+52 1 55 1234 5678", "MX", "+525512345678", "repaired.phone_renumbered", "3 August 2019, IFT"},
		"perhaps renumbered":  {"+84 4 3812 3456", "", "", "phone.renumbered", "write +842438123456, if it is the one from before 17 June 2017"},
		"a machine's":         {"+47 580000123456", "", "+47580000123456", "phone.machine", "machines (M2M) of Norway"},
		"perhaps a machine's": {"+32 77 123 456 789 012", "", "", "phone.unparsable", "a range for machines (M2M)"},
		"several, none":       {"+44 7700 900123 / 124", "GB", "", "phone.unparsable", "several numbers in one cell, and the first"},
	}
	var reader phone.Reader
	for name, test := range tests {
		f := findings{phones: &reader}
		number := f.phone(Phone, test.text, test.region)
		if got := strings.Join(codesIn(f.problems, f.warnings), " "); number != test.want || got != test.code {
			t.Errorf("%s: %q is %q, %q; want %q, %q", name, test.text, number, got, test.want, test.code)
		}
		told := ""
		for _, p := range append(f.problems, f.warnings...) {
			told += p.Message + p.Fix
			if p.Field != Phone || p.Value != test.text || p.Message == "" || p.Fix == "" {
				t.Errorf("%s: %+v lacks something", name, p)
			}
		}
		said := false
		for one := range strings.SplitSeq(test.says, "|") {
			said = said || strings.Contains(told, one)
		}
		if !said {
			t.Errorf("%s: %q does not say %q", name, told, test.says)
		}
	}
}

func TestPhoneRulePerRow(t *testing.T) {
	t.Parallel()
	r := imports()
	r.DefaultCountry = places[0]
	tests := map[string]struct {
		draft       Draft
		phone, code string
	}{
		"the run's country":                    {Draft{Phone: "030 1234567"}, "+49301234567", ""},
		"the row's country beats it":           {Draft{Phone: "(212) 555-0123", Country: "US"}, "+12125550123", ""},
		"an unknown one does not fall back":    {Draft{Phone: "030 1234567", Country: "Atlantis"}, "", "country.unknown phone.unparsable"},
		"one without a number at emnify helps": {Draft{Phone: "+49 30 1234567", Country: "AQ"}, "+49301234567", "country.no_id"},
		"a mobile stays where it stands":       {Draft{Phone: "0151 12345678"}, "+4915112345678", ""},
	}
	for name, test := range tests {
		c := r.Check(test.draft)
		if got := strings.Join(codesIn(c.Problems), " "); c.Contact.Phone != test.phone || got != test.code {
			t.Errorf("%s: %q, %q; want %q, %q", name, c.Contact.Phone, got, test.phone, test.code)
		}
		if c.Contact.Mobile != "" {
			t.Errorf("%s: mobile is %q", name, c.Contact.Mobile)
		}
	}
	if c := r.Check(Draft{Mobile: "4.9151E+11"}); len(c.Problems) != 1 || c.Problems[0].Code != "mobile.scientific" {
		t.Errorf("mobile: %v", c.Problems)
	}
}

func TestPhoneLenient(t *testing.T) {
	t.Parallel()
	r := imports()
	r.Lenient = FieldSet{Phone: true}
	c := r.Check(Draft{Phone: " ask  Bert ", Mobile: "ask Bert"})
	if c.Contact.Phone != "ask Bert" || strings.Join(codesIn(c.Warnings), " ") != "phone.unparsable" {
		t.Errorf("%+v", c)
	}
	if got := codesIn(c.Problems); len(got) != 1 || got[0] != "mobile.unparsable" {
		t.Errorf("lenient for phone alone, and mobile has %v", got)
	}
}

// A row whose number version 1 read otherwise says so, and its former form has that number; others don't.
func TestFormerFormOfPhones(t *testing.T) {
	t.Parallel()
	cells := []struct{ text, region string }{
		{"030 55512340", "DE"}, {"030 1234567, 22", "DE"}, {"tel:+49-30-55512340;ext=12", "DE"}, {"030 55512340.00", "DE"}, {"55123.00", "DE"}, {"2,125,550,123", "US"},
		{"030 55512340 (9-17 Uhr)", "DE"}, {"030 55512340²", "DE"}, {"030 55512340 (#12)", "DE"}, {"030 55512340 (auch Fax)", "DE"},
		{"+49 30 55512340 / 11", "DE"}, {"030 55512340\r\n11", "DE"}, {"020 7183 8750 / 51", "GB"}, {"030 55512 030 55513", "DE"},
		{"030 55512340 0171 9876543", "DE"}, {"030 55512340 ext. ٣", "DE"}, {"030 55512340 ext. 12345678", "DE"}, {"Fax: 030 55512349", "DE"},
		{"faks 22 123 45 67", "PL"}, {"T: 030 55512340\nF: 030 55512349", "DE"}, {"Tel. + Fax 030 55512340", "DE"}, {"- 030 55512340", "DE"},
		{"01 555 12 34 Klappe 12", "AT"}, {"-55124991", "DE"}, {"=A1&B1", "DE"}, {"2034-12-01", "DE"}, {"05. Mrz", "DE"}, {"+52 1 55 1234 5678", "MX"},
		{"+84 4 3812 3456", ""}, {"+47 580000123456", ""}, {"call me", "DE"}, {"1-800-FLOWERS", "US"},
	}
	for _, lenient := range []bool{false, true} {
		r := imports()
		r.Lenient = FieldSet{Phone: lenient}
		for _, c := range cells {
			f := findings{phones: &r.phones, lenient: r.Lenient}
			now := f.phone(Phone, c.text, c.region)
			was := findings{phones: &r.phones, lenient: r.Lenient, former: true}
			former := was.phone(Phone, c.text, c.region)
			changed := len(was.problems) == 0 && (former != now || len(f.problems) > 0)
			if f.reformed != changed {
				t.Errorf("%q in %s, lenient %v: reformed %v; was %q, %v, and is %q, %v", c.text, c.region, lenient, f.reformed, former, was.problems, now, f.problems)
			}
		}
	}
}

// A fax is no phone, and a row that has nothing else names nobody.
func TestPhoneOnlyFax(t *testing.T) {
	t.Parallel()
	r := imports()
	if c := r.Check(Draft{Phone: "Fax: +49 30 55512349"}); strings.Join(codesIn(c.Problems), " ") != codeRowEmpty {
		t.Errorf("a row with nothing but a fax: %v", c.Problems)
	}
	if c := r.Check(Draft{Phone: "Fax: +49 30 55512349", Name: "Anna Lee"}); len(c.Problems) > 0 || c.Contact.Phone != "" {
		t.Errorf("a row with a name and a fax: %+v", c)
	}
	if got := r.Normalise(Stored{Draft: Draft{Phone: "Fax: +49 30 55512349"}}).Phone; got != "Fax: +49 30 55512349" {
		t.Errorf("a stored fax is %q", got)
	}
}
