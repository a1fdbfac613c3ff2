package csv

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	_ "github.com/contactsync/contactsync/importer/rapidseed"
)

// TestBrokenLinesCostThemselves puts lines that are broken in many ways between rows: each row is given out as it is,
// whatever stands before and behind it. After a line with quotes in pairs that holds for rows of any width, after one
// with a quote too many for those that are as wide as the header or wider, since a narrower one may be the rest of an
// address.
func TestBrokenLinesCostThemselves(t *testing.T) {
	t.Parallel()
	const width = 4
	rapid.Check(t, func(t *rapid.T) {
		var text strings.Builder
		var want []string
		odd := false // the last line has a quote too many
		for i := range rapid.IntRange(1, 12).Draw(t, "lines") {
			name := fmt.Sprintf("n%d", i)
			switch kind := rapid.IntRange(0, 3).Draw(t, "kind"); kind {
			case 0:
				broken := rapid.SampledFrom([]string{
					`%s,Two,b@example.com,"5" Nails Lane`, `%s,"5" pipe,x,y`, `%s,a "b" c,x,y`, `"%s" x,"y" z,"a" b,c`, `%s,"a"b"c",x,y`,
				}).Draw(t, "pairs")
				fmt.Fprintf(&text, broken, name)
				odd = false
			case 1:
				broken := rapid.SampledFrom([]string{`%s,"5 Nails Lane,x,y`, `%s,5" pipe,x,y`, `%s,x,y,"`, `"%s,x,y,z`}).Draw(t, "single")
				fmt.Fprintf(&text, broken, name)
				odd = true
			default:
				n := width
				if kind == 3 {
					n = rapid.IntRange(2, 7).Draw(t, "width")
				}
				if odd && n < width {
					n = width
				}
				cells := append([]string{name}, slices.Repeat([]string{"v"}, n-1)...)
				want = append(want, strings.Join(cells, "|"))
				if rapid.Bool().Draw(t, "quoted") && n >= width {
					cells[n-1] = `"v"`
				}
				text.WriteString(strings.Join(cells, ","))
				odd = false
			}
			text.WriteString(rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "end"))
		}
		s := NewSplitter(plainForm(','), pieces(text.String(), rapid.IntRange(1, 200).Draw(t, "size")))
		s.Width = width
		var got []string
		for {
			rec, err := s.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if rec.Fault == NoFault {
				got = append(got, strings.Join(rec.Cells, "|"))
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("of %q\ngot  %q\nwant %q", text.String(), got, want)
		}
	})
}
