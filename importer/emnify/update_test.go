package emnify

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/contactsync/contactsync/importer/contact"
)

// TestEncodePatch: only the fields that are named, spelled as the API spells them; what is empty is emptied.
func TestEncodePatch(t *testing.T) {
	t.Parallel()
	c := contact.Contact{
		Name: "Ann \"A\" Lee", Email: "ann@example.com", SecondaryAddress: "c/o", PurchaseOrderNumber: "007",
		Type: contact.Type{ID: 3}, Country: contact.Country{ID: 74, ISO: "DE"},
	}
	for _, test := range []struct {
		fields []contact.Field
		want   string
	}{
		{nil, `{}`},
		{[]contact.Field{contact.Name, contact.City}, `{"city":"","name":"Ann \"A\" Lee"}`},
		{[]contact.Field{contact.TypeField, contact.CountryField}, `{"country":{"id":74},"type":{"id":3}}`},
		{[]contact.Field{contact.SecondaryAddress, contact.PurchaseOrderNumber}, `{"purchase_order_number":"007","secondary_address":"c/o"}`},
	} {
		got, err := encodePatch(c, test.fields)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, string(got)); diff != "" {
			t.Errorf("%v (-want +got):\n%s", test.fields, diff)
		}
	}
	got, err := encodePatch(contact.Contact{}, []contact.Field{contact.CountryField})
	if err != nil || string(got) != `{"country":null}` {
		t.Errorf("a country that is emptied: %s, %v", got, err)
	}
	for _, f := range []contact.Field{contact.TypeField, contact.Org, contact.ExternalID} {
		if _, err := encodePatch(contact.Contact{}, []contact.Field{f}); err == nil {
			t.Errorf("%s was sent", f)
		}
	}
}
