package lookup

import (
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
)

// emnifyRows are rows as emnify's table has them, with the traps of the real one.
func emnifyRows() []CountryRow {
	return []CountryRow{
		{0, "ANY", ""},
		{3, "Afghanistan", "af"},
		{99, "Germany", "DE"},
		{74, "Germany", "de"},
		{97, "Germany", "de"},
		{88, "India MCC 405", "in"},
		{89, "India", "in"},
		{200, "(311)", "us"},
		{201, "(312)", "us"},
		{210, "United States", "us"},
		{211, "United States (316)", "us"},
		{40, "Côte d'Ivoire", "civ"},
		{101, "Korea (South)", "kr"},
		{102, "Kyrqyzstan", "kg"},
		{103, "Macedonia", ""},
		{104, "Israel & Palestine", "il"},
		{105, "Democratic Rep. of Congo", "cd"},
		{106, "Congo", "cg"},
		{110, "Mayotte / Reunion", "re"},
		{111, "Fiji / Nauru", "fj"},
		{112, "Guam / N. Mariana Islands", ""},
		{113, "French Guiana / St Barthelemy / St. Martin / French Antilles / Guadeloupe / Martinique", "gf"},
		{114, "Guadeloupe", "gp"},
		{120, "Aeromobile", ""},
		{121, "Jersey", "gb"},
		{122, "United Kingdom", "gb"},
		{-1, "Nowhere", "no"},
	}
}

func TestLookupInEmnifysTable(t *testing.T) {
	t.Parallel()
	table := Countries(emnifyRows())
	for text, want := range map[string]contact.Country{
		"Deutschland":            {ISO: "DE", ID: 74, Name: "Germany"},
		"AFG":                    {ISO: "AF", ID: 3, Name: "Afghanistan"},
		"India":                  {ISO: "IN", ID: 89, Name: "India"},
		"India MCC 405":          {ISO: "IN", ID: 89, Name: "India"},
		"USA":                    {ISO: "US", ID: 210, Name: "United States"},
		"(311)":                  {ISO: "US", ID: 210, Name: "United States"},
		"United States (316)":    {ISO: "US", ID: 210, Name: "United States"},
		"Ivory Coast":            {ISO: "CI", ID: 40, Name: "Côte d'Ivoire"},
		"CI":                     {ISO: "CI", ID: 40, Name: "Côte d'Ivoire"},
		"Südkorea":               {ISO: "KR", ID: 101, Name: "South Korea"},
		"Kirgistan":              {ISO: "KG", ID: 102, Name: "Kyrgyzstan"},
		"Kyrqyzstan":             {ISO: "KG", ID: 102, Name: "Kyrgyzstan"},
		"North Macedonia":        {ISO: "MK", ID: 103, Name: "North Macedonia"},
		"Israel":                 {ISO: "IL", ID: 104, Name: "Israel"},
		"Palestine":              {ISO: "PS", ID: 104, Name: "Palestine"},
		"Israel & Palestine":     {ISO: "IL", ID: 104, Name: "Israel & Palestine"},
		"DRC":                    {ISO: "CD", ID: 105, Name: "Democratic Republic of the Congo"},
		"CG":                     {ISO: "CG", ID: 106, Name: "Republic of the Congo"},
		"La Réunion":             {ISO: "RE", ID: 110, Name: "Réunion"},
		"Mayotte":                {ISO: "YT", ID: 110, Name: "Mayotte"},
		"mayotte/reunion":        {ISO: "RE", ID: 110, Name: "Mayotte / Reunion"},
		"Nauru":                  {ISO: "NR", ID: 111, Name: "Nauru"},
		"Guam":                   {ISO: "GU", ID: 112, Name: "Guam"},
		"MNP":                    {ISO: "MP", ID: 112, Name: "Northern Mariana Islands"},
		"Guam/N Mariana Islands": {ID: 112, Name: "Guam / N. Mariana Islands"},
		"Saint-Barthélemy":       {ISO: "BL", ID: 113, Name: "Saint Barthélemy"},
		"MF":                     {ISO: "MF", ID: 113, Name: "Saint Martin"},
		"Martinique":             {ISO: "MQ", ID: 113, Name: "Martinique"},
		"Guadeloupe":             {ISO: "GP", ID: 114, Name: "Guadeloupe"},
		"Aeromobile":             {ID: 120, Name: "Aeromobile"},
		"Jersey":                 {ISO: "JE", ID: 121, Name: "Jersey"},
		"England":                {ISO: "GB", ID: 122, Name: "United Kingdom"},
		"Norway":                 {ISO: "NO", Name: "Norway"},
		"France":                 {ISO: "FR", Name: "France"},
	} {
		if got, ok := table.Lookup(text); !ok || got != want {
			t.Errorf("Lookup(%q) = %+v, %v; want %+v", text, got, ok, want)
		}
	}
	if got, ok := table.Lookup("ANY"); ok {
		t.Errorf("ANY is %+v, want no country", got)
	}
}

func TestByID(t *testing.T) {
	t.Parallel()
	table := Countries(emnifyRows())
	for id, want := range map[int]contact.Country{
		74:  {ISO: "DE", ID: 74, Name: "Germany"},
		97:  {ISO: "DE", ID: 74, Name: "Germany"},
		88:  {ISO: "IN", ID: 89, Name: "India"},
		200: {ISO: "US", ID: 210, Name: "United States"},
		110: {ISO: "RE", ID: 110, Name: "Mayotte / Reunion"},
		112: {ID: 112, Name: "Guam / N. Mariana Islands"},
		113: {ISO: "GF", ID: 113, Name: "French Guiana / St Barthelemy / St. Martin / French Antilles / Guadeloupe / Martinique"},
		120: {ID: 120, Name: "Aeromobile"},
	} {
		if got, ok := table.ByID(id); !ok || got != want {
			t.Errorf("ByID(%d) = %+v, %v; want %+v", id, got, ok, want)
		}
	}
	for _, id := range []int{0, -1, 276, 1 << 40} {
		if got, ok := table.ByID(id); ok {
			t.Errorf("ByID(%d) = %+v, want none", id, got)
		}
	}
	if got, ok := Offline().ByID(74); ok {
		t.Errorf("offline, ByID(74) = %+v, want none", got)
	}
}

func TestTheOrderOfTheRowsDoesNotMatter(t *testing.T) {
	t.Parallel()
	rows := emnifyRows()
	forwards := Countries(emnifyRows())
	for i, j := 0, len(rows)-1; i < j; i, j = i+1, j-1 {
		rows[i], rows[j] = rows[j], rows[i]
	}
	backwards := Countries(rows)
	for _, row := range rows {
		a, _ := forwards.Lookup(row.Name)
		b, _ := backwards.Lookup(row.Name)
		if a != b {
			t.Errorf("%q is %+v or %+v", row.Name, a, b)
		}
		a, _ = forwards.ByID(row.ID)
		b, _ = backwards.ByID(row.ID)
		if a != b {
			t.Errorf("id %d is %+v or %+v", row.ID, a, b)
		}
	}
}

func TestNearestProposesOnlyWhatCanBeSent(t *testing.T) {
	t.Parallel()
	table := Countries(emnifyRows())
	if got := table.Nearest("Germny"); got != "Germany" {
		t.Errorf("Nearest = %q, want Germany", got)
	}
	if got := table.Nearest("Norwya"); got != "" {
		t.Errorf("Nearest = %q, though emnify has no id for it", got)
	}
	if !table.NeedID() || Offline().NeedID() {
		t.Error("only the table of emnify needs ids")
	}
}

func TestAnEmptyTable(t *testing.T) {
	t.Parallel()
	for _, rows := range [][]CountryRow{nil, {}, {{}}, {{5, "", ""}}, {{5, " / ", "!!"}}, {{5, "\xff", "d"}}} {
		table := Countries(rows)
		if got, ok := table.Lookup("DE"); !ok || got.ISO != "DE" {
			t.Errorf("%v: %+v, %v", rows, got, ok)
		}
	}
}
