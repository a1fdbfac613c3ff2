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

// sealing is the purpose of that secret.
const sealing = "contactsync: what the rows' own ids are sealed under"

// SealID makes an id fit to be kept. Sealed twice it is different bytes; nothing, if there is no key.
func SealID(key contact.Key, hash contact.Hash, id string) KeptID {
	kept := KeptID{Hash: hash}
	if gcm := sealer(key); gcm != nil {
		kept.Sealed = gcm.Seal(nil, nil, []byte(id), hash[:]) //nolint:gosec // it draws its nonce itself, and takes none
	}
	return kept
}

// Open returns the id; false if it is not kept, is damaged, or was sealed under another key.
func (k KeptID) Open(key contact.Key) (id string, ok bool) {
	gcm := sealer(key)
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

// sealer is nil if there is no key.
func sealer(key contact.Key) cipher.AEAD {
	if key.IsZero() {
		return nil
	}
	secret := key.Secret(sealing)
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
