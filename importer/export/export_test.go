package export_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/contactsync/contactsync/importer/cell"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/export"
	"github.com/contactsync/contactsync/importer/outcome"
	_ "github.com/contactsync/contactsync/importer/rapidseed"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/source"
	"github.com/contactsync/contactsync/importer/stop"
	"github.com/contactsync/contactsync/mapping/detect"
	"github.com/contactsync/contactsync/mapping/lookup"
	"github.com/contactsync/contactsync/report/contactfile"
)

// shelves is a directory of organisations in memory; one that it lacks is refused.
type shelves struct {
	remote.Directory
	orgs      map[int64][]contact.Stored
	countries []lookup.CountryRow
}

func (s shelves) MyOrganisation(context.Context) (remote.Organisation, error) {
	return remote.Organisation{ID: 12, Name: "Own"}, nil
}

func (s shelves) Countries(context.Context) ([]lookup.CountryRow, error) { return s.countries, nil }

func (s shelves) List(_ context.Context, org int64, _ func(contact.Stored) bool) (remote.Listing, error) {
	contacts, ok := s.orgs[org]
	if !ok {
		return remote.Listing{}, fmt.Errorf("listing: %w", &outcome.Refusal{HTTPStatus: 404, Code: 1201, Token: "NotFound"})
	}
	return remote.Listing{Contacts: contacts}, nil
}

func countryTable() []lookup.CountryRow {
	return []lookup.CountryRow{
		{ID: 74, Name: "Germany", ISO: "de"}, {ID: 90, Name: "India", ISO: "in"}, {ID: 91, Name: "India MCC 405", ISO: "in"},
		{ID: 50, Name: "Côte d'Ivoire", ISO: "civ"}, {ID: 0, Name: "ANY"}, {ID: 60, Name: "Korea (South)", ISO: "kr"},
		{ID: 61, Name: "Mayotte / Reunion", ISO: "yt"}, {ID: 62, Name: "Israel & Palestine", ISO: "il"},
		{ID: 63, Name: "Democratic Rep. of Congo", ISO: "cd"}, {ID: 64, Name: "Georgia", ISO: "ge"},
	}
}

// written writes what some organisations have as CSV.
func written(t require, d shelves, orgs ...int64) ([]export.Part, string) {
	var out bytes.Buffer
	var file *contactfile.Export
	job := export.Export{Directory: d, Orgs: orgs}
	parts, err := job.Run(context.Background(), func() (export.Writer, error) {
		var err error
		file, err = contactfile.NewExport(&out, contactfile.CSV)
		return file, err
	})
	if err == nil {
		err = file.Close()
	}
	if err != nil {
		t.Fatalf("exporting: %v", err)
	}
	return parts, out.String()
}

type require interface {
	Fatalf(format string, args ...any)
}

// readBack reads a file as import does: detected form, detected mapping, every row checked by the rules.
func readBack(t require, text string, rules *contact.Rules) []contact.Checked {
	in, err := source.Open(source.Env{Open: func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }},
		"contacts.csv", source.Options{})
	if err != nil {
		t.Fatalf("opening what was exported: %v\n%s", err, text)
	}
	defer func() { _ = in.Close() }()
	var rows []source.Row
	for r, err := in.Read(); ; {
		if err != nil {
			t.Fatalf("reading what was exported: %v", err)
		}
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || row.Defect != nil {
			t.Fatalf("row %d of what was exported: %v %+v\n%s", row.Number, err, row.Defect, text)
		}
		row.Cells = append([]string{}, row.Cells...)
		rows = append(rows, row)
	}
	var sample [][]string
	for _, row := range rows {
		cells := make([]string, len(row.Cells))
		for i, c := range row.Cells {
			cells[i] = cell.Clean(c)
		}
		sample = append(sample, cells)
	}
	m, err := detect.Columns(in.Header(), sample)
	if err != nil || len(m.Doubts) > 0 {
		t.Fatalf("mapping what was exported: %v, %+v\n%s", err, m.Doubts, text)
	}
	mapper := m.Mapper(cell.Clean)
	var checked []contact.Checked
	for _, row := range rows {
		draft, notes := mapper.Map(row.Cells)
		if len(notes.Problems)+len(notes.Warnings) > 0 {
			t.Fatalf("something was found in the cells of what was exported: %+v\n%s", notes, text)
		}
		checked = append(checked, rules.Check(draft))
	}
	return checked
}

// lenientRules are those under which as few contacts as possible are refused.
func lenientRules(countries contact.Countries, types []contact.Type) *contact.Rules {
	return &contact.Rules{
		Countries: countries, Types: lookup.Types(types, true),
		Lenient: contact.FieldSet{contact.Email: true, contact.Phone: true, contact.Mobile: true, contact.CountryField: true},
	}
}

// hard are texts that damage files and programs, one or two of a kind.
func hard() []string {
	return []string{
		// quotes, separators, line ends
		`"`, `""`, `a "quoted" word`, `"begins`, `ends"`, "a,b", ";", "\t", "tab\there", "two\nlines", "two\r\nlines", "old\rmac", "\n", " \n ", "|^~",
		`back\slash`, `\.`, `\n`, `'`, `''`, "`", "sep=;", "a;b;c;d;e", "a\tb\tc\td",
		// what spreadsheets take for something else
		"=1+1", "=HYPERLINK(\"http://example.com\")", "+49 30 1234567", "-1", "@sum", "007", "00420", "1E+11", "4.9151E+11", "1,5", "1.0", "TRUE", "2024-05-01",
		"1/2", "#REF!", "NaN", "null", "NULL", "undefined", "None", "0", "-0", "1e309", "0x1F",
		// blanks that can be seen and blanks that can't
		" leading", "trailing ", "two  blanks", "no\u00a0break", "thin\u2009blank", "soft\u00adhyphen", "zero\u200bwidth", "\ufeffmark", "word\u2060joiner", "\u3000wide\u3000",
		// scripts, accents composed and not, directions
		"Zoë", "Zoe\u0308", "Łódź", "Ünïcødé", "Ελληνικά", "Кириллица", "漢字かな", "한국어", "ภาษาไทย", "हिन्दी", "עברית", "العربية", "\u202eright to left\u202c", "mixed עברית and latin",
		"\u200fmark", "نیم\u200cفاصله", "ﬁ ligature", "İstanbul ıI", "ß", "Ω Ω", "ｆｕｌｌ", "e\u0301\u0301\u0301", "Z\u0337\u0321a\u0316l\u034fgo",
		// beyond the first plane
		"👍", "👩\u200d👩\u200d👧", "🇩🇪", "👋🏽", "𝒜𝓁𝒾", "𠜎𠜱", "❤\ufe0f",
		// what programs execute or cut
		"<script>alert(1)</script>", "<b>", "&amp;", "&", "'; DROP TABLE contacts;--", "${jndi:x}", "{{7*7}}", "%s%n", "$(id)", "`id`", "../../etc/passwd", "C:\\nul", "a\x00b"[:1],
		"{name}", "[x](y)", "http://example.com/?a=b&c=d#e", "--help", "-rf", "Grand Total: 25 records", "Copyright (c) Example, Inc.", "Summe", "_x0041_", "_x005F_",
		// codes and names
		"\ufffd", "\u0085", "\u2028line", "\u2029par", "A", strings.Repeat("x", 255), strings.Repeat("é", 255), strings.Repeat("long ", 60),
		"Null", "Test", "Dr.", "O'Neil", "van der Berg", "N/A", "-", "?", ".",
		"ann.lee@example.com", "Ann.Lee@EXAMPLE.com", "mailto:ann@example.com", "a@example.com; b@example.com", "ann@bücher.example", "not an address", "a@b",
		"030 1234567", "+4930 1234567 ext. 5", "0049 30 1234567", "12", "030 1234567 / 030 7654321", "+1 (555) 010-9999", "tel:+49301234567", "call me",
	}
}

// sayable reports whether a text is one that an import reads as it stands. An apostrophe before a number is what
// spreadsheets put there, and is taken away; NUL bytes are too.
func sayable(s string) bool {
	clean := strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) })
	return !strings.ContainsRune(s, 0) && !strings.HasPrefix(clean, "'")
}

func texts() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.Just(""), rapid.SampledFrom(hard()), rapid.String(),
		rapid.Map(rapid.SliceOfN(rapid.SampledFrom(hard()), 2, 3), func(s []string) string { return strings.Join(s, " ") }),
	).Filter(sayable)
}

func storedContacts(org int64) *rapid.Generator[[]contact.Stored] {
	types := []contact.Type{
		{ID: 1, Name: "Technical"}, {ID: 9, Name: "invoice address"}, {ID: 4, Name: "Key account"}, {ID: 6}, {ID: 7, Name: "31"}, {ID: 31, Name: "Support"},
	}
	countries := []contact.Country{
		{}, {ID: 74, Name: "Germany"}, {ID: 91, Name: "India MCC 405"}, {ID: 50, Name: "Côte d'Ivoire"}, {ID: 60, Name: "Korea (South)"},
		{ID: 61, Name: "Mayotte / Reunion"}, {ID: 62, Name: "Israel & Palestine"}, {ID: 63}, {ID: 64, Name: "Georgia"},
		{ID: 74, Name: "India"}, {ID: 999, Name: "Germany"}, {ID: 999, Name: "Atlantis"}, {Name: "Austria"},
	}
	one := rapid.Custom(func(t *rapid.T) contact.Stored {
		text := func(name string) string { return texts().Draw(t, name) }
		s := contact.Stored{
			Org: org, Type: rapid.SampledFrom(types).Draw(t, "type"), Country: rapid.SampledFrom(countries).Draw(t, "country"),
			Draft: contact.Draft{
				Name: text("name"), Title: text("title"), Department: text("department"), Street: text("street"),
				SecondaryAddress: text("secondary"), Zipcode: text("zipcode"), City: text("city"), State: text("state"),
				Email: text("email"), Phone: text("phone"), Mobile: text("mobile"), PurchaseOrderNumber: text("order"),
			},
		}
		s.Draft.Type, s.Draft.Country = s.Type.Name, s.Country.Name
		return s
	})
	return rapid.Custom(func(t *rapid.T) []contact.Stored {
		list := rapid.SliceOfN(one, 1, 12).Draw(t, "contacts")
		for i := range list {
			list[i].ID = int64(1000 + i)
		}
		return list
	})
}

// TestExportIsReadBack: a file that was exported and is imported again says of no contact anything that it is not, and
// refuses only contacts that the rules refuse however they are written down.
func TestExportIsReadBack(t *testing.T) {
	t.Parallel()
	countries := lookup.Countries(countryTable())
	rapid.Check(t, func(t *rapid.T) {
		d := shelves{orgs: map[int64][]contact.Stored{12: storedContacts(12).Draw(t, "org")}, countries: countryTable()}
		parts, text := written(t, d, 0)
		contacts := parts[0].Contacts
		types := []contact.Type{}
		for _, s := range contacts {
			types = append(types, s.Type)
		}
		rules := lenientRules(countries, types)
		checked := readBack(t, text, rules)
		if len(checked) != len(contacts) {
			t.Fatalf("%d contacts were exported, %d rows read back\n%s", len(contacts), len(checked), text)
		}
		for i, s := range contacts {
			compareBack(t, rules, s, checked[i], text)
		}
	})
}

func compareBack(t *rapid.T, rules *contact.Rules, s contact.Stored, got contact.Checked, text string) {
	if got.Org != s.Org {
		t.Fatalf("contact %d came back in organisation %d\n%s", s.ID, got.Org, text)
	}
	d := s.Draft
	d.Type, d.Country, d.Org = fmt.Sprint(s.Type.ID), "", fmt.Sprint(s.Org)
	if c, ok := rules.Countries.ByID(s.Country.ID); ok {
		d.Country = c.Name
	} else if s.Country.ID == 0 {
		d.Country = s.Country.Name
	} else {
		d.Country = fmt.Sprint(s.Country.ID)
	}
	direct := rules.Check(d)
	if diff := cmp.Diff(codes(direct.Problems), codes(got.Problems)); diff != "" {
		t.Fatalf("contact %d: problems of the contact (-) and of its row (+):\n%s%+q\n%s", s.ID, diff, s.Draft, text)
	}
	if len(got.Problems) > 0 {
		return
	}
	have := rules.Normalise(s)
	if fields := contact.Diff(got.Contact, have); len(fields) > 0 {
		t.Fatalf("contact %d came back with other %v\nrow  %#v\nhave %#v\n%s", s.ID, fields, got.Contact, have, text)
	}
	if fields := contact.Diff(have, got.Contact); len(fields) > 0 && !onlyUnknownCountry(fields, s, rules) {
		t.Fatalf("contact %d came back without %v\nrow  %#v\nhave %#v\n%s", s.ID, fields, got.Contact, have, text)
	}
}

// onlyUnknownCountry reports whether nothing is missing but a country that the platform's own table lacks.
func onlyUnknownCountry(fields []contact.Field, s contact.Stored, rules *contact.Rules) bool {
	_, known := rules.Countries.ByID(s.Country.ID)
	return len(fields) == 1 && fields[0] == contact.CountryField && !known
}

func codes(problems []contact.Problem) []string {
	list := []string{}
	for _, p := range problems {
		list = append(list, p.Code)
	}
	return list
}

func TestExportWords(t *testing.T) {
	t.Parallel()
	d := shelves{countries: countryTable(), orgs: map[int64][]contact.Stored{12: {
		{ID: 3, Org: 12, Type: contact.Type{ID: 6}, Country: contact.Country{ID: 999, Name: "Germany"}},
		{ID: 2, Org: 12, Type: contact.Type{ID: 8, Name: "Technical"}, Country: contact.Country{ID: 63}},
		{ID: 1, Org: 12, Type: contact.Type{ID: 7, Name: "Technical"}, Country: contact.Country{ID: 60, Name: "Korea (South)"}},
	}}}
	for i := range d.orgs[12] {
		d.orgs[12][i].Draft.Name = "=1+1"
	}
	_, text := written(t, d, 12, 0)
	head := "id,org_id,type,name,title,department,street,secondary_address,zipcode,city,state,country,email,phone,mobile,purchase_order_number\n"
	want := head + "1,12,Technical,=1+1,,,,,,,,Korea (South),,,,\n2,12,8,=1+1,,,,,,,,Democratic Republic of the Congo,,,,\n3,12,6,=1+1,,,,,,,,999,,,,\n"
	if diff := cmp.Diff(want, text); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestExportOfSeveral(t *testing.T) {
	t.Parallel()
	d := shelves{orgs: map[int64][]contact.Stored{12: {{ID: 1, Org: 12}}, 13: {}}}
	parts, text := written(t, d, 99, 13, 0)
	if len(parts) != 3 || parts[0].Refused == nil || parts[1].Refused != nil || strings.Count(text, "\n") != 2 {
		t.Errorf("%+v\n%s", parts, text)
	}
	never := func() (export.Writer, error) {
		t.Error("something was begun although nothing can be written")
		return nil, errors.New("no")
	}
	for _, orgs := range [][]int64{{99}, {98, 99}} {
		job := export.Export{Directory: d, Orgs: orgs}
		_, err := job.Run(t.Context(), never)
		var ended *stop.Error
		if !errors.As(err, &ended) || ended.Cause != stop.CauseForbidden {
			t.Errorf("%v: error %v", orgs, err)
		}
	}
}
