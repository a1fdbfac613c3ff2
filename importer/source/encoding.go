package source

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"unicode"
	"unicode/utf8"

	"github.com/wlynxg/chardet"
)

// byteOrderMark returns the encoding that a mark at the start of an input names, and the mark's length.
func byteOrderMark(head []byte) (charset, int) {
	switch {
	case bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")):
		return charset{name: UTF8}, 3
	case bytes.HasPrefix(head, []byte("\xFF\xFE")):
		return charset{name: UTF16LE, utf16: binary.LittleEndian}, 2
	case bytes.HasPrefix(head, []byte("\xFE\xFF")):
		return charset{name: UTF16BE, utf16: binary.BigEndian}, 2
	}
	return charset{}, 0
}

// wideWithoutMark recognises UTF-16 by its NUL bytes: in any text with delimiters and line ends, one byte of some pairs
// is NUL, always the same one.
func wideWithoutMark(head []byte) (charset, bool) {
	var zeros [2]int
	for i, b := range head {
		if b == 0 {
			zeros[i&1]++
		}
	}
	pairs := len(head) / 2
	switch few, many := pairs/50+1, pairs/12+1; {
	case pairs == 0:
	case zeros[1] > many && zeros[0] <= few:
		return charset{name: UTF16LE, utf16: binary.LittleEndian}, true
	case zeros[0] > many && zeros[1] <= few:
		return charset{name: UTF16BE, utf16: binary.BigEndian}, true
	}
	return charset{}, false
}

// narrow tells the encoding of an input that is neither marked nor UTF-16, from what the survey saw.
func (s *survey) narrow() (charset, error) {
	// A text in a one-byte encoding hardly holds well-formed UTF-8 by chance; one in UTF-8 may hold a few bad bytes,
	// which cost their rows and not the file.
	if s.invalid <= s.multibyte {
		return charset{name: UTF8}, nil
	}
	guesses := guessesOf(s.strange)
	if other, ok := foreign(guesses); ok {
		return charset{}, fmt.Errorf("its text seems to be in %s, which can't be read", other)
	}
	return bestReading(s.strange, guesses), nil
}

// guessesOf asks the charset detector; it is at its best with long texts, and one voice among two here.
func guessesOf(sample []byte) map[string]float64 {
	guesses := map[string]float64{}
	for _, r := range chardet.DetectAll(sample) {
		name := r.Encoding
		if c, ok := lookupCharset(name); ok {
			name = c.name
		}
		guesses[name] = max(guesses[name], r.Confidence)
	}
	return guesses
}

// foreign reports an encoding of more than one byte a character (East Asian ones), if the detector is sure of it.
func foreign(guesses map[string]float64) (string, bool) {
	best, name := 0.0, ""
	for n, confidence := range guesses {
		if confidence > best || confidence == best && n < name {
			best, name = confidence, n
		}
	}
	switch foldName(name) {
	case "gb2312", "gb18030", "hzgb2312", "shiftjis", "big5", "eucjp", "euckr", "euctw", "cp932", "cp949", "johab", "ksc56011987":
		return name, best > 0.95
	}
	return "", false
}

// reading is one way to read the bytes outside ASCII: an encoding, and the letters of a language that is written in it.
type reading struct {
	charset string
	letters string
	weight  float64
}

// readings returns the ways to read a text, the likelier one of two that fit equally well first. Windows-1252 stands
// before ISO-8859-1, which is a part of it.
func readings() []reading {
	const (
		western = "äöüßéèêëàâçîïôûùœæñáíóúõãøåòìýþð"
		central = "ąćęłńóśźżáčďéěíňřšťúůýžöőüűäôĺľŕăâîđ"
		russian = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяієїґўћђљњџј"
	)
	var all []reading
	add := func(weight float64, charset string, languages ...string) {
		for _, letters := range languages {
			all = append(all, reading{charset, letters, weight})
		}
	}
	westerns := []string{"äöüß", "éèêëàâçîïôûùœæ", "ñáéíóúü", "àèéìòù", "áàâãçéêíóôõú", "éëïöü", "åäöæøé", "áðéíóúýþæö"}
	centrals := []string{"ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áéíóöőúüű", "áäčďéíĺľňóôŕšťúýž", "čćđšž", "ăâîșțşţ"}
	for _, c := range []string{Windows1252, ISO885915, MacRoman} {
		add(1, c, westerns...)
		add(0.8, c, western)
	}
	for _, c := range []string{Windows1250, ISO88592} {
		add(0.98, c, centrals...)
		add(0.75, c, central)
	}
	add(1, Windows1251, russian)
	return all
}

// bestReading chooses the encoding under which the text reads most like one of the languages.
func bestReading(sample []byte, guesses map[string]float64) charset {
	best, bestScore := charset{}, 0.0
	decoded := map[string]string{}
	for i, r := range readings() {
		c := namedCharset(r.charset)
		text, ok := decoded[r.charset]
		if !ok {
			text = string(c.decoder().append(nil, sample, true))
			decoded[r.charset] = text
		}
		score := r.score(text) + 0.1*guesses[r.charset]
		if i == 0 || score > bestScore+1e-9 {
			best, bestScore = c, score
		}
	}
	return best
}

// score says, for each character outside ASCII on average, how well it fits where it stands: from 1 (a letter of the
// language, within a word) down to -2 (what no text holds).
func (r reading) score(text string) float64 {
	letters := map[rune]bool{}
	for _, l := range r.letters {
		letters[l] = true
		letters[unicode.ToUpper(l)] = true
	}
	letters['ẞ'] = false
	cyrillic := r.charset == Windows1251
	sum, n := 0.0, 0
	runes := []rune(text)
	for i, c := range runes {
		if c < utf8.RuneSelf {
			continue
		}
		before, after := ' ', ' '
		if i > 0 {
			before = runes[i-1]
		}
		if i+1 < len(runes) {
			after = runes[i+1]
		}
		sum += r.fit(letters[c], before, c, after, cyrillic)
		n++
	}
	if n == 0 {
		return 0
	}
	return r.weight * sum / float64(n)
}

func (r reading) fit(known bool, before, c, after rune, cyrillic bool) float64 {
	inWord := unicode.IsLetter(before) && unicode.IsLetter(after)
	switch {
	case unicode.IsControl(c), c == utf8.RuneError:
		return -2
	case !unicode.IsLetter(c):
		switch {
		case inWord && c != '’' && c != '‘' && c != '´':
			return -1
		case typographic(c):
			return 0.6
		}
		return 0
	case unicode.IsUpper(c) && unicode.IsLower(before):
		return -1 // nobody writes mÜller
	case cyrillic && (latin(before) || latin(after)):
		return -1
	case !cyrillic && before >= utf8.RuneSelf && after >= utf8.RuneSelf && unicode.IsLetter(before) && unicode.IsLetter(after):
		return -1 // words of Latin script have plain letters too
	case known:
		return 1
	}
	return -0.2
}

func latin(r rune) bool { return unicode.IsLetter(r) && r < utf8.RuneSelf }

// typographic reports whether a sign is one that office programs put into texts.
func typographic(r rune) bool {
	switch r {
	case '–', '—', '‘', '’', '“', '”', '„', '…', '€', '•', '«', '»', '°', '§', '\u00A0', '®', '©', '™', '№', '´', '²', '³', 'º', 'ª', '¿', '¡':
		return true
	}
	return false
}
