package source_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/contactsync/contactsync/importer/source"
)

// told shows rows as cellsOf does, and behind them the codes of their repairs.
func told(rows []source.Row) [][]string {
	all := cellsOf(rows)
	for i, row := range rows {
		for _, r := range row.Repairs {
			all[i] = append(append([]string(nil), all[i]...), r.Code)
		}
	}
	return all
}

// TestForms reads what other programs write in the place of RFC 4180, and what only looks like it.
func TestForms(t *testing.T) {
	t.Parallel()
	const (
		whole     = source.CodeQuotedRowRead
		backslash = source.CodeBackslashQuotes
		head      = "Name,Street,City\n"
	)
	tests := []struct {
		name    string
		data    string
		quoting source.Quoting
		rows    [][]string
	}{
		// Blanks beside quotes.
		{"blank behind quotes everywhere", "\"Name\" ,\"Street\" ,\"City\"\n\"Ann\" ,\"Weg 5, links\" ,\"Ulm\"  \n", "",
			[][]string{{"Ann", "Weg 5, links", "Ulm"}}},
		{"tab and no-break space behind quotes", "\"Name\"\t;\"City\"\u00a0\r\n\"Ann; B\"\t;\"Ulm\" \u00a0\t\r\n", "", [][]string{{"Ann; B", "Ulm"}}},
		{"a tab that is the delimiter", "Name\tNote\tCity\n\"Ann\"\t\t\"Ulm\" \t\n", "", [][]string{{"Ann", "", "Ulm"}}},
		{"on both sides, in one row only", head + "Ann,Weg 1,Ulm\nBob,Weg 2,Bonn\n \"Cid\" , \"Weg 5, links\" , \"Kiel\"\n", "",
			[][]string{{"Ann", "Weg 1", "Ulm"}, {"Bob", "Weg 2", "Bonn"}, {"Cid", "Weg 5, links", "Kiel"}}},
		{"a blank and then a word", head + "Ann,\"Weg\" 5,Ulm\n", "", [][]string{{"!", source.CodeQuote, "Ann,\"Weg\" 5,Ulm"}}},

		// Wrappers of spreadsheets.
		{"a wrapper without quotes around it", head + "Ann,=\"01067\",=\"Ulm, Ost\"\n", "", [][]string{{"Ann", `="01067"`, `="Ulm, Ost"`}}},
		{"a wrapper in every cell", "=\"Name\"|=\"City\"\n=\"Ann\"|=\"Ulm|Ost\" \n", "", [][]string{{`="Ann"`, `="Ulm|Ost"`}}},
		{"a wrapper with a quote in it", head + "Ann,=\"5\"\" Weg\",Ulm\n", "", [][]string{{"Ann", `="5"" Weg"`, "Ulm"}}},
		{"a wrapper within quotes", head + "Ann,\"=\"\"01067\"\"\",Ulm\n", "", [][]string{{"Ann", `="01067"`, "Ulm"}}},
		{"a wrapper that goes on", head + "Ann,=\"a\"&\"b\",Ulm\n", "", [][]string{{"!", source.CodeQuote, "Ann,=\"a\"&\"b\",Ulm"}}},
		{"a wrapper over lines", head + "Ann,=\"a\nb\",Ulm\nBob,Weg 2,Bonn\n", "", [][]string{{"!", source.CodeQuote, "Ann,=\"a\nb\",Ulm"}, {"Bob", "Weg 2", "Bonn"}}},
		{"an equals sign in a text", head + "Ann,1 =\"x\",Ulm\n", "", [][]string{{"!", source.CodeQuote, "Ann,1 =\"x\",Ulm"}}},

		// Rows within one pair of quotes.
		{"all rows", head + "\"Ann,Weg 1,Ulm\"\n\"Bob,\"\"Weg 2, links\"\",Bonn\"\n", source.QuotedRows,
			[][]string{{"Ann", "Weg 1", "Ulm", whole}, {"Bob", "Weg 2, links", "Bonn", whole}}},
		{"header too", "\"Name;Street;City\"\r\n\"Ann;Weg 1;Ulm\"\r\n", source.QuotedRows, [][]string{{"Ann", "Weg 1", "Ulm", whole}}},
		{"with quotes around each cell", "\"\"\"Name\"\",\"\"City\"\"\"\n\"\"\"Ann\"\",\"\"Ulm, Ost\"\"\"\n", source.QuotedRows, [][]string{{"Ann", "Ulm, Ost", whole}}},
		{"tabs", "Name\tStreet\tCity\n\"Ann\tWeg 1\tUlm\"\n\"Bob\tWeg 2\tBonn\"\n", source.QuotedRows,
			[][]string{{"Ann", "Weg 1", "Ulm", whole}, {"Bob", "Weg 2", "Bonn", whole}}},
		{"with empty cells behind them", head + "\"Ann,Weg 1,Ulm\",,\n\"Bob,Weg 2,Bonn\",,\n", source.QuotedRows,
			[][]string{{"Ann", "Weg 1", "Ulm", whole}, {"Bob", "Weg 2", "Bonn", whole}}},
		{"blanks behind the delimiters", head + "\"Ann, Weg 1, Ulm\"\n\"Bob, Weg 2, Bonn\"\n", source.QuotedRows,
			[][]string{{"Ann", " Weg 1", " Ulm", whole}, {"Bob", " Weg 2", " Bonn", whole}}},
		{"one of many, as a spreadsheet saves it", head + "Ann,Weg 1,Ulm\nBob,Weg 2,Bonn\n\"Cid,\"\"Weg 3, links\"\",Kiel\"\nDan,Weg 4,Trier\n", "",
			[][]string{{"Ann", "Weg 1", "Ulm"}, {"Bob", "Weg 2", "Bonn"}, {"Cid", "Weg 3, links", "Kiel", whole}, {"Dan", "Weg 4", "Trier"}}},
		{"an empty one among them", head + "\"Ann,Weg 1,Ulm\"\n\",,\"\n\"Bob,Weg 2,Bonn\"\n", source.QuotedRows,
			[][]string{{"Ann", "Weg 1", "Ulm", whole}, {"Bob", "Weg 2", "Bonn", whole}}},
		{"one too wide and one too narrow", head + "\"Ann,Weg 1,Ulm\"\n\"Bob,Weg 2,links,Bonn\"\n\"Cid,Kiel\"\n\"Dan,Weg 4,Trier\"\n", source.QuotedRows,
			[][]string{{"Ann", "Weg 1", "Ulm", whole}, {"!", source.CodeExtraCells, "\"Bob,Weg 2,links,Bonn\"", whole}, {"!", source.CodeQuotedRow, "\"Cid,Kiel\""}, {"Dan", "Weg 4", "Trier", whole}}},
		{"never closed", head + "\"Ann,Weg 1,Ulm\"\n\"Bob,Weg 2,Bonn\n\"Cid,Weg 3,Kiel\"\n", source.QuotedRows,
			[][]string{{"Ann", "Weg 1", "Ulm", whole}, {"!", source.CodeQuote, "\"Bob,Weg 2,Bonn"}, {"Cid", "Weg 3", "Kiel", whole}}},
		{"a broken text within", head + "\"Ann \"\"A\"\" Lee,Weg 1,Ulm\"\n\"Bob,Weg 2,Bonn\"\n\"Cid,Weg 3,Kiel\"\n", source.QuotedRows,
			[][]string{{"!", source.CodeQuotedRow, "\"Ann \"\"A\"\" Lee,Weg 1,Ulm\""}, {"Bob", "Weg 2", "Bonn", whole}, {"Cid", "Weg 3", "Kiel", whole}}},
		{"a broken text within, in one row only", head + "\"Ann \"\"A\"\" Lee,Weg 1,Ulm\"\nBob,Weg 2,Bonn\nCid,Weg 3,Kiel\n", "",
			[][]string{{"!", source.CodeQuotedRow, "\"Ann \"\"A\"\" Lee,Weg 1,Ulm\""}, {"Bob", "Weg 2", "Bonn"}, {"Cid", "Weg 3", "Kiel"}}},
		{"two columns, all rows", "Name,Email\n\"Ann,a@example.com\"\n\"Bob,b@example.com\"\n", source.QuotedRows,
			[][]string{{"Ann", "a@example.com", whole}, {"Bob", "b@example.com", whole}}},

		// What is none, or may be none.
		{"names with a comma", "Name,Email\n\"Lee, Ann\",a@example.com\n\"Roe, Bob\"\n", "", [][]string{{"Lee, Ann", "a@example.com"}, {"Roe, Bob", ""}}},
		{"names with a comma and nothing else", "Name,Email\n\"Lee, Ann\"\n\"Roe, Bob\"\n", "", [][]string{{"Lee, Ann", ""}, {"Roe, Bob", ""}}},
		{"two columns, one row", "Name,Email\nBob,b@example.com\n\"Ann,a@example.com\"\n", "", [][]string{{"Bob", "b@example.com"}, {"!", source.CodeQuotedRow, "\"Ann,a@example.com\""}}},
		{"one column", "Name\n\"Lee,Ann\"\nBob\n", "", [][]string{{"Lee,Ann"}, {"Bob"}}},
		{"a sentence with as many commas", head + "Ann,Weg 1,Ulm\nBob,Weg 2,Bonn\nCid,Weg 3,Kiel\n\"Lee, Roe, and Sons\"\n", "",
			[][]string{{"Ann", "Weg 1", "Ulm"}, {"Bob", "Weg 2", "Bonn"}, {"Cid", "Weg 3", "Kiel"}, {"!", source.CodeQuotedRow, "\"Lee, Roe, and Sons\""}}},
		{"a company in a whole row", head + "\"Lee, Roe, and Sons\",,\nBob,Weg 2,Bonn\nCid,Weg 3,Kiel\n", "",
			[][]string{{"Lee, Roe, and Sons", "", ""}, {"Bob", "Weg 2", "Bonn"}, {"Cid", "Weg 3", "Kiel"}}},
		{"a company with one comma", head + "\"Lee, Inc.\"\nBob,Weg 2,Bonn\n", "", [][]string{{"Lee, Inc.", "", ""}, {"Bob", "Weg 2", "Bonn"}}},

		// Backslashes.
		{"backslash quotes", "\"Name\",\"Street\"\n\"Ann \\\"A\\\" Lee\",\"Am \\\"Tor\\\", 7\"\n\"Bob\",\"Weg 5\"\n", source.BackslashQuotes,
			[][]string{{`Ann "A" Lee`, `Am "Tor", 7`, backslash, backslash}, {"Bob", "Weg 5"}}},
		{"backslash quotes at the end of a cell", "\"Name\",\"Street\",\"City\"\n\"Ann \\\"A\\\"\",\"\",\"Ulm\"\n\"Bob\",\"Weg\n\\\"5\\\"\",\"Bonn\"\n", source.BackslashQuotes,
			[][]string{{`Ann "A"`, "", "Ulm", backslash}, {"Bob", "Weg\n\"5\"", "Bonn", backslash}}},
		{"backslash quotes without quotes around", "Name,Street\nAnn \\\"A\\\" Lee,Weg 1\nBob,Weg 2\n", source.BackslashQuotes, [][]string{{`Ann "A" Lee`, "Weg 1", backslash}, {"Bob", "Weg 2"}}},
		{"a backslash before a closing quote", "\"Name\",\"Folder\"\n\"Ann\",\"C:\\\"\n\"Bob\",\"D:\\\"\n", "", [][]string{{"Ann", `C:\`}, {"Bob", `D:\`}}},
		{"escaped backslash before a closing quote", "\"Name\",\"Folder\"\n\"Ann \\\"A\\\"\",\"C:\\\\\"\n", source.BackslashQuotes, [][]string{{`Ann "A"`, `C:\\`, backslash}}},
		{"one that can't be read so either", head + "Ann,\"a \\\"b\\\" \"c\",Ulm\nBob,Weg 2,Bonn\n", "", [][]string{{"!", source.CodeQuote, "Ann,\"a \\\"b\\\" \"c\",Ulm"}, {"Bob", "Weg 2", "Bonn"}}},

		// Single quotes.
		{"single quotes", "'Name','Street','City'\n'Ann','Weg 1, links','Ulm'\n'Bob','O''Hara Weg',NULL\n", source.SingleQuotes,
			[][]string{{"Ann", "Weg 1, links", "Ulm"}, {"Bob", "O'Hara Weg", "NULL"}}},
		{"single quotes and backslashes", "Name,City\n'Bob O\\'Hara','Ulm, Ost'\n'Cid','Kiel'\n", source.BackslashQuotes, [][]string{{"Bob O'Hara", "Ulm, Ost", backslash}, {"Cid", "Kiel"}}},
		{"single quotes and a broken row", "'Name','City'\n'Bob O'Hara','Ulm'\n'Cid','Kiel'\n", source.SingleQuotes, [][]string{{"!", source.CodeQuote, "'Bob O'Hara','Ulm'"}, {"Cid", "Kiel"}}},
		{"names with apostrophes", head + "O'Brien,Rue d'Arc,L'Isle\nD',Weg,'s-Gravenhage\n", "", [][]string{{"O'Brien", "Rue d'Arc", "L'Isle"}, {"D'", "Weg", "'s-Gravenhage"}}},
		{"numbers kept as text", "Name,Zip,Phone\nAnn,'01067,'030 1\nBob,'01068,'030 2\n", "", [][]string{{"Ann", "'01067", "'030 1"}, {"Bob", "'01068", "'030 2"}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			in := open(t, test.data, source.Options{})
			if diff := cmp.Diff(test.rows, told(everyRow(t, in))); diff != "" {
				t.Error(diff)
			}
			if got := in.Detected().Quoting; got != test.quoting {
				t.Errorf("quoting is %q, want %q", got, test.quoting)
			}
		})
	}
}

// TestWholeShare has tables of ten rows, some of them in quotes with blanks behind their delimiters: a trait of the file
// from half of them on, and in doubt below.
func TestWholeShare(t *testing.T) {
	t.Parallel()
	for n, whole := range map[int]bool{4: false, 5: true} {
		var b strings.Builder
		b.WriteString("Name,Street,City\n")
		for i := range 10 {
			if i < n {
				fmt.Fprintf(&b, "\"Ann, Weg %d, Ulm\"\n", i)
			} else {
				fmt.Fprintf(&b, "Ann, Weg %d, Ulm\n", i)
			}
		}
		rows := everyRow(t, open(t, b.String(), source.Options{}))
		if got := rows[0].Defect == nil && rows[0].Cells[2] == " Ulm"; got != whole {
			t.Errorf("%d of 10: %+v", n, rows[0])
		}
	}
}

func TestBackslashIsNamed(t *testing.T) {
	t.Parallel()
	rows := everyRow(t, open(t, "Name,City\nAnn,Ulm\nBob,\"a \\\"b\\\" \"c\"\n", source.Options{}))
	if d := rows[1].Defect; d == nil || !strings.Contains(d.Message, "backslash") || !strings.Contains(d.Fix, "backslash") {
		t.Errorf("got %+v", d)
	}
}

func TestStrangeQuotesAreTold(t *testing.T) {
	t.Parallel()
	for _, data := range []string{
		"“Name”,“Street”,“City”\n“Ann”,“Weg 1, links”,“Ulm”\n",
		"„Name“;„Street“;„City“\n„Ann“;„Weg 1“;„Ulm“\n",
		"\"\"\"Name\"\"\",\"\"\"City\"\"\"\n\"\"\"Ann\"\"\",\"\"\"Ulm, Ost\"\"\"\n",
	} {
		_, err := source.Open(fileEnv(data), "a.csv", source.Options{})
		var format *source.FormatError
		if !errors.As(err, &format) || !strings.Contains(format.Message, "the cells stand within") || format.Line != 1 {
			t.Errorf("got %v", err)
		}
	}
	rows := everyRow(t, open(t, "Name,Company\nAnn,“Lee”\nBob,Roe\nCid,„Kim“ Ltd\n", source.Options{}))
	if len(rows) != 3 {
		t.Errorf("got %v", rows)
	}
}
