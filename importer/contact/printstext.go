package contact

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
)

var errPrints = errors.New("no hashes of a contact's fields")

// MarshalText writes the hashes in base64, for files.
func (p Prints) MarshalText() ([]byte, error) {
	b := make([]byte, 0, 8*len(p))
	for _, h := range p {
		b = binary.BigEndian.AppendUint64(b, h)
	}
	return base64.RawStdEncoding.AppendEncode(nil, b), nil
}

// UnmarshalText reads what MarshalText wrote.
func (p *Prints) UnmarshalText(text []byte) error {
	b, err := base64.RawStdEncoding.DecodeString(string(text))
	if err != nil || len(b) != 8*len(p) {
		return errPrints
	}
	for i := range p {
		p[i] = binary.BigEndian.Uint64(b[8*i:])
	}
	return nil
}
