package contact

import (
	"crypto/sha256"
	"encoding/binary"
)

// Identifiers are 64-bit hashes of what a person would recognise a contact by: e-mail, phone, mobile and name, in this
// order, each as keys compare it; 0 where it is empty. They find a contact again of which the service stored something
// else than was sent, and they mean the same in every run of one ledger.
type Identifiers [4]uint64

const (
	byEmail = iota
	byPhone
	byMobile
	byName
)

// Identifiers returns the identifiers of a contact in normal form under a key.
func (c Contact) Identifiers(k Key) Identifiers {
	var buf [160]byte
	name, _ := appendNameKey(buf[:0], c.Name)
	return k.Identifiers(Identifiers{
		byEmail:  identifier([]byte(emailKey(c.Email))),
		byPhone:  identifier([]byte(phoneKey(c.Phone))),
		byMobile: identifier([]byte(phoneKey(c.Mobile))),
		byName:   identifier(name),
	})
}

// PersonIdentifiers are those of a contact's e-mail and name in normal form, and no others: they need no rules, and little
// time. Under no key.
func (s Stored) PersonIdentifiers() Identifiers {
	return Contact{Name: trimmed(s.Draft.Name), Email: storedEmail(s.Draft.Email)}.Identifiers(Key{})
}

// Person leaves the identifiers of e-mail and name only.
func (t Identifiers) Person() Identifiers {
	return Identifiers{byEmail: t[byEmail], byName: t[byName]}
}

// Agrees reports whether anything of two contacts is equal; a number counts whichever of the two it is.
func (t Identifiers) Agrees(o Identifiers) bool {
	same := func(a, b uint64) bool { return a != 0 && a == b }
	return same(t[byEmail], o[byEmail]) || same(t[byName], o[byName]) ||
		same(t[byPhone], o[byPhone]) || same(t[byPhone], o[byMobile]) ||
		same(t[byMobile], o[byPhone]) || same(t[byMobile], o[byMobile])
}

// samePerson reports whether two contacts are the same as far as identifiers tell: equal addresses, or equal names with an
// equal number.
func (t Identifiers) samePerson(o Identifiers) bool {
	if t[byEmail] != 0 && o[byEmail] != 0 {
		return t[byEmail] == o[byEmail]
	}
	numbers := Identifiers{byPhone: t[byPhone], byMobile: t[byMobile]}
	return t[byName] != 0 && t[byName] == o[byName] && numbers.Agrees(o)
}

// SameName reports whether two contacts have the same name, as far as keys compare it; one without a name has everybody's.
func (t Identifiers) SameName(o Identifiers) bool {
	return t[byName] == o[byName] || t[byName] == 0 || o[byName] == 0
}

func identifier(key []byte) uint64 {
	if len(key) == 0 {
		return 0
	}
	sum := sha256.Sum256(key)
	return max(1, binary.BigEndian.Uint64(sum[:]))
}
