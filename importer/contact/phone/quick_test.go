package phone

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
	"pgregory.net/rapid"
)

// checkQuick compares the two readers of phone numbers, and reports whether the quick one answered itself.
func checkQuick(t interface{ Errorf(string, ...any) }, plans *numberingPlans, text, region string) bool {
	number, ok := plans.read(text, region)
	if !ok {
		return false
	}
	if want, err := byLibrary(text, region); err != nil || number != want {
		t.Errorf("%q in %q is %q, and by the library %q, %v", text, region, number, want, err)
	}
	return true
}

// supportedRegions are those that the library has metadata for, and three that it has not.
func supportedRegions() []string {
	regions := []string{"", "AQ", phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY}
	for region := range phonenumbers.GetSupportedRegions() {
		regions = append(regions, region)
	}
	slices.Sort(regions)
	return regions
}

// examples are the library's example numbers without their codes, of all kinds; the first is the plain one.
func examples(region string) []*phonenumbers.PhoneNumber {
	var found []*phonenumbers.PhoneNumber
	for kind := phonenumbers.FIXED_LINE; kind <= phonenumbers.VOICEMAIL; kind++ {
		if n := phonenumbers.GetExampleNumberForType(region, kind); n != nil {
			found = append(found, n)
		}
	}
	return found
}

// Where the library reads an example number, the quick reader does so itself, whatever the punctuation: else it would
// be right and useless. National forms are left to the library where a prefix is more than taken away.
func TestQuickPhoneReadsTheExamples(t *testing.T) {
	t.Parallel()
	var plans numberingPlans
	own, left := 0, 0
	for _, region := range supportedRegions() {
		for _, n := range examples(region) {
			for _, format := range []phonenumbers.PhoneNumberFormat{phonenumbers.E164, phonenumbers.INTERNATIONAL, phonenumbers.NATIONAL} {
				text := phonenumbers.Format(n, format)
				if _, err := byLibrary(text, region); err != nil || strings.ContainsFunc(text, func(r rune) bool { return !strings.ContainsRune("+0123456789 ()-/.", r) }) {
					continue
				}
				switch {
				case checkQuick(t, &plans, text, region):
					own++
				case format != phonenumbers.NATIONAL:
					t.Errorf("%q in %q is left to the library", text, region)
				default:
					left++
				}
			}
		}
	}
	if own < 4000 || left > own/20 {
		t.Errorf("%d read, %d left to the library", own, left)
	}
}

// The quick reader and the library agree on whatever grows out of an example number: other digits, more or fewer, with
// each prefix that people write, punctuation, and read in a region that need not be its own.
func TestQuickPhoneIsTheLibrary(t *testing.T) {
	t.Parallel()
	var plans numberingPlans
	regions := supportedRegions()
	rapid.Check(t, func(t *rapid.T) {
		for range 10 {
			region := rapid.SampledFrom(regions).Draw(t, "region")
			text := grown(func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "n") }, region)
			in := region
			if rapid.IntRange(0, 3).Draw(t, "elsewhere") == 0 {
				in = rapid.SampledFrom(regions).Draw(t, "in")
			}
			checkQuick(t, &plans, text, in)
		}
	})
}

// Numbers at which a step that the quick reader left out or took otherwise would show.
func TestQuickPhoneTakesEachStep(t *testing.T) {
	t.Parallel()
	var plans numberingPlans
	for _, c := range []struct{ text, region string }{
		{"0112411073441234", "GA"},   // written anew by its national prefix
		{"01124.10344128934", "GA"},  // the same
		{")0800354567", "JE"},        // leading digits of another region
		{"+ 1(1.)3101234", "CA"},     // no length of the plan behind the prefix
		{"29097", "TA"},              // the code of its own region, and too short for it
		{"29029]", "TA"},             // the same
		{"49151123456789", "DE"},     // the code, and too long without it
		{"00 0 30 1234567", "DE"},    // no code begins with 0
		{"02 9 11 2345-6789", "AR"},  // a mobile number's 9
		{"011 15 2345-6789", "AR"},   // a mobile number's 15
		{"0 15 11 91234-5678", "BR"}, // a carrier's code
		{"8~10 49 30 1234567", "RU"}, {"810 49 30 1234567", "RU"}, {"12", "DE"}, {"+0", ""}, {"", ""}, {"+", "DE"}, {"+49+30", ""},
		{"1 2", "DE"}, {"030 1234567", ""}, {"030 1234567", "001"}, {"+49 30 1234567", "001"}, {"+800 1234 5678", ""}, {"+800 1234 5678", "XX"},
		{strings.Repeat("1", maxDialled), "DE"}, {strings.Repeat("1", maxDialled+1), "DE"}, {"+49 30 1234567" + strings.Repeat(")", maxShape), ""},
	} {
		checkQuick(t, &plans, c.text, c.region)
	}
}

// grown is a text that grows out of an example number of a region; choose gives a number below n.
func grown(choose func(n int) int, region string) string {
	code, number := "", ""
	if found := examples(region); len(found) > 0 {
		n := found[choose(len(found))]
		number = phonenumbers.GetNationalSignificantNumber(n)
		code = phonenumbers.Format(n, phonenumbers.E164)
		code = code[1 : len(code)-len(number)]
	}
	digits := []byte(number)
	for range choose(4) {
		at, digit := choose(len(digits)+1), byte('0'+choose(10))
		switch choose(4) {
		case 0:
			digits = slices.Insert(digits, at, digit)
		case 1:
			digits = slices.Delete(digits, at, min(at+1, len(digits)))
		default:
			if at < len(digits) {
				digits[at] = digit
			}
		}
	}
	ndd := phonenumbers.GetNddPrefixForRegion(region, true)
	prefixes := []string{"+" + code, "00" + code, "011" + code, "+" + code + "(" + ndd + ")", ndd, "0", "", code, code + ndd, "8~10" + code, "810" + code, "+"}
	text := []byte(prefixes[choose(len(prefixes))] + string(digits))
	for range choose(4) {
		marks := " .-/()[]"
		if choose(8) == 0 {
			marks = "+#,x~*"
		}
		text = slices.Insert(text, choose(len(text)+1), marks[choose(len(marks))])
	}
	return string(text)
}

// Many more of the same, by the fuzzer: go test -fuzz QuickPhone ./importer/contact/phone.
func FuzzQuickPhone(f *testing.F) {
	var plans numberingPlans
	regions := supportedRegions()
	for i, region := range regions {
		if found := examples(region); len(found) > 0 {
			f.Add(phonenumbers.Format(found[0], phonenumbers.NATIONAL), uint16(i), uint64(i))
		}
	}
	f.Fuzz(func(t *testing.T, text string, region uint16, seed uint64) {
		in := regions[int(region)%len(regions)]
		checkQuick(t, &plans, text, in)
		random := rand.New(rand.NewPCG(seed, uint64(region)))
		for range 10 {
			from := regions[random.IntN(len(regions))]
			if random.IntN(2) == 0 {
				in = from
			}
			checkQuick(t, &plans, grown(random.IntN, from), in)
		}
	})
}

// An automaton answers like regexp, for all expressions of all plans.
func TestAutomatonIsRegexp(t *testing.T) {
	t.Parallel()
	var plans numberingPlans
	plans.once.Do(plans.load)
	random := rand.New(rand.NewPCG(1, 2))
	for region, p := range plans.regions {
		kinds := descriptions(p.data)
		for i, d := range kinds {
			expression := regexp.MustCompile("^(?:" + d.GetNationalNumberPattern() + ")$")
			for range 30 {
				digits := mutated(random, kinds[random.IntN(len(kinds))].GetExampleNumber())
				if got, want := p.kinds().matching(digits)>>i&1 == 1, expression.Match(digits); got != want {
					t.Fatalf("%s, %s on %s: %v, want %v", region, expression, digits, got, want)
				}
			}
		}
		for text, a := range map[string]*automaton{
			p.data.GetInternationalPrefix(): p.international(), p.data.GetNationalPrefixForParsing(): p.national(), p.data.GetLeadingDigits(): p.leading(),
		} {
			expression := regexp.MustCompile("^(?:" + text + ")")
			for range 100 {
				digits := mutated(random, []string{"", "0", "00", "1", "011", "0159", "90", "810"}[random.IntN(8)]+kinds[random.IntN(len(kinds))].GetExampleNumber())
				end, found := a.prefix(digits)
				want := expression.FindIndex(digits)
				if found != (want != nil) || found && end != want[1] {
					t.Fatalf("%s, %s on %s: %d, %v; want %v", region, expression, digits, end, found, want)
				}
			}
		}
	}
}

func mutated(random *rand.Rand, number string) []byte {
	digits := []byte(number)
	for range random.IntN(4) {
		if len(digits) > 0 {
			digits[random.IntN(len(digits))] = byte('0' + random.IntN(10))
		}
	}
	return append(digits, "123456789"[:random.IntN(3)]...)[random.IntN(2)*min(1, len(digits)):]
}

func TestAutomaton(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		expression, digits string
		end                int
		found              bool
	}{
		"nothing asked":                {"^(?:)", "12", 0, true},
		"not there":                    {"^(?:0)", "12", 0, false},
		"the first of two ways":        {"^(?:0|01)", "01", 1, true},
		"as much as it can":            {"^(?:0(?:1)?)", "01", 2, true},
		"as little as it can":          {"^(?:0(?:1)??)", "01", 1, true},
		"a better way that fails late": {"^(?:0123|0)", "0124", 1, true},
		"only at the end":              {"^(?:([2-7]\\d{2})$|1)", "234", 3, true},
		"not at the end":               {"^(?:([2-7]\\d{2})$|2)", "2345", 1, true},
		"no digits":                    {"^(?:0*)", "", 0, true},
	}
	for name, test := range tests {
		end, found := newAutomaton([]string{test.expression}, true).prefix([]byte(test.digits))
		if end != test.end || found != test.found {
			t.Errorf("%s: %d, %v; want %d, %v", name, end, found, test.end, test.found)
		}
	}
	for _, expression := range []string{`^\b1`, "(", `^(?:\d*1\d{15})$`} {
		if newAutomaton([]string{expression}, false) != nil {
			t.Errorf("%s has an automaton", expression)
		}
	}
}

func TestShortestGroup(t *testing.T) {
	t.Parallel()
	for expression, want := range map[string]int{
		"0": 0, "(?:0|90)(?:(1[245]|2)(\\d{10,11}))?": 10, "0?(?:(11|2(?:2(?:02?|[13]))))15)?": 0, "0?(?:(11|2(?:2(?:02?|[13])))15)?": 2,
		"([2-7]\\d{6})$|1": 7, "(\\d*)1": 0, "(1+[23]?)": 1, "((12)|3)4(5|67)": 1, "(": 0,
	} {
		if got := shortestGroup(expression); got != want {
			t.Errorf("%s: %d, want %d", expression, got, want)
		}
	}
}

func BenchmarkPhone(b *testing.B) {
	for _, c := range []struct{ name, text, region string }{
		{"national", "030 2001234", "DE"}, {"international", "+49 151 10001234", ""}, {"one of many regions", "+1 416 555 0123", "US"},
	} {
		var plans numberingPlans
		for name, parse := range map[string]parser{"library": byLibrary, "quick": plans.parse} {
			b.Run(c.name+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := parse(c.text, c.region); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
