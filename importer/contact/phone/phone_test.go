package phone

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// The library's own example of every kind of number of every country is read in each of its written forms.
func TestPhoneOfEveryCountry(t *testing.T) {
	t.Parallel()
	var reader Reader
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
				r, err := reader.Read(text, in)
				if err != nil || r.Number != want || len(r.Others) > 0 || r.Remark != "" {
					t.Errorf("%s, %v: %q is %+v, %v; want %q", region, kind, text, r, err, want)
				}
			}
		}
	}
	if read < 2000 {
		t.Errorf("only %d numbers", read)
	}
}

// A number is normal once, and never something else than digits with an extension.
func checkPhone(t interface{ Errorf(string, ...any) }, reader *Reader, text, region string) {
	r, err := reader.Read(text, region)
	checkFormerly(t, reader, text, region, r, err)
	if err != nil {
		if r.Number != "" {
			t.Errorf("%q in %q: %q beside %v", text, region, r.Number, err)
		}
		return
	}
	if r.Number == "" && len(r.Faxes) > 0 {
		return // nothing but a fax
	}
	digits, ext, _ := strings.Cut(r.Number, extensionMark)
	if !strings.HasPrefix(digits, "+") || strings.Trim(digits[1:]+ext, "0123456789") != "" || len(digits) < 4 {
		t.Errorf("%q in %q is %q", text, region, r.Number)
	}
	for _, in := range []string{region, "", "US"} {
		if again, err := reader.Read(r.Number, in); err != nil || again.Number != r.Number || again.Remark != "" || len(again.Others) > 0 {
			t.Errorf("%q in %q is %q, and in %q again %+v, %v", text, region, r.Number, in, again, err)
		}
	}
}

// What a reading says of version 1 is so.
func checkFormerly(t interface{ Errorf(string, ...any) }, reader *Reader, text, region string, r Reading, err error) {
	number, refused := reader.Former(text, region)
	if err != nil || r.Formerly == FormerlyOther || number == r.Number && refused == nil {
		return
	}
	if r.Formerly == FormerlySame || refused == nil {
		t.Errorf("%q in %q is %+v, and was %q, %v", text, region, r, number, refused)
	}
}

func TestPhoneProperties(t *testing.T) {
	t.Parallel()
	var reader Reader
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.SampledFrom([]string{
			"+49", "0049", "49", "0", "30", "151", "1234567", "(0)", " ", "-", "/", " / ", ";", ",", " ext. ", "x", "22", "Durchwahl ", "(privat)",
			"or", " oder ", "E+11", ".", "+", "+1", "212", "555", "0123", "٣", "Büro", "800", "FLOWERS", ".0",
		}), 0, 9).Draw(t, "parts")
		checkPhone(t, &reader, strings.Join(parts, ""), rapid.SampledFrom([]string{"", "DE", "US", "IT", "XX"}).Draw(t, "region"))
	})
}

func FuzzPhone(f *testing.F) {
	var reader Reader
	for _, s := range []string{"+49 30 1234567 ext. 22", "030 1234567 / 0151 12345678", "1-800-FLOWERS", "4.9E+11", "030 1 (privat)", "00 49;", "+390612345678x1"} {
		f.Add(s, "DE")
		f.Add(s, "US")
	}
	f.Fuzz(func(t *testing.T, s, region string) {
		if text, ok := clean(s); ok {
			checkPhone(t, &reader, text, region)
		}
	})
}

// clean gives a text the form that Read asks for; ok is false if it is none that comes to it.
func clean(s string) (text string, ok bool) {
	if !utf8.ValidString(s) || utf8.RuneCountInString(s) > 255 {
		return "", false
	}
	var lines []string
	for line := range strings.SplitSeq(norm.NFC.String(s), lineEnd) {
		if line = strings.Join(strings.Fields(line), " "); strings.ContainsFunc(line, unicode.IsControl) {
			return "", false
		} else if line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, lineEnd), true
}
