package detect

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/contactsync/contactsync/importer/cell"
	"github.com/contactsync/contactsync/mapping/heading"
)

// column is one column of the sample, counted by what its values look like.
type column struct {
	rows     int
	filled   int
	distinct int
	email    int
	phone    int
	number   int // what is no other number than a phone's
	person   int // a few words with capitals, as names are
	digits   int // nothing but digits and separators
	digit    int // at least one digit
	letter   int // at least one letter
	date     int
	url      int
	boolean  int
	honour   int
	typeWord int
	company  int
	house    int
	labels   map[string]int // few different short values, for label columns
}

// maxLabels bounds the values that are kept of a column; a label column has a handful.
const maxLabels = 20

// maxWord is the longest value, in bytes, that is compared with the known ones.
const maxWord = 60

// survey counts the sample of column i.
func survey(l *heading.Lexicon, sample [][]string, i int) column {
	c := column{rows: len(sample), labels: map[string]int{}}
	seen := map[string]bool{}
	for _, row := range sample {
		if i >= len(row) {
			continue
		}
		v := strings.TrimSpace(cell.Read(row[i]).Text)
		if _, placeholder := cell.AsPlaceholder(v); v == "" || placeholder {
			continue
		}
		c.filled++
		if !seen[v] {
			seen[v] = true
			c.distinct++
		}
		if len(c.labels) < maxLabels || c.labels[v] > 0 {
			c.labels[v]++
		}
		c.count(l, v)
	}
	return c
}

func (c *column) count(l *heading.Lexicon, v string) {
	add := func(n *int, yes bool) {
		if yes {
			*n++
		}
	}
	digits, letters := 0, 0
	for _, r := range v {
		switch {
		case unicode.IsDigit(r):
			digits++
		case unicode.IsLetter(r):
			letters++
		}
	}
	add(&c.digit, digits > 0)
	add(&c.letter, letters > 0)
	add(&c.digits, digits > 0 && letters == 0)
	add(&c.email, heading.LooksEmail(v))
	add(&c.date, looksDate(v))
	add(&c.phone, looksPhone(v, digits, letters))
	add(&c.number, letters == 0 && looksDialled(v, digits))
	add(&c.person, looksPerson(l, v, letters, digits))
	add(&c.url, strings.Contains(v, "://") || strings.HasPrefix(v, "www."))
	if len(v) <= maxWord {
		key := heading.Squash(v)
		add(&c.boolean, l.IsValue("boolean", key))
		add(&c.honour, l.IsValue("honorific", key) || honorific(l, v))
		add(&c.typeWord, l.IsValue("type", key))
	}
	add(&c.company, companyName(l, v))
	add(&c.house, digits > 0 && digits <= 4 && letters <= 3 && utf8.RuneCountInString(v) <= 8)
}

// share is the part of the filled cells, 0 without any.
func (c column) share(n int) float64 {
	if c.filled == 0 {
		return 0
	}
	return float64(n) / float64(c.filled)
}

// mostly reports whether nearly all of enough values are such.
func (c column) mostly(n int) bool {
	return c.filled > 0 && c.filled >= min(3, c.rows) && c.share(n) >= 0.8
}

// looksDate knows a date, with or without a time: 2024-05-01, 1.5.2024, 5/1/24 12:00. 03-1234-5678 is none: a year stands
// at an end, and there is a day and a month beside it.
func looksDate(v string) bool {
	day, _, _ := strings.Cut(v, " ")
	day, _, _ = strings.Cut(day, "T")
	parts := strings.FieldsFunc(day, func(r rune) bool { return r == '-' || r == '/' || r == '.' })
	if len(parts) != 3 {
		return false
	}
	var n [3]int
	for i, p := range parts {
		if len(p) > 4 || len(p) == 3 || strings.Trim(p, "0123456789") != "" {
			return false
		}
		n[i], _ = strconv.Atoi(p) // digits, as has just been seen
	}
	switch {
	case len(parts[1]) == 4 || len(parts[0]) == 4 && len(parts[2]) == 4:
		return false
	case len(parts[0]) == 4:
		return year(n[0]) && dayAndMonth(n[1], n[2])
	case len(parts[2]) == 4:
		return year(n[2]) && dayAndMonth(n[0], n[1])
	default:
		return len(parts[2]) == 2 && (dayAndMonth(n[0], n[1]) || dayAndMonth(n[1], n[2]))
	}
}

func year(n int) bool { return 1000 <= n && n < 3000 }

// dayAndMonth reports whether one of two numbers can be a day and the other a month.
func dayAndMonth(a, b int) bool { return 1 <= min(a, b) && min(a, b) <= 12 && max(a, b) <= 31 }

func looksPhone(v string, digits, letters int) bool {
	if digits < 5 || digits > 17 || looksDate(v) {
		return false
	}
	if letters > 0 {
		lower := strings.ToLower(v)
		return strings.Contains(lower, "ext") || strings.Contains(lower, " x") || strings.Contains(v, "E+")
	}
	return strings.Trim(v, "0123456789+-()./ \u00a0;,'\"–#") == ""
}

// looksDialled knows a phone number from other numbers by how it is written: with a plus, a bracket or zeros in front, or
// in groups of digits as no amount, address of a machine or code is.
func looksDialled(v string, digits int) bool {
	if digits < 7 || digits > 17 || looksDate(v) || strings.Trim(v, "0123456789+-()./ \u00a0") != "" {
		return false
	}
	switch {
	case strings.HasPrefix(v, "+"), strings.HasPrefix(v, "("):
		return true
	case strings.HasPrefix(v, "000"), strings.HasPrefix(v, "0."):
		return false
	case v[0] == '0':
		return digits >= 8
	}
	groups := strings.FieldsFunc(v, func(r rune) bool { return strings.ContainsRune("- \u00a0/.", r) })
	if len(groups) < 3 || strings.Count(v, ".") == len(groups)-1 && len(groups) != 3 {
		return false
	}
	return slices.ContainsFunc(groups[1:], func(g string) bool { return len(g) != 3 }) // "1 500 000" is an amount
}

// Bounds of a name: so many words, so long in characters, so many digits beside the letters.
const (
	nameWords  = 4
	nameLength = 50
	nameDigits = 2
)

// looksPerson reports whether a value may be a name, or a part of one: one to four words of letters, one of them with a
// capital where the script has capitals, that are no firm's and no answer of a form. Without any capital two words or
// three may be a name that somebody typed in haste.
func looksPerson(l *heading.Lexicon, v string, letters, digits int) bool {
	if letters < 2 && !strings.ContainsFunc(v, ideograph) || digits > nameDigits || utf8.RuneCountInString(v) > nameLength {
		return false
	}
	capital := false
	count := len(strings.Fields(v))
	for _, r := range v {
		switch {
		case unicode.IsLetter(r):
			capital = capital || !unicode.IsLower(r)
		case unicode.IsDigit(r), unicode.IsMark(r), unicode.IsSpace(r), strings.ContainsRune(".,'’‘ʼ`-‐·・()", r):
		default:
			return false
		}
	}
	hasty := digits == 0 && (count == 2 || count == 3)
	return (capital || hasty) && count <= nameWords && !companyName(l, v) && !l.IsValue("boolean", heading.Squash(v)) && !l.IsValue("type", heading.Squash(v))
}

func ideograph(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana)
}

// honorific reports whether a text is made of nothing but titles: "Prof. Dr.-Ing.".
func honorific(l *heading.Lexicon, v string) bool {
	parts := strings.FieldsFunc(v, func(r rune) bool { return r == ' ' || r == '.' || r == '-' || r == '/' })
	for _, p := range parts {
		if !l.IsValue("honorific", heading.Squash(p)) && !strings.EqualFold(p, "dipl") {
			return false
		}
	}
	return len(parts) > 0
}

// companyName knows a firm by its legal form at the end, or at the beginning as in Russian and Japanese.
func companyName(l *heading.Lexicon, v string) bool {
	parts := strings.Fields(v)
	if len(parts) < 2 {
		return false
	}
	return l.IsValue("company", heading.Squash(parts[len(parts)-1])) || l.IsValue("company", heading.Squash(parts[0]))
}

// contradicts reports whether the values are plainly something else than what the header says. Values that are just
// wrong do not contradict: they are the rows' problem, not the mapping's.
func (c column) contradicts(k heading.Kind) bool {
	switch k {
	case heading.KindEmail:
		return c.mostly(c.boolean) || c.mostly(c.date) || c.mostly(c.url) || (c.mostly(c.digits) && c.filled >= 5)
	case heading.KindPhone, heading.KindMobile, heading.KindAsk, heading.KindScopeOnly, heading.KindNumber:
		return c.mostly(c.email) || c.mostly(c.boolean) || c.mostly(c.date) || c.mostly(c.url)
	case heading.KindRecord, heading.KindID, heading.KindCustomerNo, heading.KindPO, heading.KindOrg, heading.KindType, heading.KindEmnifyType:
		return c.mostly(c.boolean) || c.mostly(c.email) || c.mostly(c.date)
	case heading.KindZip:
		return c.mostly(c.email) || c.mostly(c.date) || c.mostly(c.url) || (c.filled >= 5 && c.digit == 0)
	case heading.KindCountry, heading.KindNation, heading.KindCity, heading.KindState:
		return c.mostly(c.email) || c.mostly(c.date) || c.mostly(c.url) || c.mostly(c.digits) || (c.mostly(c.boolean) && c.filled >= 5)
	case heading.KindHouse, heading.KindHouseSuffix:
		return c.mostly(c.email) || c.mostly(c.date) || c.mostly(c.url)
	case heading.KindDepartment:
		return c.mostly(c.email) || c.mostly(c.date) || c.mostly(c.url) || c.mostly(c.digits) || c.mostly(c.boolean)
	default:
		return c.mostly(c.email) || c.mostly(c.date) || c.mostly(c.url) || (c.mostly(c.boolean) && c.filled >= 5) || (c.mostly(c.digits) && c.filled >= 5)
	}
}
