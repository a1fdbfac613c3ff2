package contact

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"
	"slices"
	"sync"
)

// KeySize is the length of a [Key]'s secret in bytes.
const KeySize = 32

// Key is the secret of a ledger. Hashes that outlive a run are made under it (HMAC-SHA-256), so that nobody who has the
// ledger or a plan, and not the key, can find out by trying whose e-mail address or phone number a hash is of. Hashes of
// two keys say nothing about each other.
//
// The zero value is no key: hashes are left as they are. That is for what keeps nothing, and for ledgers that were
// written before there were keys.
type Key struct{ macs *sync.Pool }

// mac is what one goroutine makes sums with, with room for what goes in and out.
type mac struct {
	hash.Hash
	buf [64]byte
}

var errKeySize = errors.New("the secret of a key has 32 bytes")

// NewKey makes a key of its secret, which has [KeySize] bytes.
func NewKey(secret []byte) (Key, error) {
	if len(secret) != KeySize {
		return Key{}, errKeySize
	}
	own := slices.Clone(secret)
	return Key{&sync.Pool{New: func() any { return &mac{Hash: hmac.New(sha256.New, own)} }}}, nil
}

// IsZero reports whether there is no key.
func (k Key) IsZero() bool { return k.macs == nil }

// checked is what the check value is made of: longer than any hash, so that no hash is ever a check value.
const checked = "contactsync: which key this is"

// Check is a value that tells keys apart and gives none away; zero if there is no key.
func (k Key) Check() (check Hash) {
	if k.IsZero() {
		return check
	}
	k.use(func(m *mac) { check = Hash(m.sum(copy(m.buf[:], checked))[:len(check)]) })
	return check
}

// Secret is one that is made of the key's for a purpose. What names it is longer than any hash and than what the check value is made
// of, and at most 64 bytes: no secret is ever one of these. Zero, if there is no key.
func (k Key) Secret(purpose string) (secret [KeySize]byte) {
	if !k.IsZero() {
		k.use(func(m *mac) { copy(secret[:], m.sum(copy(m.buf[:], purpose))) })
	}
	return secret
}

// Hash brings a hash under the key. The zero hash stands for nothing and stays.
func (k Key) Hash(h Hash) Hash {
	if k.IsZero() || h == (Hash{}) {
		return h
	}
	k.use(func(m *mac) { h = Hash(m.sum(copy(m.buf[:], h[:]))[:len(h)]) })
	return h
}

// FieldHashes brings hashes under the key; 0 stays.
func (k Key) FieldHashes(p FieldHashes) FieldHashes {
	k.words(p[:])
	return p
}

// Identifiers brings identifiers under the key; 0 stays.
func (k Key) Identifiers(t Identifiers) Identifiers {
	k.words(t[:])
	return t
}

func (k Key) words(words []uint64) {
	if k.IsZero() {
		return
	}
	k.use(func(m *mac) {
		for i, w := range words {
			if w != 0 {
				binary.BigEndian.PutUint64(m.buf[:], w)
				words[i] = max(1, binary.BigEndian.Uint64(m.sum(8)))
			}
		}
	})
}

func (k Key) use(f func(*mac)) {
	m := k.macs.Get().(*mac) //nolint:forcetypeassert // nothing else is put in
	defer k.macs.Put(m)
	f(m)
}

// sum is that of the first bytes of the buffer, which it overwrites.
func (m *mac) sum(n int) []byte {
	m.Reset()
	_, _ = m.Write(m.buf[:n]) // never fails (hash.Hash)
	return m.Sum(m.buf[:0])
}
