package contact

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strconv"
)

// FieldHashes are 64-bit hashes of each field of a contact in normal form, in the order of [Fields] without Org and
// ExternalID; 0 where the field is empty. They tell which fields have changed since, and hold no value.
type FieldHashes [14]uint64

// FieldHashes returns the hashes of the fields under a key.
func (c Contact) FieldHashes(k Key) FieldHashes {
	var p FieldHashes
	for i := range p {
		p[i] = hashOfField(Fields()[i], &c)
	}
	return k.FieldHashes(p)
}

// Changed returns the fields that differ between the two, in the order of [Fields].
func (p FieldHashes) Changed(o FieldHashes) []Field {
	var fields []Field
	for i := range p {
		if p[i] != o[i] {
			fields = append(fields, Fields()[i])
		}
	}
	return fields
}

// With returns p with these fields as o has them.
func (p FieldHashes) With(o FieldHashes, fields []Field) FieldHashes {
	for i := range p {
		if slices.Contains(fields, Fields()[i]) {
			p[i] = o[i]
		}
	}
	return p
}

func hashOfField(f Field, c *Contact) uint64 {
	var key string
	switch f {
	case TypeField:
		key = numberedKey(c.Type.ID, c.Type.Name)
	case CountryField:
		key = numberedKey(c.Country.ID, c.Country.ISO+c.Country.Name)
	case Email:
		key = emailKey(c.Email)
	default:
		key = c.text(f)
	}
	if key == "" {
		return 0
	}
	sum := sha256.Sum256([]byte(key))
	return max(1, binary.BigEndian.Uint64(sum[:]))
}

func numberedKey(id int, name string) string {
	if id != 0 {
		return "#" + strconv.Itoa(id)
	}
	return name
}
