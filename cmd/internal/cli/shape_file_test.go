package cli_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// jobFile is the file of a recurring job as people keep it: they come and go, move, change their numbers, and mistype.
type jobFile struct {
	draw   *rand.Rand
	header []string
	rows   [][]string
	next   int    // number of the next person
	domain string // of the customer
}

// The columns of a job's file.
const (
	first = iota
	last
	email
	phone
	mobile
	street
	city
	kind   // the contact's type
	remark // which nobody needs
)

func newJobFile(seed uint64, rows int) *jobFile {
	f := &jobFile{
		draw: rand.New(rand.NewPCG(seed, 12)), domain: fmt.Sprintf("customer%d.example.com", seed),
		header: []string{"First Name", "Last Name", "E-mail", "Phone", "Mobile", "Street", "City", "Type", "Remark"},
	}
	for range rows {
		f.hire()
	}
	return f
}

func (f *jobFile) one(of string) string {
	words := strings.Fields(of)
	return words[f.draw.IntN(len(words))]
}

// often reports whether something happens that does so in so many of a hundred cases.
func (f *jobFile) often(percent int) bool { return f.draw.IntN(100) < percent }

func (f *jobFile) number(prefix string) string {
	return fmt.Sprintf("%s%07d", prefix, 1000000+f.draw.IntN(8999999))
}

func (f *jobFile) hire() {
	row := make([]string, len(f.header))
	row[first], row[last] = f.one("Ann Bob Cleo Dan Eva Finn Jürgen Käthe Søren Zoë Lukas Mia Noah Paul Rita Uwe"), f.one("Lee Ray Fox Müller Schäfer Weiß Maier Köhler Brandt Otto Haas Lange Vogel Wolf Jung Groß")
	row[email] = fmt.Sprintf("p%d@%s", f.next, f.domain)
	if f.often(90) {
		row[phone] = f.number("+49 30 ")
	}
	if f.often(40) {
		row[mobile] = f.number("+49 151 5")
	}
	row[street], row[city] = fmt.Sprintf("Lange Straße %d", 1+f.draw.IntN(90)), f.one("Köln Berlin München Hamburg Bonn Bremen")
	row[kind] = "Technical"
	if f.often(20) {
		row[remark] = "calls back"
	}
	f.next++
	f.rows = append(f.rows, row)
}

// some are up to so many of the rows, at least one less than few.
func (f *jobFile) some(percent, few int) [][]string {
	n := f.draw.IntN(max(few, len(f.rows)*percent/100+1))
	var rows [][]string
	for range min(n, len(f.rows)) {
		rows = append(rows, f.rows[f.draw.IntN(len(f.rows))])
	}
	return rows
}

// night is what people do to the file until the next night.
func (f *jobFile) night() {
	for range f.some(2, 3) {
		i := f.draw.IntN(len(f.rows))
		f.rows = slices.Delete(f.rows, i, i+1)
	}
	for range f.some(4, 3) {
		f.hire()
	}
	if f.often(10) { // a branch
		for range len(f.rows) / 7 {
			f.hire()
		}
	}
	for _, row := range f.some(6, 4) {
		switch f.draw.IntN(4) {
		case 0:
			row[phone] = f.number("+49 40 ")
		case 1:
			row[street], row[city] = fmt.Sprintf("Neue Gasse %d", 1+f.draw.IntN(90)), f.one("Kiel Mainz Fürth")
		case 2:
			row[mobile] = ""
		case 3:
			row[last] = f.one("Bauer Krämer Winter Sommer")
		}
	}
	for _, row := range f.some(1, 2) {
		row[city] = "M\uFFFDnchen"
	}
	for _, row := range f.some(2, 2) {
		row[email] = strings.Replace(row[email], "@", "@@", 1)
	}
	for _, row := range f.rows { // who was mistyped is put right sooner or later
		if f.often(50) {
			row[email] = strings.Replace(row[email], "@@", "@", 1)
			row[city] = strings.Replace(row[city], "\uFFFD", "ü", 1)
		}
	}
	if f.often(20) {
		f.header[remark] = f.one("Remark Remarks Notes Internal")
	}
	f.draw.Shuffle(len(f.rows), func(a, b int) { f.rows[a], f.rows[b] = f.rows[b], f.rows[a] })
}

func (f *jobFile) String() string { return f.text(",", ",") }

// text is the file with these delimiters in its header and in its rows.
func (f *jobFile) text(header, rows string) string {
	var b strings.Builder
	b.WriteString(strings.Join(f.header, header) + "\n")
	for _, row := range f.rows {
		b.WriteString(strings.Join(row, rows) + "\n")
	}
	return b.String()
}

// with is the file after each row has been changed.
func (f *jobFile) with(change func(row []string)) string {
	changed := *f
	changed.rows = nil
	for _, row := range f.rows {
		row = slices.Clone(row)
		change(row)
		changed.rows = append(changed.rows, row)
	}
	return changed.String()
}

// renamed is the file with another name for a column.
func (f *jobFile) renamed(column int, name string) string {
	changed := *f
	changed.header = slices.Clone(f.header)
	changed.header[column] = name
	return changed.String()
}
