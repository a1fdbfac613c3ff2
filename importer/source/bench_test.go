package source_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/contactsync/contactsync/importer/source"
	"github.com/contactsync/contactsync/importer/source/charset"
)

// crmExport makes an export of n contacts, one cell in ten of them in quotes.
func crmExport(n int) string {
	var b strings.Builder
	b.WriteString("First Name,Last Name,Company,Job Title,Email,Phone,Mobile,Street,City,State,Zip,Country,Notes\n")
	for i := range n {
		fmt.Fprintf(&b, "Ann%d,Example,Example GmbH,Head of Things,ann.%d@example.com,+49 30 %07d,,Hauptstraße %d,Berlin,BE,%05d,Germany,", i, i, i, i%200, i%99999)
		if i%3 == 0 {
			b.WriteString("\"called, left a message\"")
		}
		b.WriteString("\r\n")
	}
	return b.String()
}

// BenchmarkRead puts one pass beside encoding/csv over the same bytes; the ratio of the two is what counts.
func BenchmarkRead(b *testing.B) {
	data := crmExport(50_000)
	env := source.Env{Open: func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(data)), nil }}
	b.Run("encoding/csv", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			r := csv.NewReader(strings.NewReader(data))
			for {
				if _, err := r.Read(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("encoding/csv ReuseRecord", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			r := csv.NewReader(strings.NewReader(data))
			r.ReuseRecord = true
			for {
				if _, err := r.Read(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("open", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			in, err := source.Open(env, "a.csv", source.Options{})
			if err != nil {
				b.Fatal(err)
			}
			in.Close()
		}
	})
	for _, encoding := range []string{"utf-8", "windows-1252", "utf-16-le"} {
		b.Run("pass "+encoding, func(b *testing.B) {
			coded := encode(b, data, encoding)
			env := source.Env{Open: func(string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(coded)), nil }}
			in, err := source.Open(env, "a.csv", source.Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer in.Close()
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if n, err := countRows(in); n != 50_000 || err != nil {
					b.Fatal(n, err)
				}
			}
		})
	}
}

func encoder(tb testing.TB, w io.Writer, encoding string, bom bool) io.WriteCloser {
	tb.Helper()
	c, ok := charset.Lookup(encoding)
	if !ok {
		tb.Fatalf("no encoding is called %q", encoding)
	}
	return c.Writer(w, bom)
}

func encode(tb testing.TB, text, encoding string) []byte {
	tb.Helper()
	var b bytes.Buffer
	w := encoder(tb, &b, encoding, false)
	if _, err := io.WriteString(w, text); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}
