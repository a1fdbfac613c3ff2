package sqlite

import (
	"encoding/binary"
	"time"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger/dbfile"
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

// stamp is the precision in which the ledger keeps a time.
func stamp(t time.Time) int64 { return t.UnixMicro() }

func unstamp(us int64) time.Time { return time.UnixMicro(us).UTC() }

// packIDs writes ascending ids as the differences from one to the next.
func packIDs(ids []int64) []byte {
	packed := make([]byte, 0, 2*len(ids)+binary.MaxVarintLen64)
	last := int64(0)
	for _, id := range ids {
		packed = binary.AppendVarint(packed, id-last)
		last = id
	}
	return packed
}

// unpackIDs appends what packIDs wrote.
func unpackIDs(ids []int64, packed []byte) ([]int64, error) {
	last := int64(0)
	for len(packed) > 0 {
		difference, n := binary.Varint(packed)
		if n <= 0 {
			return nil, dbfile.ErrDamaged
		}
		last += difference
		ids = append(ids, last)
		packed = packed[n:]
	}
	return ids, nil
}
