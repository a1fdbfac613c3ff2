package csv

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

// FuzzSplitAgrees compares with encoding/csv wherever both have the same opinion of what is well-formed: a lone CR is a
// line end here and text there.
func FuzzSplitAgrees(f *testing.F) {
	for _, seed := range []string{"a,b\n", "\"a\"\"\",\"b\nc\"\r\n1,2", "a,\n,b\n\n", "\"\",\"\"\n", "é,\"ü,\"\n"} {
		f.Add(seed, uint16(3))
	}
	f.Fuzz(func(t *testing.T, text string, size uint16) {
		if strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\r") {
			t.Skip()
		}
		r := csv.NewReader(strings.NewReader(text))
		r.FieldsPerRecord = -1
		want, err := r.ReadAll()
		if err != nil {
			t.Skip()
		}
		s := NewSplitter(plainForm(','), pieces(text, int(size)+1))
		var got [][]string
		for {
			rec, err := s.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if rec.Fault != NoFault {
				t.Fatalf("line %d is a fault: %q", rec.Line, rec.Raw)
			}
			if rec.Raw != "" { // encoding/csv takes a line of blanks for a record
				got = append(got, append([]string(nil), rec.Cells...))
			}
		}
		if len(want) != len(got) {
			t.Fatalf("%d records, want %d: %q\n%q", len(got), len(want), want, got)
		}
		for i := range want {
			for j := range want[i] {
				if len(want[i]) != len(got[i]) || strings.ReplaceAll(got[i][j], "\r\n", "\n") != want[i][j] {
					t.Fatalf("record %d: got %q, want %q", i, got[i], want[i])
				}
			}
		}
	})
}

// FuzzSplitLosesNothing feeds anything at all: whatever it is, the records with their line ends are the text again, in
// the same order whatever the pieces, and each line is counted.
func FuzzSplitLosesNothing(f *testing.F) {
	for _, seed := range []string{"a,\"b,c\nd,e,f\n", "\"\n\"x\"y\n,\",\n", "a,\"one\ntwo \"2\"\nthree\",d\re,f,g", "\"\"\"", "\r\r\n\"\r",
		"a,\"5\" Nails\nb,c,d,e\nf,g,h\n", "a , \"b\" \t,c\n", "=\"a,b\" ,c,d\n", "\"a \\\"b\\\"\",\"c\",d\n", "'a','b''c',d\n", "\"a,b,\"\"c\"\"\"\n", "\"a\"\u00a0,b,c"} {
		for _, how := range []uint8{0, 1, 2, 4, 8, 15, 31} {
			f.Add(seed, uint8(3), uint16(2), how)
		}
	}
	f.Fuzz(func(t *testing.T, text string, width uint8, size uint16, how uint8) {
		form := anyForm(how)
		s := NewSplitter(form, pieces(text, int(size)+1))
		whole := NewSplitter(form, pieces(text, len(text)+1))
		s.Width, whole.Width = int(width), int(width)
		var again strings.Builder
		line := 1
		for {
			rec, err := s.Next()
			other, otherErr := whole.Next()
			if !errors.Is(err, otherErr) || rec.Raw != other.Raw || rec.EOL != other.EOL || rec.Fault != other.Fault || !slices.Equal(rec.Cells, other.Cells) || !slices.Equal(rec.Unescaped, other.Unescaped) || rec.Line != other.Line {
				t.Fatalf("in pieces %+v %v, as a whole %+v %v", rec, err, other, otherErr)
			}
			if errors.Is(err, io.EOF) {
				break
			}
			if rec.Line != line {
				t.Fatalf("line %d, want %d", rec.Line, line)
			}
			all := rec.Raw + rec.EOL
			line += countLineEnds(all)
			again.WriteString(all)
		}
		if again.String() != text {
			t.Fatalf("got %q", again.String())
		}
	})
}

// anyForm makes a form of some bits.
func anyForm(bits uint8) Form {
	f := plainForm([]rune{',', ';', '\t', '§'}[bits>>4&3])
	f.blanks, f.Escape, f.Whole = bits&1 > 0, bits&2 > 0, bits&4 > 0
	if bits&8 > 0 {
		f.Quote = '\''
	}
	return f
}
