package ledger

import (
	"context"
	"crypto/aes"
	"crypto/cipher"

	"github.com/contactsync/contactsync/importer/contact"
)

// KeptID is a row's own id as a ledger keeps it, which nobody reads who has the ledger and not its key: sealed (AES-256-GCM) under a
// secret made of the key's, together with the hash by which attempts have it.
type KeptID struct {
	Hash   contact.Hash
	Sealed []byte
}

// The purposes of the secrets that are made of the key.
const (
	sealing      = "contactsync: what the rows' own ids are sealed under"
	sealingShape = "contactsync: what the shapes of inputs are sealed under"
)

// SealID makes an id fit to be kept. Sealed twice it is different bytes; nothing, if there is no key.
func SealID(key contact.Key, hash contact.Hash, id string) KeptID {
	kept := KeptID{Hash: hash}
	if gcm := sealer(key, sealing); gcm != nil {
		kept.Sealed = gcm.Seal(nil, nil, []byte(id), hash[:]) //nolint:gosec // it draws its nonce itself, and takes none
	}
	return kept
}

// Open returns the id; false if it is not kept, is damaged, or was sealed under another key.
func (k KeptID) Open(key contact.Key) (id string, ok bool) {
	gcm := sealer(key, sealing)
	if gcm == nil {
		return "", false
	}
	plain, err := gcm.Open(nil, nil, k.Sealed, k.Hash[:])
	return string(plain), err == nil
}

// OpenIDs gives rows' own ids by their hashes, as far as a ledger keeps them; empty where it does not, or there is none. What has
// ended ctx does not keep it from that.
func OpenIDs(ctx context.Context, book interface {
	Key() contact.Key
	KeptIDs(ctx context.Context, hashes []contact.Hash) (map[contact.Hash][]byte, error)
},
) func(hash contact.Hash) (string, error) {
	ctx = context.WithoutCancel(ctx)
	return func(hash contact.Hash) (string, error) {
		if hash == (contact.Hash{}) {
			return "", nil
		}
		kept, err := book.KeptIDs(ctx, []contact.Hash{hash})
		if err != nil {
			return "", Unreadable(err)
		}
		id, _ := KeptID{Hash: hash, Sealed: kept[hash]}.Open(book.Key())
		return id, nil
	}
}

// SealShape makes the shape of an input fit to be kept of a run: the names of columns stand in it, and whoever has a ledger and not
// its key reads none. Nothing, if there is no key.
func SealShape(key contact.Key, run, text string) []byte {
	gcm := sealer(key, sealingShape)
	if gcm == nil {
		return nil
	}
	return gcm.Seal(nil, nil, []byte(text), []byte(run)) //nolint:gosec // it draws its nonce itself, and takes none
}

// OpenShape returns the shape that is kept of a run; false if it is damaged, or was sealed under another key or for another run.
func OpenShape(key contact.Key, run string, sealed []byte) (text string, ok bool) {
	gcm := sealer(key, sealingShape)
	if gcm == nil {
		return "", false
	}
	plain, err := gcm.Open(nil, nil, sealed, []byte(run))
	return string(plain), err == nil
}

// sealer is nil if there is no key.
func sealer(key contact.Key, purpose string) cipher.AEAD {
	if key.IsZero() {
		return nil
	}
	secret := key.Secret(purpose)
	block, err := aes.NewCipher(secret[:])
	if err != nil {
		panic(err) // tells of another length only
	}
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err) // tells of another block cipher only
	}
	return gcm
}
