package dedupe_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/dedupe"
)

func TestMerge(t *testing.T) {
	t.Parallel()
	germany, france := contact.Country{ISO: "DE", ID: 74}, contact.Country{ISO: "FR", ID: 66}
	ann := contact.Contact{Name: "Ann Lee"}
	with := func(c contact.Contact, change func(*contact.Contact)) contact.Contact {
		change(&c)
		return c
	}
	berlin := with(ann, func(c *contact.Contact) { c.City, c.Country = "Berlin", germany })
	bonn := with(ann, func(c *contact.Contact) { c.City, c.Phone = "Bonn", "+4930123456" })
	for name, test := range map[string]struct {
		first contact.Contact
		later []contact.Contact
		want  dedupe.Merged
	}{
		"nothing to add": {berlin, []contact.Contact{ann, berlin}, dedupe.Merged{Member: dedupe.Member{Contact: berlin}}},
		"blanks are filled, the earlier row first": {ann, []contact.Contact{berlin, with(ann, func(c *contact.Contact) { c.Phone = "+491" })}, dedupe.Merged{
			Member: dedupe.Member{Contact: with(berlin, func(c *contact.Contact) { c.Phone = "+491" })},
			Filled: []contact.Field{contact.City, contact.CountryField, contact.Phone},
		}},
		"a contradiction keeps the first row's value": {berlin, []contact.Contact{bonn}, dedupe.Merged{
			Member:         dedupe.Member{Contact: with(berlin, func(c *contact.Contact) { c.Phone = "+4930123456" })},
			Filled:         []contact.Field{contact.Phone},
			Contradictions: []dedupe.Contradiction{{Field: contact.City, A: 1, B: 2, ValueA: "Berlin", ValueB: "Bonn"}},
		}},
		"a contradiction of two later rows": {ann, []contact.Contact{berlin, bonn, bonn}, dedupe.Merged{
			Member:         dedupe.Member{Contact: with(berlin, func(c *contact.Contact) { c.Phone = "+4930123456" })},
			Filled:         []contact.Field{contact.City, contact.CountryField, contact.Phone},
			Contradictions: []dedupe.Contradiction{{Field: contact.City, A: 2, B: 3, ValueA: "Berlin", ValueB: "Bonn"}},
		}},
		"countries": {berlin, []contact.Contact{with(ann, func(c *contact.Contact) { c.Country = france })}, dedupe.Merged{
			Member:         dedupe.Member{Contact: berlin},
			Contradictions: []dedupe.Contradiction{{Field: contact.CountryField, A: 1, B: 2, ValueA: "DE", ValueB: "FR"}},
		}},
		"how a text is written is no contradiction": {berlin, []contact.Contact{with(ann, func(c *contact.Contact) { c.Name, c.City = "LEE, ANN", "BERLIN" })}, dedupe.Merged{
			Member: dedupe.Member{Contact: berlin},
		}},
		"in an address of e-mail every sign counts": {with(ann, func(c *contact.Contact) { c.Email = "a.lee@example.com" }),
			[]contact.Contact{with(ann, func(c *contact.Contact) { c.Email = "alee@example.com" }), with(ann, func(c *contact.Contact) { c.Email = "A.Lee@Example.com" })}, dedupe.Merged{
				Member:         dedupe.Member{Contact: with(ann, func(c *contact.Contact) { c.Email = "a.lee@example.com" })},
				Contradictions: []dedupe.Contradiction{{Field: contact.Email, A: 1, B: 2, ValueA: "a.lee@example.com", ValueB: "alee@example.com"}},
			}},
	} {
		var m dedupe.Merge
		for i, c := range test.later {
			m.Add(dedupe.Member{Row: uint32(i + 2), Contact: c})
		}
		test.want.Row = 1
		if diff := cmp.Diff(test.want, m.Into(dedupe.Member{Row: 1, Contact: test.first})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// What a row has by a default only is no value beside one that another row says, and fills nothing itself.
func TestMergeDefaults(t *testing.T) {
	t.Parallel()
	germany, france := contact.Country{ISO: "DE", ID: 74}, contact.Country{ISO: "FR", ID: 66}
	ann := func(row uint32, c contact.Country, defaulted ...contact.Field) dedupe.Member {
		return dedupe.Member{Row: row, Contact: contact.Contact{Name: "Ann Lee", Country: c}, Defaulted: contact.MaskOf(defaulted...)}
	}
	country := contact.CountryField
	for name, test := range map[string]struct {
		first, later dedupe.Member
		want         dedupe.Merged
	}{
		"the later row says it":               {ann(1, germany, country), ann(2, france), dedupe.Merged{Member: ann(1, france), Filled: []contact.Field{country}}},
		"the later row says the same":         {ann(1, germany, country), ann(2, germany), dedupe.Merged{Member: ann(1, germany), Filled: []contact.Field{country}}},
		"the first row says it":               {ann(1, france), ann(2, germany, country), dedupe.Merged{Member: ann(1, france)}},
		"neither says it":                     {ann(1, germany, country), ann(2, germany, country), dedupe.Merged{Member: ann(1, germany, country)}},
		"the first row's was left out":        {ann(1, contact.Country{}), ann(2, germany, country), dedupe.Merged{Member: ann(1, contact.Country{})}},
		"the later row has none, nor default": {ann(1, germany, country), ann(2, contact.Country{}), dedupe.Merged{Member: ann(1, germany, country)}},
	} {
		var m dedupe.Merge
		m.Add(test.later)
		if diff := cmp.Diff(test.want, m.Into(test.first)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestMergeExternalID(t *testing.T) {
	t.Parallel()
	var m dedupe.Merge
	m.Add(dedupe.Member{Row: 2, ExternalID: "A-1"})
	m.Add(dedupe.Member{Row: 5, ExternalID: "A-2"})
	got := m.Into(dedupe.Member{Row: 1})
	want := dedupe.Merged{
		Member: dedupe.Member{Row: 1, ExternalID: "A-1"}, Filled: []contact.Field{contact.ExternalID},
		Contradictions: []dedupe.Contradiction{{Field: contact.ExternalID, A: 2, B: 5, ValueA: "A-1", ValueB: "A-2"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestMergeProperty: each field has the first value that any row of the group has, however many rows there are.
func TestMergeProperty(t *testing.T) {
	t.Parallel()
	fields := []contact.Field{contact.Title, contact.City, contact.Phone, contact.Mobile, contact.PurchaseOrderNumber}
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) contact.Contact {
			var c contact.Contact
			for _, f := range fields {
				c.Set(f, valueOf(rapid.SampledFrom([]string{"", "", "", "a", "b", "c", "d"}).Draw(t, string(f))))
			}
			return c
		}), 2, 60).Draw(t, "rows")
		var m dedupe.Merge
		for i, c := range rows[1:] {
			m.Add(dedupe.Member{Row: uint32(i + 2), Contact: c})
		}
		got := m.Into(dedupe.Member{Row: 1, Contact: rows[0]})
		for _, f := range fields {
			want := ""
			for _, c := range rows {
				if want == "" {
					want = c.Value(f)
				}
			}
			if got.Contact.Value(f) != want {
				t.Fatalf("%s is %q, want %q", f, got.Contact.Value(f), want)
			}
		}
		for _, c := range got.Contradictions {
			if a, b := rows[c.A-1].Value(c.Field), rows[c.B-1].Value(c.Field); a != c.ValueA || b != c.ValueB || a == b {
				t.Fatalf("the contradiction %v is not what rows say: %q, %q", c, a, b)
			}
		}
	})
}

func valueOf(s string) contact.Contact {
	return contact.Contact{Title: s, City: s, Phone: s, Mobile: s, PurchaseOrderNumber: s}
}
