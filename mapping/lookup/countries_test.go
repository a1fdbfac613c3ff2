package lookup

import (
	"maps"
	"strings"
	"sync"
	"testing"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

func TestEveryCodeOfISO3166(t *testing.T) {
	t.Parallel()
	table := Offline()
	places, _ := parsePlaces(countriesFile)
	if len(places) != 250 {
		t.Errorf("countries.txt has %d countries, want the 249 of ISO 3166-1 and Kosovo", len(places))
	}
	for _, p := range places {
		region, err := language.ParseRegion(p.iso)
		if err != nil || !region.IsCountry() || region.Canonicalize() != region {
			t.Errorf("%q is no current code: %v", p.iso, err)
		}
		if p.iso != "XK" && region.ISO3() != p.iso3 {
			t.Errorf("%s: alpha-3 %q, want %q", p.iso, p.iso3, region.ISO3())
		}
		for _, text := range []string{p.iso, p.iso3, strings.ToLower(p.iso), strings.ToLower(p.iso3), " " + p.iso + "\t", p.name} {
			if got, ok := table.Lookup(text); !ok || got.ISO != p.iso || got.Name != p.name || got.ID != 0 {
				t.Errorf("Lookup(%q) = %+v, %v; want %s", text, got, ok, p.iso)
			}
		}
	}
}

func TestOwnNamesMeanTheirCountry(t *testing.T) {
	t.Parallel()
	table := Offline()
	places, _ := parsePlaces(countriesFile)
	seen := map[string]string{}
	for _, p := range places {
		for _, alias := range append([]string{p.name}, p.aliases...) {
			if alias == "" {
				t.Errorf("%s: an empty name", p.iso)
			}
			if other := seen[fold(alias)]; other != "" && other != p.iso {
				t.Errorf("%q stands for %s and for %s", alias, other, p.iso)
			}
			seen[fold(alias)] = p.iso
			if got, ok := table.Lookup(alias); !ok || got.ISO != p.iso {
				t.Errorf("Lookup(%q) = %+v, %v; want %s", alias, got, ok, p.iso)
			}
		}
	}
}

func TestEveryNameOfCLDR(t *testing.T) {
	t.Parallel()
	table := Offline()
	table.once.Do(table.build)
	for _, tag := range spoken() {
		namer := display.Regions(tag)
		for _, p := range table.atlas.places {
			name := namer.Name(language.MustParseRegion(p.iso))
			if name == "" {
				t.Errorf("%s: no name for %s", tag, p.iso)
			}
			for _, text := range []string{name, strings.ToUpper(name), strings.ToLower(name), plain(name)} {
				if got, ok := table.Lookup(text); !ok || got.ISO != p.iso {
					t.Errorf("%s: Lookup(%q) = %+v, %v; want %q", tag, text, got, ok, p.iso)
				}
			}
		}
	}
	for name, place := range table.atlas.folded {
		if place == nowhere {
			t.Errorf("%q is the name of two countries: countries.txt has to decide", name)
		}
	}
}

// Two countries that would have one name in two languages share it; neither is guessed.
func TestASharedNameMeansNeither(t *testing.T) {
	t.Parallel()
	a := &atlas{exact: map[string]int{}, folded: map[string]int{"decided": 3}, essences: map[string]int{}}
	a.addAll([]named{
		{"Shared", "shared", 1}, {"Alone", "alone", 1}, {"SHARED", "shared", 2}, {"Decided", "decided", 1}, {"DECIDED", "decided", 2},
	})
	want := map[string]int{"shared": nowhere, "alone": 1, "decided": 3}
	if !maps.Equal(a.folded, want) {
		t.Errorf("got %v, want %v", a.folded, want)
	}
}

// plain writes a name as people do who have no accents at hand.
func plain(name string) string { return strings.ReplaceAll(fold(name), " ", "-") }

func TestNamesAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	table := Offline()
	for text, want := range map[string]string{
		"UK": "GB", "u.k.": "GB", "U. K.": "GB", "England": "GB", "SCOTLAND": "GB", "Great  Britain": "GB",
		"USA": "US", "U.S.A.": "US", "u s a": "US", "United States of America": "US", "the United States": "US",
		"Holland": "NL", "The Netherlands": "NL", "Pays-Bas": "NL", "Deutschland": "DE", "D": "DE", "germany": "DE", "BRD": "DE",
		"Czech Republic": "CZ", "Česká republika": "CZ", "ČESKO": "CZ", "Türkiye": "TR", "TÜRKİYE": "TR", "Tuerkei": "TR", "Turkey": "TR",
		"Ivory Coast": "CI", "COTE D'IVOIRE": "CI", "Côte d’Ivoire": "CI", "CIV": "CI", "South Korea": "KR", "Korea, South": "KR",
		"Korea (South)": "KR", "Republic of Korea": "KR", "Korea, Republic of": "KR", "Korea (North)": "KP",
		"OESTERREICH": "AT", "Österreich": "AT", "Suedafrika": "ZA", "España": "ES", "ESPANA": "ES", "Canary Islands": "ES",
		"Bosnia and Herzegovina": "BA", "Bosnia-Herzegovina": "BA", "Bosnien und Herzegowina": "BA", "Trinidad and Tobago": "TT",
		"St Kitts and Nevis": "KN", "St. Lucia": "LC", "Saint Vincent and the Grenadines": "VC",
		"Germany (DE)": "DE", "DE - Germany": "DE", "Belgique / België": "BE", "Deutschland/Germany": "DE",
		"Congo": "CG", "DR Congo": "CD", "Congo, Democratic Republic of the": "CD", "Democratic Rep. of Congo": "CD",
		"Macedonia": "MK", "Kyrqyzstan": "KG", "Swaziland": "SZ", "Burma": "MM", "Viet Nam": "VN", "Russian Federation": "RU",
		"Iran, Islamic Republic of": "IR", "Islamic Republic of Iran": "IR", "Moldova, Republic of": "MD", "Hong Kong": "HK",
		"Republic of China": "TW", "People's Republic of China": "CN", "Republic of Ireland": "IE", "Northern Ireland": "GB",
		"Niger": "NE", "Nigeria": "NG", "Dominica": "DM", "Dominican Republic": "DO", "Guinea": "GN", "Equatorial Guinea": "GQ",
		"Россия": "RU", "日本": "JP", "Magyarország": "HU", "Sverige": "SE", "Suomi": "FI", "Ελλάδα": "GR", "ישראל": "IL", "Kosovo": "XK",
		"Ascension Island": "SH",
		"한국":               "KR", "대한민국": "KR", "韓国": "KR", "中国": "CN", "台灣": "TW", "臺灣": "TW", "香港": "HK", "澳門": "MO", "РФ": "RU", "США": "US",
		"ประเทศไทย": "TH", "ไทย": "TH", "السعودية": "SA", "الإمارات": "AE", "مصر": "EG", "भारत": "IN", "Ελλάς": "GR", "Elláda": "GR",
		"საქართველო": "GE", "Հայաստան": "AM", "アメリカ": "US", "米国": "US", "イギリス": "GB", "美國": "US", "Cymru": "GB",
	} {
		if got, ok := table.Lookup(text); !ok || got.ISO != want {
			t.Errorf("Lookup(%q) = %+v, %v; want %s", text, got, ok, want)
		}
	}
}

func TestUnknownCountries(t *testing.T) {
	t.Parallel()
	table := Offline()
	for _, text := range []string{
		"", " ", ".", "-", "n/a", "Germny", "Atlantis", "USA/Canada", "Germany, Texas", "Narnia (DE)", "ZZ", "QQ", "EU", "UN", "276", "0049",
		"Virgin Islands", "\xff\xfe", "the", strings.Repeat("Germany", 1000), "x@example.com", "Berlin",
	} {
		if got, ok := table.Lookup(text); ok || !got.IsZero() {
			t.Errorf("Lookup(%q) = %+v, want nothing", text, got)
		}
	}
}

func TestOtherLanguagesHaveNoVeryShortNames(t *testing.T) {
	t.Parallel()
	names := newAtlas().otherLanguages()
	if len(names) < 10000 {
		t.Errorf("only %d names", len(names))
	}
	for name := range names {
		if len(name) < 4 {
			t.Errorf("%q is as good as any slip", name)
		}
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	table := Offline()
	for text, want := range map[string]string{
		"Germny": "Germany", "Gemrany": "Germany", "Deutchland": "Deutschland", "Untied States": "United States",
		"Swizerland": "Switzerland", "Osterrich": "Österreich", "Netherlans": "Netherlands", "Franc": "France", "Itlay": "Italy",
		"Lichtenstein": "Liechtenstein", "GERMNY": "Germany", "Egrmany": "Germany", "Germani": "Germany", "Polamd": "Poland",
		"Austia": "Austria", "United Kingdon": "United Kingdom",
		// Places that are merely near, whatever the language.
		"Berlin": "", "Bremen": "", "Bayern": "", "Alberta": "", "Hessen": "", "Texas": "", "Ontario": "", "Lagos": "", "Malé": "",
		"Vienna": "", "Sedan": "", "Macon": "", "Tanga": "", "Samos": "", "Almería": "", "Lombardia": "", "Москва": "",
		// One letter more than a name may have wrong, and one that no finger slips to.
		"Gerymyn": "", "Tunez": "Túnez", "Hermany": "", "Itxly": "", "Itly": "",
		"": "", "x": "", "DF": "", "Atlantis": "", "Narnia and beyond": "", "\xff": "", strings.Repeat("x", 300): "", "12345678": "",
	} {
		for range 2 {
			if got := table.Nearest(text); got != want {
				t.Errorf("Nearest(%q) = %q, want %q", text, got, want)
			}
		}
	}
}

func TestLookupIsSafeForManyGoroutines(t *testing.T) {
	t.Parallel()
	table := Countries([]CountryRow{{ID: 74, Name: "Germany", ISO: "de"}})
	texts := []string{"Germany", "DEUTSCHLAND", "ÖSTERREICH", "Germny", "Россия", "USA", "nowhere at all"}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for i := range 2000 {
				table.Lookup(texts[i%len(texts)])
				table.Nearest(texts[i%len(texts)])
				table.ByID(74)
			}
		})
	}
	group.Wait()
}

func TestMemoIsBoundedAndKeepsNoRow(t *testing.T) {
	t.Parallel()
	var m memo[int]
	asked := 0
	for i := range 3 * memoSize {
		m.get(strings.Repeat("x", i%255)+string(rune('a'+i/255%26))+string(rune(0x400+i)), func(string) int { asked++; return i })
		if len(m.answers) > memoSize {
			t.Fatalf("%d answers kept", len(m.answers))
		}
	}
	if asked != 3*memoSize {
		t.Errorf("asked %d times, want %d", asked, 3*memoSize)
	}
	if got := m.get("once", func(string) int { return 1 }); got != 1 {
		t.Error(got)
	}
	if got := m.get("once", func(string) int { return 2 }); got != 1 {
		t.Errorf("the answer was not kept: %d", got)
	}
}

func TestCommonLookupsDoNotAllocate(t *testing.T) {
	table := Offline()
	types := Types(nil, false)
	for _, text := range []string{"Germany", "germany", "DE", " USA ", "Österreich", "United Kingdom", "Нигде", "Nowhere"} {
		table.Lookup(text)
		if n := testing.AllocsPerRun(100, func() { table.Lookup(text); types.Lookup("Rechnungsadresse"); types.Lookup("12") }); n != 0 {
			t.Errorf("Lookup(%q): %v allocations", text, n)
		}
	}
}

func FuzzLookup(f *testing.F) {
	for _, s := range []string{"Germany", "USA", "Korea, South", "Côte d’Ivoire", "Mayotte / Reunion", "\xff", "ǅ", "日本", "D", "Germny"} {
		f.Add(s)
	}
	offline := Offline()
	online := Countries(emnifyRows())
	f.Fuzz(func(t *testing.T, text string) {
		for _, table := range []*CountryTable{offline, online} {
			country, ok := table.Lookup(text)
			if ok == country.IsZero() {
				t.Fatalf("Lookup(%q) = %+v, %v", text, country, ok)
			}
			if again, okAgain := table.Lookup(text); again != country || okAgain != ok {
				t.Fatalf("Lookup(%q) = %+v, then %+v", text, country, again)
			}
			if again, _ := table.Lookup("\t" + text + " "); ok && len(text) < longest-2 && again != country {
				t.Fatalf("Lookup(%q) = %+v, with blanks around it %+v", text, country, again)
			}
			if near := table.Nearest(text); near != "" {
				if _, ok := table.Lookup(near); !ok {
					t.Fatalf("Nearest(%q) = %q, which is not known", text, near)
				}
			}
		}
		if b, ok := foldASCII(make([]byte, 0, 64), text); ok && string(b) != fold(text) {
			t.Fatalf("foldASCII(%q) = %q", text, b)
		}
		if folded := fold(text); fold(folded) != folded && isASCII(folded) {
			t.Fatalf("fold(%q) = %q, folded again %q", text, folded, fold(folded))
		}
	})
}

func BenchmarkLookup(b *testing.B) {
	table := Countries(emnifyRows())
	texts := []string{"Germany", "DE", "United States", "Österreich", "FRANCE", "ÖSTERREICH", "Nowhere", "Germny"}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		table.Lookup(texts[i%len(texts)])
	}
}

func BenchmarkBuild(b *testing.B) {
	for b.Loop() {
		Offline().Lookup("DE")
	}
}

func BenchmarkOtherLanguages(b *testing.B) {
	for b.Loop() {
		Offline().Lookup("Nowhere")
	}
}

func BenchmarkNearest(b *testing.B) {
	table := Offline()
	table.Lookup("DE")
	for b.Loop() {
		nearestOf("deutchland", table.atlas.named, func(int) bool { return true })
	}
}
