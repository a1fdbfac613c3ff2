package contact

import (
	"iter"
	"math/bits"
	"slices"
	"strings"
)

// FieldMask is a set of fields that can be sent. The zero value is the empty one.
//
// Ledgers hold masks as numbers: bit i stands for the i-th of [Fields], as in [FieldHashes]. So the order of those fields stays,
// and a new one stands behind them. Org and ExternalID, which are never sent, have no bit.
type FieldMask uint16

// maskFields are the fields that have a bit, in the order of the bits.
func maskFields() []Field { return Fields()[:len(FieldHashes{})] }

// MaskOf returns the set of some fields.
func MaskOf(fields ...Field) FieldMask { return FieldMask(0).With(fields...) }

// With returns the set with these fields too.
func (m FieldMask) With(fields ...Field) FieldMask {
	for _, f := range fields {
		m |= bitOf(f)
	}
	return m
}

// Without returns the set without these fields.
func (m FieldMask) Without(fields ...Field) FieldMask { return m &^ MaskOf(fields...) }

// Has reports whether a field is in the set.
func (m FieldMask) Has(f Field) bool { return m&bitOf(f) != 0 }

// Empty reports whether no field is in the set.
func (m FieldMask) Empty() bool { return m == 0 }

// All yields the fields of the set in the order of [Fields].
func (m FieldMask) All() iter.Seq[Field] {
	return func(yield func(Field) bool) {
		for i, f := range maskFields() {
			if m>>i&1 == 1 && !yield(f) {
				return
			}
		}
	}
}

// Fields returns the fields of the set in the order of [Fields]; nil if there are none.
func (m FieldMask) Fields() []Field {
	if m.Empty() {
		return nil
	}
	return slices.AppendSeq(make([]Field, 0, bits.OnesCount16(uint16(m))), m.All())
}

// String lists the names of the fields: "email, phone".
func (m FieldMask) String() string {
	var b strings.Builder
	for f := range m.All() {
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(f))
	}
	return b.String()
}

// bitOf is the bit of a field; 0 if it has none.
func bitOf(f Field) FieldMask {
	if i := slices.Index(maskFields(), f); i >= 0 {
		return 1 << i
	}
	return 0
}
