package contact

import (
	"bytes"
	"slices"
)

// address is the form in which a name addresses its bearer. Herr Weber and Frau Weber behind one mailbox are two people.
type address byte

const (
	addressNone address = iota
	addressSir
	addressMadam
)

// nameTokens takes a folded name apart into its words, without titles. Titles of which nothing else is left stay.
func nameTokens(dst [][]byte, folded []byte) ([][]byte, address) {
	start, polite, title := len(dst), addressNone, true
	for rest, more := folded, len(folded) > 0; more; {
		var word []byte
		word, rest, more = bytes.Cut(rest, []byte{' '})
		kind := titleOf(word)
		title = kind == titleAcademic || title && kind == titleBehind || title && (kind == titleSir || kind == titleMadam)
		switch {
		case title && kind == titleSir:
			polite = addressSir
		case title && kind == titleMadam:
			polite = addressMadam
		}
		if !title {
			dst = append(dst, word)
		}
	}
	if len(dst) == start {
		return append(dst, bytes.Fields(folded)...), addressNone
	}
	return dst, polite
}

type titleKind int

const (
	noTitle       titleKind = iota
	titleAcademic           // anywhere in a name
	titleBehind             // only behind another title
	titleSir                // only at the start, or behind another title
	titleMadam
)

// titleOf tells what kind of title a folded word is. Words that are also surnames (Pan, Mag) are none.
func titleOf(word []byte) titleKind {
	switch string(word) {
	case "dr", "prof", "professor", "dipl", "phd", "mba", "msc", "bsc", "dott", "dottssa":
		return titleAcademic
	case "ing", "med", "rer", "nat", "jur", "phil", "habil", "pol", "inf", "kfm", "ssa", "hc":
		return titleBehind
	case "mr", "herr", "herrn", "sir", "monsieur", "signor", "senor", "dhr":
		return titleSir
	case "mrs", "ms", "miss", "frau", "madame", "mme", "mlle", "signora", "senora", "mevr", "mevrouw":
		return titleMadam
	}
	return noTitle
}

// appendNameKey appends a name as keys compare it: its words, folded, without titles, in alphabetical order, umlauts and
// their two-letter forms alike.
func appendNameKey(dst []byte, name string) ([]byte, address) {
	var foldBuf [160]byte
	var wordBuf [12][]byte
	words, polite := nameTokens(wordBuf[:0], alike(appendFold(foldBuf[:0], name)))
	slices.SortFunc(words, bytes.Compare)
	for i, w := range words {
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = append(dst, w...)
	}
	return dst, polite
}

// alike writes ae, oe and ue as the umlaut's letter, in place: Mueller is Müller, and Müller folds to muller.
func alike(folded []byte) []byte {
	out := folded[:0]
	for i, c := range folded {
		if c == 'e' && i > 0 && (folded[i-1] == 'a' || folded[i-1] == 'o' || folded[i-1] == 'u') {
			continue
		}
		out = append(out, c)
	}
	return out
}
