package ledger

import (
	"bytes"
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
)

func keyOf(t *testing.T, b byte) contact.Key {
	t.Helper()
	key, err := contact.NewKey(bytes.Repeat([]byte{b}, contact.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// TestKeptID: an id comes back under its key and beside its hash, and in no other way.
func TestKeptID(t *testing.T) {
	t.Parallel()
	key, other := keyOf(t, 7), keyOf(t, 8)
	hash := contact.HashText(key, "0031")
	for _, id := range []string{"0031", "", "Ä 7\x00"} {
		kept, again := SealID(key, hash, id), SealID(key, hash, id)
		if got, ok := kept.Open(key); !ok || got != id {
			t.Errorf("%q comes back as %q, %t", id, got, ok)
		}
		if bytes.Equal(kept.Sealed, again.Sealed) || len(id) > 1 && bytes.Contains(kept.Sealed, []byte(id)) {
			t.Errorf("%q is sealed as %x, and again as %x", id, kept.Sealed, again.Sealed)
		}
		damaged := bytes.Clone(kept.Sealed)
		damaged[len(damaged)-1] ^= 1
		for what, open := range map[string]func() (string, bool){
			"beside another hash": func() (string, bool) { return KeptID{contact.Hash{1}, kept.Sealed}.Open(key) },
			"under another key":   func() (string, bool) { return kept.Open(other) },
			"under none":          func() (string, bool) { return kept.Open(contact.Key{}) },
			"damaged":             func() (string, bool) { return KeptID{hash, damaged}.Open(key) },
			"cut":                 func() (string, bool) { return KeptID{hash, kept.Sealed[:5]}.Open(key) },
			"where nothing is":    func() (string, bool) { return KeptID{Hash: hash}.Open(key) },
		} {
			if got, ok := open(); ok || got != "" {
				t.Errorf("%q is opened %s: %q", id, what, got)
			}
		}
	}
	if kept := SealID(contact.Key{}, hash, "0031"); kept.Sealed != nil {
		t.Errorf("sealed without a key: %x", kept.Sealed)
	}
	for _, purpose := range []string{sealing, sealingShape} {
		if len(purpose) <= len("contactsync: which key this is") || len(purpose) > 64 {
			t.Error("what is hashed elsewhere may be the secret")
		}
	}
}

// TestSealedShape: a shape comes back under its key and for its run, and in no other way.
func TestSealedShape(t *testing.T) {
	t.Parallel()
	key := keyOf(t, 7)
	const shape = `{"columns":{"E-mail":{}}}`
	sealed := SealShape(key, "run", shape)
	if got, ok := OpenShape(key, "run", sealed); !ok || got != shape {
		t.Errorf("comes back as %q, %t", got, ok)
	}
	if bytes.Contains(sealed, []byte("E-mail")) || SealShape(contact.Key{}, "run", shape) != nil {
		t.Errorf("sealed as %x", sealed)
	}
	hash := contact.Hash{1}
	for what, open := range map[string]func() (string, bool){
		"for another run":   func() (string, bool) { return OpenShape(key, "other", sealed) },
		"under another key": func() (string, bool) { return OpenShape(keyOf(t, 8), "run", sealed) },
		"under none":        func() (string, bool) { return OpenShape(contact.Key{}, "run", sealed) },
		"cut":               func() (string, bool) { return OpenShape(key, "run", sealed[:5]) },
		"as an id":          func() (string, bool) { return KeptID{hash, SealShape(key, string(hash[:]), shape)}.Open(key) },
	} {
		if got, ok := open(); ok || got != "" {
			t.Errorf("opened %s: %q", what, got)
		}
	}
}
