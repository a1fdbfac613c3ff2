package contact_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/contactsync/contactsync/importer/contact"
)

// TestFieldMaskStays holds the bits to what ledgers hold: a line may be added at the end, none may change.
func TestFieldMaskStays(t *testing.T) {
	for f, want := range map[contact.Field]contact.FieldMask{
		contact.Name: 1, contact.Title: 2, contact.Department: 4, contact.Street: 8, contact.SecondaryAddress: 16,
		contact.Zipcode: 32, contact.City: 64, contact.State: 128, contact.CountryField: 256, contact.Email: 512,
		contact.Phone: 1024, contact.Mobile: 2048, contact.PurchaseOrderNumber: 4096, contact.TypeField: 8192,
		contact.Org: 0, contact.ExternalID: 0,
	} {
		if got := contact.MaskOf(f); got != want {
			t.Errorf("%s has bit %d, ledgers hold %d", f, got, want)
		}
	}
}

func TestFieldMask(t *testing.T) {
	sendable := contact.Fields()[:len(contact.FieldHashes{})]
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfDistinct(rapid.SampledFrom(sendable), rapid.ID).Draw(t, "fields")
		m := contact.MaskOf(want...)
		if m.Empty() != (len(want) == 0) {
			t.Errorf("the mask of %v says that it is empty: %v", want, m.Empty())
		}
		for _, f := range contact.Fields() {
			if m.Has(f) != slices.Contains(want, f) {
				t.Errorf("the mask of %v has %s: %v", want, f, m.Has(f))
			}
		}
		slices.SortFunc(want, func(a, b contact.Field) int {
			return slices.Index(sendable, a) - slices.Index(sendable, b)
		})
		if got := m.Fields(); !slices.Equal(got, want) {
			t.Errorf("fields are %v, want %v", got, want)
		}
		if contact.MaskOf(m.Fields()...) != m {
			t.Errorf("%v does not come back", want)
		}
	})
}

func TestFieldMaskText(t *testing.T) {
	for m, want := range map[contact.FieldMask]string{
		0:                                      "",
		contact.MaskOf(contact.Email):          "email",
		contact.MaskOf("type", "name"):         "name, type",
		contact.MaskOf("phone").With("org_id"): "phone",
	} {
		if got := m.String(); got != want {
			t.Errorf("mask %d reads %q, want %q", uint16(m), got, want)
		}
	}
}
