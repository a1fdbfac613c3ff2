package contact

import (
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
	"pgregory.net/rapid"
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
	}
	var plans numberingPlans
	for name, test := range tests {
		f := findings{plans: &plans}
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

// The library's own example of every kind of number of every country is read in each of its written forms.
func TestPhoneOfEveryCountry(t *testing.T) {
	t.Parallel()
	var plans numberingPlans
	read := 0
	for region := range phonenumbers.GetSupportedRegions() {
		for kind := phonenumbers.FIXED_LINE; kind <= phonenumbers.VOICEMAIL; kind++ {
			n := phonenumbers.GetExampleNumberForType(region, kind)
			if n == nil || !phonenumbers.IsValidNumber(n) {
				continue
			}
			want := phonenumbers.Format(n, phonenumbers.E164)
			forms := map[string]string{
				want: "", phonenumbers.Format(n, phonenumbers.INTERNATIONAL): "", "00" + want[1:]: "",
				phonenumbers.Format(n, phonenumbers.NATIONAL): region,
			}
			for text, in := range forms {
				if own, err := phonenumbers.Parse(text, in); in != "" && (err != nil || phonenumbers.Format(own, phonenumbers.E164) != want) {
					continue // the library does not read what it writes, as with Argentine mobiles
				}
				read++
				r, err := readPhone(plans.parse, text, in)
				if err != nil || r.number != want || len(r.others) > 0 || r.remark != "" {
					t.Errorf("%s, %v: %q is %+v, %v; want %q", region, kind, text, r, err, want)
				}
			}
		}
	}
	if read < 2000 {
		t.Errorf("only %d numbers", read)
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

// A number is normal once, and never something else than digits with an extension.
func checkPhone(t interface{ Errorf(string, ...any) }, parse phoneParser, text, region string) {
	r, err := readPhone(parse, text, region)
	if err != nil {
		if r.number != "" {
			t.Errorf("%q in %q: %q beside %v", text, region, r.number, err)
		}
		return
	}
	if r.number == "" && len(r.faxes) > 0 {
		return // nothing but a fax
	}
	digits, ext, _ := strings.Cut(r.number, extensionMark)
	if !strings.HasPrefix(digits, "+") || strings.Trim(digits[1:]+ext, "0123456789") != "" || len(digits) < 4 {
		t.Errorf("%q in %q is %q", text, region, r.number)
	}
	for _, in := range []string{region, "", "US"} {
		if again, err := readPhone(parse, r.number, in); err != nil || again.number != r.number || again.remark != "" || len(again.others) > 0 {
			t.Errorf("%q in %q is %q, and in %q again %+v, %v", text, region, r.number, in, again, err)
		}
	}
}

func TestPhoneProperties(t *testing.T) {
	t.Parallel()
	var plans numberingPlans
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.SampledFrom([]string{
			"+49", "0049", "49", "0", "30", "151", "1234567", "(0)", " ", "-", "/", " / ", ";", ",", " ext. ", "x", "22", "Durchwahl ", "(privat)",
			"or", " oder ", "E+11", ".", "+", "+1", "212", "555", "0123", "٣", "Büro", "800", "FLOWERS", ".0",
		}), 0, 9).Draw(t, "parts")
		checkPhone(t, plans.parse, strings.Join(parts, ""), rapid.SampledFrom([]string{"", "DE", "US", "IT", "XX"}).Draw(t, "region"))
	})
}

func FuzzPhone(f *testing.F) {
	var plans numberingPlans
	for _, s := range []string{"+49 30 1234567 ext. 22", "030 1234567 / 0151 12345678", "1-800-FLOWERS", "4.9E+11", "030 1 (privat)", "00 49;", "+390612345678x1"} {
		f.Add(s, "DE")
		f.Add(s, "US")
	}
	f.Fuzz(func(t *testing.T, s, region string) {
		text, ok := plain(s)
		if !ok || tooLong(text) {
			return
		}
		checkPhone(t, plans.parse, text, region)
	})
}
