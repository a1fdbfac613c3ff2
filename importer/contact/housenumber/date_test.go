package housenumber

import (
	"strings"
	"testing"
)

func TestHouseNumbersThatBecameDates(t *testing.T) {
	t.Parallel()
	for street, date := range map[string]string{
		"Lindenweg 05. Mrz": "05. Mrz", "Lindenweg 5. Mrz": "5. Mrz", "Lindenweg 5-Mar": "5-Mar", "Lindenweg 03.05.2024": "03.05.2024",
		"Lindenweg 2024-05-03": "2024-05-03", "Lindenweg 2024-05-03 00:00:00": "2024-05-03", "Lindenweg 3/5/2024 12:00:00 AM": "3/5/2024",
		"Lindenweg 2024-05-03T00:00:00": "2024-05-03T00:00:00", "Lindenweg 03.05.24": "03.05.24",
		"Lindenweg Mai 05": "Mai 05", "Lindenweg Mrz 50": "Mrz 50", "Main Street Mar-50": "Mar-50", "Main Street 3-May": "3-May",
		"05. Mrz": "05. Mrz", "3-May": "3-May", "Lindenweg, 05. Mai": "05. Mai", "Lindenweg 3-May-24": "3-May-24",
		"5-Mar Main Street": "5-Mar", "05. Mrz Lindenweg": "05. Mrz", "2024-05-03 Main Street": "2024-05-03",
		"Rue Haute 05-mars": "05-mars", "Rue Haute 05-févr.": "05-févr.", "Rue Haute 08-août": "08-août", "Calle Mayor, 5-ene": "5-ene",
		"Calle Mayor 05-abr": "05-abr", "Via Roma 05-mag": "05-mag", "Via Roma 6-ott": "6-ott", "Dorpsstraat 3-mrt": "3-mrt", "Dorpsstraat 3-mei": "3-mei",
		"ul. Długa 05.paź": "05.paź", "ul. Długa 3-wrz": "3-wrz", "Rua Direita 05/fev": "05/fev", "Rua Direita 2/out": "2/out",
	} {
		got, ok := Date(street)
		if !ok || got.Text != date {
			t.Errorf("%q: %+v, %v; want %q", street, got, ok, date)
		}
	}
	for _, street := range []string{
		"Straße des 17. Juni 135", "Straße des 17. Juni", "Platz des 1. Mai", "Platz des 10. Mai", "Am 1. Mai 5", "Straße 1. Mai", "Strasse des 05. Mai",
		"Calle 2 de Mayo", "Calle 2 de Mayo 14", "Avenida 9 de Julio 1200", "Rue du 8 Mai 1945", "Rue du 8-mai-1945", "Rue 8-Mai-1945", "Rue du 19-mars-1962",
		"Rue du 08-mai", "Place du 11 Novembre", "Via XX Settembre 3", "Via 25 Aprile 7", "ul. 3 Maja 12", "Rua 25 de Abril", "1. Mai Straße 4",
		"17. Mai Platz 3", "Lindenweg 5 1/2", "Lindenweg 3-5", "Lindenweg 3/5", "Hauptstraße 3/5/24", "Lindenweg 10-12-14", "Lindenweg 5", "Lindenweg 12a",
		"Calle Mar 12", "Calle del Mar 05", "Avenida Mar 50", "5 Mar Street", "Set 3", "Out 12", "5th Avenue", "221B Baker Street", "3.5", "", " ", "-", "Mai",
		"May Street 5", "Lindenweg 45-Mar", "Lindenweg 0-Mar", "Lindenweg 33.05.2024", "Lindenweg 13.13.2024", "Lindenweg 17.06.1953", "Flat 4-June",
		"Block 12-A", "Haus 3-B", "Mar-a-Lago", "Apt 2024-05", "Jan Steen 12", "Lange Jan 12", "Lindenweg 03.05",
		"T00:000.", "Lindenweg T00:00.5", "Lindenweg 5T00:00-3", // a mark in the time only
	} {
		if got, ok := Date(street); ok {
			t.Errorf("%q: %+v is none", street, got)
		}
	}
}

// Every row is asked, and few have one.
func TestUsualStreetsCostNoAllocation(t *testing.T) {
	for _, street := range []string{"Straße des 17. Juni 135", "5 Main Street", "Lindenweg 3-5", "Rue du Bac"} {
		if n := testing.AllocsPerRun(100, func() { Date(street) }); n > 0 {
			t.Errorf("%q: %v allocations", street, n)
		}
	}
}

func BenchmarkHouseDate(b *testing.B) {
	for b.Loop() {
		Date("Lindenweg 35")
	}
}

func FuzzHouseDate(f *testing.F) {
	for _, s := range []string{"Lindenweg 05. Mrz", "5-Mar Main Street", "2024-05-03T00:00:00", "Mai 05", "févr. 05", "5-févr.", "1.-", "3/5/2024 12:00 AM"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, street string) {
		date, ok := Date(street)
		if ok && (date.First < 1 || date.Second < 1 || date.First > 99 || date.Second > 99 || !strings.Contains(street, date.Text)) {
			t.Errorf("%q: %+v", street, date)
		}
	})
}
