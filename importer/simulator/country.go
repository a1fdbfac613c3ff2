package simulator

import (
	_ "embed"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// countryTable has one row a line: id, name, calling code, mobile country code, ISO code as the service has it, and
// "extra" on rows that geographic=true leaves out. It has the shape and the traps of the real table, not its rows: only
// Afghanistan (3) and Germany (74) have the documented numbers.
//
//go:embed countries.tsv
var countryTable string

type country struct {
	ID    int64
	Name  string
	Code  string
	MCC   string
	ISO   string
	Extra bool
}

// readCountries parses the embedded table.
func readCountries() []country {
	var out []country
	for line := range strings.Lines(countryTable) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		id, err := strconv.ParseInt(cells[0], 10, 64)
		if err != nil || len(cells) != 6 {
			panic(fmt.Sprintf("embedded country table: bad line %q", line))
		}
		out = append(out, country{id, cells[1], cells[2], cells[3], cells[4], cells[5] == "extra"})
	}
	return out
}

type countryRow struct {
	ID   any    `json:"id"`
	Name string `json:"name"`
	Code string `json:"country_code"`
	MCC  string `json:"mcc"`
	ISO  string `json:"iso_code"`
}

func (x *exchange) listCountries() *answer {
	geographic := x.r.URL.Query().Get("geographic") == "true"
	rows := make([]countryRow, 0, len(x.s.countries))
	for _, c := range x.s.countries {
		if !geographic || !c.Extra {
			rows = append(rows, countryRow{x.view.number(c.ID), c.Name, c.Code, c.MCC, c.ISO})
		}
	}
	return jsonAnswer(http.StatusOK, rows)
}
