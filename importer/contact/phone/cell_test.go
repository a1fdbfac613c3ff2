package phone

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	_ "github.com/contactsync/contactsync/importer/rapidseed"
)

// cellCase is a cell, its number and what is told of it; former is what version 1 made of it, "-" if it refused it, and
// empty if it made the same.
type cellCase struct{ text, region, want, told, former string }

// Digits behind a whole number are none of its digits.
var behindCases = []cellCase{
	// Decimals and thousands separators.
	{"3055512340.00", "DE", "+493055512340", "decimals", "+49305551234000"},
	{"030 55512340.00", "DE", "+493055512340", "decimals", "+49305551234000"},
	{"3055512340,00", "DE", "+493055512340", "decimals", "+493055512340 ext. 00"},
	{"3055512340.0", "DE", "+493055512340", "decimals", ""},
	{"+493055512340.0", "DE", "+493055512340", "decimals", "+4930555123400"},
	{"3055512340.000000", "DE", "+493055512340", "decimals", "-"},
	{"493055512340.00", "DE", "+493055512340", "decimals", "+49305551234000"},
	{"030/55512340.00", "DE", "+493055512340", "decimals", "+49305551234000"},
	{"3.055.512.340,00", "DE", "+493055512340", "decimals", "+493055512340 ext. 00"},
	{"3.055.512.340,00 €", "DE", "+493055512340", "decimals", ""},
	{"3,055,512,340.00", "DE", "+493055512340", "decimals", "-"},
	{"3'055'512'340.00", "DE", "+493055512340", "decimals", "-"},
	{"2,125,550,123", "US", "+12125550123", "decimals", "-"},
	{"98,765,43,210.00", "IN", "+919876543210", "decimals", "-"},
	{"3055512340.00; 3055512341.00", "DE", "+493055512340", "decimals several", "+49305551234000"},
	{"55123.00", "DE", "", "none", "+495512300"},
	{"030.555.12340", "DE", "+493055512340", "", ""},
	{"3.055.512.340", "DE", "+493055512340", "", ""},
	{"01.42.68.53.00", "FR", "+33142685300", "", ""},
	{"01 42 68 53.00", "FR", "+33142685300", "", ""},
	{"030 55512.0", "DE", "+4930555120", "", ""},
	// Brackets and other marks.
	{"030 55512340 (9-17 Uhr)", "DE", "+493055512340", "remark", "+493055512340917"},
	{"030 55512340 9-17 Uhr", "DE", "+493055512340", "remark", "+493055512340917"},
	{"030 55512340 (9-17 Uhr", "DE", "+493055512340", "remark", "+493055512340917"},
	{"030 55512340 [2]", "DE", "+493055512340", "remark", "+4930555123402"},
	{"(030) 55512340 (1) (2)", "DE", "+493055512340", "remark", "+49305551234012"},
	{"0664 5551234 {3}", "AT", "+436645551234", "remark", "-"},
	{"01 55512340 <1>", "AT", "+43155512340", "remark", "-"},
	{"030 55512340 2)", "DE", "+493055512340", "remark", "+4930555123402"},
	{"030 55512340*1", "DE", "+493055512340", "remark", "+4930555123401"},
	{"030 55512340²", "DE", "+493055512340", "remark", "-"},
	{"030 55512340 (0171 5551234)", "DE", "+493055512340", "several", "-"},
	{"030 55512340 (Mo-Fr 9-17) ext. 12", "DE", "+493055512340 ext. 12", "remark", "-"},
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
	{"030 555 (12340)", "DE", "+493055512340", "", ""},             // no whole number before it
	{"030 555 (1234)", "DE", "+4930555", "remark", "+49305551234"}, // short enough for a mark
	{"030 5551 (12340)", "DE", "+4930555112340", "", ""},
	{"030 55512 (12340)", "DE", "+493055512", "remark", "+49305551212340"}, // one digit more, and whole
	// Second endings.
	{"+49 30 55512340 / 11", "DE", "+493055512340", "several", "+49305551234011"},
	{"030/55512340/11", "DE", "+493055512340", "several", "+49305551234011"},
	{"030/55512340/11/12", "DE", "+493055512340", "several", "+4930555123401112"},
	{"030 55512-20/-21", "DE", "+49305551220", "several", "+4930555122021"},
	{"01 5555-20/21", "AT", "+431555520", "several", "+43155552021"},
	{"26 55 12 34 / 57", "LU", "+35226551234", "several", "+3522655123457"},
	{"030/55512340 - 12", "DE", "+493055512340", "several", "+49305551234012"},
	{"030 555123/555124", "DE", "+4930555123", "several", "+4930555123555124"},
	{"030 55512-20, -21", "DE", "+49305551220", "several", "+49305551220 ext. 21"},
	{"033321/55123/6", "DE", "+493332155123", "several", "+4933321551236"},
	{"020 7183 8750 / 51", "GB", "+442071838750", "several", ""},
	{"030/55512340", "DE", "+493055512340", "", ""},
	{"030 / 555 12 340", "DE", "+493055512340", "", ""},
	{"033321/55123", "DE", "+493332155123", "", ""},
	{"030 55512-10", "DE", "+49305551210", "", ""},
	{"0711 / 5551 - 678", "DE", "+497115551678", "", ""}, // a hyphen between blanks before an extension
	{"030/5551234 - 12", "DE", "+4930555123412", "", ""}, // one digit less than a long number
	{"0711/555/123", "DE", "+49711555123", "", ""},       // groups of one number
	{"040/55/12/34", "DE", "+4940551234", "", ""},
	{"030 555 / 0171 9876543", "DE", "+4930555", "several", ""},
	{"030 555 / 12340", "DE", "+493055512340", "", ""}, // a longer rest than what it would replace
	// No extension has so many digits.
	{"030 55512340 ext. 1234567", "DE", "+493055512340 ext. 1234567", "", ""},
	{"030 55512340 ext. 12345678", "DE", "+493055512340", "several", "+493055512340 ext. 12345678"},
	{".491234567;4900490049", "DE", "+49491234567", "several", "+49491234567"},
	{"030 55512340 ext. ٣", "DE", "+493055512340 ext. 3", "", "+493055512340 ext. ٣"},
	// No date has two kinds of marks.
	{"6837.1-12", "NU", "+6837112", "", ""},
	{"+39/06-1234", "IT", "+39061234", "", ""},
}

// What a spreadsheet made of a number is lost.
var calculatedCases = []cellCase{
	{"-55124991", "DE", "", "calculated", "+4955124991"},
	{"−55124991", "DE", "", "calculated", "+4955124991"},
	{"–55124991", "DE", "", "calculated", "+4955124991"},
	{"- 55124991", "DE", "", "calculated", "+4955124991"},
	{"'-55124991", "DE", "", "calculated", "+4955124991"},
	{"-9876543210", "IN", "", "calculated", "+919876543210"},
	{"(55.124.991,00)", "DE", "", "calculated", "+4955124991"},
	{"=49-30-55512340", "DE", "", "calculated", "+493055512340"},
	{"=A1&B1", "DE", "", "calculated", "-"},
	{"3055512340.5", "DE", "", "calculated", "+4930555123405"},
	{"3,055,512,340.25", "DE", "", "calculated", "-"},
	{"0.0000000705", "DE", "", "calculated", "-"},
	{"2034-12-01", "DE", "", "date", "+4920341201"},
	{"06.07.2031", "DE", "", "date", "+496072031"},
	{"06/12/2034", "IT", "", "date", "+3906122034"},
	{"12/31/2034", "US", "", "date", "-"},
	{"2034-12-01 00:00:00", "DE", "", "date", "-"},
	{"2034-12-01T00:00:00.000Z", "DE", "", "date", "-"},
	{"1/12/2034 12:00:00 AM", "US", "", "date", "-"},
	{"30.12.31", "DE", "", "date", "+49301231"},
	{"2034-12", "DE", "", "date", "+49203412"},
	{"05. Mrz", "DE", "", "date", "-"},
	{"3 mrt. 34", "NL", "", "date", "-"},
	{"5 paz 2034", "PL", "", "date", "-"},
	{"5-Mar", "GB", "", "date", "-"},
	{"05-Mar-34", "GB", "", "date", "-"},
	{"Mar-05", "GB", "", "date", "-"},
	{"Fri, Dec 1, 2034", "US", "", "date", "-"},
	{"5 de marzo de 2034", "ES", "", "date", "-"},
	{"5 août 34", "FR", "", "date", "-"},
	{"5 paź 2034", "PL", "", "date", "-"},
	{"2034年12月1日", "JP", "", "date", "-"},
	{"12:30:00", "DE", "", "date", "-"},
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
	{"030 55512340\n0171 9876543", "DE", "+493055512340", "several", "-"},
	{"030 55512340\n11", "DE", "+493055512340", "several", "+49305551234011"},
	{"030 55512340 and 030 55512341", "DE", "+493055512340", "several", "-"},
	{"030 55512340 bzw. 0171 9876543", "DE", "+493055512340", "several", "-"},
	{"030 55512340 od. -41", "DE", "+493055512340", "several", "-"},
	{"030 55512-40 bis -45", "DE", "+49305551240", "several", "-"},
	{"01 42 68 53 00 et 01 42 68 53 01", "FR", "+33142685300", "several", "-"},
	{"01 42 68 53 00 ou 06 12 34 56 78", "FR", "+33142685300", "several", ""},
	{"91 123 45 67 y 600 123 456", "ES", "+34911234567", "several", "-"},
	{"06 1234 5678 e 335 1234567", "IT", "+390612345678", "several", "-"},
	{"020 123 4567 en 020 123 4568", "NL", "+31201234567", "several", "-"},
	{"22 123 45 67 lub 600 123 456", "PL", "+48221234567", "several", "-"},
	{"030 55512340&0171 9876543", "DE", "+493055512340", "several", "-"},
	{"030 55512340|0171 9876543", "DE", "+493055512340", "several", ""},
	{"030 55512340 + 0171 9876543", "DE", "+493055512340", "several", "-"},
	{"+49 30 55512340 +49 171 9876543", "", "+493055512340", "several", "-"},
	{"030 55512340 0171 9876543", "DE", "+493055512340", "several", "-"},
	{"030 5551 030 5552", "DE", "+493055510305552", "", ""}, // too short to tell
	{"030 55512 030 55513", "DE", "+493055512", "several", "+49305551203055513"},
	{"030 55512340 0171 9876543 0172 9876543", "DE", "+493055512340", "several", "-"},
	{"+49 30 55512 40 55512 41", "DE", "", "none", "-"}, // the second without its area code
	{"212 555 0123 212 555 0124", "US", "+12125550123", "several", "-"},
	{"020 7183 8750 020 7183 8751", "GB", "+442071838750", "several", "-"},
	{"030 55512340 – 0171 9876543", "DE", "+493055512340", "several", "-"},
	{"030 55512340 mobil 0171 9876543", "DE", "+493055512340", "several", "-"},
	{"+44 7700 900123 / 124", "GB", "", "none", "-"},  // a number of films
	{"030 555\n12340", "DE", "+493055512340", "", ""}, // a number on two lines
	{"030 1234567, 22", "DE", "+49301234567 ext. 22", "", ""},
	{"030 55512340 ab 18 Uhr", "DE", "", "none", "-"},
	// RFC 3966.
	{"tel:+49-30-55512340;ext=12", "DE", "+493055512340 ext. 12", "", "+493055512340"},
	{"+1 212-555-0143;ext=7", "US", "+12125550143 ext. 7", "", "+12125550143"},
	{"tel:+49-30-55512340;isub=1234;EXT=12", "", "+493055512340 ext. 12", "", "+493055512340"},
	{"tel:030-55512340;phone-context=+49", "", "+493055512340", "", "-"},
	// Faxes.
	{"Fax: 030 55512349", "DE", "", "fax", "+493055512349"},
	{"Telefax 089 55512349", "DE", "", "fax", "+498955512349"},
	{"F: 089 55512348 (fax)", "DE", "", "fax", "+498955512348"},
	{"030 55512349 (Fax)", "DE", "", "fax", "+493055512349"},
	{"faks 22 123 45 67", "PL", "", "fax", "+48221234567"},
	{"Tel: - Fax: 030 55512349", "DE", "", "fax", "+493055512349"},
	{"Tel. 030 55512340 Fax 030 55512349", "DE", "+493055512340", "fax", "-"},
	{"Fax 030 55512349 Tel 030 55512340", "DE", "+493055512340", "fax", "-"},
	{"Fax: 030 55512349, Tel: 030 55512340", "DE", "+493055512340", "fax", "+493055512349"},
	{"T: 030 55512340\nF: 030 55512349", "DE", "+493055512340", "fax", "-"},
	{"030 55512340 (Fax: -49)", "DE", "+493055512340", "fax", "-"},
	{"030 55512340, Fax -49", "DE", "+493055512340", "fax", ""},
	{"Tel./Fax: 030 55512340", "DE", "+493055512340", "", ""},
	{"Tel. + Fax 030 55512340", "DE", "+493055512340", "", "-"},
	{"030 55512340 (auch Fax)", "DE", "+493055512340", "remark", ""},
	{"030 55512340 (Halifax)", "DE", "+493055512340", "remark", ""},
	{"Tel. 030 55512340", "DE", "+493055512340", "", ""},
	// What is advertised or dialled stays.
	{"1-800-FLOWERS", "US", "+18003569377", "", ""},
	{"01 555 12 34 Klappe 12", "AT", "+4315551234 ext. 12", "", "-"},
}

func TestPhoneCells(t *testing.T) {
	t.Parallel()
	var reader Reader
	for _, c := range slices.Concat(behindCases, calculatedCases, severalCases) {
		r, err := reader.Read(c.text, c.region)
		if got := tells(r, err); r.Number != c.want || got != c.told {
			t.Errorf("%q in %s is %q, %q; want %q, %q", c.text, c.region, r.Number, got, c.want, c.told)
		}
		checkFormerly(t, &reader, c.text, c.region, r, err)
	}
}

// tells names what a reading tells beside its number, or why there is none.
func tells(r Reading, err error) string {
	var outdated OutdatedError
	switch {
	case err == nil:
	case errors.As(err, &outdated):
		return "outdated"
	case errors.Is(err, ErrCalculated):
		return "calculated"
	case errors.Is(err, ErrDate):
		return "date"
	case errors.Is(err, ErrMachine):
		return "machines"
	default:
		return "none"
	}
	var told []string
	for _, one := range []struct {
		told bool
		name string
	}{
		{len(r.Faxes) > 0, "fax"}, {r.Decimals, "decimals"}, {r.Renumbered != "", "renumbered"}, {r.Machine != "", "machine"},
		{len(r.Others) > 0, "several"}, {r.Remark != "", "remark"},
	} {
		if one.told {
			told = append(told, one.name)
		}
	}
	return strings.Join(told, " ")
}

// What version 1 made of these cells is what contacts of earlier runs have. It never changes.
func TestFormerPhone(t *testing.T) {
	t.Parallel()
	var reader Reader
	for _, c := range slices.Concat(behindCases, calculatedCases, severalCases) {
		want := c.former
		if want == "" {
			want = c.want
		}
		number, err := reader.Former(c.text, c.region)
		if err != nil {
			number = "-"
		}
		if number != want {
			t.Errorf("%q in %s was %q; want %q", c.text, c.region, number, want)
		}
	}
}

// behindMarks are what is written behind a number, and never dialled; %s are digits.
var behindMarks = []string{" (%s)", " [%s]", " {%s}", " <%s>", "(%s)", " (%s Uhr)", " (Raum %s", " *%s", " / %s", "/%s", "/-%s", " / - %s", "\n%s", " | %s", " oder %s", " & %s", ".00", ",00", ".0"}

// Digits in brackets, or behind a slash, never become part of a whole number, whatever the country.
func TestPhoneGluesNothing(t *testing.T) {
	t.Parallel()
	var reader Reader
	rapid.Check(t, func(t *rapid.T) {
		front := rapid.SampledFrom([]string{
			"030 55512340", "+49 30 55512340", "(030) 55512340", "030/55512340", "+49 (0)30 55512340", "0049 30 55512340", "030-555 12 340",
			"0171 9876543", "03055512340",
		}).Draw(t, "front")
		mark := rapid.SampledFrom(behindMarks).Draw(t, "mark")
		digits := rapid.StringMatching(`[0-9]{1,4}`).Draw(t, "digits")
		checkNotGlued(t, &reader, front, mark, digits)
	})
}

func checkNotGlued(t interface{ Errorf(string, ...any) }, reader *Reader, front, mark, digits string) {
	alone, err := reader.Read(front, "DE")
	if err != nil {
		return
	}
	text := front + strings.Replace(mark, "%s", digits, 1)
	r, err := reader.Read(text, "DE")
	if number, _, _ := strings.Cut(r.Number, extensionMark); err == nil && number != alone.Number {
		t.Errorf("%q is %q, and %q is %q", front, alone.Number, text, r.Number)
	}
}

// What is read at first sight is what is read with a close look.
func TestPhoneAtFirstSight(t *testing.T) {
	t.Parallel()
	var reader Reader
	regions := supportedRegions()
	rapid.Check(t, func(t *rapid.T) {
		for range 10 {
			region := rapid.SampledFrom(regions).Draw(t, "region")
			text, _ := clean(grown(func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "n") }, region))
			checkFirstSight(t, &reader, text, region)
		}
	})
}

func checkFirstSight(t interface{ Errorf(string, ...any) }, reader *Reader, text, region string) {
	if !oneNumber(text) {
		return
	}
	p := cellReader{parse: reader.plans.parse, region: region}
	number, err := p.anyPrefix(text)
	if err != nil {
		return
	}
	if r, err := p.unusual(text); err != nil || r.Number != number {
		t.Errorf("%q in %s is %q at first sight, and then %+v, %v", text, region, number, r, err)
	}
}

func FuzzPhoneCell(f *testing.F) {
	var reader Reader
	for _, c := range slices.Concat(behindCases, calculatedCases, severalCases) {
		f.Add(c.text, c.region)
	}
	f.Fuzz(func(t *testing.T, s, region string) {
		text, ok := clean(s)
		if !ok {
			return
		}
		checkPhone(t, &reader, text, region)
		checkFirstSight(t, &reader, text, region)
		for _, mark := range behindMarks[:7] {
			if r, err := reader.Read(text, "DE"); err == nil && whole(r.Number) && r.Number == onlyNumber(&reader, text) {
				checkNotGlued(t, &reader, text, mark, "12")
			}
		}
	})
}

// onlyNumber is the number of a text without anything beside it: digits with blanks; else empty.
func onlyNumber(reader *Reader, text string) string {
	if strings.Trim(text, "0123456789 ") != "" {
		return ""
	}
	number, _ := reader.plans.parse(text, "DE")
	return number
}
