package mapping

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// column is one column of the sample, counted by what its values look like.
type column struct {
	rows     int
	filled   int
	distinct int
	email    int
	phone    int
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
func (l *lexicon) survey(sample [][]string, i int) column {
	c := column{rows: len(sample), labels: map[string]int{}}
	seen := map[string]bool{}
	for _, row := range sample {
		if i >= len(row) {
			continue
		}
		v := strings.TrimSpace(row[i])
		if v == "" {
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

func (c *column) count(l *lexicon, v string) {
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
	add(&c.email, looksEmail(v))
	add(&c.date, looksDate(v))
	add(&c.phone, looksPhone(v, digits, letters))
	add(&c.url, strings.Contains(v, "://") || strings.HasPrefix(v, "www."))
	if len(v) <= maxWord {
		key := squash(v)
		add(&c.boolean, l.values["boolean"][key])
		add(&c.honour, l.values["honorific"][key] || honorific(l, v))
		add(&c.typeWord, l.values["type"][key])
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

func looksEmail(v string) bool {
	v = strings.TrimPrefix(v, "mailto:")
	at := strings.LastIndexByte(v, '@')
	return at > 0 && at < len(v)-3 && strings.Contains(v[at:], ".") && !strings.ContainsAny(v, " \t\n")
}

// looksDate knows a date, with or without a time: 2024-05-01, 1.5.2024, 5/1/24 12:00.
func looksDate(v string) bool {
	day, _, _ := strings.Cut(v, " ")
	day, _, _ = strings.Cut(day, "T")
	parts := strings.FieldsFunc(day, func(r rune) bool { return r == '-' || r == '/' || r == '.' })
	if len(parts) != 3 {
		return false
	}
	year := false
	for _, p := range parts {
		if len(p) > 4 || len(p) == 3 || strings.Trim(p, "0123456789") != "" {
			return false
		}
		year = year || (len(p) == 4 && (p[0] == '1' || p[0] == '2'))
	}
	return year || len(parts[2]) == 2 && len(parts[0]) <= 2 && len(parts[1]) <= 2
}

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

// honorific reports whether a text is made of nothing but titles: "Prof. Dr.-Ing.".
func honorific(l *lexicon, v string) bool {
	parts := strings.FieldsFunc(v, func(r rune) bool { return r == ' ' || r == '.' || r == '-' || r == '/' })
	for _, p := range parts {
		if !l.is("honorific", p) && !strings.EqualFold(p, "dipl") {
			return false
		}
	}
	return len(parts) > 0
}

// companyName knows a firm by its legal form at the end, or at the beginning as in Russian and Japanese.
func companyName(l *lexicon, v string) bool {
	parts := strings.Fields(v)
	if len(parts) < 2 {
		return false
	}
	return l.is("company", parts[len(parts)-1]) || l.is("company", parts[0])
}

// contradicts reports whether the values are plainly something else than what the header says. Values that are just
// wrong do not contradict: they are the rows' problem, not the mapping's.
func (c column) contradicts(k kind) bool {
	switch k {
	case kindEmail:
		return c.mostly(c.boolean) || c.mostly(c.date) || c.mostly(c.url) || (c.mostly(c.digits) && c.filled >= 5)
	case kindPhone, kindMobile, kindAsk, kindScopeOnly, kindNumber:
		return c.mostly(c.email) || c.mostly(c.boolean) || c.mostly(c.date) || c.mostly(c.url)
	case kindRecord, kindID, kindCustomerNo, kindPO, kindOrg, kindType, kindEmnifyType:
		return c.mostly(c.boolean) || c.mostly(c.email) || c.mostly(c.date)
	case kindZip:
		return c.mostly(c.email) || c.mostly(c.date) || c.mostly(c.url) || (c.filled >= 5 && c.digit == 0)
	case kindCountry, kindNation, kindCity, kindState:
		return c.mostly(c.email) || c.mostly(c.date) || c.mostly(c.url) || c.mostly(c.digits) || (c.mostly(c.boolean) && c.filled >= 5)
	case kindHouse, kindHouseSuffix:
		return c.mostly(c.email) || c.mostly(c.date) || c.mostly(c.url)
	case kindDepartment:
		return c.mostly(c.email) || c.mostly(c.date) || c.mostly(c.url) || c.mostly(c.digits) || c.mostly(c.boolean)
	default:
		return c.mostly(c.email) || c.mostly(c.date) || c.mostly(c.url) || (c.mostly(c.boolean) && c.filled >= 5) || (c.mostly(c.digits) && c.filled >= 5)
	}
}
