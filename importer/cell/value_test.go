package cell_test

import (
	"testing"

	"github.com/contactsync/contactsync/importer/cell"
)

func TestAsPlaceholder(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"NULL", "null", "(null)", "<null>", "N/A", "n/a", "#N/A", "#NV", "NA", `\N`, "-", "--", "—", ".", "...", "?", "???", "/", "***", "nan", "NaN", "None", "none", "nil",
		"undefined", "k. A.", "k.A.", "keine Angabe", "Keine Angaben", "unbekannt", "s/d", "n.d.", "[not provided]", "[[Unknown]]", "unknown", "UNKNOWN", "XXX", "TBD", "t.b.d.",
		"non renseigné", "NON RENSEIGNÉ", "sin datos", "não informado", "sconosciuto", "n.v.t.", "onbekend", "brak danych", "okänd", "не указано", "НЕТ ДАННЫХ", "なし", "未填写", "없음",
		"(leer)", "[blank]", "(vide)", "- none -", "*unknown*", "NULL NULL", "null, null", "- -", "N/A N/A", "undefined undefined",
	} {
		if p, ok := cell.AsPlaceholder(s); !ok || p.Own {
			t.Errorf("%q is none: %+v", s, p)
		}
	}
	for _, s := range []string{
		"", "Anna", "Nullmeier", "Leer", "Void", "blank", "Nonette", "Anna NULL", "Jennifer Null", "Unknown Pleasures Ltd", "N", "A/N", "X", "Y", "NO", "No", "+49 30 1234567", "0", "1-2", "#1",
		"xx", "Nadia", "-1", "Å", "♥", "👍", "(Bob)", "A.", "Tbilisi", "Nilsson", "Kein Geld GmbH", "nn@example.com",
	} {
		if p, ok := cell.AsPlaceholder(s); ok {
			t.Errorf("%q is one: %+v", s, p)
		}
	}
	for word, field := range map[string]string{
		"Null": "name", "NULL": "name", "None": "city", "NA": "country", "na": "state", "N.A.": "name", "Brak": "name",
	} {
		if p, ok := cell.AsPlaceholder(word); !ok || !p.MayBeIn(field) || p.MayBeIn("street") {
			t.Errorf("%q in %s: %v %+v", word, field, ok, p)
		}
	}
	for word, own := range map[string]bool{"Nan": true, "nan": false, "NAN": false, "Na": true, "NA": false, "Nil": true, "Null": false} {
		if p, _ := cell.AsPlaceholder(word); p.Own != own {
			t.Errorf("%q: %+v", word, p)
		}
	}
}

func TestHoldsPlaceholder(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"Anna NULL": true, "Anna null": true, "undefined Meier": true, "Anna NaN": true, "NULL Meier": true,
		"Jennifer Null": false, "JENNIFER NULL": false, "jennifer null": false, "Anna": false, "NULL": false, "Dev NULL Software": false,
	} {
		if got := cell.HoldsPlaceholder(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}

func TestSpelledAsName(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		word, others string
		want         bool
	}{
		{"Null", "Jennifer", true}, {"Null", "JENNIFER", true}, {"NULL", "JENNIFER", true}, {"NULL", "Jennifer", false}, {"null", "jennifer", true},
		{"null", "Jennifer", false}, {"NaN", "Anna", false}, {"N.A.", "Anna", true}, {"k.A.", "Anna", false}, {"NA", "MINHO", true}, {"NA", "Minho", false},
	} {
		if got := cell.SpelledAsName(test.word, test.others); got != test.want {
			t.Errorf("%q beside %q: %v", test.word, test.others, got)
		}
	}
}

func TestLost(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]cell.Loss{
		"#NAME?": cell.ErrorLoss, "#REF!": cell.ErrorLoss, "#DIV/0!": cell.ErrorLoss, "#BEZUG!": cell.ErrorLoss, "#WERT!": cell.ErrorLoss, "#VALEUR!": cell.ErrorLoss,
		"#¿NOMBRE?": cell.ErrorLoss, "#VERW!": cell.ErrorLoss, "#ЗНАЧ!": cell.ErrorLoss, "#ERROR!": cell.ErrorLoss, "Err:502": cell.ErrorLoss,
		"###": cell.Narrow, "########": cell.Narrow, "##": cell.Kept, "#": cell.Kept, "#1 Plumbing": cell.Kept, "#WOW!": cell.Kept, "#ref!": cell.Kept, "Err:": cell.Kept, "Err:abc": cell.Kept,
		"=A2": cell.Formula, "=Sheet1!$B$4": cell.Formula, `=A2&" "&B2`: cell.Formula, "=VLOOKUP(A2;B:C;2)": cell.Formula, "=1+1": cell.Kept, "=": cell.Kept, "=) smile": cell.Kept, "": cell.Kept,
		"4.5E+09": cell.Kept,
	} {
		if got := cell.Lost(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
	for s, want := range map[string]cell.Loss{
		"4.50012E+9": cell.Power, "1,01E+05": cell.Power, "12E5": cell.Kept, "4E+5": cell.Kept, "1.5E-3": cell.Kept, "#REF!": cell.ErrorLoss, "10115": cell.Kept,
	} {
		if got := cell.LostCode(s); got != want {
			t.Errorf("code %q: %q, want %q", s, got, want)
		}
	}
}

func TestWithoutDecimals(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"10117.0": "10117", "10117,0": "10117", "5.00": "5", "1067.0": "1067",
		"10117": "", "10117.5": "", "1.10": "", "5.": "", ".0": "", "-5.0": "", "v5.0": "", "5.0a": "", "1.0.0": "", "": "", "0": "",
	} {
		if got, ok := cell.WithoutDecimals(s); ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q %v", s, got, ok)
		}
	}
	for s, want := range map[string]string{
		"5.0": "5", "Lindenweg 5.0": "Lindenweg 5", "Rue de 1848 5.0": "Rue de 1848 5", "Lindenweg 5": "", "Lindenweg 5.5": "", "Web 2.0 Allee": "", "Halle-5.0": "", "Lindenweg 12345.0": "",
	} {
		if got, ok := cell.StreetWithoutDecimals(s); ok != (want != "") || ok && got != want {
			t.Errorf("street %q: %q %v", s, got, ok)
		}
	}
}
