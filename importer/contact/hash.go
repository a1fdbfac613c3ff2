package contact

import (
	"crypto/sha256"
	"encoding/binary"
)

// Hash is what a contact, or a part of it, is recognised by over runs: 128 bits of a cryptographic hash over normal
// forms. Two different contacts never share one in practice. Whoever guesses a contact right can tell by its hash that
// he has, unless it was made under a [Key] that he does not have.
type Hash [16]byte

// digest collects what a hash is made of. Every part goes in with its length, so that no two lists of parts give the
// same bytes.
type digest struct{ buf []byte }

// hashForm is the version of how hashes are made of a normal form. Raised, it makes every ledger unknown.
const hashForm = 1

// newDigest begins a digest in scratch, for one kind of key of one organisation.
func newDigest(scratch []byte, kind byte, org int64) digest {
	d := digest{append(scratch[:0], hashForm, kind)}
	d.buf = binary.BigEndian.AppendUint64(d.buf, uint64(org))
	return d
}

func (d *digest) text(s string) {
	d.buf = binary.AppendUvarint(d.buf, uint64(len(s)))
	d.buf = append(d.buf, s...)
}

func (d *digest) bytes(b []byte) {
	d.buf = binary.AppendUvarint(d.buf, uint64(len(b)))
	d.buf = append(d.buf, b...)
}

// contactType adds a type by its number, or by its name where that is not known.
func (d *digest) contactType(t Type) { d.numbered(t.ID, "", t.Name) }

// country adds a country by its number, else by its code, else by its name.
func (d *digest) country(c Country) { d.numbered(c.ID, c.ISO, c.Name) }

func (d *digest) numbered(id int, iso, name string) {
	switch {
	case id != 0:
		d.buf = append(d.buf, '#')
		d.buf = binary.AppendVarint(d.buf, int64(id))
	case iso != "":
		d.buf = append(d.buf, '=')
		d.text(iso)
	default:
		var fold [64]byte
		d.buf = append(d.buf, '~')
		d.bytes(appendFold(fold[:0], name))
	}
}

func (d *digest) sum() Hash {
	full := sha256.Sum256(d.buf)
	return Hash(full[:16])
}

// HashText is the hash of a text by itself, such as a row's id in the system that it came from, under a key.
func HashText(k Key, s string) Hash {
	var scratch [128]byte
	d := newDigest(scratch[:0], kindText, 0)
	d.text(s)
	return k.Hash(d.sum())
}
