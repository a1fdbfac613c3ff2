package phone

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
)

// lineEnd stands in the text of a cell for the ends of its lines.
const lineEnd = "\n"

// separator is a place in a text at which a number may end and another one begin.
type separator struct {
	start, end int
	kind       separatorKind
}

type separatorKind int

const (
	// separatorPlain is a sign or a word that stands between things: a line end, |, "und".
	separatorPlain separatorKind = iota
	// separatorComma may stand before an extension, too: 030 1234567, 22.
	separatorComma
	// separatorSlash may stand behind an area code, or between any groups of a number.
	separatorSlash
	// separatorDash is a hyphen or dash between blanks: 0711 / 123 - 4567.
	separatorDash
	// separatorWord is any other word: the label of the next number, or a remark.
	separatorWord
)

// joiners are the words between two numbers in the languages of the headers, and those between the ends of a range.
var joiners = wordSet(`and or to resp respectively
	und oder od bzw beziehungsweise sowie bis u
	et ou puis à a
	y o e u ó hasta
	ed oppure ovvero
	en of dan tot
	i lub albo oraz do
	até ate`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

var (
	separators = regexp.MustCompile(`\s*(?://|:::|[\n|&\\•·])\s*|\s+(?:\+\s|\+$)|\s*[,;]\s*|\s*[/~⁓∼～／]\s*|\s+[-–—−]\s+|\s*\+|\pL[\pL\pM]*\.?`)
	// endingOnly is what stands behind a comma where an extension may: digits and nothing else.
	endingOnly = regexp.MustCompile(`^[0-9]{1,7}$`)
	// pairs are the groups of a number that is written with slashes throughout: 030/12/34/56.
	shortGroup = regexp.MustCompile(`/\s*\pN{1,3}\s*$`)
)

// findSeparators returns the separators of a text that stand behind a digit and before one, outside of brackets.
func findSeparators(text string) []separator {
	var found []separator
	first, last := strings.IndexFunc(text, unicode.IsDigit), strings.LastIndexFunc(text, unicode.IsDigit)
	closed := 0 // where the latest bracket ends
	open, end := nextBracket(text, 0)
	for _, at := range separators.FindAllStringIndex(text, -1) {
		for open >= 0 && open < at[0] {
			closed = max(closed, end)
			open, end = nextBracket(text, end)
		}
		if at[0] <= first || at[1] > last || at[0] < closed {
			continue
		}
		s := separator{at[0], at[1], separatorPlain}
		sign := strings.TrimSpace(text[at[0]:at[1]])
		word := strings.ToLower(strings.TrimSuffix(sign, "."))
		switch {
		case sign == "," || sign == ";":
			s.kind = separatorComma
		case strings.ContainsAny(sign, "~⁓∼～／") || sign == "/":
			s.kind = separatorSlash
		case strings.ContainsAny(sign, "-–—−"):
			s.kind = separatorDash
		case sign == "+" && text[s.end-1] == '+':
			s.end = s.start + strings.Index(text[s.start:], "+")
		case strings.IndexFunc(sign, unicode.IsLetter) >= 0 && !joiners[word]:
			s.kind, s.end = separatorWord, s.start
		}
		found = append(found, s)
	}
	return found
}

// pieces takes a cell apart where a whole number ends and something else begins. A separator that no whole number
// stands before belongs to the number.
func (p cellReader) pieces(text string) []string {
	all := findSeparators(text)
	var pieces []string
	from := 0
	for i, s := range all {
		if s.start <= from {
			continue
		}
		front := strings.TrimSpace(text[from:s.start])
		if tooFew(front) {
			continue
		}
		if r, err := p.one(front); err == nil && p.ends(r.Number, front, text[s.end:], s.kind, all[i+1:], s.end) {
			pieces = append(pieces, front)
			from = s.end
		}
	}
	return append(pieces, strings.TrimSpace(text[from:]))
}

// ends reports whether a number ends at a separator. front is the text before it, rest the text behind it, which begins
// at offset and has the separators later.
func (p cellReader) ends(number, front, rest string, kind separatorKind, later []separator, offset int) bool {
	fits := whole(number) || longestRun(rest) <= longestRun(front) || p.begins(rest, later, offset, "0+")
	switch kind {
	case separatorComma:
		if endingOnly.MatchString(rest) {
			_, err := p.one(rest)
			return err == nil
		}
		return fits
	case separatorSlash:
		return fits && !shortGroup.MatchString(front)
	case separatorDash:
		return longDigits(number) && endingOf.MatchString(rest) || whole(number) && p.begins(rest, later, offset, "0+")
	case separatorWord:
		return labelBehind.MatchString(rest) && (faxWord(rest) || whole(number) && p.begins(rest, later, offset, ""))
	}
	return fits
}

// begins reports whether another whole number stands at the beginning of a text. With signs, its first one must be one
// of them.
func (p cellReader) begins(rest string, later []separator, offset int, signs string) bool {
	first := strings.IndexFunc(rest, func(c rune) bool { return c == '+' || c == '(' || unicode.IsDigit(c) })
	if first < 0 || signs != "" && !strings.ContainsAny(rest[first:first+1], signs+"(") {
		return false
	}
	ends := make([]int, 0, maxTries+1)
	for _, s := range later {
		if at := s.start - offset; at > first && len(ends) < maxTries {
			ends = append(ends, at)
		}
	}
	for _, end := range slices.Backward(append(ends, len(rest))) {
		if tooFew(rest[:end]) {
			continue
		}
		if r, err := p.one(strings.TrimSpace(rest[:end])); err == nil && whole(r.Number) {
			return true
		}
	}
	return false
}

// maxTries is how many ends are tried for a number whose beginning is known; a longer cell is none of numbers.
const maxTries = 8

// longDigits reports whether a number can hardly have an extension behind its last digit.
func longDigits(number string) bool {
	return len(number) > longNumber && !strings.Contains(number, extensionMark)
}

var (
	// endingOf is another ending of a line: one or two digits that replace the last ones.
	endingOf = regexp.MustCompile(`^\pN{1,2}(?:\PN|$)`)
	// labelBehind is a word, or a few, with a number right behind it: "Fax: 030", "mobil -12".
	labelBehind = regexp.MustCompile(`^[\pL\pM.:()/–\s-]*[+\pN]`)
)

// apart takes a text apart in which numbers may stand side by side with nothing but a blank or a dash between them: each
// must be a whole one, and there must be one place only where the first may end. If the text is a number as it stands
// (valid), or the country dials a 0 before its numbers, the next one has to begin as one that is dialled does.
func (p cellReader) apart(text string, valid bool) []string {
	dialled := valid || phonenumbers.GetNddPrefixForRegion(p.region, true) == "0"
	end, next, ends := 0, 0, 0
	for at, c := range text {
		if c != ' ' || tooFew(text[:at]) {
			continue
		}
		rest := strings.TrimLeft(text[at:], " -–—−")
		if rest == "" || dialled && !strings.ContainsRune("0+(", rune(rest[0])) {
			continue
		}
		r, err := p.bare(strings.TrimRight(text[:at], " -–—−"))
		if err == nil && whole(r.Number) && p.anyBegins(rest) && next != len(text)-len(rest) {
			end, next = at, len(text)-len(rest)
			ends++
		}
	}
	if ends != 1 {
		return []string{text}
	}
	return append([]string{strings.TrimRight(text[:end], " -–—−")}, p.apart(text[next:], valid)...)
}

// anyBegins reports whether a whole number stands at the beginning of a text, up to any of its blanks.
func (p cellReader) anyBegins(text string) bool {
	for at := range text + " " {
		if at < len(text) && text[at] != ' ' || tooFew(text[:at]) {
			continue
		}
		if r, err := p.bare(text[:at]); err == nil && whole(r.Number) {
			return true
		}
	}
	return false
}

// faxWords are what a fax is called, in small letters; phoneWords begin what else a number is called. A number that is
// called both is a phone number, as is one that is no fax or also one.
var (
	faxWords = wordSet(`fax faxnr faxno faxnum faxnummer faxnumber faxanschluss faxnumer fx efax telefax telefaxnr telefaxnummer
		télécopie télécopieur telecopie telecopieur facsimile facsimil facsímil facsímile faks faksi faksas telefaks telefaksi факс
		телефакс φαξ ファックス ファクス 传真 傳真 팩스 פקס فاكس`)
	phoneWords = []string{"tel", "tél", "phone", "fon", "mob", "móv", "cel", "handy", "gsm", "voice", "тел", "電話", "电话"}
	notOnlyFax = wordSet(`and und et y e i en also auch aussi también anche ook też também no not kein keine nicht pas non sin niet geen nie não t p m`)
	faxLetter  = regexp.MustCompile(`(?i)(?:^|[\s,;/(])f\s*[:.]\s*$`)
)

// faxWord reports whether the first word of a text is one for fax.
func faxWord(text string) bool {
	word := strings.FieldsFunc(text, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsMark(c) })
	return len(word) > 0 && (faxWords[strings.ToLower(word[0])] || strings.HasPrefix(strings.ToLower(text), "f:"))
}

// isFax reports whether a number is called a fax, by the words before its first digit, else by those beside it.
func isFax(piece, remark string) bool {
	label := piece
	if first := strings.IndexFunc(piece, func(c rune) bool { return c == '+' || unicode.IsDigit(c) }); first >= 0 {
		label = piece[:first]
	}
	if fax, known := calledFax(label); known {
		return fax
	}
	fax, _ := calledFax(remark)
	return fax
}

// calledFax reports whether words call a number a fax; known is false if they call it neither that nor a phone.
func calledFax(words string) (fax, known bool) {
	if faxLetter.MatchString(strings.TrimRight(words, " (")) {
		return true, true
	}
	words = strings.TrimRight(words, " :.(-–")
	if cut := strings.LastIndexAny(words, ":;,"+lineEnd); cut >= 0 {
		words = words[cut+1:]
	}
	phone := false
	for _, w := range strings.FieldsFunc(strings.ToLower(words), func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsMark(c) }) {
		if faxWords[w] {
			fax, known = true, true
			continue
		}
		phone = phone || notOnlyFax[w] || slices.ContainsFunc(phoneWords, func(begin string) bool { return strings.HasPrefix(w, begin) })
	}
	return fax && !phone, known || phone
}
