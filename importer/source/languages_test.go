package source_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/contactsync/contactsync/importer/source"
)

// people are names and towns that are not in names.txt, as far as a language has others, each with a letter outside ASCII.
func people() map[string][]string {
	return map[string][]string{
		"German":     {"Jörn Brüggemann", "Ännchen Lößnitz", "Rüdiger Thönnes", "Sören Kästner", "Ulf Süßmilch", "Hänsel Vößing", "Fürstenwalde", "Schönebeck", "Mörfelden", "Gießen", "Bückeburg"},
		"French":     {"Rémi Thévenet", "Clémence Hénault", "Cécile Gérard", "Agnès Lacôte", "Loïc Prévost", "Anaëlle Réault", "Gwenaël Traoré", "Angoulême", "Mâcon", "Bégard", "Sète", "Épinal"},
		"Spanish":    {"Adrián Ordóñez", "Concepción Ibarra", "Efraín Saldaña", "Íker Zúñiga", "Verónica Rincón", "Tomás Piñeiro", "Ávila", "Cáceres", "Castellón", "Avilés", "Alcalá", "Mérida"},
		"Portuguese": {"Estêvão Leça", "Graça Falcão", "Júlio Mourão", "Tomé Bragança", "Mônica Régis", "Olímpia Simão", "Portimão", "Bragança", "Covilhã", "Olhão", "Maranhão", "Paraná"},
		"Swedish":    {"Mårten Hägglund", "Görel Sjöholm", "Päivi Ståhl", "Örjan Malmström", "Åsa Wahlgård", "Sölve Ekström", "Södertälje", "Mölndal", "Trelleborg Öst", "Lidköping", "Nässjö"},
		"Danish":     {"Bjarne Søgård", "Kåre Bækgaard", "Jørn Ravnbøl", "Lærke Blåbjerg", "Søs Nørlund", "Åse Vindbæk", "Frederikshavn Sø", "Tønder", "Brønderslev", "Nykøbing", "Ærøskøbing"},
		"Icelandic":  {"Sóley Hjaltadóttir", "Þröstur Ægisson", "Hafþór Eyþórsson", "Guðný Steingrímsdóttir", "Friðrik Hálfdánarson", "Æsa Þorkelsdóttir", "Húsavík", "Dalvík", "Egilsstaðir", "Stykkishólmur", "Ólafsvík"},
		"Polish":     {"Jędrzej Gąsior", "Wacław Krzyżański", "Róża Błażejewska", "Zdzisław Żurawski", "Łucja Śliwa", "Bronisława Kępa", "Grudziądz", "Kołobrzeg", "Oświęcim", "Ełk", "Wałbrzych", "Jędrzejów"},
		"Czech":      {"Bohumír Řezníček", "Květoslava Křížová", "Přemysl Vaněk", "Ctirad Šťovíček", "Libuše Hašková", "Zdeňka Brožová", "Jihlava Město Ždírec", "Český Krumlov", "Náchod Běloves", "Třinec", "Kroměříž"},
		"Hungarian":  {"Bálint Kőszegi", "Gyöngyi Bőhm", "Fülöp Erdős", "Csongor Sütő", "Ödön Csűrös", "Piroska Győrfi", "Hajdúböszörmény", "Mosonmagyaróvár", "Kőröshegy", "Berettyóújfalu"},
		"Croatian":   {"Zvonimir Šćepanović", "Branimir Čačić", "Snježana Žuljević", "Krešimir Đurđević", "Anđelka Šimunić", "Tomislav Vrančić", "Koprivnica Šoderica", "Đurđevac", "Županja", "Slatina Čađavica"},
		"Russian":    {"Геннадий Щеголев", "Зинаида Цветкова", "Яков Жданов", "Эдуард Чехов", "Вероника Юдина", "Тимофей Хохлов", "Архангельск", "Ярославль", "Ижевск", "Хабаровск", "Брянск"},
		"Ukrainian":  {"Богдан Прокопчук", "Віра Яценко", "Тарас Щербина", "Зоряна Гуцуляк", "Євгенія Пилипів", "Остап Цимбалюк", "Кривий Ріг", "Бердянськ", "Ізмаїл", "Кременчук", "Мелітополь"},
		"Bulgarian":  {"Борислав Ташев", "Десислава Крумова", "Венцислав Минков", "Росица Гълъбова", "Любомир Янакиев", "Снежина Бояджиева", "Казанлък", "Асеновград", "Видин", "Ямбол", "Разград"},
		"Turkish":    {"Büşra Karadağ", "Şaziye Çakıroğlu", "İlknur Akbaş", "Müşerref Bağcı", "Çınar Uğurlu", "Gülşah Kılınç", "Kırklareli", "Şırnak", "Elazığ", "Muğla Fethiye Göcek", "Çeşme"},
		"Greek":      {"Σπύρος Ζαχαρίου", "Φωτεινή Λαμπράκη", "Αλέξανδρος Χατζής", "Ευτυχία Μπότσαρη", "Στέλιος Ρήγας", "Δέσποινα Τσάκαλου", "Κομοτηνή", "Καστοριά", "Πρέβεζα", "Ναύπλιο", "Μυτιλήνη"},
		"Lithuanian": {"Žygimantas Šeškus", "Ramunė Žvirblytė", "Česlovas Grižas", "Jūratė Mačiulė", "Aušra Būdvytienė", "Šventė Ąžuolaitė", "Anykščiai", "Joniškis", "Raseiniai Šiluva", "Druskininkai Žiogas", "Kuršėnai"},
		"Latvian":    {"Māris Zālītis", "Laimdota Krūze", "Ģederts Šķēle", "Ņina Dāboliņa", "Žubīte Ķēniņš", "Uldis Rīts", "Sigulda Krimūna", "Limbaži Tūja", "Ādaži", "Mārupe", "Līvāni", "Ķegums"},
		"Estonian":   {"Märten Kõrge", "Ülle Tõnisson", "Õie Väljas", "Jüri Püüa", "Käthlin Rähni", "Tõnis Vähi", "Kärdla", "Põlva", "Räpina", "Türi", "Jõgeva"},
		"Hebrew":     {"שמעון גולדברג", "נעמי שטרן", "אליהו בר און", "תמר רוזן", "גדעון צור", "יעל ברק", "נצרת", "עכו", "קריית שמונה", "אילת", "טבריה"},
		"Arabic":     {"طارق الهاشمي", "سلمى القحطاني", "ياسر بن ناصر", "رانيا الفارس", "جمال الدين", "منى الخطيب", "الخرطوم", "طرابلس", "المنامة", "صنعاء", "مراكش"},
		"Thai":       {"อรุณ แสงทอง", "พิมพ์ชนก บุญมา", "ธนากร วงศ์ใหญ่", "ลลิตา สายสุวรรณ", "วีระ จันทร์แก้ว", "พัทยา", "ลำปาง", "อยุธยา", "เชียงราย"},
		"Vietnamese": {"Nguyễn Thị Mỹ Duyên", "Trịnh Công Sơn", "Đinh Quang Khải", "Lương Thùy Dung", "Phùng Văn Hiếu", "Đoàn Bảo Châu", "Vũng Tàu", "Quảng Ngãi", "Đồng Hới", "Mỹ Tho"},
		"Japanese":   {"岡本正樹", "菊地春香", "上田修", "西川由美", "大野和夫", "川口真理子", "千葉市緑区", "仙台市青葉区", "広島市西区", "長野県松本市"},
		"Chinese":    {"方文山", "贺建国", "金晓东", "史玉柱", "陶红英", "黎小明", "合肥市", "昆明市", "济南市", "哈尔滨市", "石家庄"},
		"Taiwanese":  {"賴文德", "方美華", "游錫坤", "高金素梅", "簡志霖", "彭淑貞", "屏東縣", "宜蘭市", "彰化縣", "南投縣"},
		"Korean":     {"강호동", "민경훈", "심은하", "차태현", "구혜선", "방시혁", "전주시", "포항시", "춘천시", "창원시"},
	}
}

// usualFiles are those that most users have: they are to be read, and not only not to be read wrong.
func usualFiles() map[string]string {
	usual := map[string]string{}
	for encoding, languages := range map[string][]string{
		"windows-1252": {"German", "French", "Spanish", "Portuguese", "Swedish", "Danish", "Icelandic"},
		"windows-1250": {"Polish", "Czech", "Hungarian", "Croatian"},
		"windows-1251": {"Russian", "Ukrainian", "Bulgarian"},
	} {
		for _, language := range languages {
			usual[language] = encoding
		}
	}
	return usual
}

func encodingsOf(language string) []string {
	switch language {
	case "German", "French", "Spanish", "Portuguese", "Swedish":
		return []string{"windows-1252", "iso-8859-15", "mac-roman", "cp850"}
	case "Danish":
		return []string{"windows-1252", "iso-8859-15", "mac-roman", "cp850", "cp865"}
	case "Icelandic":
		return []string{"windows-1252", "iso-8859-15", "cp850"}
	case "Polish", "Czech", "Hungarian", "Croatian":
		return []string{"windows-1250", "iso-8859-2", "cp852"}
	case "Russian":
		return []string{"windows-1251", "koi8-r", "cp866", "iso-8859-5", "mac-cyrillic"}
	case "Ukrainian":
		return []string{"windows-1251", "koi8-u", "iso-8859-5", "mac-cyrillic"}
	case "Bulgarian":
		return []string{"windows-1251", "iso-8859-5", "cp866", "mac-cyrillic"}
	case "Turkish":
		return []string{"windows-1254", "iso-8859-9"}
	case "Greek":
		return []string{"windows-1253", "iso-8859-7"}
	case "Lithuanian", "Latvian":
		return []string{"windows-1257", "iso-8859-13", "iso-8859-4"}
	case "Estonian":
		return []string{"windows-1257", "iso-8859-13", "windows-1252", "iso-8859-15"}
	case "Hebrew":
		return []string{"windows-1255", "iso-8859-8", "cp862"}
	case "Arabic":
		return []string{"windows-1256", "iso-8859-6"}
	case "Thai":
		return []string{"windows-874"}
	case "Vietnamese":
		return []string{"windows-1258"}
	case "Japanese":
		return []string{"shift_jis", "euc-jp", "iso-2022-jp"}
	case "Chinese":
		return []string{"gbk", "gb18030"}
	case "Taiwanese":
		return []string{"big5"}
	default:
		return []string{"euc-kr"}
	}
}

// TestEncodingsOfLanguages writes files of few and of many rows in each language and each of its encodings. None is read
// wrong: it is read right, or the encoding is said to be in doubt. The usual ones are read right in nine of ten.
func TestEncodingsOfLanguages(t *testing.T) {
	t.Parallel()
	usual := usualFiles()
	for language, names := range people() {
		for _, encoding := range encodingsOf(language) {
			t.Run(language+" "+encoding, func(t *testing.T) {
				t.Parallel()
				random := rand.New(rand.NewPCG(1, 2))
				right, all := 0, 0
				var doubts []string
				for _, size := range []struct{ rows, files int }{{3, 10}, {12, 5}, {300, 1}} {
					for range size.files {
						text := tableOf(random, names, size.rows, encoding)
						in, err := source.Open(fileEnv(string(encode(t, text, encoding))), "a.csv", source.Options{})
						all++
						var unclear *source.EncodingError
						if errors.As(err, &unclear) {
							doubts = append(doubts, err.Error())
							continue
						}
						if err != nil {
							t.Fatal(err)
						}
						if got := textOf(t, in); got != text {
							t.Errorf("%d rows read as %s:\n%.300s", size.rows, in.Detected().Encoding, got)
						}
						right++
						if err := in.Close(); err != nil {
							t.Error(err)
						}
					}
				}
				if (usual[language] == encoding) && right*10 < all*9 {
					t.Errorf("%d of %d files are in doubt: %q", all-right, all, doubts)
				}
				if right == 0 {
					t.Error("no file was read")
				}
			})
		}
	}
}

// tableOf draws a table of names; the form of Vietnamese is that of its code page.
func tableOf(random *rand.Rand, names []string, rows int, encoding string) string {
	var b strings.Builder
	b.WriteString("Name;City;Email\n")
	for range rows {
		b.WriteString(names[random.IntN(len(names))] + ";" + names[random.IntN(len(names))] + ";a@example.com\n")
	}
	if encoding == "windows-1258" {
		return vietnamese(b.String())
	}
	return b.String()
}

func textOf(t *testing.T, in *source.Input) string {
	t.Helper()
	var b strings.Builder
	for _, cells := range append([][]string{in.RawHeader()}, cellsOf(everyRow(t, in))...) {
		b.WriteString(strings.Join(cells, ";") + "\n")
	}
	return b.String()
}

// vietnamese takes the marks of tones from their letters, but no others.
func vietnamese(text string) string {
	var b strings.Builder
	for _, r := range text {
		parts := []rune(toneMarks.Replace(string(r)))
		b.WriteString(string(parts))
	}
	return b.String()
}

// toneMarks has the letters of the names above that Windows-1258 writes in two.
var toneMarks = strings.NewReplacer("ễ", "ê\u0303", "ị", "i\u0323", "ỹ", "y\u0303", "ù", "u\u0300", "ì", "i\u0300", "ũ", "u\u0303",
	"ả", "a\u0309", "ồ", "ô\u0300", "ớ", "ơ\u0301", "ế", "ê\u0301", "ã", "a\u0303", "à", "à", "ó", "ó", "ọ", "o\u0323", "ò", "o\u0300")

// TestOneWordTellsOrIsInDoubt has one word outside ASCII in thousands of rows, on both sides of what is enough.
func TestOneWordTellsOrIsInDoubt(t *testing.T) {
	t.Parallel()
	tests := []struct{ word, encoding, want string }{
		{"Müller", "windows-1252", "windows-1252"},
		{"Groß", "windows-1252", "windows-1252"},
		{"Sørensen", "windows-1252", "windows-1252"},
		{"Åse", "windows-1252", "windows-1252"},
		{"Muñoz", "windows-1252", "windows-1252"},
		{"François", "windows-1252", "windows-1252"},
		{"O’Brien", "windows-1252", "windows-1252"},
		{"D´Angelo", "windows-1252", "windows-1252"},
		{"5 €", "windows-1252", "windows-1252"},
		{"Meyer–Schulz", "windows-1252", "windows-1252"},
		{"Guðmundsdóttir", "windows-1252", "windows-1252"},
		{"MüLLER", "windows-1252", "windows-1252"},
		{"Łukaszewski", "windows-1250", "windows-1250"},
		{"Dvořák", "windows-1250", "windows-1250"},
		{"Кузнецов", "windows-1251", "windows-1251"},
		{"Yıldız", "windows-1254", "windows-1254"},
		{"Παπαδόπουλος", "windows-1253", "windows-1253"},
		{"Müller", "cp850", "cp850"},
		{"山田太郎", "shift_jis", "shift_jis"},
		{"Eglė", "windows-1257", ""}, // in Windows-1252 it is Eglë
		{"Barış", "windows-1254", "windows-1254"},
		{"Zoë", "windows-1252", "windows-1252"},
		{"Renée", "windows-1252", "windows-1252"},
	}
	for _, test := range tests {
		data := "Name;City\n" + strings.Repeat("Ann Lee;Ulm\n", 5000)
		bytes := string(encode(t, data+test.word+";Ulm\n", test.encoding))
		in, err := source.Open(fileEnv(bytes), "a.csv", source.Options{})
		var unclear *source.EncodingError
		switch {
		case errors.As(err, &unclear):
			if test.want != "" {
				t.Errorf("%s in %s: %v", test.word, test.encoding, err)
			}
			if unclear.Line != 5002 || unclear.Byte < 1 || unclear.Byte > len(test.word) || unclear.Value < 0x80 {
				t.Errorf("%s: line %d, byte %d", test.word, unclear.Line, unclear.Byte)
			}
		case err != nil:
			t.Fatal(err)
		default:
			if got := in.Detected().Encoding; got != test.want {
				t.Errorf("%s in %s: read as %q, want %q", test.word, test.encoding, got, test.want)
			}
			_ = in.Close()
		}
	}
}

// TestSenselessEncodings has files in encodings that the program does not know. They are never read as another one.
func TestSenselessEncodings(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		letters, bytes string
		language       string
	}{
		"Turkish of DOS, code page 857":      {"ışğİŞĞöüçÖÜÇ", "\x8D\x9F\xA7\x98\x9E\xA6\x94\x81\x87\x99\x9A\x80", "Turkish"},
		"Turkish of the Mac":                 {"ışğİŞĞöüçÖÜÇ", "\xDD\xDF\xDB\xDC\xDE\xDA\x9A\x9F\x8D\x85\x86\x82", "Turkish"},
		"Central European of the Mac":        {"áčďéěíňóřšťúůýžÁČĎÉĚÍŇÓŘŠŤÚŮÝŽ", "\x87\x8B\x93\x8E\x9E\x92\xCB\x97\xDE\xE4\xE9\x9C\xF3\xF9\xEC\xE7\x89\x91\x83\x9D\xEA\xC5\xEE\xDB\xE1\xE8\xF2\xF1\xF8\xEB", "Czech"},
		"letters that nobody's encoding has": {"äöüßÄÖÜ", "\x80\xFE\x8E\xD0\xA5\xB7\xF2", "German"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(1, 2))
			letters := []rune(test.letters)
			var data []byte
			for _, r := range tableOf(random, people()[test.language], 40, "") {
				if i := slices.Index(letters, r); i >= 0 {
					data = append(data, test.bytes[i])
				} else {
					data = append(data, byte(r))
				}
			}
			_, err := source.Open(fileEnv(string(data)), "a.csv", source.Options{})
			var unclear *source.EncodingError
			if !errors.As(err, &unclear) {
				t.Fatalf("got %v, want an EncodingError", err)
			}
			for _, says := range []string{"a.csv", "line ", "byte ", "encoding"} {
				if !strings.Contains(err.Error(), says) {
					t.Errorf("%q does not say %q", err, says)
				}
			}
			for _, r := range unclear.Readings {
				if r.Sample == "" || strings.Contains(err.Error(), r.Sample) || strings.Contains(unclear.Hint(), r.Sample) {
					t.Errorf("%q shows a value of a row, or there is none", err)
				}
			}
		})
	}
}
