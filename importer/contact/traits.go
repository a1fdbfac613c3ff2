package contact

import (
	"crypto/sha256"
	"encoding/binary"
)

// Traits are 64-bit hashes of what a person would recognise a contact by: e-mail, phone, mobile and name, in this
// order, each as keys compare it; 0 where it is empty. They find a contact again of which the service stored something
// else than was sent, and they mean the same in every run of one ledger.
type Traits [4]uint64

const (
	traitEmail = iota
	traitPhone
	traitMobile
	traitName
)

// Traits returns the traits of a contact in normal form under a key.
func (c Contact) Traits(k Key) Traits {
	var buf [160]byte
	name, _ := appendNameKey(buf[:0], c.Name)
	return k.Traits(Traits{
		traitEmail:  trait([]byte(emailKey(c.Email))),
		traitPhone:  trait([]byte(phoneKey(c.Phone))),
		traitMobile: trait([]byte(phoneKey(c.Mobile))),
		traitName:   trait(name),
	})
}

// PersonTraits are the traits of a contact's e-mail and name in normal form, and no others: they need no rules, and little
// time. Under no key.
func (s Stored) PersonTraits() Traits {
	return Contact{Name: trimmed(s.Draft.Name), Email: storedEmail(s.Draft.Email)}.Traits(Key{})
}

// Person leaves the traits of e-mail and name only.
func (t Traits) Person() Traits { return Traits{traitEmail: t[traitEmail], traitName: t[traitName]} }

// Agrees reports whether anything of two contacts is equal; a number counts whichever of the two it is.
func (t Traits) Agrees(o Traits) bool {
	same := func(a, b uint64) bool { return a != 0 && a == b }
	return same(t[traitEmail], o[traitEmail]) || same(t[traitName], o[traitName]) ||
		same(t[traitPhone], o[traitPhone]) || same(t[traitPhone], o[traitMobile]) ||
		same(t[traitMobile], o[traitPhone]) || same(t[traitMobile], o[traitMobile])
}

// SamePerson reports whether two contacts are the same as far as traits tell: equal addresses, or equal names with an
// equal number.
func (t Traits) SamePerson(o Traits) bool {
	if t[traitEmail] != 0 && o[traitEmail] != 0 {
		return t[traitEmail] == o[traitEmail]
	}
	numbers := Traits{traitPhone: t[traitPhone], traitMobile: t[traitMobile]}
	return t[traitName] != 0 && t[traitName] == o[traitName] && numbers.Agrees(o)
}

// SameName reports whether two contacts have the same name, as far as keys compare it; one without a name has everybody's.
func (t Traits) SameName(o Traits) bool {
	return t[traitName] == o[traitName] || t[traitName] == 0 || o[traitName] == 0
}

func trait(key []byte) uint64 {
	if len(key) == 0 {
		return 0
	}
	sum := sha256.Sum256(key)
	return max(1, binary.BigEndian.Uint64(sum[:]))
}
