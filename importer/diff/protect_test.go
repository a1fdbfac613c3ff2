package diff_test

import (
	"bytes"
	"testing"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/diff"
	"github.com/contactsync/contactsync/importer/source"
)

func testKey(t *testing.T) contact.Key {
	t.Helper()
	key, err := contact.NewKey(bytes.Repeat([]byte{7}, contact.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// A row that is not in order protects the contact that it may be about: one that is equal, has an address, a name or a number
// in common with it, or is known by its id.
func TestARowProtectsWhatItMayBeAbout(t *testing.T) {
	t.Parallel()
	const org = 1
	key := testKey(t)
	ann := contact.Contact{Name: "Ann Lee", Email: "ann@example.com", Phone: "+4930123456"}
	zoe := contact.Contact{Name: "Zoe Kim", Email: "zoe@example.com", Mobile: "+4989123456"}
	office := contact.Contact{City: "Berlin"} // nobody is recognised by that
	hashes := func(ids ...string) (all []contact.Hash) {
		for _, id := range ids {
			all = append(all, contact.HashText(key, id))
		}
		return all
	}
	row := func(c contact.Contact, id string) *check.Row {
		return &check.Row{Checked: contact.Checked{Contact: c, ExternalID: id}, Keys: contact.Match{}.Keys(key, org, c)}
	}
	formerly := func(r *check.Row, c contact.Contact, same ...int64) *check.Row {
		r.Former = &check.Former{Contact: c, Keys: contact.Match{}.Keys(key, org, c), Same: same}
		return r
	}
	defective := func(r *check.Row) *check.Row {
		r.Source.Defect = &source.Defect{Code: "row.quotes"}
		return r
	}
	for name, test := range map[string]struct {
		row     *check.Row
		linked  bool
		have    contact.Contact
		id      int64
		knownBy []contact.Hash
		covers  bool
		refused bool
	}{
		"the same":                                      {row: row(ann, ""), have: ann, covers: true},
		"another person":                                {row: row(ann, ""), have: zoe},
		"the same address":                              {row: row(contact.Contact{Email: "zoe@example.com"}, ""), have: zoe, covers: true},
		"the same name":                                 {row: row(contact.Contact{Name: "Zoe Kim"}, ""), have: zoe, covers: true},
		"the same number":                               {row: row(contact.Contact{Phone: "+4989123456"}, ""), have: zoe, covers: true},
		"the same id":                                   {row: row(ann, "7"), have: zoe, knownBy: hashes("8", "7"), covers: true},
		"the same id as version 1 had it":               {row: row(ann, "7"), have: zoe, knownBy: hashes("7.0"), covers: true},
		"another id":                                    {row: row(ann, "7"), have: zoe, knownBy: hashes("8")},
		"no id, and one that has one":                   {row: row(ann, ""), have: zoe, knownBy: hashes("7")},
		"equal, though nobody is recognised by it":      {row: row(office, ""), have: office, covers: true, refused: true},
		"nothing to tell it by":                         {row: row(office, ""), have: zoe, refused: true},
		"nothing to tell it by but an id that is known": {row: row(office, "7"), linked: true, have: zoe, knownBy: hashes("7"), covers: true},
		"nothing to tell it by but an id that nobody knows": {row: row(office, "7"), have: zoe, refused: true},
		"cells that can't be read":                          {row: defective(row(ann, "")), have: ann, covers: true, refused: true},
		"cells that can't be read, and an id":               {row: defective(row(ann, "7")), linked: true, have: zoe, refused: true},
		"its former form's number":                          {row: formerly(row(ann, ""), contact.Contact{Mobile: "+4989123456"}), have: zoe, covers: true},
		"equal to its former form":                          {row: formerly(row(ann, ""), office), have: office, covers: true},
		"its former form's contact":                         {row: formerly(row(ann, ""), office, 5), have: zoe, id: 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := diff.NewProtected(key)
			if p.Covers(test.have, test.have.ContentHash(key, org), test.knownBy) || p.Refused() != "" {
				t.Error("something is protected before there is a row")
			}
			p.Add(test.row, "a.csv:3", test.linked)
			if covers := p.Covers(test.have, test.have.ContentHash(key, org), test.knownBy); covers != test.covers {
				t.Errorf("covered: %v, want %v", covers, test.covers)
			}
			want := ""
			if test.refused {
				want = "row a.csv:3 can't be read so far that it could be told whose contact it is"
			}
			if p.Refused() != want {
				t.Errorf("refused for %q, want %q", p.Refused(), want)
			}
			if p.HasID(5) != (test.id == 5) {
				t.Errorf("contact 5 is protected by its id: %v", p.HasID(5))
			}
		})
	}
}

// Contacts are protected by their ids, and all of them by a reason, of which the first one is told.
func TestContactsAreProtectedByIDAndReason(t *testing.T) {
	t.Parallel()
	p := diff.NewProtected(testKey(t))
	p.Keep()
	p.Keep(5, 6)
	if !p.HasID(5) || !p.HasID(6) || p.HasID(7) {
		t.Errorf("protected are 5: %v, 6: %v, 7: %v", p.HasID(5), p.HasID(6), p.HasID(7))
	}
	p.Refuse("the first reason")
	p.Refuse("the second reason")
	if p.Refused() != "the first reason" {
		t.Errorf("refused for %q", p.Refused())
	}
}

// A clone protects the same, and nothing of what comes after reaches the other one.
func TestAClonesProtectionIsItsOwn(t *testing.T) {
	t.Parallel()
	key := testKey(t)
	row := func(name, id string) *check.Row {
		c := contact.Contact{Name: name}
		return &check.Row{Checked: contact.Checked{Contact: c, ExternalID: id}, Keys: contact.Match{}.Keys(key, 1, c)}
	}
	// what is protected of each of these people: by the name, by all of it, by the id
	covers := func(p *diff.Protected, name, id string) [3]bool {
		c := contact.Contact{Name: name}
		return [3]bool{
			p.Covers(c, contact.Hash{9}, nil), p.Covers(contact.Contact{}, c.ContentHash(key, 1), nil),
			p.Covers(contact.Contact{}, contact.Hash{9}, []contact.Hash{contact.HashText(key, id)}),
		}
	}
	all, none := [3]bool{true, true, true}, [3]bool{}
	p := diff.NewProtected(key)
	for _, name := range []string{"Bo Park", "Lu Chen", "Ann Lee"} { // three, so that there is room behind what a clone shares
		p.Add(row(name, "7"), "1", false)
	}
	p.Keep(7)
	clone := p.Clone()
	if got := covers(clone, "Ann Lee", "7"); got != all || !clone.HasID(7) {
		t.Errorf("the clone protects %v of ann, by id: %v", got, clone.HasID(7))
	}
	clone.Add(row("Zoe Kim", "8"), "3", false)
	clone.Keep(8)
	clone.Refuse("since")
	p.Add(row("Max Roe", "9"), "3", false)
	if got := covers(clone, "Zoe Kim", "8"); got != all || !clone.HasID(8) || clone.Refused() != "since" {
		t.Errorf("the clone protects %v of zoe, by id: %v", got, clone.HasID(8))
	}
	if got := covers(p, "Zoe Kim", "8"); got != none || p.HasID(8) || p.Refused() != "" {
		t.Errorf("through its clone it protects %v of zoe, by id: %v, refused for %q", got, p.HasID(8), p.Refused())
	}
	if got := covers(clone, "Max Roe", "9"); got != none {
		t.Errorf("the clone protects %v of max, who came after", got)
	}
}
