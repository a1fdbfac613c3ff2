package source_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/contactsync/contactsync/importer/source"
)

// texts holds rows of names and places for each language that is told apart.
func texts() map[string]string {
	return map[string]string{
		"German":     "Name;Ort\r\nJörg Müller;Königsallee 5\r\nKäthe Groß;Düsseldorf\r\nPeter Weiß;Übersee\r\n",
		"French":     "Nom;Adresse\r\nFrançois Lefèvre;Rue de l'Église\r\nHélène Côté;Œuvre d'art\r\nZoë Noël;Sœurs\r\n",
		"Spanish":    "Nombre;Calle\r\nJosé Núñez;España 5\r\nMaría Peña;Almirante\r\nÍñigo Gómez;Perú\r\n",
		"Portuguese": "Nome;Rua\r\nJoão Conceição;Praça da Sé\r\nInês Araújo;São João\r\n",
		"Italian":    "Nome;Via\r\nNiccolò Perù;Piazza della Libertà\r\nAndrea Rossi;Città\r\n",
		"Swedish":    "Namn;Gata\r\nÅsa Öberg;Ängsgatan\r\nBjörn Åkesson;Malmö\r\n",
		"Danish":     "Navn;Vej\r\nSøren Ågård;Østerbro\r\nBjørn Ødegård;Nørregade\r\n",
		"Polish":     "Nazwa;Ulica\r\nŁukasz Wójcik;Źródlana\r\nGrażyna Wiśniewska;Łódź\r\nPaweł Żak;Gdańsk\r\n",
		"Czech":      "Jméno;Ulice\r\nJiří Dvořák;Plzeň\r\nRůžena Šťastná;Děčín\r\nVáclav Žižka;Náměstí\r\n",
		"Hungarian":  "Név;Utca\r\nGábor Szűcs;Győr\r\nErzsébet Tőke;Fő utca\r\n",
		"Russian":    "Имя;Город\r\nИван Петров;Москва\r\nАнна Кузнецова;Тверь\r\n",
		"Ukrainian":  "Ім'я;Місто\r\nЄва Їжак;Київ\r\nІгор Шевченко;Львів\r\n",
	}
}

// TestEncodingsAreTold writes each text in each encoding that has its letters, and reads it back undamaged. What the
// encoding is called does not count where two of them read the same.
func TestEncodingsAreTold(t *testing.T) {
	t.Parallel()
	western := []string{"windows-1252", "iso-8859-15", "mac-roman"}
	central := []string{"windows-1250", "iso-8859-2"}
	encodings := map[string][]string{
		"German": western, "French": western, "Spanish": western, "Portuguese": western, "Italian": western, "Swedish": western,
		"Danish": western, "Polish": central, "Czech": central, "Hungarian": central,
		"Russian": {"windows-1251"}, "Ukrainian": {"windows-1251"},
	}
	for language, text := range texts() {
		for _, encoding := range append(encodings[language], "utf-8", "utf-16-le", "utf-16-be") {
			for _, bom := range []bool{false, true} {
				t.Run(language+" "+encoding, func(t *testing.T) {
					t.Parallel()
					var b bytes.Buffer
					w := encoder(t, &b, encoding, bom)
					for _, c := range []byte(text) { // a byte at a time: characters come in parts
						if _, err := w.Write([]byte{c}); err != nil {
							t.Fatal(err)
						}
					}
					if err := w.Close(); err != nil {
						t.Fatal(err)
					}
					in := open(t, b.String(), source.Options{})
					rows := everyRow(t, in)
					var again strings.Builder
					for _, cells := range append([][]string{in.RawHeader()}, cellsOf(rows)...) {
						again.WriteString(strings.Join(cells, ";") + "\r\n")
					}
					if diff := cmp.Diff(text, again.String()); diff != "" {
						t.Errorf("read as %s: %s", in.Detected().Encoding, diff)
					}
					told := in.Detected()
					if strings.HasPrefix(encoding, "utf") && (told.Encoding != encoding || told.BOM != bom) {
						t.Errorf("told as %s, mark %v", told.Encoding, told.BOM)
					}
				})
			}
		}
	}
}

// TestLateCharacter puts the only character outside ASCII far behind what is looked at to tell the table's form.
func TestLateCharacter(t *testing.T) {
	t.Parallel()
	for _, encoding := range []string{"windows-1252", "utf-8"} {
		data := encode(t, "Name;Ort\n"+strings.Repeat("Ann;Ulm\n", 500_000)+"Jörg Müller;Köln\n", encoding)
		in := open(t, string(data), source.Options{})
		if got := in.Detected().Encoding; got != encoding {
			t.Errorf("got %s, want %s", got, encoding)
		}
	}
}

func TestEncodingFlagWins(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, data, flag, want, cell string }{
		{"1250 told", "a;b\n\xB3ania;x\n", "cp1250", "windows-1250", "łania"},
		{"DOS told", "a;b\nM\x81ller;x\n", "cp437", "cp437", "Müller"},
		{"Latin-1 told for what looks like UTF-8", "a;b\nJ\xC3\xB6rg;x\n", "ISO_8859-1", "iso-8859-1", "JÃ¶rg"},
		{"UTF-16, byte order by mark", "\xFE\xFF\x00a\x00;\x00b\x00\n\x00x\x00;\x00y", "utf-16", "utf-16-be", "x"},
		{"UTF-16, byte order by look", "\x00a\x00;\x00b\x00\n\x00x\x00;\x00y\x00\n", "UTF-16", "utf-16-be", "x"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			in := open(t, test.data, source.Options{Encoding: test.flag})
			rows := everyRow(t, in)
			if got := in.Detected(); got.Encoding != test.want || !got.EncodingTold {
				t.Errorf("got %+v", got)
			}
			if len(rows) != 1 || rows[0].Cells[0] != test.cell {
				t.Errorf("got %+v", rows)
			}
		})
	}
	if _, err := source.Open(fileEnv("a\nb\n"), "a.csv", source.Options{Encoding: "klingon"}); err == nil || !strings.Contains(err.Error(), "klingon") {
		t.Errorf("got %v", err)
	}
}

func TestBadUTF16CostsItsRow(t *testing.T) {
	t.Parallel()
	data := string(encode(t, "a;b\r\nx;😎\r\ny;1\r\nz;ü\r\n", "utf-16-le"))
	data = strings.Replace(data, "1\x00", "\x00\xD8", 1) // half a surrogate pair
	got := cellsOf(everyRow(t, open(t, data, source.Options{})))
	want := [][]string{{"x", "😎"}, {"!", source.CodeEncoding, "y;\uFFFD"}, {"z", "ü"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestCharactersOverBlocks has a character of four bytes at every place where a block may end.
func TestCharactersOverBlocks(t *testing.T) {
	t.Parallel()
	for _, encoding := range []string{"utf-8", "utf-16-le", "utf-16-be"} {
		for _, header := range []string{"a;b\n", "ab;b\n", "abc;b\n", "abcd;b\n"} {
			data := encode(t, header+strings.Repeat("😎;\n", 100_000), encoding)
			for i, row := range everyRow(t, open(t, string(data), source.Options{})) {
				if row.Defect != nil || row.Cells[0] != "😎" {
					t.Fatalf("%s, %q, row %d: %+v", encoding, header, i, row)
				}
			}
		}
	}
}

func TestWriterReplacesWhatTheEncodingLacks(t *testing.T) {
	t.Parallel()
	if got := string(encode(t, "ä – 漢", "iso-8859-1")); got != "\xE4 ? ?" {
		t.Errorf("got %q", got)
	}
	if got := string(encode(t, "bad \xFF byte", "utf-8")); got != "bad \xFF byte" {
		t.Errorf("got %q", got)
	}
}
