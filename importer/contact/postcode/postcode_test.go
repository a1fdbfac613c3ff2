package postcode

import (
	"strings"
	"testing"
)

func TestPostcodesThatLackTheirZero(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ iso, text, full string }{
		{"DE", "1067", "01067"}, {"DE", "9111", "09111"}, {"DE", "D-1067", "D-01067"}, {"DE", "DE-1067", "DE-01067"},
		{"DE", "10117", ""}, {"DE", "01067", ""}, {"DE", "D-10117", ""}, {"DE", "D-01067", ""},
		{"DE", "1000", "01000"}, {"DE", "999", ""}, {"DE", "501", ""}, // nothing begins with 00
		{"DE", "0106", ""}, {"DE", "101178", ""}, {"DE", "1067.5", ""}, {"DE", "1O67", ""}, {"DE", "", ""}, {"DE", "0", ""},
		{"US", "2139", "02139"}, {"US", "501", "00501"}, {"US", "500", ""}, {"US", "90210", ""}, {"US", "02139", ""},
		{"US", "2139-1234", "02139-1234"}, {"US", "501-0001", "00501-0001"}, {"US", "500-0001", ""}, {"US", "21391234", "02139-1234"},
		{"US", "02139-1234", ""}, {"US", "90210-1234", ""}, {"US", "902101234", ""}, {"US", "2139-123", ""}, {"US", "2139 1234", ""},
		{"PR", "901", "00901"}, {"FR", "1000", "01000"}, {"FR", "F-1000", "F-01000"}, {"FR", "101", ""}, {"IT", "118", "00118"}, {"ES", "8001", "08001"},
		{"FI", "100", "00100"}, {"LT", "1103", "01103"}, {"NO", "150", "0150"}, {"NO", "10", "0010"}, {"NO", "9", ""}, {"NZ", "110", "0110"}, {"AU", "800", "0800"},
		{"ZA", "1", "0001"}, {"MX", "6600", "06600"}, {"TR", "6100", "06100"}, {"KR", "4524", "04524"}, {"UA", "1001", "01001"}, {"MY", "5000", "05000"},
		{"RO", "10011", "010011"}, {"CN", "30000", "030000"}, {"SG", "18956", "018956"}, {"KZ", "50000", "050000"},
		{"BR", "1310100", "01310-100"}, {"BR", "1310-100", "01310-100"}, {"BR", "20040-002", ""}, {"BR", "01310100", ""}, {"BR", "20040002", ""},
		{"JP", "608588", "060-8588"}, {"JP", "60-8588", "060-8588"}, {"JP", "1000001", ""}, {"JP", "100-0001", ""},
		{"PL", "950", "00-950"}, {"PL", "1234", "01-234"}, {"PL", "00950", ""}, {"PL", "00-950", ""}, {"PL", "31-042", ""}, {"PL", "310-42", ""},
		{"SK", "4001", "040 01"}, {"SK", "40 01", "040 01"}, {"SK", "040 01", ""}, {"SK", "81101", ""},
		// Countries whose codes are of other lengths, or never begin with a zero.
		{"CH", "8001", ""}, {"AT", "1010", ""}, {"CZ", "1100", ""}, {"DK", "999", ""}, {"GB", "SW1A 1AA", ""}, {"CA", "K1A 0B1", ""}, {"NL", "1012", ""},
		{"EE", "1011", ""}, {"GR", "1056", ""}, {"", "1067", ""}, {"XX", "1067", ""},
	} {
		if got := Full(test.text, test.iso); got != test.full {
			t.Errorf("%s %q: %q, want %q", test.iso, test.text, got, test.full)
		}
	}
}

// What is proposed is a code that lacks nothing, and no digit is another.
func TestAProposedPostcodeIsWhole(t *testing.T) {
	t.Parallel()
	countries := 0
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			iso := string(a) + string(b)
			p, ok := formOf(iso)
			if !ok {
				continue
			}
			countries++
			if p.lowest < 1 || strings.Trim(p.form, "0- ") != "" || p.longer != "" && !strings.HasPrefix(p.longer, p.form) {
				t.Errorf("%s: %+v", iso, p)
			}
			for _, text := range []string{"1", "12", "123", "1234", "12345", "123456", "1234567", "12345678", "123456789"} {
				full := Full(text, iso)
				digits := strings.NewReplacer("-", "", " ", "").Replace(full)
				if full != "" && (strings.TrimLeft(digits, "0") != text || Full(full, iso) != "" || full != p.form && len(full) != len(p.form) && len(full) != len(p.longer)) {
					t.Errorf("%s %q: %q", iso, text, full)
				}
			}
		}
	}
	if countries < 30 {
		t.Errorf("only %d countries", countries)
	}
}

func FuzzPostcode(f *testing.F) {
	f.Add("1067", "DE")
	f.Add("D-1067", "DE")
	f.Add("501-0001", "US")
	f.Add("-- -1", "SK")
	f.Fuzz(func(t *testing.T, text, iso string) {
		if full := Full(text, iso); full != "" && (len(full) <= len(text) || Full(full, iso) != "") {
			t.Errorf("%s %q: %q", iso, text, full)
		}
	})
}

// Every row is asked, and few have one.
func TestUsualPostcodesCostNoAllocation(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() { Full("10117", "DE"); Full("90210", "US") }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
