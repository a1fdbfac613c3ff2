package contact

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// cellCase is a cell, its number and what is told of it; former is what version 1 made of it, "-" if it refused it, and
// empty if it made the same.
type cellCase struct{ text, region, want, code, former string }

// Digits behind a whole number are none of its digits.
var behindCases = []cellCase{
	// Decimals and thousands separators.
	{"3055512340.00", "DE", "+493055512340", "repaired.phone_decimals", "+49305551234000"},
	{"030 55512340.00", "DE", "+493055512340", "repaired.phone_decimals", "+49305551234000"},
	{"3055512340,00", "DE", "+493055512340", "repaired.phone_decimals", "+493055512340 ext. 00"},
	{"3055512340.0", "DE", "+493055512340", "repaired.phone_decimals", ""},
	{"+493055512340.0", "DE", "+493055512340", "repaired.phone_decimals", "+4930555123400"},
	{"3055512340.000000", "DE", "+493055512340", "repaired.phone_decimals", "-"},
	{"493055512340.00", "DE", "+493055512340", "repaired.phone_decimals", "+49305551234000"},
	{"030/55512340.00", "DE", "+493055512340", "repaired.phone_decimals", "+49305551234000"},
	{"3.055.512.340,00", "DE", "+493055512340", "repaired.phone_decimals", "+493055512340 ext. 00"},
	{"3.055.512.340,00 €", "DE", "+493055512340", "repaired.phone_decimals", ""},
	{"3,055,512,340.00", "DE", "+493055512340", "repaired.phone_decimals", "-"},
	{"3'055'512'340.00", "DE", "+493055512340", "repaired.phone_decimals", "-"},
	{"2,125,550,123", "US", "+12125550123", "repaired.phone_decimals", "-"},
	{"98,765,43,210.00", "IN", "+919876543210", "repaired.phone_decimals", "-"},
	{"3055512340.00; 3055512341.00", "DE", "+493055512340", "repaired.phone_decimals phone.several", "+49305551234000"},
	{"55123.00", "DE", "", "phone.unparsable", "+495512300"},
	{"030.555.12340", "DE", "+493055512340", "", ""},
	{"3.055.512.340", "DE", "+493055512340", "", ""},
	{"01.42.68.53.00", "FR", "+33142685300", "", ""},
	{"01 42 68 53.00", "FR", "+33142685300", "", ""},
	{"030 55512.0", "DE", "+4930555120", "", ""},
	// Brackets and other marks.
	{"030 55512340 (9-17 Uhr)", "DE", "+493055512340", "phone.remark", "+493055512340917"},
	{"030 55512340 9-17 Uhr", "DE", "+493055512340", "phone.remark", "+493055512340917"},
	{"030 55512340 (9-17 Uhr", "DE", "+493055512340", "phone.remark", "+493055512340917"},
	{"030 55512340 [2]", "DE", "+493055512340", "phone.remark", "+4930555123402"},
	{"(030) 55512340 (1) (2)", "DE", "+493055512340", "phone.remark", "+49305551234012"},
	{"0664 5551234 {3}", "AT", "+436645551234", "phone.remark", "-"},
	{"01 55512340 <1>", "AT", "+43155512340", "phone.remark", "-"},
	{"030 55512340 2)", "DE", "+493055512340", "phone.remark", "+4930555123402"},
	{"030 55512340*1", "DE", "+493055512340", "phone.remark", "+4930555123401"},
	{"030 55512340²", "DE", "+493055512340", "phone.remark", "-"},
	{"030 55512340 (0171 5551234)", "DE", "+493055512340", "phone.several", "-"},
	{"030 55512340 (Mo-Fr 9-17) ext. 12", "DE", "+493055512340 ext. 12", "phone.remark", "-"},
	{"01 42 68 53 00 (poste 12)", "FR", "+33142685300 ext. 12", "", ""},
	{"030 55512340 (#12)", "DE", "+493055512340 ext. 12", "", "-"},
	{"030 55512340 (Durchwahl 12)", "DE", "+493055512340 ext. 12", "", ""},
	{"(030) 55512340", "DE", "+493055512340", "", ""},
	{"030 (55512340)", "DE", "+493055512340", "", ""},
	{"(0 30) 55512340", "DE", "+493055512340", "", ""},
	{"(+49) (0)30 55512340", "", "+493055512340", "", ""},
	{"+49 (0)30 55512340", "DE", "+493055512340", "", ""},
	{"0049 (0)30 55512340", "DE", "+493055512340", "", ""},
	{"(0171 5551234)", "DE", "+491715551234", "", ""},
	{"030 555 (12340)", "DE", "+493055512340", "", ""},                   // no whole number before it
	{"030 555 (1234)", "DE", "+4930555", "phone.remark", "+49305551234"}, // short enough for a mark
	{"030 5551 (12340)", "DE", "+4930555112340", "", ""},
	{"030 55512 (12340)", "DE", "+493055512", "phone.remark", "+49305551212340"}, // one digit more, and whole
	// Second endings.
	{"+49 30 55512340 / 11", "DE", "+493055512340", "phone.several", "+49305551234011"},
	{"030/55512340/11", "DE", "+493055512340", "phone.several", "+49305551234011"},
	{"030/55512340/11/12", "DE", "+493055512340", "phone.several", "+4930555123401112"},
	{"030 55512-20/-21", "DE", "+49305551220", "phone.several", "+4930555122021"},
	{"01 5555-20/21", "AT", "+431555520", "phone.several", "+43155552021"},
	{"26 55 12 34 / 57", "LU", "+35226551234", "phone.several", "+3522655123457"},
	{"030/55512340 - 12", "DE", "+493055512340", "phone.several", "+49305551234012"},
	{"030 555123/555124", "DE", "+4930555123", "phone.several", "+4930555123555124"},
	{"030 55512-20, -21", "DE", "+49305551220", "phone.several", "+49305551220 ext. 21"},
	{"033321/55123/6", "DE", "+493332155123", "phone.several", "+4933321551236"},
	{"020 7183 8750 / 51", "GB", "+442071838750", "phone.several", ""},
	{"030/55512340", "DE", "+493055512340", "", ""},
	{"030 / 555 12 340", "DE", "+493055512340", "", ""},
	{"033321/55123", "DE", "+493332155123", "", ""},
	{"030 55512-10", "DE", "+49305551210", "", ""},
	{"0711 / 5551 - 678", "DE", "+497115551678", "", ""}, // a hyphen between blanks before an extension
	{"030/5551234 - 12", "DE", "+4930555123412", "", ""}, // one digit less than a long number
	{"0711/555/123", "DE", "+49711555123", "", ""},       // groups of one number
	{"040/55/12/34", "DE", "+4940551234", "", ""},
	{"030 555 / 0171 9876543", "DE", "+4930555", "phone.several", ""},
	{"030 555 / 12340", "DE", "+493055512340", "", ""}, // a longer rest than what it would replace
	// No extension has so many digits.
	{"030 55512340 ext. 1234567", "DE", "+493055512340 ext. 1234567", "", ""},
	{"030 55512340 ext. 12345678", "DE", "+493055512340", "phone.several", "+493055512340 ext. 12345678"},
	{".491234567;4900490049", "DE", "+49491234567", "phone.several", "+49491234567"},
	{"030 55512340 ext. ٣", "DE", "+493055512340 ext. 3", "", "+493055512340 ext. ٣"},
	// No date has two kinds of marks.
	{"6837.1-12", "NU", "+6837112", "", ""},
	{"+39/06-1234", "IT", "+39061234", "", ""},
}

// What a spreadsheet made of a number is lost.
var calculatedCases = []cellCase{
	{"-55124991", "DE", "", "phone.calculated", "+4955124991"},
	{"−55124991", "DE", "", "phone.calculated", "+4955124991"},
	{"–55124991", "DE", "", "phone.calculated", "+4955124991"},
	{"- 55124991", "DE", "", "phone.calculated", "+4955124991"},
	{"'-55124991", "DE", "", "phone.calculated", "+4955124991"},
	{"-9876543210", "IN", "", "phone.calculated", "+919876543210"},
	{"(55.124.991,00)", "DE", "", "phone.calculated", "+4955124991"},
	{"=49-30-55512340", "DE", "", "phone.calculated", "+493055512340"},
	{"=A1&B1", "DE", "", "phone.calculated", "-"},
	{"3055512340.5", "DE", "", "phone.calculated", "+4930555123405"},
	{"3,055,512,340.25", "DE", "", "phone.calculated", "-"},
	{"0.0000000705", "DE", "", "phone.calculated", "-"},
	{"2034-12-01", "DE", "", "phone.calculated", "+4920341201"},
	{"06.07.2031", "DE", "", "phone.calculated", "+496072031"},
	{"06/12/2034", "IT", "", "phone.calculated", "+3906122034"},
	{"12/31/2034", "US", "", "phone.calculated", "-"},
	{"2034-12-01 00:00:00", "DE", "", "phone.calculated", "-"},
	{"2034-12-01T00:00:00.000Z", "DE", "", "phone.calculated", "-"},
	{"1/12/2034 12:00:00 AM", "US", "", "phone.calculated", "-"},
	{"30.12.31", "DE", "", "phone.calculated", "+49301231"},
	{"2034-12", "DE", "", "phone.calculated", "+49203412"},
	{"05. Mrz", "DE", "", "phone.calculated", "-"},
	{"3 mrt. 34", "NL", "", "phone.calculated", "-"},
	{"5 paz 2034", "PL", "", "phone.calculated", "-"},
	{"5-Mar", "GB", "", "phone.calculated", "-"},
	{"05-Mar-34", "GB", "", "phone.calculated", "-"},
	{"Mar-05", "GB", "", "phone.calculated", "-"},
	{"Fri, Dec 1, 2034", "US", "", "phone.calculated", "-"},
	{"5 de marzo de 2034", "ES", "", "phone.calculated", "-"},
	{"5 août 34", "FR", "", "phone.calculated", "-"},
	{"5 paź 2034", "PL", "", "phone.calculated", "-"},
	{"2034年12月1日", "JP", "", "phone.calculated", "-"},
	{"12:30:00", "DE", "", "phone.calculated", "-"},
	{"030-55512340", "DE", "+493055512340", "", ""},
	{"0171-9876543", "DE", "+491719876543", "", ""},
	{"+91-9876543210", "IN", "+919876543210", "", ""},
	{"- 030 55512340", "DE", "+493055512340", "", ""}, // an item of a list
	{"-+49 30 55512340", "DE", "+493055512340", "", ""},
	{"(55124991)", "DE", "+4955124991", "", ""},
	{"(030 555 123)", "DE", "+4930555123", "", ""},
	{"28.12.31", "NC", "+687281231", "", ""}, // where numbers have six digits
	{"30.55512340", "DE", "+493055512340", "", ""},
	{"01/2034", "AT", "+4312034", "", ""},
	{"030-12-31", "DE", "+49301231", "", ""},
	{"Mark 030 55512340", "DE", "+493055512340", "", ""},
}

// Several numbers in a cell, and faxes.
var severalCases = []cellCase{
	{"030 55512340\n0171 9876543", "DE", "+493055512340", "phone.several", "-"},
	{"030 55512340\r\n11", "DE", "+493055512340", "phone.several", "+49305551234011"},
	{"030 55512340 and 030 55512341", "DE", "+493055512340", "phone.several", "-"},
	{"030 55512340 bzw. 0171 9876543", "DE", "+493055512340", "phone.several", "-"},
	{"030 55512340 od. -41", "DE", "+493055512340", "phone.several", "-"},
	{"030 55512-40 bis -45", "DE", "+49305551240", "phone.several", "-"},
	{"01 42 68 53 00 et 01 42 68 53 01", "FR", "+33142685300", "phone.several", "-"},
	{"01 42 68 53 00 ou 06 12 34 56 78", "FR", "+33142685300", "phone.several", ""},
	{"91 123 45 67 y 600 123 456", "ES", "+34911234567", "phone.several", "-"},
	{"06 1234 5678 e 335 1234567", "IT", "+390612345678", "phone.several", "-"},
	{"020 123 4567 en 020 123 4568", "NL", "+31201234567", "phone.several", "-"},
	{"22 123 45 67 lub 600 123 456", "PL", "+48221234567", "phone.several", "-"},
	{"030 55512340&0171 9876543", "DE", "+493055512340", "phone.several", "-"},
	{"030 55512340|0171 9876543", "DE", "+493055512340", "phone.several", ""},
	{"030 55512340 + 0171 9876543", "DE", "+493055512340", "phone.several", "-"},
	{"+49 30 55512340 +49 171 9876543", "", "+493055512340", "phone.several", "-"},
	{"030 55512340 0171 9876543", "DE", "+493055512340", "phone.several", "-"},
	{"030 5551 030 5552", "DE", "+493055510305552", "", ""}, // too short to tell
	{"030 55512 030 55513", "DE", "+493055512", "phone.several", "+49305551203055513"},
	{"030 55512340 0171 9876543 0172 9876543", "DE", "+493055512340", "phone.several", "-"},
	{"+49 30 55512 40 55512 41", "DE", "", "phone.unparsable", "-"}, // the second without its area code
	{"212 555 0123 212 555 0124", "US", "+12125550123", "phone.several", "-"},
	{"020 7183 8750 020 7183 8751", "GB", "+442071838750", "phone.several", "-"},
	{"030 55512340 – 0171 9876543", "DE", "+493055512340", "phone.several", "-"},
	{"030 55512340 mobil 0171 9876543", "DE", "+493055512340", "phone.several", "-"},
	{"+44 7700 900123 / 124", "GB", "", "phone.unparsable", "-"}, // a number of films
	{"030 555\n12340", "DE", "+493055512340", "", ""},            // a number on two lines
	{"030 1234567, 22", "DE", "+49301234567 ext. 22", "", ""},
	{"030 55512340 ab 18 Uhr", "DE", "", "phone.unparsable", "-"},
	// RFC 3966.
	{"tel:+49-30-55512340;ext=12", "DE", "+493055512340 ext. 12", "", "+493055512340"},
	{"+1 212-555-0143;ext=7", "US", "+12125550143 ext. 7", "", "+12125550143"},
	{"tel:+49-30-55512340;isub=1234;EXT=12", "", "+493055512340 ext. 12", "", "+493055512340"},
	{"tel:030-55512340;phone-context=+49", "", "+493055512340", "", "-"},
	// Faxes.
	{"Fax: 030 55512349", "DE", "", "phone.fax", "+493055512349"},
	{"Telefax 089 55512349", "DE", "", "phone.fax", "+498955512349"},
	{"F: 089 55512348 (fax)", "DE", "", "phone.fax", "+498955512348"},
	{"030 55512349 (Fax)", "DE", "", "phone.fax", "+493055512349"},
	{"faks 22 123 45 67", "PL", "", "phone.fax", "+48221234567"},
	{"Tel: - Fax: 030 55512349", "DE", "", "phone.fax", "+493055512349"},
	{"Tel. 030 55512340 Fax 030 55512349", "DE", "+493055512340", "phone.fax", "-"},
	{"Fax 030 55512349 Tel 030 55512340", "DE", "+493055512340", "phone.fax", "-"},
	{"Fax: 030 55512349, Tel: 030 55512340", "DE", "+493055512340", "phone.fax", "+493055512349"},
	{"T: 030 55512340\nF: 030 55512349", "DE", "+493055512340", "phone.fax", "-"},
	{"030 55512340 (Fax: -49)", "DE", "+493055512340", "phone.fax", "-"},
	{"030 55512340, Fax -49", "DE", "+493055512340", "phone.fax", ""},
	{"Tel./Fax: 030 55512340", "DE", "+493055512340", "", ""},
	{"Tel. + Fax 030 55512340", "DE", "+493055512340", "", "-"},
	{"030 55512340 (auch Fax)", "DE", "+493055512340", "phone.remark", ""},
	{"030 55512340 (Halifax)", "DE", "+493055512340", "phone.remark", ""},
	{"Tel. 030 55512340", "DE", "+493055512340", "", ""},
	// What is advertised or dialled stays.
	{"1-800-FLOWERS", "US", "+18003569377", "", ""},
	{"01 555 12 34 Klappe 12", "AT", "+4315551234 ext. 12", "", "-"},
}

func TestPhoneCells(t *testing.T) {
	t.Parallel()
	var plans numberingPlans
	for _, c := range slices.Concat(behindCases, calculatedCases, severalCases) {
		f := findings{plans: &plans}
		number := f.phone(Phone, c.text, c.region)
		if got := strings.Join(codesIn(f.problems, f.warnings), " "); number != c.want || got != c.code {
			t.Errorf("%q in %s is %q, %q; want %q, %q", c.text, c.region, number, got, c.want, c.code)
		}
		for _, p := range append(f.problems, f.warnings...) {
			if p.Field != Phone || p.Value != c.text || p.Message == "" || p.Fix == "" {
				t.Errorf("%q: %+v lacks something", c.text, p)
			}
		}
	}
}

// What version 1 made of these cells is what contacts of earlier runs have. It never changes.
func TestFormerPhone(t *testing.T) {
	t.Parallel()
	var plans numberingPlans
	for _, c := range slices.Concat(behindCases, calculatedCases, severalCases) {
		want := c.former
		if want == "" {
			want = c.want
		}
		text, _ := plain(c.text)
		number, ok := formerPhone(plans.parse, text, c.region)
		if !ok {
			number = "-"
		}
		if number != want {
			t.Errorf("%q in %s was %q; want %q", c.text, c.region, number, want)
		}
	}
}

// A row whose number version 1 read otherwise says so, and its former form has that number; others don't.
func TestFormerFormOfPhones(t *testing.T) {
	t.Parallel()
	for _, lenient := range []bool{false, true} {
		r := imports()
		r.Lenient = FieldSet{Phone: lenient}
		for _, c := range slices.Concat(behindCases, calculatedCases, severalCases) {
			f := findings{plans: &r.plans, lenient: r.Lenient}
			now := f.phone(Phone, c.text, c.region)
			was := findings{plans: &r.plans, lenient: r.Lenient, former: true}
			former := was.phone(Phone, c.text, c.region)
			changed := len(was.problems) == 0 && (former != now || len(f.problems) > 0)
			if f.reformed != changed {
				t.Errorf("%q in %s, lenient %v: reformed %v; was %q, %v, and is %q, %v", c.text, c.region, lenient, f.reformed, former, was.problems, now, f.problems)
			}
		}
	}
}

// Old numbers become new ones where nothing else can be meant, and are proposed where a digit may as well be missing.
func TestPhoneRenumbered(t *testing.T) {
	t.Parallel()
	const taken, proposed = "repaired.phone_renumbered", "phone.renumbered"
	var plans numberingPlans
	for _, c := range []struct{ text, region, code, current string }{
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
		{"+52 2 55 1234 5678", "", "phone.unparsable", ""},
		{"+225 21 12 34 56", "", "phone.unparsable", ""}, // fixed lines went to one of three operators
		{"+229 81 12 34 5", "", "phone.unparsable", ""},
	} {
		f := findings{plans: &plans}
		number := f.phone(Phone, c.text, c.region)
		if got := strings.Join(codesIn(f.problems, f.warnings), " "); got != c.code {
			t.Errorf("%q has %q, want %q: %v %v", c.text, got, c.code, f.problems, f.warnings)
		}
		want := c.current
		if c.code == proposed {
			want = ""
			if len(f.problems) != 1 || !strings.Contains(f.problems[0].Fix, c.current) {
				t.Errorf("%q: %v does not propose %s", c.text, f.problems, c.current)
			}
		}
		if number != want {
			t.Errorf("%q is %q, want %q", c.text, number, want)
		}
		if number, ok := formerPhone(plans.parse, c.text, c.region); c.code != "" && ok {
			t.Errorf("%q was %q, which no renumbering changes", c.text, number)
		}
	}
}

func TestPhoneOfMachines(t *testing.T) {
	t.Parallel()
	var plans numberingPlans
	for _, c := range []struct{ text, region, code, want string }{
		{"+47 580000123456", "", "phone.machine", "+47580000123456"},
		{"58 00 00 12 34 56", "NO", "phone.machine", "+47580000123456"},
		{"+47 59123456", "", "phone.machine", "+4759123456"},
		{"+46 719 000 1234567", "", "phone.machine", "+467190001234567"},
		{"0719 000 1234567", "SE", "phone.machine", "+467190001234567"},
		{"+46 710 000 1234567", "", "phone.machine", "+467100001234567"},
		{"+45 37 00 1234 5678", "", "phone.machine", "+45370012345678"},
		{"+33 700 00 12 34 56 78", "", "phone.machine", "+337000012345678"},
		{"0700 00 12 34 56 78", "FR", "phone.machine", "+337000012345678"},
		{"+34 590 00 1234 5678", "", "phone.machine", "+345900012345678"},
		{"+31 97 123 456 789", "", "phone.machine", "+3197123456789"},
		{"+86 1064 8123 45678", "", "phone.machine", "+861064812345678"},
		{"+31 970 1234 5678", "", "", "+3197012345678"},
		{"+88236 1234567890", "", "", "+882361234567890"},
		{"+47 5800001234567", "", "phone.unparsable", ""}, // too long for these, too
		{"+47 57 00 00 12 34 56", "", "phone.unparsable", ""},
	} {
		f := findings{plans: &plans}
		number := f.phone(Phone, c.text, c.region)
		if got := strings.Join(codesIn(f.problems, f.warnings), " "); number != c.want || got != c.code {
			t.Errorf("%q is %q, %q; want %q, %q", c.text, number, got, c.want, c.code)
		}
	}
	f := findings{plans: &plans}
	if f.phone(Phone, "+32 77 123 456 789 012", ""); len(f.problems) != 1 || !strings.Contains(f.problems[0].Message, "M2M") {
		t.Errorf("a range whose length is not known: %v", f.problems)
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

// behindMarks are what is written behind a number, and never dialled; %s are digits.
var behindMarks = []string{" (%s)", " [%s]", " {%s}", " <%s>", "(%s)", " (%s Uhr)", " (Raum %s", " *%s", " / %s", "/%s", "/-%s", " / - %s", "\n%s", " | %s", " oder %s", " & %s", ".00", ",00", ".0"}

// Digits in brackets, or behind a slash, never become part of a whole number, whatever the country.
func TestPhoneGluesNothing(t *testing.T) {
	t.Parallel()
	var plans numberingPlans
	rapid.Check(t, func(t *rapid.T) {
		front := rapid.SampledFrom([]string{
			"030 55512340", "+49 30 55512340", "(030) 55512340", "030/55512340", "+49 (0)30 55512340", "0049 30 55512340", "030-555 12 340",
			"0171 9876543", "03055512340",
		}).Draw(t, "front")
		mark := rapid.SampledFrom(behindMarks).Draw(t, "mark")
		digits := rapid.StringMatching(`[0-9]{1,4}`).Draw(t, "digits")
		checkNotGlued(t, &plans, front, mark, digits)
	})
}

func checkNotGlued(t interface{ Errorf(string, ...any) }, plans *numberingPlans, front, mark, digits string) {
	alone, err := readPhone(plans.parse, front, "DE")
	if err != nil {
		return
	}
	text := front + strings.Replace(mark, "%s", digits, 1)
	r, err := readPhone(plans.parse, text, "DE")
	if number, _, _ := strings.Cut(r.number, extensionMark); err == nil && number != alone.number {
		t.Errorf("%q is %q, and %q is %q", front, alone.number, text, r.number)
	}
}

// What is read at first sight is what is read with a close look.
func TestPhoneAtFirstSight(t *testing.T) {
	t.Parallel()
	var plans numberingPlans
	regions := supportedRegions()
	rapid.Check(t, func(t *rapid.T) {
		for range 10 {
			region := rapid.SampledFrom(regions).Draw(t, "region")
			text := grown(func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "n") }, region)
			checkFirstSight(t, &plans, text, region)
		}
	})
}

func checkFirstSight(t interface{ Errorf(string, ...any) }, plans *numberingPlans, text, region string) {
	text, _ = plain(text)
	if !oneNumber(text) {
		return
	}
	p := phoneReader{parse: plans.parse, region: region}
	number, err := p.anyPrefix(text)
	if err != nil {
		return
	}
	if r, err := p.unusual(text); err != nil || r.number != number {
		t.Errorf("%q in %s is %q at first sight, and then %+v, %v", text, region, number, r, err)
	}
}

func FuzzPhoneCell(f *testing.F) {
	var plans numberingPlans
	for _, c := range slices.Concat(behindCases, calculatedCases, severalCases) {
		f.Add(c.text, c.region)
	}
	f.Fuzz(func(t *testing.T, s, region string) {
		text, ok := plain(s)
		if !ok || tooLong(text) {
			return
		}
		checkPhone(t, plans.parse, plainLines(s, text), region)
		checkFirstSight(t, &plans, text, region)
		for _, mark := range behindMarks[:7] {
			if r, err := readPhone(plans.parse, text, "DE"); err == nil && whole(r.number) && r.number == onlyNumber(plans.parse, text) {
				checkNotGlued(t, &plans, text, mark, "12")
			}
		}
	})
}

// onlyNumber is the number of a text without anything beside it: digits with blanks; else empty.
func onlyNumber(parse phoneParser, text string) string {
	if strings.Trim(text, "0123456789 ") != "" {
		return ""
	}
	number, _ := parse(text, "DE")
	return number
}
