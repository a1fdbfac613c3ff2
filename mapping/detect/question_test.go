package detect_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/mapping/detect"
)

// The questions of web forms are headers too. Columns: first name, last name, e-mail, phone, city, country.
func TestQuestionsInEightLanguages(t *testing.T) {
	t.Parallel()
	for lang, header := range map[string]string{
		"en": "What is your first name?|What's your last name?|What is your e-mail address?|Please enter your phone number|In which city do you live?|Which country are you based in?",
		"de": "Wie lautet Ihr Vorname?|Wie ist Ihr Nachname?|Wie lautet deine E-Mail-Adresse?|Unter welcher Telefonnummer können wir Sie erreichen?|In welcher Stadt wohnen Sie?|In welchem Land leben Sie?",
		"fr": "Quel est votre prénom ?|Quel est votre nom de famille ?|Quelle est votre adresse e-mail ?|Merci d'indiquer votre numéro de téléphone|Dans quelle ville habitez-vous ?|Dans quel pays vivez-vous ?",
		"es": "¿Cuál es su nombre de pila?|¿Cuáles son sus apellidos?|¿Cuál es tu correo electrónico?|Por favor, indique su número de teléfono|¿En qué ciudad vive?|¿En qué país vives?", //nolint:misspell // Spanish
		"it": "Qual è il tuo nome proprio?|Qual è il tuo cognome?|Qual è la tua e-mail?|Inserisci il tuo numero di telefono|In quale città vivi?|In che paese abiti?",
		"nl": "Wat is uw voornaam?|Wat is uw achternaam?|Wat is je e-mailadres?|Vul hier uw telefoonnummer in|In welke stad woont u?|In welk land woon je?",
		"pl": "Jak masz na imię?|Jakie jest Twoje nazwisko?|Jaki jest Twój adres e-mail?|Proszę podać numer telefonu|W jakim mieście mieszkasz?|W jakim kraju Pan mieszka?", //nolint:misspell // Polish
		"pt": "Qual é o seu primeiro nome?|Qual é o seu sobrenome?|Qual é o seu e-mail?|Por favor, informe o seu telefone|Em que cidade você mora?|Em que país mora?",       //nolint:misspell // Portuguese
	} {
		h := strings.Split(header, "|")
		m, err := detect.Columns(h, nil)
		if err != nil {
			t.Errorf("%s: %v", lang, err)
			continue
		}
		want := map[contact.Field][]string{"name": {h[0], h[1]}, "email": {h[2]}, "phone": {h[3]}, "city": {h[4]}, "country": {h[5]}}
		if got := m.Inspect().Fields; !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\ngot  %q\nwant %q", lang, got, want)
		}
	}
}

func TestQuestions(t *testing.T) {
	t.Parallel()
	type fields = map[contact.Field][]string
	for _, tt := range []struct {
		header string
		want   fields
	}{
		{"What is your full name?", fields{"name": {"What is your full name?"}}},
		{"What is your name?", fields{"name": {"What is your name?"}}},
		{"Wie heißen Sie?", fields{"name": {"Wie heißen Sie?"}}},
		{"Wie lautet Ihr Name?", fields{"name": {"Wie lautet Ihr Name?"}}},
		{"¿Cuál es su nombre?", fields{"name": {"¿Cuál es su nombre?"}}},
		{"Quel est votre nom ?", fields{"name": {"Quel est votre nom ?"}}},
		{"Comment vous appelez-vous ?", fields{"name": {"Comment vous appelez-vous ?"}}},
		{"Come ti chiami?", fields{"name": {"Come ti chiami?"}}},
		{"Wat is uw naam?", fields{"name": {"Wat is uw naam?"}}},
		{"Jak się nazywasz?", fields{"name": {"Jak się nazywasz?"}}},
		{"Qual é o seu nome completo?", fields{"name": {"Qual é o seu nome completo?"}}},
		{"お名前を教えてください", fields{"name": {"お名前を教えてください"}}},
		{"How can we reach you by phone?", fields{"phone": {"How can we reach you by phone?"}}},
		{"Your e-mail address", fields{"email": {"Your e-mail address"}}},
		{"Telefonnummer (bitte angeben)", fields{"phone": {"Telefonnummer (bitte angeben)"}}},
		{"Telefonnummer mit Vorwahl", fields{"phone": {"Telefonnummer mit Vorwahl"}}},

		// Somebody else's, or about something else.
		{"What is your company's name?", fields{}},
		{"What is the name of your company?", fields{}},
		{"Wie heißt Ihre Firma?", fields{}},
		{"Quel est le nom de votre société ?", fields{}},
		{"What is your mother's maiden name?", fields{}},
		{"Emergency contact name", fields{}},
		{"What is your emergency contact's phone number?", fields{}},
		{"Who referred you? (name)", fields{}},
		{"Wer hat Sie geworben? (Name)", fields{}},
		{"What is your manager's e-mail?", fields{}},
		{"What is your child's first name?", fields{}},
		{"Son's name", fields{}},
		{"¿Cuál es el nombre de su madre?", fields{}},
		{"Quel est le nom de votre conjoint ?", fields{}},
		{"How did you hear about us?", fields{}},
		{"How should we address you?", fields{}},
		{"When can we call you?", fields{}},
		{"What is the name of your pet?", fields{}},
		{"Which city would you like to visit?", fields{}},
		{"In which city were you born?", fields{}},
		{"Do not e-mail", fields{}},
		{"From: (Name)", fields{}},
		{"What name should be on the certificate?", fields{}},
	} {
		// Notes keep the header from being of no use at all.
		m, _ := detect.Columns([]string{tt.header, "Notes"}, nil)
		if got := m.Inspect().Fields; !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.header, got, tt.want)
		}
	}
}

// The work phone goes before the private one, whatever language says so, in one word or several, and wherever it stands.
func TestWorkBeforePrivate(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, work, home string }{
		{"E-mail", "Business phone", "Home phone"},
		{"E-mail", "Work number", "Personal phone"},
		{"E-mail", "Phone (work)", "Phone (home)"},
		{"E-Mail", "Telefon geschäftlich", "Telefon privat"},
		{"E-Mail", "Geschäftstelefon", "Privattelefon"},
		{"E-Mail", "Diensttelefon", "Telefon (privat)"},
		{"E-Mail", "Bürotelefon", "Telefonnummer zuhause"},
		{"E-Mail", "Tel. dienstl.", "Tel. priv."},
		{"E-Mail", "Firmentelefon", "Privatnummer Telefon"},
		{"E-mail", "Téléphone professionnel", "Téléphone domicile"},
		{"E-mail", "Tél. (bureau)", "Tél. personnel"},
		{"Correo", "Teléfono del trabajo", "Teléfono particular"},
		{"Correo", "Teléfono de la oficina", "Teléfono de casa"},
		{"E-mail", "Telefono ufficio", "Telefono abitazione"},
		{"E-mail", "Telefono di lavoro", "Telefono casa"},
		{"E-mail", "Telefoon werk", "Telefoon privé"},
		{"E-mail", "Werktelefoon", "Privételefoon"},
		{"E-mail", "Zakelijk telefoonnummer", "Thuistelefoon"},
		{"E-mail", "Telefon służbowy", "Telefon prywatny"},
		{"E-mail", "Telefon w pracy", "Telefon domowy"},
		{"E-mail", "Telefone comercial", "Telefone residencial"}, //nolint:misspell // Portuguese
		{"E-mail", "Telefone do trabalho", "Telefone de casa"},
		{"E-post", "Arbetstelefon", "Hemtelefon"},
		{"E-mail", "Arbejdstelefon", "Privattelefon"},
		{"E-post", "Jobbtelefon", "Hjemmetelefon"},
		{"Почта", "Рабочий телефон", "Домашний телефон"},
		{"Почта", "Телефон (раб.)", "Телефон (домашний)"},
		{"E-mail", "Pracovní telefon", "Telefon domů"},
		{"E-posta", "İş Telefonu", "Ev Telefonu"},
		{"メールアドレス", "勤務先電話番号", "自宅電話番号"},
		{"メールアドレス", "電話番号（勤務先）", "電話番号（自宅）"},
		{"電子メール アドレス", "会社電話", "自宅電話"},
		{"メールアドレス", "勤務先の電話", "自宅の電話番号"},
		{"E-mail 1 - Value", "電話番号 - 職場", "電話番号 - 自宅"},
	} {
		for _, header := range [][]string{{tt.name, tt.work, tt.home}, {tt.home, tt.name, tt.work}} {
			for _, sample := range [][][]string{nil, workOnly(header, tt.work)} {
				m, err := detect.Columns(header, sample)
				if err != nil {
					t.Fatal(err)
				}
				if got := m.Fields[contact.Phone].Columns; !reflect.DeepEqual(got, []string{tt.work}) {
					t.Errorf("%q with %d rows: phone is %q", header, len(sample), got)
				}
				if len(m.Doubts) > 0 {
					t.Errorf("%q: %+v", header, m.Doubts)
				}
			}
		}
		m, err := detect.Columns([]string{tt.name, tt.home}, nil)
		if err != nil || !reflect.DeepEqual(m.Fields[contact.Phone].Columns, []string{tt.home}) {
			t.Errorf("%q alone should be the phone: %v, %q", tt.home, err, m.Fields[contact.Phone].Columns)
		}
	}
}

// workOnly are rows in which one column has a number, and none of the others has more than an address.
func workOnly(header []string, work string) [][]string {
	out := make([][]string, 4)
	for i := range out {
		out[i] = make([]string, len(header))
		for j, h := range header {
			if h == work {
				out[i][j] = []string{"03-1234-5671", "03-1299-5672", "06-2134-5673", "03-1234-5674"}[i]
			}
		}
	}
	return out
}

// What address books in Japanese call their columns.
func TestJapaneseAddressBooks(t *testing.T) {
	t.Parallel()
	type fields = map[contact.Field][]string
	for name, tt := range map[string]struct {
		header string
		want   fields
	}{
		"Thunderbird": {"名|姓|表示名|ニックネーム|メールアドレス|別のメールアドレス|勤務先電話番号|自宅電話番号|FAX 番号|携帯電話番号|自宅の住所|自宅の市区町村|自宅の郵便番号|勤務先の住所|勤務先の市区町村|勤務先の都道府県|勤務先の郵便番号|勤務先の国|役職|部署",
			fields{"name": {"名", "姓"}, "email": {"メールアドレス"}, "phone": {"勤務先電話番号"}, "mobile": {"携帯電話番号"}, "street": {"勤務先の住所"},
				"city": {"勤務先の市区町村"}, "state": {"勤務先の都道府県"}, "zipcode": {"勤務先の郵便番号"}, "country": {"勤務先の国"}, "department": {"部署"}}},
		"Outlook": {"名|姓|会社名|部署|役職|番地 (会社)|市区町村 (会社)|都道府県 (会社)|郵便番号 (会社)|国 (会社)|番地 (自宅)|市区町村 (自宅)|会社電話|自宅電話|携帯電話|会社 FAX|電子メール アドレス",
			fields{"name": {"名", "姓"}, "email": {"電子メール アドレス"}, "phone": {"会社電話"}, "mobile": {"携帯電話"}, "street": {"番地 (会社)"},
				"city": {"市区町村 (会社)"}, "state": {"都道府県 (会社)"}, "zipcode": {"郵便番号 (会社)"}, "country": {"国 (会社)"}, "department": {"部署"}}},
		"a form": {"お名前|会社名|ご住所|お電話番号|メールアドレス（必須）",
			fields{"name": {"お名前"}, "street": {"ご住所"}, "phone": {"お電話番号"}, "email": {"メールアドレス（必須）"}}},
	} {
		m, err := detect.Columns(strings.Split(tt.header, "|"), nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := m.Inspect().Fields; !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s:\ngot  %q\nwant %q", name, got, tt.want)
		}
	}
}
