package source_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/contactsync/contactsync/importer/source"
)

// TestRowsInUTF8 has rows in UTF-8 within files in other encodings, and rows that are so by chance only.
func TestRowsInUTF8(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, encoding, others, row string
		want                        []string
		former                      []string // nil: not read as UTF-8
		back                        string   // the bytes that go into rejects.csv
	}{
		{"German", "windows-1252", "Jörg Müller;Köln\nKäthe Böhm;Düren\n", "Zoë Schäfer;Fürth",
			[]string{"Zoë Schäfer", "Fürth"}, []string{"ZoÃ« SchÃ¤fer", "FÃ¼rth"}, "Zo\xEB Sch\xE4fer;F\xFCrth"},
		{"letters that the file's encoding lacks", "windows-1252", "Jörg Müller;Köln\nKäthe Böhm;Düren\n", "Paweł Żak;Kraków",
			[]string{"Paweł Żak", "Kraków"}, []string{"PaweÅ‚ Å»ak", "KrakÃ³w"}, "Paweł Żak;Kraków"},
		{"Polish", "windows-1250", "Paweł Żak;Łódź\nGrażyna Wójcik;Gdańsk\n", "Michał Dąbrowski;Kraków",
			[]string{"Michał Dąbrowski", "Kraków"}, []string{"MichaĹ‚ DÄ…browski", "KrakĂłw"}, "Micha\xB3 D\xB9browski;Krak\xF3w"},
		{"Russian", "windows-1251", "Иван Петров;Москва\nАнна Кузнецова;Тверь\nОльга Волкова;Казань\nПётр Орлов;Самара\n", "Юлия Попова;Омск",
			[]string{"Юлия Попова", "Омск"}, []string{"Р®Р»РёСЏ РџРѕРїРѕРІР°", "РћРјСЃРє"}, "\xDE\xEB\xE8\xFF \xCF\xEE\xEF\xEE\xE2\xE0;\xCE\xEC\xF1\xEA"},
		{"Cyrillic that is UTF-8 by chance", "windows-1251", "Іван Шевченко;Київ\nЮрій Ткаченко;Львів\nОлена Лі;Полтава\nЧан Лі;Суми\n", "Лі;Ulm",
			[]string{"Лі", "Ulm"}, nil, "\xCB\xB3;Ulm"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			data := encode(t, "Name;City\n"+test.others, test.encoding)
			if test.former != nil {
				data = append(data, test.row+"\n"...)
			} else {
				data = append(data, encode(t, test.row+"\n", test.encoding)...)
			}
			in := open(t, string(data), source.Options{})
			rows := everyRow(t, in)
			row := rows[len(rows)-1]
			if diff := cmp.Diff(test.want, row.Cells); diff != "" || row.Defect != nil {
				t.Fatalf("%s: %+v %s", in.Detected().Encoding, row.Defect, diff)
			}
			if diff := cmp.Diff(test.former, in.FormerCells(row)); diff != "" {
				t.Errorf("former cells: %s", diff)
			}
			if (test.former != nil) != (len(row.Repairs) == len(row.Cells)) {
				t.Errorf("repairs %+v", row.Repairs)
			}
			for i, repair := range row.Repairs {
				if repair.Code != source.CodeEncodingRead || repair.Value != test.former[i] || repair.Column != i+1 {
					t.Errorf("repair %+v", repair)
				}
			}
			back := in.Returned(row)
			if got := encode(t, back[0]+";"+back[1], in.Detected().Encoding); !bytes.Equal(got, []byte(test.back)) {
				t.Errorf("goes back as %q, want %q", got, test.back)
			}
			for _, other := range rows[:len(rows)-1] {
				if other.Apart || other.Repairs != nil || in.FormerCells(other) != nil {
					t.Errorf("row %d was touched: %+v", other.Number, other)
				}
			}
		})
	}
}

// TestRowsInOneByteWithinUTF8 are defects: nothing says in what they are.
func TestRowsInOneByteWithinUTF8(t *testing.T) {
	t.Parallel()
	in := open(t, "Name;City\nJörg Müller;Köln\nM\xFCller;Ulm\n", source.Options{})
	rows := everyRow(t, in)
	if rows[0].Defect != nil || rows[1].Defect == nil || rows[1].Defect.Code != source.CodeEncoding || in.Detected().Encoding != "utf-8" {
		t.Errorf("got %+v", rows)
	}
}

// TestFormerEncoding has files that version 1 read as another encoding than they are in.
func TestFormerEncoding(t *testing.T) {
	t.Parallel()
	tests := []struct{ encoding, text, former, cell, was string }{
		{"windows-1254", "Ad;Soyad\nAyşe;Yıldız\nÇağrı;Işık\nŞule;Aydoğan\n", "windows-1252", "Ayşe", "Ayþe"},
		{"windows-1253", "Όνομα;Πόλη\nΆννα;Αθήνα\nΓιώργος;Θεσσαλονίκη\nΕλένη;Πάτρα\n", "windows-1251", "Άννα", "ўннб"},
		{"cp850", "Vorname;Straße\nJürgen;Große Straße\nKäthe;Süderweg\nJörg;Köln\n", "mac-roman", "Jürgen", "JÅrgen"},
		{"windows-1252", "Vorname;Straße\nJürgen;Große Straße\nKäthe;Süderweg\n", "", "Jürgen", "Jürgen"},
		{"utf-8", "Ad;Soyad\nAyşe;Yıldız\n", "", "Ayşe", "Ayşe"},
		{"euc-kr", "이름;도시\n김민수;서울특별시\n박지훈;부산광역시\n", "windows-1251", "김민수", "±и№Ојц"},
	}
	for _, test := range tests {
		in := open(t, string(encode(t, test.text, test.encoding)), source.Options{})
		if got := in.FormerEncoding(); got != test.former {
			t.Errorf("%s: formerly %q, want %q", test.encoding, got, test.former)
		}
		if got := in.FormerCell(test.cell); got != test.was {
			t.Errorf("%s: %q was read as %q, want %q", test.encoding, test.cell, got, test.was)
		}
		row := everyRow(t, in)[0]
		if got := in.FormerCells(row); (got == nil) != (test.former == "") || got != nil && got[0] != in.FormerCell(row.Cells[0]) {
			t.Errorf("%s: former cells %q", test.encoding, got)
		}
		told := open(t, string(encode(t, test.text, test.encoding)), source.Options{Encoding: test.encoding})
		if got := told.FormerEncoding(); got != test.former {
			t.Errorf("%s: told by a person, and formerly %q, want %q", test.encoding, got, test.former)
		}
	}
}
