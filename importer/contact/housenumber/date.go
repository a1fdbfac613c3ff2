package housenumber

import (
	"strconv"
	"strings"
)

// House numbers such as 3-5 and 1/2 are what spreadsheets take for dates. What they show then, each in its language, is
// "05. Mrz", "5-Mar", "03.05.2024", "Mai 05"; joined with its street it stands at its end or, in the English order, at its
// beginning. Streets have dates in their names too: those have the whole word for the month, and words that join them.

// MadeDate is a date in place of a number, and the two numbers of which it was made; the second may have become a year.
type MadeDate struct {
	Text          string
	First, Second int
}

// Date finds the date at the end of a street, or else at its beginning.
func Date(street string) (MadeDate, bool) {
	if street == "" {
		return MadeDate{}, false
	}
	rest, last := cutLast(street)
	for rest != "" && isTimeOfDay(last) {
		rest, last = cutLast(rest)
	}
	if date, ok := dateOfToken(last); ok && !joins(rest) {
		return date, true
	}
	before, previous := cutLast(rest)
	if date, ok := dateOfTwo(previous, last); ok && !joins(before) {
		return date, true
	}
	if street[0] < '0' || street[0] > '9' || rest == "" {
		return MadeDate{}, false
	}
	first, behind, _ := strings.Cut(street, " ")
	if date, ok := dateOfToken(first); ok {
		return date, true
	}
	next, _, _ := strings.Cut(behind, " ")
	return dateOfTwo(first, next)
}

// cutLast takes the last word off a text in normal form.
func cutLast(text string) (rest, last string) {
	i := strings.LastIndexByte(text, ' ')
	if i < 0 {
		return "", text
	}
	return text[:i], text[i+1:]
}

// isTimeOfDay knows the midnight that a spreadsheet shows beside a date: "00:00:00", "12:00 AM".
func isTimeOfDay(word string) bool {
	return len(word) <= len("00:00:00") && (word == "AM" || word == "PM" || strings.Contains(word, ":") && strings.Trim(word, "0123456789:") == "")
}

// joins reports whether a text ends with a word that joins a date to the name of a street: "Straße des", "Rue du".
func joins(text string) bool {
	_, word := cutLast(text)
	switch strings.ToLower(word) {
	case "des", "der", "dem", "vom", "am", "of", "the", "du", "de", "le", "del", "dell", "della", "di", "el", "do", "da", "dos", "van", "het", "op":
		return true
	}
	return false
}

// dateOfTwo reads a date of two words: "05. Mrz", "Mai 05".
func dateOfTwo(a, b string) (MadeDate, bool) {
	none := MadeDate{}
	if a == "" || len(a) > longestMonth || len(b) > longestMonth {
		return none, false
	}
	if a[0] >= '0' && a[0] <= '9' {
		m := monthOf(b)
		number, dot := strings.CutSuffix(a, ".")
		day, zero := smallNumber(number)
		if m.number == 0 || day == 0 || day > 31 || !zero && (m.whole || !dot) {
			return none, false
		}
		return MadeDate{a + " " + b, day, m.number}, true
	}
	m := monthOf(a)
	year, zero := smallNumber(b)
	// Other short forms are words of streets too ("Calle Mar 12"), but nobody has the house number 05 there.
	if m.number == 0 || !m.german || len(b) != 2 || year == 0 || !zero && !m.only {
		return none, false
	}
	return MadeDate{a + " " + b, m.number, year}, true
}

// dateOfToken reads a date of one word: "5-Mar", "Mar-50", "03.05.2024", "2024-05-03".
func dateOfToken(word string) (MadeDate, bool) {
	none := MadeDate{}
	word = strings.TrimRight(word, ",;")
	if len(word) < len("5-Mar") || len(word) > len("2024-05-03T00:00:00.000Z") {
		return none, false
	}
	parts, separator, ok := dateParts(word)
	if !ok {
		return none, false
	}
	date := MadeDate{Text: word}
	switch a, b, year := parts[0], parts[1], parts[2]; {
	case monthOf(b).number > 0: // 5-Mar, 05-mars-2024
		m := monthOf(b)
		day, zero := smallNumber(a)
		needsZero := m.whole && (separator == '.' || !m.hyphened)
		if day == 0 || day > 31 || needsZero && !zero || year != "" && len(year) != 2 && !isRecentYear(year) {
			return none, false
		}
		date.First, date.Second = day, m.number
	case monthOf(a).number > 0 && year == "": // Mar-50
		n, _ := smallNumber(b)
		if n == 0 {
			return none, false
		}
		date.First, date.Second = monthOf(a).number, n
	case len(a) == 4: // 2024-05-03
		if !isRecentYear(a) || len(b) != 2 || len(year) != 2 {
			return none, false
		}
		date.First, _ = smallNumber(b)
		date.Second, _ = smallNumber(year)
	default: // 03.05.2024; 3/5/24 is a house, a stair and a door in Vienna
		short := len(year) == 2 && separator == '.' && len(a) == 2 && len(b) == 2
		if len(year) != 4 && !short || len(year) == 4 && !isRecentYear(year) {
			return none, false
		}
		date.First, _ = smallNumber(a)
		date.Second, _ = smallNumber(b)
	}
	low, high := min(date.First, date.Second), max(date.First, date.Second)
	if low == 0 || low > 12 || len(parts[2]) > 0 && high > 31 {
		return none, false
	}
	return date, true
}

// dateParts takes a word apart at one kind of separator, twice at most, and leaves out a time behind it.
func dateParts(word string) (parts [3]string, separator byte, ok bool) {
	if day, hour, found := strings.Cut(word, "T"); found && strings.HasPrefix(hour, "00:00") {
		word = day
	}
	i := strings.IndexAny(word, "-./")
	if i <= 0 {
		return parts, 0, false
	}
	separator = word[i]
	parts[0] = word[:i]
	word = strings.TrimSuffix(word[i+1:], ".")
	parts[1], parts[2], _ = strings.Cut(word, string(rune(separator)))
	return parts, separator, parts[1] != ""
}

// isRecentYear reports whether a year is one in which somebody fills a spreadsheet. Streets are named for days of older
// years ("8-mai-1945").
func isRecentYear(year string) bool {
	n, err := strconv.Atoi(year)
	return err == nil && n >= 1985 && n < 2100
}

// smallNumber reads one or two digits; 0 if it is anything else. zero tells that it begins with one.
func smallNumber(text string) (n int, zero bool) {
	if len(text) == 0 || len(text) > 2 {
		return 0, false
	}
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return 0, false
		}
		n = n*10 + int(text[i]-'0')
	}
	return n, text[0] == '0'
}
