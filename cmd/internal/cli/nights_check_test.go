package cli_test

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/contactsync/contactsync/importer/simulator"
)

// nightReport is a command's report, as all its files have it.
type nightReport struct {
	lines   []nightOutcome
	summary counted
}

// nightOutcome is a line of report.jsonl.
type nightOutcome struct {
	Row         *int          `json:"row"`
	OrgID       *int64        `json:"org_id"`
	Action      string        `json:"action"`
	Status      string        `json:"status"`
	ContactID   *int64        `json:"contact_id"`
	Codes       []string      `json:"codes"`
	Message     string        `json:"message"`
	Changes     []nightChange `json:"changes"`
	ContactName string        `json:"contact_name"`
}

type nightChange struct {
	Field    string `json:"field"`
	Old      string `json:"old"`
	New      string `json:"new"`
	Conflict bool   `json:"conflict"`
}

func (o nightOutcome) contact() int64 {
	if o.ContactID == nil {
		return 0
	}
	return *o.ContactID
}

// readNightReport reads a report, and holds its files to telling the same: each row once and in order, deletes behind them.
func (n *nightPlayer) readNightReport() (nightReport, error) {
	var r nightReport
	data, err := os.ReadFile(filepath.Join(n.reportDir(), "report.jsonl"))
	if err != nil {
		return r, err
	}
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		var o nightOutcome
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			return r, err
		}
		r.lines = append(r.lines, o)
	}
	if r.summary, err = countedIn(n.reportDir()); err != nil {
		return r, err
	}
	return r, r.agree(n.reportDir())
}

func (r nightReport) agree(dir string) error {
	data, err := os.ReadFile(filepath.Join(dir, "report.csv"))
	if err != nil {
		return err
	}
	table, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		return err
	}
	if len(table)-1 != len(r.lines) {
		return fmt.Errorf("report.csv has %d lines, report.jsonl %d", len(table)-1, len(r.lines))
	}
	at, count := columns(table[0]), map[string]int{}
	for i, o := range r.lines {
		count[o.Status]++
		row, id := "", ""
		if o.Row != nil {
			row = strconv.Itoa(*o.Row)
		}
		if o.ContactID != nil {
			id = strconv.FormatInt(*o.ContactID, 10)
		}
		want := []string{row, o.Action, o.Status, id, strings.Join(o.Codes, " ")}
		var got []string
		for _, column := range []string{"row", "action", "status", "contact_id", "codes"} {
			got = append(got, table[i+1][at[column]])
		}
		if !slices.Equal(got, want) {
			return fmt.Errorf("line %d of report.csv is %q, that of report.jsonl %q", i+1, got, want)
		}
	}
	for status, told := range r.summary.Rows {
		if status != "total" && told != count[status] {
			return fmt.Errorf("summary.json counts %d %s, the report %d", told, status, count[status])
		}
	}
	if told := r.summary.Rows["total"]; told != len(r.lines) {
		return fmt.Errorf("summary.json counts %d lines, the report has %d", told, len(r.lines))
	}
	return nil
}

// checkRows holds a report to having each of so many rows once, in order, and nothing but deletes behind them.
func (r nightReport) checkRows(rows int) error {
	if len(r.lines) < rows {
		return fmt.Errorf("the report has %d lines for %d rows", len(r.lines), rows)
	}
	for i, o := range r.lines {
		if i < rows && (o.Row == nil || *o.Row != i+1) || i >= rows && o.Row != nil {
			return fmt.Errorf("line %d of the report is not that of row %d of %d", i+1, i+1, rows)
		}
	}
	return nil
}

// written is a request that changed something.
type written struct {
	method string
	id     int64
}

func byWritten(a, b written) int {
	return cmp.Or(cmp.Compare(a.method, b.method), cmp.Compare(a.id, b.id))
}

// writesSince are the requests that changed something since so many had arrived, sorted.
func (n *nightPlayer) writesSince(count int) []written {
	var all []written
	for _, req := range n.server.Requests()[count:] {
		w := written{req.Method, req.Created}
		switch {
		case !req.Effect:
			continue
		case req.Method != http.MethodPost:
			w.id, _ = strconv.ParseInt(req.Path[strings.LastIndexByte(req.Path, '/')+1:], 10, 64)
		}
		all = append(all, w)
	}
	slices.SortFunc(all, byWritten)
	return all
}

// checkWrites holds the report to the requests: each that changed something is one line, and each line that changed something is
// one request.
func (r nightReport) checkWrites(sent []written) error {
	methods := map[string]string{"created": http.MethodPost, "updated": http.MethodPatch, "deleted": http.MethodDelete}
	var told []written
	for _, o := range r.lines {
		if m := methods[o.Status]; m != "" {
			told = append(told, written{m, o.contact()})
		}
	}
	slices.SortFunc(told, byWritten)
	if !slices.Equal(told, sent) {
		return fmt.Errorf("the report tells of %v, and what arrived is %v", told, sent)
	}
	return nil
}

// checkState holds the report to what has become of the organisations: nobody is there, gone or another than a line tells, to the
// value.
func (r nightReport) checkState(before, after nightState) error {
	want := maps.Clone(before)
	for _, o := range r.lines {
		id := o.contact()
		switch o.Status {
		case "created":
			want[id] = after[id]
		case "deleted":
			if o.ContactName != before[id].Name {
				return fmt.Errorf("contact %d was %s, and is told to have been %s", id, before[id].Name, o.ContactName)
			}
			delete(want, id)
		case "updated":
			c := want[id]
			for _, change := range o.Changes {
				if old := *fieldOf(&c, change.Field); old != change.Old {
					return fmt.Errorf("contact %d had %s %q, and is told to have had %q", id, change.Field, old, change.Old)
				}
				*fieldOf(&c, change.Field) = change.New
			}
			want[id] = c
		}
	}
	for _, id := range slices.Sorted(maps.Keys(after)) {
		if c, told := want[id]; !told || c != after[id] {
			return fmt.Errorf("contact %d is %v, told is %v", id, after[id], c)
		}
	}
	if len(want) != len(after) {
		return fmt.Errorf("%d contacts are told to be there, and %d are", len(want), len(after))
	}
	return nil
}

func fieldOf(c *simulator.Contact, name string) *string {
	switch name {
	case "name":
		return &c.Name
	case "email":
		return &c.Email
	case "city":
		return &c.City
	case "phone":
		return &c.Phone
	}
	return new(string)
}

// watchedCodes are those that are told if and only if they are expected.
func watchedCodes() []string {
	return []string{
		"conflict", "contact.gone", "external_id.moved", "external_id.other_person", "external_id.shared", "match.ambiguous",
		"job.adopted", "job.shared", "job.overwrites", "job.let_go", "org_id.not_visible",
	}
}

// checkForecast holds a report to what was expected.
func (r nightReport) checkForecast(f forecast) error {
	for i, want := range f.rows {
		got := r.lines[i]
		if got.Status != want.status || want.contact != 0 && got.contact() != want.contact {
			return fmt.Errorf("row %d is %s as contact %d [%s %s], want %s as %d", i+1, got.Status, got.contact(), got.Codes, got.Message, want.status, want.contact)
		}
		for _, code := range watchedCodes() {
			if told, wanted := slices.Contains(got.Codes, code), slices.Contains(want.codes, code); told != wanted {
				return fmt.Errorf("row %d, %s, has codes %v, want %v", i+1, got.Status, got.Codes, want.codes)
			}
		}
		if err := want.names(got); err != nil {
			return fmt.Errorf("row %d: %w", i+1, err)
		}
		changes := map[string]string{}
		for _, c := range got.Changes {
			changes[c.Field] = c.New
		}
		if got.Status == "updated" && !maps.Equal(changes, want.changes) {
			return fmt.Errorf("row %d changes %v, want %v", i+1, changes, want.changes)
		}
	}
	return errors.Join(r.checkPruned(f.pruned), r.checkUnseen(f.unseen))
}

// checkPruned holds the lines behind the rows to what was expected.
func (r nightReport) checkPruned(want []expected) error {
	lines := slices.Clone(r.lines[len(r.lines)-r.withoutRow():])
	lines = slices.DeleteFunc(lines, func(o nightOutcome) bool { return o.contact() == 0 })
	slices.SortFunc(lines, func(a, b nightOutcome) int { return cmp.Compare(a.contact(), b.contact()) })
	say := func(id int64, status string, codes []string) string {
		return fmt.Sprintf("%d %s conflict: %t let go: %t", id, status, slices.Contains(codes, "conflict"), slices.Contains(codes, "job.let_go"))
	}
	var told, expects []string
	for _, o := range lines {
		told = append(told, say(o.contact(), o.Status, o.Codes))
	}
	for _, e := range want {
		expects = append(expects, say(e.contact, e.status, e.codes))
	}
	if !slices.Equal(told, expects) {
		return fmt.Errorf("of contacts without a row %q is told, want %q", told, expects)
	}
	for i, e := range want {
		if err := e.names(lines[i]); err != nil {
			return err
		}
	}
	return nil
}

// names holds a line that tells whose a contact is to naming the other jobs.
func (e *expected) names(o nightOutcome) error {
	if len(e.whose) == 0 {
		return nil
	}
	if jobs := `job "` + strings.Join(e.whose, `", "`) + `"`; !strings.Contains(o.Message+" ", jobs) || strings.Contains(o.Message, jobs+",") {
		return fmt.Errorf("contact %d is told as %q, and should be as that of %s", o.contact(), o.Message, jobs)
	}
	return nil
}

// withoutRow counts the lines behind those of the rows.
func (r nightReport) withoutRow() int {
	n := 0
	for _, o := range r.lines {
		if o.Row == nil {
			n++
		}
	}
	return n
}
