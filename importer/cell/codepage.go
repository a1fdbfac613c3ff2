package cell

import (
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// highest bounds the characters of the encodings below; the last one is a shade of DOS.
const highest = 0x25A1

// page is an encoding of one byte a character, the other way round: the byte of each character, 0 for one that it lacks.
type page struct {
	bytes [highest]uint8
}

func (p *page) byteOf(r rune) byte {
	if r < utf8.RuneSelf || r >= highest {
		return 0
	}
	return p.bytes[r]
}

func newPage(table *charmap.Charmap) *page {
	p := &page{}
	for b := 0x80; b < 0x100; b++ {
		if r := table.DecodeByte(byte(b)); r >= utf8.RuneSelf && r < highest {
			p.bytes[r] = byte(b)
		}
	}
	for b := 0x80; b < 0xA0; b++ { // as ISO-8859 has them, and Windows those that it gives no character
		if p.bytes[b] == 0 {
			p.bytes[b] = byte(b)
		}
	}
	return p
}

// pages are the encodings for which UTF-8 is mistaken.
type pages struct {
	western *page
	others  []*page
	// lead and next tell of a character whether it is the first, or a later, byte of a letter in any of them.
	lead, next [highest]bool
}

// mistaken makes the pages when the first text comes that may need them.
var mistaken = sync.OnceValue(func() *pages {
	all := &pages{western: newPage(charmap.Windows1252)}
	for _, table := range []*charmap.Charmap{
		charmap.Windows1250, charmap.Windows1251, charmap.Windows1253, charmap.Windows1257,
		charmap.Macintosh, charmap.CodePage437, charmap.CodePage850,
	} {
		all.others = append(all.others, newPage(table))
	}
	for _, p := range append([]*page{all.western}, all.others...) {
		for r, b := range p.bytes {
			all.lead[r] = all.lead[r] || b >= 0xC2 && b <= 0xF4
			all.next[r] = all.next[r] || b >= 0x80 && b <= 0xBF
		}
	}
	return all
})

// pair reports whether two characters of a text may be bytes of one letter.
func (a *pages) pair(s string) bool {
	lead := false
	for _, r := range s {
		if r < utf8.RuneSelf || r >= highest {
			lead = false
			continue
		}
		if lead && a.next[r] {
			return true
		}
		lead = a.lead[r]
	}
	return false
}
