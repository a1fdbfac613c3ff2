package contact

// Fingerprint recognises a contact by hashes: what was sent for a row, or what an organisation shows, brought to the same
// normal form.
type Fingerprint struct {
	// Content is the hash of all fields; Key that of what contacts are matched on, zero if something of it is missing.
	Content, Key Hash
	// Identifiers recognise the contact by parts of it, where the service stored something else than was sent.
	Identifiers Identifiers
	// Version is that of the normal form of Content and Key. Equal hashes of two versions are of equal contacts; different
	// ones say nothing.
	Version int
}

// FingerprintOf returns the hashes of a contact in normal form, whose keys were made under key.
func FingerprintOf(key Key, c Contact, k Keys) Fingerprint {
	f := Fingerprint{Content: k.Content, Identifiers: c.Identifiers(key), Version: Version}
	if k.HasPrimary {
		f.Key = k.Primary
	}
	return f
}

// Equal reports whether both are the same in all fields.
func (f Fingerprint) Equal(o Fingerprint) bool { return f.Content == o.Content }

// EqualIdentifiers reports whether both are the same as far as that can be told of two versions whose hashes differ.
func (f Fingerprint) EqualIdentifiers(o Fingerprint) bool {
	return f.Version != o.Version && f.Identifiers == o.Identifiers && f.Identifiers != Identifiers{}
}

// SameKey reports whether both would be matched as the same contact: by the key, or, where there is none to compare, by
// equal e-mail addresses, or equal names with an equal number.
func (f Fingerprint) SameKey(o Fingerprint) bool {
	if f.Key != (Hash{}) && (f.Key == o.Key || f.Version == o.Version) {
		return f.Key == o.Key
	}
	return f.Identifiers.samePerson(o.Identifiers)
}

// Agrees reports whether anything speaks for both being the same contact.
func (f Fingerprint) Agrees(o Fingerprint) bool {
	return f.SameKey(o) || f.Identifiers.Agrees(o.Identifiers)
}
