package contact

import "slices"

// ClearlyOthers reports whether two contacts are clearly two people: their names clearly differ, and so do the ways to
// reach them. Where both have an e-mail address that is what counts: colleagues share a number. Where either has none, it
// is their phone numbers, if both have any and none in common. What is not known of either tells no difference, and a new
// name alone, or a new address alone, makes nobody another person.
func ClearlyOthers(a, b *Contact) bool {
	if SameName(a.Name, b.Name) {
		return false
	}
	if a.Email != "" && b.Email != "" {
		return emailKey(a.Email) != emailKey(b.Email)
	}
	x, y := a.numbers(), b.numbers()
	return x != (Identifiers{}) && y != (Identifiers{}) && !x.Agrees(y)
}

// numbers are the identifiers that a contact's phone numbers make.
func (c *Contact) numbers() Identifiers {
	return Identifiers{byPhone: identifier([]byte(phoneKey(c.Phone))), byMobile: identifier([]byte(phoneKey(c.Mobile)))}
}

// Match reports whether two contacts are equal in what they are compared by; the names have their say besides.
func (k Keys) Match(o Keys) bool {
	switch {
	case k.HasPrimary && o.HasPrimary:
		return k.Primary == o.Primary
	case !k.HasPrimary && !o.HasPrimary && len(k.Fallback) == 0 && len(o.Fallback) == 0:
		return k.Content == o.Content
	}
	for _, f := range k.Fallback {
		for _, other := range o.Fallback {
			if f == other {
				return true
			}
		}
	}
	return false
}

// Resembles reports whether two contacts may be of one person for all that their names, or their addresses, tell.
func (c *Contact) Resembles(o *Contact) bool {
	return c.Email != "" && emailKey(c.Email) == emailKey(o.Email) || SameName(c.Name, o.Name)
}

// Shares reports whether any of these fields is the same on both sides, and not empty.
func (p FieldHashes) Shares(o FieldHashes, fields ...Field) bool {
	for i := range p {
		if p[i] != 0 && p[i] == o[i] && slices.Contains(fields, Fields()[i]) {
			return true
		}
	}
	return false
}
