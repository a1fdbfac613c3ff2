package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"testing"

	"github.com/gocarina/gocsv"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
)

// typicalRow is one of ten rows that are rejected, or else a created one.
func typicalRow(i int) Row {
	r := Row{
		Source: "contacts.csv", Row: i + 1, Line: i + 2, OrgID: 4711, ExternalID: "0013000001" + strconv.Itoa(i),
		Action: outcome.Create, Status: outcome.Created, ContactID: int64(100_000 + i), Attempts: 1, HTTPStatus: 201,
		RequestID: "f1c9ee2a-35d7-4e3f-9a0a-2f4f7a0f1c11", CloudFrontID: "V2FzIGlzdCBkYXMgZW5kbGljaCBmdWVyIGVpbmUgSUQ_fQ==",
	}
	if i%10 == 0 {
		r.Action, r.Status, r.ContactID, r.Attempts, r.HTTPStatus = outcome.None, outcome.Invalid, 0, 0, 0
		r.Problems = []contact.Problem{{
			Code: "email.syntax", Field: contact.Email, Column: "E-mail", Value: "bob@", Message: "has no domain", Fix: "add it",
		}}
		r.Cells = []string{"Bob", "Miller", "bob@", "+49 30 1234567", "Invoice address", "Berlin", "Germany"}
	}
	return r
}

// BenchmarkReport writes whole rows, every file of them.
func BenchmarkReport(b *testing.B) {
	header := []string{"First Name", "Last Name", "E-mail", "Phone", "Type", "City", "Country"}
	s, err := Create(Options{Dir: b.TempDir(), RunID: "r", Inputs: []Input{{Name: "contacts.csv", Header: header}}})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if err := s.Write(typicalRow(i)); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.Abort(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkTable compares what gocsv costs by the number of rows that it is given at once, with encoding/csv alone.
func BenchmarkTable(b *testing.B) {
	row := rowOf(typicalRow(0), describe(typicalRow(0).Problems, nil))
	for _, size := range []int{1, 16, 64, 1024} {
		b.Run("batch="+strconv.Itoa(size), func(b *testing.B) {
			w := csv.NewWriter(io.Discard)
			batch := make([]csvRow, size)
			for i := range batch {
				batch[i] = row
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if i%size != 0 {
					continue
				}
				if err := gocsv.MarshalCSVWithoutHeaders(&batch, w); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
