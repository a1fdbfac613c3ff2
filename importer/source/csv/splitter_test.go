package csv

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pieces feeds a text in parts of a size.
func pieces(text string, size int) Feed {
	return func() ([]byte, error) {
		if text == "" {
			return nil, io.EOF
		}
		n := min(size, len(text))
		piece := text[:n]
		text = text[n:]
		return []byte(piece), nil
	}
}

// cut splits a text into records, shown as their cells, a broken one as "!line" and its text. Blank lines are left out.
func cut(t *testing.T, text string, delim rune, width, size int) [][]string {
	t.Helper()
	s := NewSplitter(plainForm(delim), pieces(text, size))
	s.Width = width
	var all [][]string
	for {
		rec, err := s.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case rec.Blank:
		case rec.Fault != NoFault:
			all = append(all, []string{"!", rec.Raw})
		default:
			all = append(all, append([]string(nil), rec.Cells...))
		}
	}
}

func TestSplit(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		text  string
		delim rune
		want  [][]string
	}{
		// The cases from here to the mark are those of Go's encoding/csv, reader_test.go.
		// Copyright 2011 The Go Authors. All rights reserved. Use of them is governed by a BSD-style licence, see
		// testdata/LICENSE-go. Where encoding/csv takes a lone CR for text, it is a line end here; line ends within cells
		// are kept as they are; a comment is a record.
		{"Simple", "a,b,c\n", ',', [][]string{{"a", "b", "c"}}},
		{"CRLF", "a,b\r\nc,d\r\n", ',', [][]string{{"a", "b"}, {"c", "d"}}},
		{"BareCR", "a,b\rc,d\r\n", ',', [][]string{{"a", "b"}, {"c", "d"}}},
		{"RFC4180test", "#field1,field2,field3\n\"aaa\",\"bb\nb\",\"ccc\"\n\"a,a\",\"b\"\"bb\",\"ccc\"\nzzz,yyy,xxx\n", ',',
			[][]string{{"#field1", "field2", "field3"}, {"aaa", "bb\nb", "ccc"}, {"a,a", `b"bb`, "ccc"}, {"zzz", "yyy", "xxx"}}},
		{"NoEOLTest", "a,b,c", ',', [][]string{{"a", "b", "c"}}},
		{"Semicolon", "a;b;c\n", ';', [][]string{{"a", "b", "c"}}},
		{"MultiLine", "\"two\nline\",\"one line\",\"three\nline\nfield\"", ',', [][]string{{"two\nline", "one line", "three\nline\nfield"}}},
		{"BlankLine", "a,b,c\n\nd,e,f\n\n", ',', [][]string{{"a", "b", "c"}, {"d", "e", "f"}}},
		{"LeadingSpace", " a,  b,   c\n", ',', [][]string{{" a", "  b", "   c"}}},
		{"NoComment", "#1,2,3\na,b,c", ',', [][]string{{"#1", "2", "3"}, {"a", "b", "c"}}},
		{"LazyQuotes", `a "word","1"2",a","b`, ',', [][]string{{"!", `a "word","1"2",a","b`}}},
		{"BareQuotes", `a "word","1"2",a"`, ',', [][]string{{"!", `a "word","1"2",a"`}}},
		{"BadDoubleQuotes", `a""b,c`, ',', [][]string{{"!", `a""b,c`}}},
		{"TrimQuote", ` "a"," b",c`, ',', [][]string{{"!", ` "a"," b",c`}}},
		{"BadBareQuote", `a "word","b"`, ',', [][]string{{"!", `a "word","b"`}}},
		{"BadTrailingQuote", `"a word",b"`, ',', [][]string{{"!", `"a word",b"`}}},
		{"ExtraneousQuote", `"a "word","b"`, ',', [][]string{{"!", `"a "word","b"`}}},
		{"FieldCount", "a,b,c\nd,e", ',', [][]string{{"a", "b", "c"}, {"d", "e"}}},
		{"TrailingCommaEOF", "a,b,c,", ',', [][]string{{"a", "b", "c", ""}}},
		{"TrailingCommaEOL", "a,b,c,\n", ',', [][]string{{"a", "b", "c", ""}}},
		{"NotTrailingComma3", "a,b,c, \n", ',', [][]string{{"a", "b", "c", " "}}},
		{"CommaFieldTest", "x,y,z,w\nx,,,\n,,,\n\"x\",\"y\",\"z\",\"w\"\n\"x\",\"\",\"\",\"\"\n\"\",\"\",\"\",\"\"\n", ',',
			[][]string{{"x", "y", "z", "w"}, {"x", "", "", ""}, {"", "", "", ""}, {"x", "y", "z", "w"}, {"x", "", "", ""}, {"", "", "", ""}}},
		{"StartLine1", "a,\"b\nc\"d,e", ',', [][]string{{"!", "a,\"b\nc\"d,e"}}},
		{"StartLine2", "a,b\n\"d\n\n,e", ',', [][]string{{"a", "b"}, {"!", "\"d\n"}, {"", "e"}}},
		{"CRLFInQuotedField", "A,\"Hello\r\nHi\",B\r\n", ',', [][]string{{"A", "Hello\r\nHi", "B"}}},
		{"BinaryBlobField", "x09\x41\xb4\x1c,aktau", ',', [][]string{{"x09A\xb4\x1c", "aktau"}}},
		{"TrailingCR", "field1,field2\r", ',', [][]string{{"field1", "field2"}}},
		{"QuotedTrailingCR", "\"field\"\r", ',', [][]string{{"field"}}},
		{"QuotedTrailingCRCR", "\"field\"\r\r", ',', [][]string{{"field"}}},
		{"FieldCR", "field\rfield\r", ',', [][]string{{"field"}, {"field"}}},
		{"FieldCRCRLF", "field\r\r\nfield\r\r\n", ',', [][]string{{"field"}, {"field"}}},
		{"MultiFieldCRCRLFCRCR", "field1,field2\r\r\n\r\rfield1,field2\r\r\n\r\r,", ',',
			[][]string{{"field1", "field2"}, {"field1", "field2"}, {"", ""}}},
		{"NonASCIIComma", "a€\"  b,\"€ c\n", '€', [][]string{{"a", "  b,", " c"}}},
		{"NonASCIICommaConfusion", "\"abθcd\"λefθgh", 'λ', [][]string{{"abθcd", "efθgh"}}},
		{"QuotedFieldMultipleLF", "\"\n\n\n\n\"", ',', [][]string{{"\n\n\n\n"}}},
		{"MultipleCRLF", "\r\n\r\n\r\n\r\n", ',', nil},
		{"HugeLines", strings.Repeat("#ignore\n", 100) + strings.Repeat("@", 5000) + "," + strings.Repeat("*", 5000), ',',
			append(repeated([]string{"#ignore"}, 100), []string{strings.Repeat("@", 5000), strings.Repeat("*", 5000)})},
		{"QuoteWithTrailingCRLF", "\"foo\"bar\"\r\n", ',', [][]string{{"!", "\"foo\"bar\""}}},
		{"DoubleQuoteWithTrailingCRLF", "\"foo\"\"bar\"\r\n", ',', [][]string{{`foo"bar`}}},
		{"EvenQuotes", `""""""""`, ',', [][]string{{`"""`}}},
		{"OddQuotes", `"""""""`, ',', [][]string{{"!", `"""""""`}}},
		// End of the cases of encoding/csv.
		{"blank of other kinds", "a,b\n \u00a0\t\n\u200b\nc,d\n\x1a", ',', [][]string{{"a", "b"}, {"c", "d"}}},
		{"only tabs, with tabs as delimiters", "a\tb\n\t\t\n", '\t', [][]string{{"a", "b"}, {"", "", ""}}},
		{"quoted empty cell", "a\n\"\"\n", ',', [][]string{{"a"}, {""}}},
		{"NUL", "a\x00,b\n", ',', [][]string{{"a\x00", "b"}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for _, size := range []int{1, 2, 3, 7, 1 << 20} {
				if diff := cmp.Diff(test.want, cut(t, test.text, test.delim, 0, size)); diff != "" {
					t.Errorf("in pieces of %d: %s", size, diff)
				}
			}
		})
	}
}

func repeated(cells []string, n int) [][]string {
	var all [][]string
	for range n {
		all = append(all, cells)
	}
	return all
}

// TestRecover holds what a broken record costs: itself and what is left of it, no row beside it.
func TestRecover(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		text  string
		width int
		want  [][]string
	}{
		{"never closed", "a,\"b,c\nd,e,f\ng,h,i\n", 3, [][]string{{"!", "a,\"b,c"}, {"d", "e", "f"}, {"g", "h", "i"}}},
		{"never closed, rows with quotes behind", "a,\"b,c\n\"d\",\"e\",\"f\"\ng,\"\",i\n", 3,
			[][]string{{"!", "a,\"b,c"}, {"d", "e", "f"}, {"g", "", "i"}}},
		{"never closed, everything quoted", "\"a\",\"b\",\"c\n\"d\",\"e\",\"f\"\n", 3, [][]string{{"!", "\"a\",\"b\",\"c"}, {"d", "e", "f"}}},
		{"never closed, next one begins with an empty cell in quotes", "\"a\",\"b\",\"c\n\"\",\"e\",\"f\"\n", 3,
			[][]string{{"!", "\"a\",\"b\",\"c"}, {"", "e", "f"}}},
		{"never closed in the last record", "a,b,c\nd,\"e,f\n", 3, [][]string{{"a", "b", "c"}, {"!", "d,\"e,f"}}},
		{"never closed, no line end", "a,b,c\nd,\"e,f", 3, [][]string{{"a", "b", "c"}, {"!", "d,\"e,f"}}},
		{"stray", "a,\"b\"c,d\ne,f,g\n", 3, [][]string{{"!", "a,\"b\"c,d"}, {"e", "f", "g"}}},
		{"stray within a plain cell", "a,5\" pipe,d\ne,f,g\n", 3, [][]string{{"!", "a,5\" pipe,d"}, {"e", "f", "g"}}},
		{"stray in a text of several lines", "a,\"one\ntwo \"2\" and\nthree\",d\ne,f,g\n", 3,
			[][]string{{"!", "a,\"one\ntwo \"2\" and\nthree\",d"}, {"e", "f", "g"}}},
		{"rest of an address", "Bob,\"Street 1\n12345 Town,b\ne,f,g\n", 3, [][]string{{"!", "Bob,\"Street 1\n12345 Town,b"}, {"e", "f", "g"}}},
		{"short rows are usual here", "a,b\na,b\nc,\"d\ne,f\ng,h\n", 3, [][]string{{"a", "b"}, {"a", "b"}, {"!", "c,\"d"}, {"e", "f"}, {"g", "h"}}},
		{"two in a row", "a,\"b,c\nd,\"e,f\ng,h,i\n", 3, [][]string{{"!", "a,\"b,c"}, {"!", "d,\"e,f"}, {"g", "h", "i"}}},
		{"two that close each other over rows", "a,\"b,c,d,e\nf,g,h,i,j\nk,l\",m,n,o\np,q,r,s,t\n", 5,
			[][]string{{"!", "a,\"b,c,d,e"}, {"f", "g", "h", "i", "j"}, {"!", "k,l\",m,n,o"}, {"p", "q", "r", "s", "t"}}},
		{"two that close each other over two lines", "a,\"b,c,d\ne,f,g\",h\ni,j,k,l\n", 4,
			[][]string{{"!", "a,\"b,c,d"}, {"!", "e,f,g\",h"}, {"i", "j", "k", "l"}}},
		{"text with as many commas as a row", "a,\"Dear Bob,\nthanks for A, B, and C.\nRegards\",c\n", 3,
			[][]string{{"a", "Dear Bob,\nthanks for A, B, and C.\nRegards", "c"}}},
		{"one column", "\"a\nb\n\"c\"\n", 1, [][]string{{"!", "\"a"}, {"b"}, {"c"}}},
		{"two quotes, a wider and a narrower row behind", "a,b,c,\"5\" d\ne,f,g,h,i,j\nk,l\nm,n,o,p\n", 4,
			[][]string{{"!", "a,b,c,\"5\" d"}, {"e", "f", "g", "h", "i", "j"}, {"k", "l"}, {"m", "n", "o", "p"}}},
		{"two quotes, a row of one cell behind", "a,b,\"5\" d\ne\nm,n,o\n", 3, [][]string{{"!", "a,b,\"5\" d"}, {"e"}, {"m", "n", "o"}}},
		{"two quotes, and one that is never closed behind a wider row", "a,\"5\" b,c\nd,e,f,g\nh,i,\"j\nk,l,m\n", 3,
			[][]string{{"!", "a,\"5\" b,c"}, {"d", "e", "f", "g"}, {"!", "h,i,\"j"}, {"k", "l", "m"}}},
		{"two quotes in the first line of a text", "a,\"x \"y\nmore of it\nend\",d\ne,f,g\n", 3,
			[][]string{{"!", "a,\"x \"y\nmore of it\nend\",d"}, {"e", "f", "g"}}},
		{"two quotes in the first line of a text that makes no row", "a,\"x \"y\nmore of it\nend\",d,e,f,g\ne,f,g\n", 3,
			[][]string{{"!", "a,\"x \"y"}, {"more of it"}, {"!", "end\",d,e,f,g"}, {"e", "f", "g"}}},
		{"never closed, a wider row behind", "a,\"b,c\nd,e,f,g\nh,i,j\n", 3, [][]string{{"!", "a,\"b,c"}, {"d", "e", "f", "g"}, {"h", "i", "j"}}},
		{"never closed, a rest with empty cells behind", "a,\"b\nTown,,,,\nh,i,j\n", 3, [][]string{{"!", "a,\"b\nTown,,,,"}, {"h", "i", "j"}}},
		{"CRLF", "a,\"b,c\r\nd,e,f\r\n", 3, [][]string{{"!", "a,\"b,c"}, {"d", "e", "f"}}},
		{"CR", "a,\"b,c\rd,e,f\r", 3, [][]string{{"!", "a,\"b,c"}, {"d", "e", "f"}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for _, size := range []int{1, 3, 1 << 20} {
				if diff := cmp.Diff(test.want, cut(t, test.text, ',', test.width, size)); diff != "" {
					t.Errorf("in pieces of %d: %s", size, diff)
				}
			}
		})
	}
}

func TestLinesAreCounted(t *testing.T) {
	t.Parallel()
	s := NewSplitter(plainForm(','), pieces("a,b\r\n\n\"c\r\nd\n\",e\rf,\"g\nh,i\n\n\"j\rk\",l", 2))
	s.Width = 2
	var lines []int
	for {
		rec, err := s.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		lines = append(lines, rec.Line)
	}
	if diff := cmp.Diff([]int{1, 2, 3, 6, 7, 8, 9}, lines); diff != "" {
		t.Error(diff)
	}
}
