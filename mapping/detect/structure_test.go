package detect_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/mapping/detect"
)

// What a column is called says the less the shorter it is; what stands beside it says the rest.
func TestStructure(t *testing.T) {
	t.Parallel()
	type fields = map[contact.Field][]string
	for _, tt := range []struct {
		name, header string
		rows         [][]string
		want         fields
	}{
		{"numbers that count addresses", "Name|Straße 1|PLZ 1|Ort 1|Straße 2|PLZ 2|Ort 2", nil,
			fields{"name": {"Name"}, "street": {"Straße 1"}, "zipcode": {"PLZ 1"}, "city": {"Ort 1"}}},
		{"numbers that count lines", "Name|Address 1|Address 2|City|Zip", nil,
			fields{"name": {"Name"}, "street": {"Address 1"}, "secondary_address": {"Address 2"}, "zipcode": {"Zip"}, "city": {"City"}}},
		{"Stato beside a country", "Nome|Via|Città|Stato|Paese", nil,
			fields{"name": {"Nome"}, "street": {"Via"}, "city": {"Città"}, "state": {"Stato"}, "country": {"Paese"}}},
		{"Stato alone", "Nome|Via|Città|Provincia|Stato", nil,
			fields{"name": {"Nome"}, "street": {"Via"}, "city": {"Città"}, "state": {"Provincia"}, "country": {"Stato"}}},
		{"Nom du contact beside Prénom du contact", "Nom du contact|Prénom du contact|E-mail", nil,
			fields{"name": {"Prénom du contact", "Nom du contact"}, "email": {"E-mail"}}},
		{"unless it holds both", "Nom du contact|Prénom du contact|E-mail", rows(5, "Ann Lee#|Ann|a#@example.com"),
			fields{"name": {"Nom du contact"}, "email": {"E-mail"}}},
		{"an id under its system's name", "Copper ID|Name|Territory ID", rows(5, "#|A#|#"),
			fields{"name": {"Name"}, "external_id": {"Copper ID"}}},
		{"which is one for each row", "Territory ID|Name", rows(5, "7|A#"), fields{"name": {"Name"}}},
		{"and nothing where the record has its own", "Copper ID|Name|Record ID", rows(5, "#|A#|R#"),
			fields{"name": {"Name"}, "external_id": {"Record ID"}}},
		{"with words that say nothing", "ZoomInfo Contact ID|Name", rows(5, "#|A#"), fields{"name": {"Name"}, "external_id": {"ZoomInfo Contact ID"}}},
		{"a street that says whose it is, and a town", "Name|Mailing Address|City|Zip|Shipping Address", nil,
			fields{"name": {"Name"}, "street": {"Mailing Address"}, "city": {"City"}, "zipcode": {"Zip"}}},
		{"words of a language that the file does not speak", "AD01|AD02|Email|By|L", rows(5, "#|x#|a#@example.com|y#|z#"), fields{"email": {"Email"}}},
		{"and of one that it does", "Ad|Soyad|Telefon|E-posta|Şehir", nil, fields{"name": {"Ad", "Soyad"}, "phone": {"Telefon"}, "email": {"E-posta"}, "city": {"Şehir"}}},
		{"a remark", "Name|Telefonnummer (für Rückfragen)|Handy (Ehegatte)|Mobil (nicht der Assistentin)", nil,
			fields{"name": {"Name"}, "phone": {"Telefonnummer (für Rückfragen)"}}},
		{"abbreviations", "Ansprechp.|Rag. sociale|Ort|Bundesl.|Mailadr.|Stat.", rows(5, "A#|ACME#|Berlin|BE|a#@example.com|x"),
			fields{"name": {"Ansprechp."}, "city": {"Ort"}, "state": {"Bundesl."}, "email": {"Mailadr."}}},
		{"a number behind the street, by its place", "Naam|Straat|Nummer|Postcode", nil,
			fields{"name": {"Naam"}, "street": {"Straat", "Nummer"}, "zipcode": {"Postcode"}}},
		{"but not by its values", "Naam|Straat|Nummer|Postcode", rows(5, "A#|Weg 1|K-2024-000#|1012 AB"),
			fields{"name": {"Naam"}, "street": {"Straat"}, "zipcode": {"Postcode"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			wantFields(t, tt.header, tt.rows, tt.want)
		})
	}
}

// One word of each language and field, as a form on a web page asks for it.
func TestFormsInEightLanguages(t *testing.T) {
	t.Parallel()
	for lang, header := range map[string]string{
		"en": "Your first name|Your last name|Your e-mail|Your phone|Your mobile|Street and number|Postcode|Town|Country",
		"de": "Ihr Vorname|Ihr Nachname|Ihre E-Mail-Adresse|Ihre Telefonnummer|Ihr Handy|Straße und Hausnummer|PLZ|Ort|Land",
		"fr": "Votre prénom|Votre nom de famille|Votre courriel|Votre téléphone|Votre portable|Numéro et rue|Code postal|Ville|Pays",
		"es": "Su nombre|Sus apellidos|Su correo|Su teléfono|Su móvil|Calle y número|Código postal|Población|País",
		"it": "Il tuo nome|Il tuo cognome|La tua e-mail|Il tuo telefono|Il tuo cellulare|Via e numero civico|CAP|Comune|Nazione",
		"nl": "Uw voornaam|Uw achternaam|Uw e-mailadres|Uw telefoonnummer|Uw mobiele nummer|Straat en huisnummer|Postcode|Woonplaats|Land",
		"pl": "Twoje imię|Twoje nazwisko|Twój e-mail|Twój telefon|Twój telefon komórkowy|Ulica i numer|Kod pocztowy|Miejscowość|Kraj",
		"pt": "Seu primeiro nome|Seu sobrenome|Seu e-mail|Seu telefone|Seu celular|Rua e número|CEP|Cidade|País",
	} {
		h := strings.Split(header, "|")
		want := map[contact.Field][]string{
			"name": {h[0], h[1]}, "email": {h[2]}, "phone": {h[3]}, "mobile": {h[4]}, "street": {h[5]}, "zipcode": {h[6]}, "city": {h[7]}, "country": {h[8]},
		}
		m, err := detect.Columns(h, nil)
		if err != nil {
			t.Errorf("%s: %v", lang, err)
			continue
		}
		if got := m.Inspect().Fields; !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\ngot  %q\nwant %q", lang, got, want)
		}
	}
}
