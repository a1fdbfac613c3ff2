package charset

import (
	"unicode"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/unicode/rangetable"
)

// eastAsian is the scripts of Chinese, Japanese and Korean, with the sign that lengthens a vowel.
var eastAsian = rangetable.Merge(unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana, rangetable.New('ー', 'ｰ'))

// signClass is a range of signs that a national standard puts together by how common they are: by the first byte.
type signClass struct {
	from, to byte
	signs    float64
	share    float64
}

// signClasses returns, for a language that is written with thousands of signs, how likely each sign is by the class that
// its national standard put it in: the common ones are those of its first level.
func signClasses(code string) func(rune) float64 {
	var (
		standard encoding.Encoding
		classes  []signClass
	)
	switch code {
	case "ja":
		standard, classes = japanese.EUCJP, []signClass{{0xA4, 0xA4, 83, 0.15}, {0xA5, 0xA5, 86, 0.25}, {0xB0, 0xCF, 2965, 0.55}, {0xD0, 0xF4, 3390, 0.02}, {0xF9, 0xFC, 370, 0.002}, {0x8E, 0x8E, 63, 0.02}}
	case "zh":
		standard, classes = simplifiedchinese.GBK, []signClass{{0xB0, 0xD7, 3755, 0.95}, {0xD8, 0xF7, 3008, 0.03}}
	case "zh-Hant":
		standard, classes = traditionalchinese.Big5, []signClass{{0xA4, 0xC6, 5401, 0.97}, {0xC9, 0xF9, 7652, 0.02}}
	case "ko":
		standard, classes = korean.EUCKR, []signClass{{0xB0, 0xC8, 2350, 0.97}, {0xCA, 0xFD, 4888, 0.01}}
	default:
		return nil
	}
	return func(r rune) float64 {
		b, err := standard.NewEncoder().String(string(r))
		if err != nil || len(b) < 2 {
			return 1e-8
		}
		if code == "zh" && b[1] < 0xA1 { // GBK's additions to the standard
			return 2e-6
		}
		for _, c := range classes {
			if c.from <= b[0] && b[0] <= c.to {
				return c.share / c.signs
			}
		}
		return 2e-6
	}
}
