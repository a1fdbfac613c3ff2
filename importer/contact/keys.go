package contact

import (
	"hash/fnv"
	"strings"
)

// Keys are what a contact is compared by. All of them include the organisation. Primary and Content, which ledgers keep,
// are made under a [Key].
//
// Two contacts whose keys both have a primary are the same if it is equal. If either has none, they are the same if any
// of their fallbacks are equal. A contact with neither is the same as one with equal content. In each case the names
// have a say too: see [SameName].
type Keys struct {
	// Primary is made of the fields of [Match]; HasPrimary is false if any of them is empty.
	Primary    Hash
	HasPrimary bool
	// Fallback has a hash for each of: name and phone, name and mobile, name and street with zipcode; those of which
	// nothing is missing. They include the type if the match does.
	Fallback []Hash
	// Content is the contact's [Contact.ContentHash].
	Content Hash
	// Name tells names apart at little cost: equal if the names are, other than by case, accents, order, punctuation and
	// academic titles; 0 for an empty one. Like Fallback it means nothing outside of one run.
	Name uint64
}

// Kinds of keys, so that equal values of different fields are different keys.
const (
	kindContent byte = iota
	kindPrimary
	kindPhone
	kindMobile
	kindAddress
	kindText
)

// Keys returns the keys of a contact in normal form.
func (m Match) Keys(key Key, org int64, c Contact) Keys {
	var scratch [512]byte
	var nameBuf [160]byte
	name, polite := appendNameKey(nameBuf[:0], c.Name)
	k := Keys{Content: key.Hash(c.contentHash(scratch[:0], org)), Name: nameSum(name, polite)}
	k.Primary, k.HasPrimary = m.primary(scratch[:0], org, &c, name)
	k.Primary = key.Hash(k.Primary)
	if len(name) > 0 {
		k.Fallback = m.fallback(scratch[:0], org, &c, name)
	}
	return k
}

func (m Match) primary(scratch []byte, org int64, c *Contact, name []byte) (Hash, bool) {
	if len(m.Fields) == 0 {
		return Hash{}, false
	}
	d := newDigest(scratch, kindPrimary, org)
	for _, f := range m.Fields {
		d.text(string(f))
		if !d.keyField(f, c, name) {
			return Hash{}, false
		}
	}
	return d.sum(), true
}

func (m Match) fallback(scratch []byte, org int64, c *Contact, name []byte) []Hash {
	var hashes []Hash
	begin := func(kind byte) digest {
		d := newDigest(scratch, kind, org)
		if m.has(TypeField) {
			d.contactType(c.Type)
		}
		d.bytes(name)
		return d
	}
	for _, number := range [...]struct {
		kind byte
		text string
	}{{kindPhone, c.Phone}, {kindMobile, c.Mobile}} {
		if key := phoneKey(number.text); key != "" {
			d := begin(number.kind)
			d.text(key)
			hashes = append(hashes, d.sum())
		}
	}
	d := begin(kindAddress)
	if d.folded(c.Street) && d.folded(c.Zipcode) {
		hashes = append(hashes, d.sum())
	}
	return hashes
}

func (m Match) has(f Field) bool {
	for _, have := range m.Fields {
		if have == f {
			return true
		}
	}
	return false
}

// keyField adds a field as keys compare it; false if there is nothing to compare.
func (d *digest) keyField(f Field, c *Contact, name []byte) bool {
	switch f {
	case TypeField:
		d.contactType(c.Type)
		return !c.Type.IsZero()
	case CountryField:
		d.country(c.Country)
		return !c.Country.IsZero()
	case Name:
		d.bytes(name)
		return len(name) > 0
	case Email:
		d.text(emailKey(c.Email))
		return strings.Contains(c.Email, "@")
	case Phone, Mobile:
		key := phoneKey(c.text(f))
		d.text(key)
		return key != ""
	}
	return d.folded(c.text(f))
}

// folded adds a text without regard to case, accents and punctuation; false if nothing is left of it.
func (d *digest) folded(s string) bool {
	var buf [160]byte
	fold := appendFold(buf[:0], s)
	d.bytes(fold)
	return len(fold) > 0
}

// emailKey is an address without regard to case.
func emailKey(s string) string { return strings.ToLower(s) }

// phoneKey is a phone number as keys compare it. One that did not pass its rule and was kept all the same counts by its
// digits, if there are enough of them to be a number: "n/a" makes no two people the same.
func phoneKey(s string) string {
	if strings.HasPrefix(s, "+") {
		return s
	}
	digits := strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, s)
	if len(digits) < 6 {
		return ""
	}
	return digits
}

// nameSum is the hash of a name's key with the form of address, 0 for none.
func nameSum(key []byte, polite address) uint64 {
	if len(key) == 0 {
		return 0
	}
	h := fnv.New64a()
	_, _ = h.Write(key)
	_, _ = h.Write([]byte{0, byte(polite)})
	if sum := h.Sum64(); sum != 0 {
		return sum
	}
	return 1
}
