package contact

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
)

var errFieldHashes = errors.New("no hashes of a contact's fields")

// MarshalText writes the hashes in base64, for files.
func (p FieldHashes) MarshalText() ([]byte, error) {
	b := make([]byte, 0, 8*len(p))
	for _, h := range p {
		b = binary.BigEndian.AppendUint64(b, h)
	}
	return base64.RawStdEncoding.AppendEncode(nil, b), nil
}

// UnmarshalText reads what MarshalText wrote.
func (p *FieldHashes) UnmarshalText(text []byte) error {
	b, err := base64.RawStdEncoding.DecodeString(string(text))
	if err != nil || len(b) != 8*len(p) {
		return errFieldHashes
	}
	for i := range p {
		p[i] = binary.BigEndian.Uint64(b[8*i:])
	}
	return nil
}
