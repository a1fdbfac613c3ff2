package charset

import (
	"unicode"
	"unicode/utf8"

	"github.com/wlynxg/chardet"
)

// How version 1 told an input's encoding. It knew fewer encodings, and took the likeliest one whether its text made sense
// or not. What it made of such inputs stands in organisations and is to be recognised, so that nothing here may change.

// formerCharset returns the encoding that version 1 read an input in that is neither marked nor UTF-8; none if it read
// none.
func formerCharset(strange []byte) (Charset, bool) {
	guesses := guessesOf(strange)
	if foreign(guesses) {
		return Charset{}, false
	}
	return formerReading(strange, guesses), true
}

// guessesOf asks the charset detector.
func guessesOf(sample []byte) map[string]float64 {
	guesses := map[string]float64{}
	for _, r := range chardet.DetectAll(sample) {
		name := r.Encoding
		if c, ok := Lookup(name); ok {
			name = c.Name
		}
		guesses[name] = max(guesses[name], r.Confidence)
	}
	return guesses
}

// foreign reports an encoding of more than one byte a character (East Asian ones), if the detector is sure of it.
func foreign(guesses map[string]float64) bool {
	best, name := 0.0, ""
	for n, confidence := range guesses {
		if confidence > best || confidence == best && n < name {
			best, name = confidence, n
		}
	}
	switch foldName(name) {
	case "gb2312", "gb18030", "hzgb2312", "shiftjis", "big5", "eucjp", "euckr", "euctw", "cp932", "cp949", "johab", "ksc56011987":
		return best > 0.95
	}
	return false
}

// formerWay is one way to read the bytes outside ASCII: an encoding, and the letters of a language that is written in it.
type formerWay struct {
	charset string
	letters string
	weight  float64
}

// formerWays returns the ways to read a text, the likelier one of two that fit equally well first. Windows-1252 stands
// before ISO-8859-1, which is a part of it.
func formerWays() []formerWay {
	const (
		western = "äöüßéèêëàâçîïôûùœæñáíóúõãøåòìýþð"
		central = "ąćęłńóśźżáčďéěíňřšťúůýžöőüűäôĺľŕăâîđ"
		russian = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяієїґўћђљњџј"
	)
	var all []formerWay
	add := func(weight float64, charset string, languages ...string) {
		for _, letters := range languages {
			all = append(all, formerWay{charset, letters, weight})
		}
	}
	westerns := []string{"äöüß", "éèêëàâçîïôûùœæ", "ñáéíóúü", "àèéìòù", "áàâãçéêíóôõú", "éëïöü", "åäöæøé", "áðéíóúýþæö"}
	centrals := []string{"ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áéíóöőúüű", "áäčďéíĺľňóôŕšťúýž", "čćđšž", "ăâîșțşţ"}
	for _, c := range []string{windows1252, iso885915, macRoman} {
		add(1, c, westerns...)
		add(0.8, c, western)
	}
	for _, c := range []string{windows1250, iso88592} {
		add(0.98, c, centrals...)
		add(0.75, c, central)
	}
	add(1, windows1251, russian)
	return all
}

// formerReading chooses the encoding under which the text reads most like one of the languages.
func formerReading(sample []byte, guesses map[string]float64) Charset {
	best, bestScore := Charset{}, 0.0
	decoded := map[string]string{}
	for i, r := range formerWays() {
		c := named(r.charset)
		text, ok := decoded[r.charset]
		if !ok {
			text = string(c.Decoder().Append(nil, sample, true))
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
func (r formerWay) score(text string) float64 {
	letters := map[rune]bool{}
	for _, l := range r.letters {
		letters[l] = true
		letters[unicode.ToUpper(l)] = true
	}
	letters['ẞ'] = false
	cyrillic := r.charset == windows1251
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

func (r formerWay) fit(known bool, before, c, after rune, cyrillic bool) float64 {
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

// typographic reports whether a sign is one that office programs put into texts.
func typographic(r rune) bool {
	switch r {
	case '–', '—', '‘', '’', '“', '”', '„', '…', '€', '•', '«', '»', '°', '§', '\u00A0', '®', '©', '™', '№', '´', '²', '³', 'º', 'ª', '¿', '¡':
		return true
	}
	return false
}
