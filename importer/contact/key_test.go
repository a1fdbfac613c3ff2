package contact

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"testing"
)

// TestKey holds what ledgers keep to HMAC-SHA-256 over the plain hash: a ledger of hashes without a key can be brought
// under one without the values that they were made of.
func TestKey(t *testing.T) {
	t.Parallel()
	secret := bytes.Repeat([]byte{7}, KeySize)
	key, err := NewKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	sum := func(plain []byte) []byte {
		m := hmac.New(sha256.New, secret)
		_, _ = m.Write(plain)
		return m.Sum(nil)
	}
	match := Match{Fields: []Field{TypeField, Email}}
	c := Contact{Name: "Ann Lee", Email: "ann@example.com", Phone: "+493012345678", Type: Type{ID: 3}}
	plain, sealed := match.Keys(Key{}, 12, c), match.Keys(key, 12, c)
	for what, pair := range map[string][2]Hash{
		"content":      {plain.Content, sealed.Content},
		"primary":      {plain.Primary, sealed.Primary},
		"content hash": {c.ContentHash(Key{}, 12), c.ContentHash(key, 12)},
		"text":         {HashText(Key{}, "0031"), HashText(key, "0031")},
	} {
		if want := Hash(sum(pair[0][:])[:16]); pair[1] != want {
			t.Errorf("%s: got %x, want %x", what, pair[1], want)
		}
	}
	words := func(what string, plain, sealed []uint64) {
		t.Helper()
		for i, w := range plain {
			want := w
			if w != 0 {
				want = binary.BigEndian.Uint64(sum(binary.BigEndian.AppendUint64(nil, w)))
			}
			if sealed[i] != want {
				t.Errorf("%s %d: got %x, want %x", what, i, sealed[i], want)
			}
		}
	}
	identifiers, keyedIdentifiers := c.Identifiers(Key{}), c.Identifiers(key)
	words("identifier", identifiers[:], keyedIdentifiers[:])
	hashes, keyedHashes := c.FieldHashes(Key{}), c.FieldHashes(key)
	words("field hash", hashes[:], keyedHashes[:])
	if key.Hash(Hash{}) != (Hash{}) || (Key{}).Check() != (Hash{}) || key.Check() == (Hash{}) {
		t.Error("nothing must stay nothing, and a key have a check value")
	}
}

func TestKeysTellNothingOfEachOther(t *testing.T) {
	t.Parallel()
	a, errA := NewKey(bytes.Repeat([]byte{1}, KeySize))
	b, errB := NewKey(bytes.Repeat([]byte{2}, KeySize))
	if errA != nil || errB != nil {
		t.Fatal(errA, errB)
	}
	if a.Check() == b.Check() || HashText(a, "x") == HashText(b, "x") {
		t.Error("two keys give the same")
	}
	if _, err := NewKey(make([]byte, KeySize-1)); err == nil {
		t.Error("a secret that is too short makes a key")
	}
}

func BenchmarkKey(b *testing.B) {
	key, err := NewKey(make([]byte, KeySize))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	h := Hash{1}
	for b.Loop() {
		h = key.Hash(h)
	}
}
