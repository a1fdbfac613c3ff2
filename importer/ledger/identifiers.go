package ledger

import (
	"encoding/binary"

	"github.com/contactsync/contactsync/importer/contact"
)

const identifiersSize = 8 * len(contact.Identifiers{})

func packHashes(hashes []uint64) []byte {
	packed := make([]byte, 0, 8*len(hashes))
	for _, h := range hashes {
		packed = binary.LittleEndian.AppendUint64(packed, h)
	}
	return packed
}

func unpackHashes(hashes []uint64, packed []byte) {
	for i := range hashes {
		hashes[i] = binary.LittleEndian.Uint64(packed[8*i:])
	}
}

func packIdentifiers(t contact.Identifiers) []byte { return packHashes(t[:]) }

func unpackIdentifiers(packed []byte) (t contact.Identifiers) {
	unpackHashes(t[:], packed)
	return t
}
