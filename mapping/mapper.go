package mapping

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/gocarina/gocsv"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/mapping/heading"
)

// separator stands between the cells on their way to gocsv: a character that no cell of a contact holds, so that
// hardly any cell needs quotes.
const separator = '\x1f'

// Mapper turns the cells of a row into a draft. It is not safe for concurrent use: one for each goroutine.
type Mapper struct {
	fields  []source
	columns map[contact.Field]string
	header  []string
	clean   func(string) string
	asIs    bool // our own export: no program stands between us and its cells
	feed    *feed
	decoder *gocsv.Unmarshaller
	scratch []byte
}

// source is one field's way from the cells, by number.
type source struct {
	field    contact.Field
	columns  []int
	join     string
	fallback []int
	constant string
	values   map[string]string
	deflt    string
}

// feed is the reader of ours below gocsv: it gives out what is in it and then [io.EOF], and can be filled again.
type feed struct{ rest []byte }

func (f *feed) Read(p []byte) (int, error) {
	if len(f.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}

// Mapper returns a mapper of rows with the mapping's header. Every cell goes through clean; nil takes cells as they are.
func (m *Mapping) Mapper(clean func(string) string) *Mapper {
	if clean == nil {
		clean = func(s string) string { return s }
	}
	mp := &Mapper{columns: map[contact.Field]string{}, header: m.Header, clean: clean, asIs: m.exported()}
	at := map[string]int{}
	for i, h := range m.Header {
		at[h] = i
	}
	numbers := func(columns []string) []int {
		out := make([]int, 0, len(columns))
		for _, c := range columns {
			out = append(out, at[c])
		}
		return out
	}
	var head []string
	for _, f := range contact.Fields() {
		fm, ok := m.Fields[f]
		if !ok {
			continue
		}
		head = append(head, string(f))
		mp.columns[f] = strings.Join(fm.AllColumns(), "+")
		if len(fm.Columns) > 0 {
			mp.columns[f] = strings.Join(fm.Columns, "+")
		}
		mp.fields = append(mp.fields, source{
			field: f, columns: numbers(fm.Columns), join: fm.Join, fallback: numbers(fm.Fallback),
			constant: fm.Constant, values: foldKeys(fm.Values), deflt: fm.Default,
		})
	}
	mp.open(head)
	return mp
}

func foldKeys(values map[string]string) map[string]string {
	out := make(map[string]string, len(values))
	for k, v := range values {
		out[heading.Fold(k)] = v
	}
	return out
}

// open starts the one decoder over our feed. The header holds the mapped fields only, so that gocsv sets no others.
func (mp *Mapper) open(head []string) {
	if len(head) == 0 { // gocsv wants a header; a mapping without fields makes empty drafts
		return
	}
	mp.feed = &feed{rest: []byte(strings.Join(head, string(separator)) + "\n")}
	r := csv.NewReader(mp.feed)
	r.Comma = separator
	r.ReuseRecord = true
	decoder, err := gocsv.NewUnmarshaller(r, &contact.Draft{})
	if err != nil {
		panic(fmt.Sprintf("mapping: decoding the canonical header %q: %v", head, err)) // the header is ours
	}
	mp.decoder = decoder
}

// Map makes the draft of a row, and tells what programs had left in its cells. The cells are not kept; missing ones count
// as empty.
func (mp *Mapper) Map(cells []string) (contact.Draft, Notes) {
	r := reading{mapper: mp, cells: cells, asIs: mp.asIs}
	d := mp.draft(&r)
	return d, r.notes
}

// Former makes the draft of a row as the first version of the normal form made it: cells cleaned, and nothing in them
// repaired. It differs from what [Mapper.Map] makes only if that has told something.
func (mp *Mapper) Former(cells []string) contact.Draft {
	return mp.draft(&reading{mapper: mp, cells: cells, asIs: true})
}

// Field makes the value of one field only, the one that [Mapper.Map] gives it, at a part of the cost.
func (mp *Mapper) Field(f contact.Field, cells []string) string {
	for i := range mp.fields {
		if s := &mp.fields[i]; s.field == f {
			mp.scratch = s.append(mp.scratch[:0], &reading{mapper: mp, cells: cells, asIs: mp.asIs})
			return string(mp.scratch)
		}
	}
	return ""
}

func (mp *Mapper) draft(r *reading) contact.Draft {
	if mp.decoder == nil {
		return contact.Draft{}
	}
	line := mp.scratch[:0]
	for i := range mp.fields {
		if i > 0 {
			line = append(line, separator)
		}
		start := len(line)
		line = mp.fields[i].append(line, r)
		line = quote(line, start)
		if i == 0 && len(line) == start {
			line = append(line, `""`...) // a line with nothing in it is none to encoding/csv
		}
	}
	line = append(line, '\n')
	mp.scratch, mp.feed.rest = line, line
	out, err := mp.decoder.Read()
	if err != nil {
		panic(fmt.Sprintf("mapping: decoding a record of our own making: %v", err)) // the values stay out of the message
	}
	return *out.(*contact.Draft)
}

// append adds the field's value: nothing if a part of it is lost, since half a value is another one.
func (s *source) append(line []byte, r *reading) []byte {
	start := len(line)
	r.lost = false
	line = append(line, s.constant...)
	for _, c := range s.columns {
		v := r.value(s, c)
		if v == "" {
			continue
		}
		if len(line) > start {
			line = append(line, s.join...)
		}
		line = append(line, v...)
	}
	for _, c := range s.fallback {
		if len(line) > start || r.lost {
			break
		}
		line = append(line, r.value(s, c)...)
	}
	if r.lost {
		return line[:start]
	}
	if len(line) == start && s.deflt != "" {
		line = append(line, s.deflt...)
		r.notes.Defaulted = r.notes.Defaulted.With(s.field)
	}
	if len(s.values) > 0 {
		if to, ok := s.values[heading.Fold(string(line[start:]))]; ok {
			line = append(line[:start], to...)
		}
	}
	return line
}

// quote puts the cell that begins at start into quotes if it holds what would end it.
func quote(line []byte, start int) []byte {
	value := line[start:]
	if bytes.IndexByte(value, '"') < 0 && bytes.IndexByte(value, '\n') < 0 && bytes.IndexByte(value, '\r') < 0 && bytes.IndexByte(value, separator) < 0 {
		return line
	}
	value = slices.Clone(value)
	line = append(line[:start], '"')
	for _, b := range value {
		if b == '"' {
			line = append(line, '"')
		}
		line = append(line, b)
	}
	return append(line, '"')
}

// Column names the columns that a field's value comes from, for messages: "First Name+Last Name". Empty if none does.
func (mp *Mapper) Column(f contact.Field) string { return mp.columns[f] }
