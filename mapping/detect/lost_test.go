package detect_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/mapping"
	"github.com/contactsync/contactsync/mapping/detect"
)

// A column that nobody understood may hold what the contact lacks: that is asked. One that is known as something else, or
// whose values are no such thing, is not.
func TestLost(t *testing.T) {
	t.Parallel()
	const whole = contact.Field("") // a doubt about the whole file
	for _, tt := range []struct {
		name   string
		header string
		rows   [][]string
		want   []contact.Field
	}{
		// Names.
		{"Greek", "Όνομα|Επώνυμο|Email", rows(6, "Άννα|Παππά|a#@example.com", "Νίκος|Λάμπρου|a#@example.com", "Ρέα|Μίχα|a#@example.com"), []contact.Field{contact.Name}},
		{"Korean", "이름|이메일", rows(4, "김민수|a#@example.com", "이영희|a#@example.com"), []contact.Field{contact.Name}},
		{"Finnish, in one row", "Nimi|Email", rows(1, "Aino Virta|a#@example.com"), []contact.Field{contact.Name}},
		{"Hungarian, beside a number", "Név|Email|Sor", rows(5, "Kis Éva #|a#@example.com|#"), []contact.Field{contact.Name}},
		{"without a header", "|Email", rows(5, "Ann Lee #|a#@example.com"), []contact.Field{contact.Name}},
		{"beside an empty name", "Name|Email|Nimi", rows(12, "|a#@example.com|Aino Virta #"), []contact.Field{contact.Name}},
		{"a last name behind a first", "First name|Επώνυμο|Email", rows(4, "Ann|Λη#|a#@example.com"), []contact.Field{contact.Name}},
		{"a first name before a last", "Jméno/křestní x|Nachname|Email", rows(8, "Ann|Lee#|a#@example.com", "Bob|Ray#|a#@example.com"), []contact.Field{contact.Name}},
		{"a newsletter's list", "Email|Status|Joined|Source", rows(4, "a#@example.com|Active|2024-01-0#|Web form #"), nil},
		{"words that sort", "Email|Welle", rows(9, "a#@example.com|Erste Woche", "a#@example.com|Zweite Woche"), nil},
		{"the same, in as many as there are rows", "Email|Welle", rows(2, "a#@example.com|Erste Woche", "a#@example.com|Zweite Woche"), []contact.Field{contact.Name}},
		{"small words", "Email|Wobei", rows(5, "a#@example.com|anderes#"), nil},
		{"small words, as many as a name has", "Email|Nimi", rows(2, "a#@example.com|aino virta", "a#@example.com|eero aalto"), []contact.Field{contact.Name}},
		{"sentences", "Email|Wobei", rows(5, "a#@example.com|Das hier ist ein ganzer Satz #"), nil},
		{"codes", "Email|Zzyx", rows(5, "a#@example.com|AB-1000#"), nil},
		{"in few rows", "Email|Zzyx", rows(9, "a#@example.com|Ann Lee #", "b#@example.com|", "c#@example.com|"), nil},
		{"beside a remark", "Email|Zzyx", rows(5, "a#@example.com|Ann Lee #", "b#@example.com|Bob Ray #", "c#@example.com|Cleo Fox #", "d#@example.com|Dan Eve #", "e#@example.com|4711: see there"), []contact.Field{contact.Name}},
		{"beside several", "Email|Zzyx", rows(5, "a#@example.com|Ann Lee #", "b#@example.com|Bob Ray #", "c#@example.com|Cleo Fox #", "d#@example.com|4711: see", "e#@example.com|4712: see there"), nil},
		{"somebody else's", "Email|Contact owner|Mother's maiden name|Emergency contact name|Who referred you? (name)",
			rows(5, "a#@example.com|Ann Lee #|Ray #|Bob Ray #|Cleo Fox #"), nil},
		{"firms", "Company|Email|Phone", rows(5, "Lumen # Works|a#@example.com|+49 30 12345#"), nil},
		{"a first name alone", "First name|Email|City", rows(5, "Ann #|a#@example.com|Bonn #"), nil},

		// E-mails and phones.
		{"addresses in too few rows to map them", "Name|Zzyx", rows(2, "Ann #|a#@example.com"), []contact.Field{contact.Email}},
		{"half of which are addresses", "Name|Zzyx", rows(4, "Ann #|a#@example.com", "Ann #|none"), []contact.Field{contact.Email}},
		{"hardly any of which are", "Name|Zzyx", rows(8, "Ann #|a#@example.com", "Ann #|none", "Ann #|none"), nil},
		{"below a header of something else", "Full name|Vorname|Nachname", rows(5, "a#@example.com|Ann|Lee #"), []contact.Field{contact.Email}},
		{"beside a private one", "Name|E-mail (privat)|Zzyx", rows(5, "Ann #|a#@example.com|b#@example.com"), []contact.Field{contact.Email}},
		{"beside one that says nothing", "Name|E-mail|Zzyx", rows(5, "Ann #|a#@example.com|b#@example.com"), nil},
		{"the owner's address", "Name|Owner e-mail", rows(5, "Ann #|a#@example.com"), nil},
		{"numbers", "Name|Email|Puhelin", rows(5, "Ann #|a#@example.com|+358 9 12345#"), []contact.Field{contact.Phone}},
		{"beside a word", "Name|Email|Zzyx", rows(5, "A#|a#@example.com|030 123456#", "B#|b#@example.com|030 123456#", "C#|c#@example.com|030 123456#", "D#|d#@example.com|030 123456#", "E#|e#@example.com|later"), []contact.Field{contact.Phone}},
		{"beside several words", "Name|Email|Zzyx", rows(5, "A#|a#@example.com|030 123456#", "B#|b#@example.com|later", "C#|c#@example.com|030 123456#", "D#|d#@example.com|030 123456#", "E#|e#@example.com|later"), nil},
		{"of few", "Name|Email|Zzyx", slices.Concat(rows(1, "A#|a#@example.com|030 123456#"), rows(9, "B#|b#@example.com|")), []contact.Field{contact.Phone}},
		{"of hardly anybody", "Name|Email|Zzyx", slices.Concat(rows(1, "A#|a#@example.com|030 123456#"), rows(10, "B#|b#@example.com|")), nil},
		{"in groups", "Name|Email|Zzyx", rows(5, "Ann #|a#@example.com|21 0123 456#"), []contact.Field{contact.Phone}},
		{"beside a mobile", "Name|Mobile|Zzyx", rows(5, "Ann #|0171 123456#|030 123456#"), []contact.Field{contact.Phone}},
		{"beside a phone: a fax, for all we know", "Name|Phone|Zzyx", rows(5, "Ann #|030 123456#|030 99999#"), nil},
		{"a fax", "Name|Email|Fax", rows(5, "Ann #|a#@example.com|030 123456#"), nil},
		{"beside a private one", "Name|Home phone|Zzyx", rows(5, "Ann #|030 123456#|030 99999#"), []contact.Field{contact.Phone}},
		{"amounts, machines, dates, codes", "Name|Email|Aa|Bb|Cc|Dd",
			rows(5, "Ann #|a#@example.com|1 500 000|192.168.100.1#|2024-01-0#|1234567#"), nil},
		{"an id of something", "Name|Email|Zzyx code", rows(5, "Ann #|a#@example.com|030 123456#"), nil},

		// The whole file.
		{"most headers are not understood", "Name|Email|Katuosoite|Kaupunki|Maa", rows(4, "Ann #|a#@example.com|Katu #|Turku|Suomi"), []contact.Field{whole}},
		{"most of which are numbers", "Name|Aa|Bb|Kaupunki", rows(4, "Ann #|1#|2#|Turku"), nil},
		{"half of them", "Name|Email|City|Katuosoite|Kaupunki|Maa", rows(4, "Ann #|a#@example.com|Turku|Katu #|Turku|Suomi"), nil},
		{"two of them", "Name|Katuosoite|Kaupunki", rows(4, "Ann #|Katu #|Turku"), nil},
		{"empty ones do not count", "Name|Email|Katuosoite|Kaupunki|Maa|Sora|Zzyx", rows(4, "Ann #|a#@example.com|Katu #|Turku|||"), nil},
		{"words that nobody needs", "Name|Email|Segment|Plan|Interests|Favourite colour|T-shirt size|Lead source",
			rows(4, "Ann #|a#@example.com|Gold|Pro|Chess|Blue|M|Web"), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			header := strings.Split(tt.header, "|")
			m, err := detect.Columns(header, tt.rows)
			if err != nil {
				t.Fatal(err)
			}
			var got []contact.Field
			for _, d := range m.Doubts {
				got = append(got, d.Field)
				if d.Reason == "" || len(d.Candidates) == 0 || !strings.Contains(d.Settle, "--map") {
					t.Errorf("it is not told what to do: %+v", d)
				}
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Fatalf("doubts about %q, want %q: %+v", got, tt.want, m.Doubts)
			}
			for _, f := range tt.want {
				settled := string(f) + "="
				if f == whole {
					settled = "state="
				}
				m, err := detect.Columns(header, tt.rows, settled)
				if err == nil && slices.ContainsFunc(m.Doubts, func(d mapping.Doubt) bool { return d.Field == f }) {
					t.Errorf("--map %s should settle it: %+v", settled, m.Doubts)
				}
			}
		})
	}
}

// What is proposed can be copied as it stands.
func TestLostProposes(t *testing.T) {
	t.Parallel()
	header := []string{"Όνομα", "Επώνυμο", "Email"}
	sample := rows(6, "Άννα|Παππά #|a#@example.com")
	m, err := detect.Columns(header, sample)
	if err != nil {
		t.Fatal(err)
	}
	want := "--map name='Όνομα', or --map name='Όνομα+Επώνυμο' if both make it, or --map name= if there is none"
	if len(m.Doubts) != 1 || m.Doubts[0].Settle != want {
		t.Errorf("got %+v", m.Doubts)
	}
	m, err = detect.Columns([]string{"Име", "Last name", "Email"}, rows(4, "Мария #|Lee|a#@example.com"))
	want = "--map name='Име+Last name', or --map name='Last name' if that is all"
	if err != nil || len(m.Doubts) != 1 || m.Doubts[0].Settle != want {
		t.Errorf("%v, got %+v", err, m.Doubts)
	}
	if m, err = detect.Columns(header, sample, "name=Όνομα+Επώνυμο"); err != nil || len(m.Doubts) > 0 {
		t.Errorf("%v, %+v", err, m.Doubts)
	}
}

// An ordinary file, and its first rows alone, are not asked about.
func TestOrdinaryFilesAreNotInDoubt(t *testing.T) {
	t.Parallel()
	for _, e := range slices.Concat(corpus(t), entries(t, "testdata/general/*.json")) {
		for _, n := range []int{1, 3, 10, len(e.Rows)} {
			m, err := detect.Columns(e.Header, e.Rows[:min(n, len(e.Rows))])
			if err != nil {
				t.Fatal(err)
			}
			for _, doubt := range m.Doubts {
				if doubt.Field != contact.Org || e.Mapping[contact.Org] == nil { // that one is always asked about
					t.Errorf("%s, %d rows: %+v", e.ID, n, doubt)
				}
			}
		}
	}
}

// A profile that somebody named is in no doubt about the columns that it leaves out.
func TestProfilesAreNotInDoubt(t *testing.T) {
	t.Parallel()
	p, err := mapping.Parse("mail.yaml", []byte("fields: {email: Email}\n"))
	if err != nil {
		t.Fatal(err)
	}
	m, err := p.Bind([]string{"Όνομα", "Email", "Τηλέφωνο", "Πόλη", "Χώρα"})
	if err != nil || len(m.Doubts) > 0 {
		t.Errorf("%v, %+v", err, m.Doubts)
	}
}
