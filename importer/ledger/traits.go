package ledger

import (
	"encoding/binary"

	"github.com/contactsync/contactsync/importer/contact"
)

const traitsSize = 8 * len(contact.Traits{})

func packTraits(t contact.Traits) []byte {
	packed := make([]byte, 0, traitsSize)
	for _, part := range t {
		packed = binary.LittleEndian.AppendUint64(packed, part)
	}
	return packed
}

func unpackTraits(packed []byte) (t contact.Traits) {
	for i := range t {
		t[i] = binary.LittleEndian.Uint64(packed[8*i:])
	}
	return t
}
