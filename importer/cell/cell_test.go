package cell_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/contactsync/contactsync/importer/cell"
)

func TestRead(t *testing.T) {
	t.Parallel()
	moji, ent, tag, mime, esc, wrap := cell.Mojibake, cell.Entities, cell.Tags, cell.MIME, cell.Escapes, cell.Wrapper
	for _, test := range []struct {
		raw, want string
		layers    []cell.Layer
	}{
		// Windows-1252, once, twice and beyond the alphabet of the West
		{"GÃ¼nther KrÃ¤mer", "Günther Krämer", []cell.Layer{moji}},
		{"GroÃŸe StraÃŸe 1", "Große Straße 1", []cell.Layer{moji}},
		{"KÃ–LN", "KÖLN", []cell.Layer{moji}},
		{"GÃœNTHER", "GÜNTHER", []cell.Layer{moji}},
		{"Ã–lmÃ¼hle", "Ölmühle", []cell.Layer{moji}},
		{"ASUNCIÃ“N", "ASUNCIÓN", []cell.Layer{moji}},
		{"ESPAÃ‘A", "ESPAÑA", []cell.Layer{moji}},
		{"BogotÃ¡", "Bogotá", []cell.Layer{moji}},
		{"voilÃ\u00a0", "voilà", []cell.Layer{moji}},
		{"MartÃ\u00adn", "Martín", []cell.Layer{moji}},
		{"Ã\u009cnal", "Ünal", []cell.Layer{moji}},
		{"StanisÅ‚aw KwiatkowskÄ…", "Stanisław Kwiatkowską", []cell.Layer{moji}},
		{"Å½iga", "Žiga", []cell.Layer{moji}},
		{"AyÅŸe YÄ±lmaz", "Ayşe Yılmaz", []cell.Layer{moji}},
		{"Nguyá»…n", "Nguyễn", []cell.Layer{moji}},
		{"Oâ€™Neil", "O’Neil", []cell.Layer{moji}},
		{"NÂ° 5", "N° 5", []cell.Layer{moji}},
		{"ÃƒÂ¼ber", "über", []cell.Layer{moji}},
		{"ÐžÐ»ÑŒÐ³Ð°", "Ольга", []cell.Layer{moji}},
		{"Î‘Î½Î½Î±", "Αννα", []cell.Layer{moji}},
		// the other encodings
		{"GĂĽnther", "Günther", []cell.Layer{moji}},
		{"РћР»СЊРіР°", "Ольга", []cell.Layer{moji}},
		{"GГјnther", "Günther", []cell.Layer{moji}},
		{"G√ºnther", "Günther", []cell.Layer{moji}},
		{"Stra√üe", "Straße", []cell.Layer{moji}},
		{"G├╝nther", "Günther", []cell.Layer{moji}},
		// HTML
		{"Bells &amp; Whistles", "Bells & Whistles", []cell.Layer{ent}},
		{"Bells &amp;amp; Whistles", "Bells & Whistles", []cell.Layer{ent}},
		{"Bells &amp Whistles", "Bells & Whistles", []cell.Layer{ent}},
		{"Eve O&#39;Hara", "Eve O'Hara", []cell.Layer{ent}},
		{"Eve O&#x27;Hara", "Eve O'Hara", []cell.Layer{ent}},
		{"T&uuml;bingen", "Tübingen", []cell.Layer{ent}},
		{"T&UUML;BINGEN", "TÜBINGEN", []cell.Layer{ent}},
		{"T&uumlbingen", "Tübingen", []cell.Layer{ent}},
		{"T&#252bingen", "Tübingen", []cell.Layer{ent}},
		{"G&ouml;ktu&#x11F;", "Göktuğ", []cell.Layer{ent}},
		{"G&Atilde;&frac14;nther", "Günther", []cell.Layer{ent, moji}},
		{"<p>Eve Kim</p>", "Eve Kim", []cell.Layer{tag}},
		{"<p>Eve Kim", "Eve Kim", []cell.Layer{tag}},
		{"<b>Ulm</b>", "Ulm", []cell.Layer{tag}},
		{"Weg 1<br />Hof", "Weg 1\nHof", []cell.Layer{tag}},
		{`<a href="mailto:eve@example.com">eve@example.com</a>`, "eve@example.com", []cell.Layer{tag}},
		{`<span style="width:1em">Eve</span>`, "Eve", []cell.Layer{tag}},
		{"Eve<!-- old --> Kim", "Eve Kim", []cell.Layer{tag}},
		{"<script>alert(1)</script>Eve", "Eve", []cell.Layer{tag}},
		{"&lt;b&gt;Ulm&lt;/b&gt;", "Ulm", []cell.Layer{ent, tag}},
		// mail
		{"=?utf-8?Q?G=C3=BCnther_Kr=C3=A4mer?=", "Günther Krämer", []cell.Layer{mime}},
		{"=?UTF-8?B?R8O8bnRoZXI=?= =?UTF-8?B?IEtyw6RtZXI=?=", "Günther Krämer", []cell.Layer{mime}},
		{"=?iso-8859-1?Q?G=FCnther?= <g@example.com>", "Günther <g@example.com>", []cell.Layer{mime}},
		{"=?koi8-r?B?78zYx8E=?=", "Ольга", []cell.Layer{mime}},
		{"=?gb2312?B?1dTT7g==?=", "赵宇", []cell.Layer{mime}},
		{"G=C3=BCnther Kr=C3=A4mer", "Günther Krämer", []cell.Layer{esc}},
		{"G=FCnther", "Günther", []cell.Layer{esc}},
		// addresses and programs
		{"Eva%20Maria", "Eva Maria", []cell.Layer{esc}},
		{"Eva+Maria+Kr%C3%A4mer", "Eva Maria Krämer", []cell.Layer{esc}},
		{"Kr%E4mer", "Krämer", []cell.Layer{esc}},
		{"Kr%u00E4mer", "Krämer", []cell.Layer{esc}},
		{`Kr\u00e4mer`, "Krämer", []cell.Layer{esc}},
		{`Kr\u{e4}mer`, "Krämer", []cell.Layer{esc}},
		{`\ud83d\ude00 Eve`, "😀 Eve", []cell.Layer{esc}},
		{`Kr\xc3\xa4mer`, "Krämer", []cell.Layer{esc}},
		{`b'Kr\xc3\xa4mer'`, "Krämer", []cell.Layer{esc}},
		{`Kr\303\244mer`, "Krämer", []cell.Layer{esc}},
		{`O\'Hara`, "O'Hara", []cell.Layer{esc}},
		// spreadsheets
		{`="01067"`, "01067", []cell.Layer{wrap}},
		{` ="01067" `, "01067", []cell.Layer{wrap}},
		{`=""01067""`, "01067", []cell.Layer{wrap}},
		{`='01067'`, "01067", []cell.Layer{wrap}},
		{`=T("01067")`, "01067", []cell.Layer{wrap}},
		{`="a ""b"" c"`, `a "b" c`, []cell.Layer{wrap}},
		{`=""`, "", []cell.Layer{wrap}},
		{`=HYPERLINK("mailto:eve@example.com";"Eve")`, "Eve", []cell.Layer{wrap}},
		{`=HYPERLINK("mailto:eve@example.com")`, "eve@example.com", []cell.Layer{wrap}},
		{`="G&uuml;nther"`, "Günther", []cell.Layer{wrap, ent}},
	} {
		got := cell.Read(test.raw)
		if got.Text != test.want || !slices.Equal(got.Layers, test.layers) || got.Damaged {
			t.Errorf("%q: got %+v, want %q %v", test.raw, got, test.want, test.layers)
		}
	}
}

// What a person writes stays, however much it looks like a layer.
func TestReadLeaves(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"JOÃO", "SÃO PAULO", "Ã", "AÇÃO", "AMANHÃ", "“AMANHÔ", "«AMANHû", "IRMî", "JAPÃ’S", "IRMÃ…", "NESTLÉ™", "CAFÉ–BAR", "Â", "VIÊN", "GRÖßE", "Großöße",
		"RĂŞINARI", "Сієнко", "Рівне", "МАРІЯ", "Ærøskøbing", "Ångström", "ÄÖÜ", "Şükrü", "ŽÄR", "10 € – 20 €", "√2", "Café “Mère”", "日本語", "한국어", "Ζωή",
		"AT&T", "R&D; Labs", "Tom&Jerry;", "A&B", "Smith & Sons", "Black&Decker", "D&in;", "a&b=c&copy=d", "&", "&;", "&#1;", "Unit &#5",
		"a < b", "a <b", "a > b", "<Anna>", "<b>", "<mark>", "Anna <anna@example.com>", "<anna@example.com>", "<3", "030 1 <p>", "<->",
		"100%", "50%20", "50 %", "100%DE", "ART%CAFE", "art%cafe", "%", "5%ab", "user%example.com@example.org",
		`C:\users`, `C:\temp\x`, `\`, `a\b`, `\N`, "=", "a=b", "A=BCD", "X=ADAM", "bounce=E9a=example.com@example.org", "1=1", "=1+1", `="a"&"b"`, "=A1", "=?", "=?Q?",
		"+49 30 1234567", "'t Hart", "O'Neil", "", " ", "McÂrthur",
	} {
		got := cell.Read(s)
		if got.Text != s || got.Layers != nil || got.Damaged {
			t.Errorf("%q: got %+v", s, got)
		}
	}
}

// Halves of letters are told, and not guessed.
func TestReadTellsDamage(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"MartÃn": "MartÃn", "GÃnther": "GÃnther", "GÃ?nther": "GÃ?nther", "KrÂmer": "KrÂmer", "GÃ¼nther KrÃmer": "Günther KrÃmer",
		"=?utf-8?Q?G=C3=BC": "=?utf-8?Q?G=C3=BC", "=?klingon?B?R8O8bnRoZXI=?=": "=?klingon?B?R8O8bnRoZXI=?=",
	} {
		if got := cell.Read(raw); got.Text != want || !got.Damaged {
			t.Errorf("%q: got %+v", raw, got)
		}
	}
}

// The names that countries and languages have in all languages of the CLDR are real texts of all scripts.
func TestReadLeavesNames(t *testing.T) {
	t.Parallel()
	n := 0
	for _, in := range display.Supported.Tags() {
		regions, languages := display.Regions(in), display.Languages(in)
		if regions == nil || languages == nil {
			continue
		}
		for _, code := range []string{"DE", "FR", "ES", "PT", "BR", "GB", "US", "RU", "UA", "TR", "GR", "JP", "CN", "KR", "SA", "AX", "CI", "ST", "SE", "NA"} {
			name := regions.Name(language.MustParseRegion(code))
			for _, s := range []string{name, strings.ToUpper(name), strings.ToLower(name)} {
				if got := cell.Read(s); got.Text != s || got.Damaged {
					t.Errorf("%v: %q: got %+v", in, s, got)
				}
				if _, ok := cell.AsPlaceholder(s); ok || cell.Lost(s) != cell.Kept {
					t.Errorf("%v: %q is taken for no value", in, s)
				}
				n++
			}
		}
		if s := languages.Name(in); cell.Read(s).Text != s {
			t.Errorf("%v: %q: got %+v", in, s, cell.Read(s))
		}
	}
	if n < 5000 {
		t.Errorf("only %d names", n)
	}
}

func TestReadIsBounded(t *testing.T) {
	t.Parallel()
	deep := "A" + strings.Repeat("%25", 1) + strings.Repeat("25", 20) + "20B"
	if got := cell.Read(deep); got.Text != deep || !got.Damaged {
		t.Errorf("layers without end: %+v", got)
	}
	long := strings.Repeat("&amp;", 2000)
	if got := cell.Read(long); got.Text != long {
		t.Error("a long cell was looked through")
	}
}

func TestCleanCellsCostNothing(t *testing.T) {
	cells := []string{"Ann", "Jörg Müller", "ann.lee@example.com", "+49 30 123456", "Hauptstraße 12", "10115", "Владимир Сергеев", "Großöße", "Lead", "Nora Nilsson", "山田太郎", "5.0"}
	n := testing.AllocsPerRun(100, func() {
		for _, s := range cells {
			_ = cell.Read(s)
			_, _ = cell.AsPlaceholder(s)
			_ = cell.LostCode(s)
		}
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{
		"ÃƒÂ¼", "&amp;amp;lt;b&gt;x&lt;/b>", "=?utf-8?Q?=C3=BC?=", `="=""a"""`, `\u00fc%C3%BC=C3=BC\303\274`, "<p>a<br>b<!-- c", "РњР°", "√º", "(null)", "#REF!",
		"<scr<script></script>ipt>", "%25C3%25BC", "G&Atilde;&frac14;", "a\xff&amp;", "NULL,NULL", "10.0",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := cell.Read(s)
		if utf8.ValidString(s) && !utf8.ValidString(got.Text) {
			t.Fatalf("%q became %q, which is no text", s, got.Text)
		}
		if len(got.Layers) == 0 && got.Text != s {
			t.Fatalf("%q became %q without a word", s, got.Text)
		}
		if again := cell.Read(got.Text); again.Text != got.Text {
			t.Fatalf("%q became %q and then %q", s, got.Text, again.Text)
		}
		_, _ = cell.AsPlaceholder(s)
		_ = cell.HoldsPlaceholder(s)
		_ = cell.LostCode(s)
		if whole, ok := cell.StreetWithoutDecimals(s); ok {
			if again, ok := cell.StreetWithoutDecimals(whole); ok {
				t.Fatalf("%q lost its decimals twice: %q", s, again)
			}
		}
	})
}
