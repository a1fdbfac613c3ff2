package detect_test

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/contactsync/contactsync/importer/contact"
	_ "github.com/contactsync/contactsync/importer/rapidseed"
	"github.com/contactsync/contactsync/mapping"
	"github.com/contactsync/contactsync/mapping/detect"
)

// rows repeats lines of cells, separated by |, until there are n rows; # becomes the row's number.
func rows(n int, lines ...string) [][]string {
	var out [][]string
	for i := range n {
		out = append(out, strings.Split(strings.ReplaceAll(lines[i%len(lines)], "#", fmt.Sprint(i+1)), "|"))
	}
	return out
}

// wantFields holds what is found out about columns, separated by |, to what they are.
func wantFields(t *testing.T, header string, rows [][]string, want map[contact.Field][]string) *mapping.Mapping {
	t.Helper()
	m, err := detect.Columns(strings.Split(header, "|"), rows)
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Inspect().Fields; !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	return m
}

func TestDetect(t *testing.T) {
	t.Parallel()
	type fields = map[contact.Field][]string
	for _, tt := range []struct {
		name   string
		header string
		rows   [][]string
		want   fields
	}{
		{"our own field names, whatever stands below them", "name|email|phone|type|org_id|contactsync_status|contactsync_message",
			rows(1, "A|no address|x|nonsense|4711|invalid|m"),
			fields{"name": {"name"}, "email": {"email"}, "phone": {"phone"}, "type": {"type"}, "org_id": {"org_id"}}},
		{"a CRM's org_id is something else", "name|email|org_id|owner_id", rows(3, "A|a#@example.com|7|8"),
			fields{"name": {"name"}, "email": {"email"}}},
		{"a header that names emnify is not", "Name|E-mail|emnify organisation ID", rows(3, "A|a#@example.com|4711"),
			fields{"name": {"Name"}, "email": {"E-mail"}, "org_id": {"emnify organisation ID"}}},
		{"values that are wrong do not unmap", "Name|E-mail|Phone|Country", rows(66, "A|not an address #|call me|Nowhere"),
			fields{"name": {"Name"}, "email": {"E-mail"}, "phone": {"Phone"}, "country": {"Country"}}},
		{"e-mail by its values", "Name|Kontaktweg", rows(5, "A#|a#@example.com"),
			fields{"name": {"Name"}, "email": {"Kontaktweg"}}},
		{"not somebody else's", "Name|Phone|Owner e-mail|Fax", rows(5, "A#|+49 30 12345#|o@example.com|+49 30 99999#"),
			fields{"name": {"Name"}, "phone": {"Phone"}}},
		{"an empty column loses", "Name|Business Phone|Home Phone", rows(20, "A#||+49 30 12345#"),
			fields{"name": {"Name"}, "phone": {"Home Phone"}}},
		{"empty parts of a name lose against a full one", "First Name|Last Name|Full Name|Email", rows(20, "||Ann Lee#|a#@example.com"),
			fields{"name": {"Full Name"}, "email": {"Email"}}},
		{"an empty title loses", "Titel|Anrede|Vorname|Nachname", rows(20, "|Frau|Ann|Lee#"),
			fields{"title": {"Anrede"}, "name": {"Vorname", "Nachname"}}},
		{"but not in a sample too small to tell", "Name|Business Phone|Home Phone", rows(3, "A#||+49 30 12345#"),
			fields{"name": {"Name"}, "phone": {"Business Phone"}}},
		{"the label says which", "Name|Phone 1 - Type|Phone 1 - Value|Phone 2 - Type|Phone 2 - Value", rows(5, "A#|Work Fax|+49 30 1234#|Mobile|+49 171 1234#"),
			fields{"name": {"Name"}, "mobile": {"Phone 2 - Value"}}},
		{"a job title is no title", "Name|Title|Email", rows(5, "A#|Accountant|a#@example.com"),
			fields{"name": {"Name"}, "email": {"Email"}}},
		{"a title is", "Name|Title|Email", rows(5, "A#|Dr.|a#@example.com", "A#||"),
			fields{"name": {"Name"}, "title": {"Title"}, "email": {"Email"}}},
		{"Name beside Vorname is the family name", "Vorname|Name|Telefon", rows(5, "Ann|Lee#|030 12345#"),
			fields{"name": {"Vorname", "Name"}, "phone": {"Telefon"}}},
		{"unless it holds both", "Vorname|Name|Telefon", rows(5, "Ann|Ann Lee#|030 12345#"),
			fields{"name": {"Name"}, "phone": {"Telefon"}}},
		{"firms are no people", "Customer Name|Email", rows(5, "ACME# GmbH|a#@example.com"), fields{"email": {"Email"}}},
		{"a CRM's type", "Name|Email|Contact type", rows(5, "A#|a#@example.com|Prospect"), fields{"name": {"Name"}, "email": {"Email"}}},
		{"emnify's type", "Name|Email|Kontaktart", rows(5, "A#|a#@example.com|Rechnung", "A#|a#@example.com|Technik"),
			fields{"name": {"Name"}, "email": {"Email"}, "type": {"Kontaktart"}}},
		{"the number behind the street", "Nr.|Name|Straße|Nr. #4|PLZ|Ort", rows(5, "#|A#|Weg|12a|10115|Berlin"),
			fields{"name": {"Name"}, "street": {"Straße", "Nr. #4"}, "zipcode": {"PLZ"}, "city": {"Ort"}}},
		{"told apart", "Phone|Name|Phone #3", rows(5, "+49 30 1234#|A#|+49 30 9999#"), fields{"phone": {"Phone"}, "name": {"Name"}}},
		{"all from one address", "Name|Home Street|Home City|Business City|Business Country", rows(20, "A#|Weg 1|Bonn|Berlin|DE"),
			fields{"name": {"Name"}, "street": {"Home Street"}, "city": {"Home City"}}},
		{"a contact is a name", "Contact|Email", rows(5, "Ann Lee #|a#@example.com"), fields{"name": {"Contact"}, "email": {"Email"}}},
		{"a kind of contact is not", "Name|Member|Profile|Persona", rows(5, "A#|Gold|Buyer|Farmer"), fields{"name": {"Name"}}},
		{"half of them different", "Name|Member", rows(4, "A#|Gold", "A#|Silver"), fields{"name": {"Name"}}},
		{"last contact is no name", "Name|First contact|Last contact|Email", rows(5, "A#|2024-01-01|2024-02-01|a#@example.com"),
			fields{"name": {"Name"}, "email": {"Email"}}},
		{"an opt-in is no e-mail", "Name|Phone|Email", rows(5, "A#|+49 30 1234#|yes"), fields{"name": {"Name"}, "phone": {"Phone"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := wantFields(t, tt.header, tt.rows, tt.want)
			for _, d := range m.Doubts {
				if d.Field != contact.Org { // TestOrganisationsAreInDoubt
					t.Errorf("doubt: %+v", d)
				}
			}
		})
	}
}

func TestDoubts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, header string
		rows         [][]string
		field        contact.Field
		column       string
		candidates   []string
		settle       string
	}{
		{"two columns by their values", "Name|E-mail A|E-mail B", rows(5, "N#|a#@example.com|b#@example.com"),
			contact.Email, "E-mail A", []string{"E-mail A", "E-mail B"}, "--map email='E-mail A'"},
		{"two names for one thing", "Name|Mail|E-mail", rows(5, "N#|a#@example.com|b#@example.com"),
			contact.Email, "Mail", []string{"Mail", "E-mail"}, "--map email=Mail"},
		{"swapped", "Name|Phone|E-mail", rows(5, "N#|a#@example.com|+49 30 12345#"),
			contact.Email, "", []string{"Phone"}, "--map email=Phone"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			header := strings.Split(tt.header, "|")
			m, err := detect.Columns(header, tt.rows)
			if err != nil {
				t.Fatal(err)
			}
			if len(m.Doubts) == 0 {
				t.Fatal("no doubt")
			}
			d := m.Doubts[0]
			if d.Field != tt.field || d.Column != tt.column || !reflect.DeepEqual(d.Candidates, tt.candidates) || d.Settle != tt.settle || d.Reason == "" {
				t.Errorf("got %+v", d)
			}
			if fm, ok := m.Fields[d.Field]; ok && fm.Confidence > mapping.Unsure {
				t.Errorf("confidence %v is that of a sure one", fm.Confidence)
			}
			m, err = detect.Columns(header, tt.rows, string(tt.field)+"="+tt.candidates[0], "phone=")
			if err != nil || len(m.Doubts) > 0 {
				t.Errorf("--map should settle it: %v, %+v", err, m.Doubts)
			}
		})
	}
}

func TestNoContact(t *testing.T) {
	t.Parallel()
	var none *mapping.NoContactError
	_, err := detect.Columns([]string{"Product", "Price"}, rows(5, "SIM|1"))
	if !errors.As(err, &none) || !strings.Contains(err.Error(), `"Product", "Price"`) {
		t.Errorf("got %v", err)
	}
	_, err = detect.Columns([]string{"Ann Lee", "ann@example.com"}, rows(5, "Bob|x"))
	if !errors.As(err, &none) || !strings.Contains(err.Error(), "no header line") {
		t.Errorf("got %v", err)
	}
	if _, err = detect.Columns([]string{"Product", "Price"}, nil, "name=Product"); err != nil {
		t.Errorf("--map should settle it: %v", err)
	}
}

// A file of very many columns is read like any other.
func TestManyColumns(t *testing.T) {
	t.Parallel()
	header := []string{"Email"}
	for i := range 20_000 {
		header = append(header, fmt.Sprintf("Last name %d", i))
	}
	m, err := detect.Columns(header, rows(20, strings.Repeat("v w|", len(header)-1)+"v w"))
	if err != nil || len(m.Unmapped) < 19_990 {
		t.Fatalf("%v, %d unmapped", err, len(m.Unmapped))
	}
}

func TestInspect(t *testing.T) {
	t.Parallel()
	header := []string{"First Name", "Last Name", "Company", "Email", "Notes", "contactsync_status"}
	sample := rows(4, "Ann|Lee|ACME #|a#@example.com||x")
	m, err := detect.Columns(header, sample)
	if err != nil {
		t.Fatal(err)
	}
	in := m.Inspect()
	if !reflect.DeepEqual(in.Fallbacks, map[contact.Field][]string{"name": {"Company"}}) || !reflect.DeepEqual(in.Unmapped, []string{"Company", "Notes"}) {
		t.Errorf("got %+v", in)
	}
	lines := m.Columns(sample)
	if len(lines) != len(header) {
		t.Fatalf("%d lines", len(lines))
	}
	want := mapping.ColumnUse{Column: "Company", Use: mapping.UseFallback, Field: contact.Name, Part: 1, Confidence: lines[0].Confidence,
		Why: "header", Filled: 4, Samples: []string{"ACME 1", "ACME 2", "ACME 3"}}
	if !reflect.DeepEqual(lines[2], want) {
		t.Errorf("got %+v", lines[2])
	}
	if lines[1].Part != 2 || lines[4].Use != mapping.UseUnmapped || lines[5].Use != mapping.UseIgnored {
		t.Errorf("got %+v", lines)
	}
}

// TestHeaders checks headers of further systems, written from general knowledge, by the names of the columns alone.
// A line with :: begins a system and lists its columns; below it stand the fields that are mapped, and no others.
func TestHeaders(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/headers.txt")
	if err != nil {
		t.Fatal(err)
	}
	var id string
	var header []string
	want := map[contact.Field][]string{}
	check := func() {
		if id == "" {
			return
		}
		m, err := detect.Columns(header, nil)
		if err != nil {
			t.Errorf("%s: %v", id, err)
			return
		}
		if got := m.Inspect().Fields; !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got  %q\n want %q", id, got, want)
		}
	}
	for _, line := range strings.Split(string(data), "\n") {
		if name, columns, ok := strings.Cut(line, "::"); ok {
			check()
			id, header, want = name, strings.Split(columns, "|"), map[contact.Field][]string{}
		} else if f, columns, ok := strings.Cut(strings.TrimSpace(line), ": "); ok {
			want[contact.Field(f)] = strings.Split(columns, "|")
		}
	}
	check()
}

// What holds for any header and any sample.
func checkDetect(t interface{ Fatalf(string, ...any) }, header []string, sample [][]string) {
	m, err := detect.Columns(header, sample)
	var none *mapping.NoContactError
	if err != nil && !errors.As(err, &none) {
		t.Fatalf("unexpected error %v", err)
	}
	at := map[string]bool{}
	for _, h := range header {
		at[h] = true
	}
	used := map[string]contact.Field{}
	for f, fm := range m.Fields {
		for _, c := range fm.Columns {
			if !at[c] {
				t.Fatalf("%s: column %q is not there", f, c)
			}
			if g, twice := used[c]; twice {
				t.Fatalf("column %q makes %s and %s", c, f, g)
			}
			if strings.HasPrefix(strings.ToLower(strings.TrimSpace(c)), "contactsync_") {
				t.Fatalf("our column %q makes %s", c, f)
			}
			used[c] = f
		}
		if fm.Confidence <= 0 || fm.Confidence > 1 {
			t.Fatalf("%s: confidence %v", f, fm.Confidence)
		}
	}
	for _, c := range m.Unmapped {
		if _, ok := used[c]; ok {
			t.Fatalf("column %q is mapped and unmapped", c)
		}
	}
	again, _ := detect.Columns(header, sample)
	if !reflect.DeepEqual(m, again) {
		t.Fatalf("two mappings of one input:\n%+v\n%+v", m, again)
	}
	mp := m.Mapper(nil)
	for _, row := range sample {
		mp.Map(row)
	}
}

func distinct(header []string) []string {
	seen := map[string]bool{}
	var out []string
	for i, h := range header {
		if seen[h] || h == "" {
			h = strings.TrimSpace(fmt.Sprintf("%s #%d", h, i+1))
		}
		if seen[h] {
			continue
		}
		seen[h] = true
		out = append(out, h)
	}
	return out
}

func TestDetectProperties(t *testing.T) {
	t.Parallel()
	words := []string{"First", "Last", "Name", "Full name", "E-mail", "Mail", "Phone", "Mobile", "Work", "Home", "Billing", "Shipping", "Street", "Address", "Line",
		"2", "1", "City", "ZIP", "State", "Country", "Company", "Title", "Titel", "Anrede", "Type", "Label", "ID", "Customer", "Number", "Fax", "Owner", "Ort", "by", "contactsync_status",
		"Département", "Apellido", "emnify organisation", "Contact", "Nr.", "Hausnummer", "PO number", "xyz", "-", "(privat)", "姓", "氏名", "Standard", "Abteilung"}
	cells := []string{"", "a@example.com", "+49 30 123456", "Ann", "Ann Lee", "Dr.", "12", "10115", "DE", "2024-01-01", "yes", "Mobile", "Work", "ACME GmbH", "Rechnung", "https://example.com"}
	rapid.Check(t, func(t *rapid.T) {
		header := distinct(rapid.SliceOfN(rapid.Map(rapid.SliceOfN(rapid.SampledFrom(words), 1, 4), func(ws []string) string { return strings.Join(ws, " ") }), 1, 15).Draw(t, "header"))
		var sample [][]string
		for range rapid.IntRange(0, 15).Draw(t, "rows") {
			sample = append(sample, rapid.SliceOfN(rapid.SampledFrom(cells), 0, len(header)+1).Draw(t, "row"))
		}
		checkDetect(t, header, sample)
	})
}

// A header is damaged as its cells are, and placeholders do not hide what a column holds.
func TestDetectSeesThroughLayers(t *testing.T) {
	t.Parallel()
	var rows [][]string
	for range 10 {
		rows = append(rows, []string{"Anna", "NULL", `="10115"`}, []string{"Eve", "eve@example.com", `="01067"`})
	}
	m, err := detect.Columns([]string{"Vorname", "X1", `="PLZ"`}, rows)
	if err != nil || !slices.Equal(m.Fields[contact.Email].Columns, []string{"X1"}) || !slices.Equal(m.Fields[contact.Zipcode].Columns, []string{`="PLZ"`}) {
		t.Errorf("%v %+v", err, m.Fields)
	}
	m, err = detect.Columns([]string{"Name", "StraÃŸe", "L&auml;nder"}, nil)
	if err != nil || !slices.Equal(m.Fields[contact.Street].Columns, []string{"StraÃŸe"}) {
		t.Errorf("%v %+v", err, m.Fields)
	}
}
