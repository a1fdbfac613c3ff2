package emnify

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/emnify/decode"
)

// BenchmarkList reads a page of 10,000 contacts as it arrives, of which none is kept.
func BenchmarkList(b *testing.B) {
	const n = 10_000
	page := bytes.NewBufferString("[")
	for i := range n {
		if i > 0 {
			page.WriteByte(',')
		}
		fmt.Fprintf(page, `{"id":%d,"type":{"id":3,"description":"Technical"},"organisation":{"id":12,"name":"Example Networks"},"name":"Person %d","title":null,`+
			`"department":"Department","street":"Street of the Many %d","zipcode":"10115","city":"Berlin","email":"person%d@example.com","phone":"+4930%08d",`+
			`"country":{"id":74,"name":"Germany"}}`, i+1, i, i, i, i)
	}
	page.WriteByte(']')
	b.SetBytes(int64(page.Len()))
	b.ReportAllocs()
	for b.Loop() {
		var p arrived[decode.Contact, int64]
		err := p.read(bytes.NewReader(page.Bytes()), func(s *decode.Contact) (int64, error) { return s.Key(12) },
			func(s *decode.Contact) bool { return s.Stored(12).PersonIdentifiers() == contact.Identifiers{} })
		if err != nil || len(p.keys) != n {
			b.Fatal(err, len(p.keys))
		}
	}
	b.ReportMetric(float64(b.N)*n/b.Elapsed().Seconds(), "contacts/s")
}
