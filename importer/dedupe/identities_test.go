package dedupe_test

import (
	"fmt"
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/dedupe"
)

// idRow is a row with an id: of which input, and whose.
type idRow struct {
	id, name, email, phone string
	input                  int
	org                    int64
	invalid                bool
}

// identify walks over rows as a run does.
func identify(rows []idRow) *dedupe.Identities {
	match := contact.Match{Fields: []contact.Field{contact.TypeField, contact.Email}}
	ids := dedupe.NewIdentities()
	for i, r := range rows {
		if r.id != "" {
			ids.Note(uint32(i+1), r.input, identityOf(r))
		}
	}
	for i, r := range rows {
		if r.id == "" || !ids.IsContested(uint32(i+1)) {
			continue
		}
		b := dedupe.Bearer{Name: r.name, Email: r.email, Invalid: r.invalid}
		if !r.invalid {
			b.Keys = match.Keys(contact.Key{}, r.org, contact.Contact{Type: contact.Type{ID: 1}, Name: r.name, Email: r.email, Phone: r.phone})
		}
		ids.Compare(uint32(i+1), r.input, identityOf(r), b)
	}
	return ids
}

func identityOf(r idRow) dedupe.Identity {
	return dedupe.IdentityOf(r.org, contact.HashText(contact.Key{}, r.id))
}

func TestIdentities(t *testing.T) {
	t.Parallel()
	ann := idRow{id: "7", name: "Ann Lee", email: "ann@example.com"}
	with := func(change func(*idRow)) idRow {
		r := ann
		change(&r)
		return r
	}
	tests := map[string]struct {
		rows         []idRow
		first, other uint32 // of the first row's id; 0: it identifies
	}{
		"one row":                      {rows: []idRow{ann}},
		"the same row again":           {rows: []idRow{ann, ann}},
		"its duplicate":                {rows: []idRow{ann, with(func(r *idRow) { r.name, r.phone = "Lee, Ann", "+493023125010" })}},
		"another id":                   {rows: []idRow{ann, {id: "8", name: "Bob Ray", email: "bob@example.com"}}},
		"another person":               {rows: []idRow{ann, {id: "7", name: "Bob Ray", email: "bob@example.com"}}, first: 1, other: 2},
		"a shared mailbox":             {rows: []idRow{ann, with(func(r *idRow) { r.name = "Bob Ray" })}, first: 1, other: 2},
		"the person's other address":   {rows: []idRow{ann, with(func(r *idRow) { r.email = "lee@example.org" })}, first: 1, other: 2},
		"a row without its address":    {rows: []idRow{ann, with(func(r *idRow) { r.email = "" })}, first: 1, other: 2},
		"another row between":          {rows: []idRow{ann, {id: "8"}, ann, {id: "7", name: "Bob Ray"}}, first: 1, other: 4},
		"first one without an id":      {rows: []idRow{ann, with(func(r *idRow) { r.id = "" }), {id: "7", name: "Bob Ray"}}, first: 1, other: 3},
		"the number of another org":    {rows: []idRow{ann, {id: "7", org: 13, name: "Bob Ray", email: "bob@example.com"}}},
		"another input":                {rows: []idRow{ann, {id: "7", input: 1, name: "Bob Ray"}}, first: 1, other: 2},
		"an initial that fits both":    {rows: []idRow{with(func(r *idRow) { r.name = "A. Lee" }), ann, with(func(r *idRow) { r.name = "Amy Lee" })}, first: 1, other: 3},
		"an invalid row of the person": {rows: []idRow{ann, with(func(r *idRow) { r.invalid, r.email = true, "" })}},
		"an invalid row of another":    {rows: []idRow{ann, {id: "7", name: "Bob Ray", invalid: true}}, first: 1, other: 2},
		"an invalid row, another address": {
			rows: []idRow{ann, with(func(r *idRow) { r.invalid, r.email = true, "lee@example.org" })}, first: 1, other: 2,
		},
		"an invalid row before": {rows: []idRow{{id: "7", name: "Bob Ray", invalid: true}, ann}, first: 1, other: 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first, other, shared := identify(test.rows).Shared(identityOf(test.rows[0]))
			if first != test.first || other != test.other || shared != (test.other != 0) {
				t.Errorf("shared by rows %d and %d: %t; want %d and %d", first, other, shared, test.first, test.other)
			}
		})
	}
}

// TestIdentitiesTally counts the ids of each input by itself.
func TestIdentitiesTally(t *testing.T) {
	t.Parallel()
	ids := identify([]idRow{
		{id: "1", name: "Ann Lee"}, {id: "1", name: "Bob Ray"}, {id: "1", name: "Cleo Fox"}, {id: "2", name: "Dan Eve"}, {id: "3", name: "Eve Poe"},
		{id: "2", input: 1, name: "Flo Kim"}, {id: "2", input: 1, name: "Gus Orr"}, {id: "3", input: 1, name: "Eve Poe", invalid: true}, {id: "4", input: 1},
	})
	for input, want := range []dedupe.IDTally{{Values: 3, Shared: 2}, {Values: 3, Shared: 1}, {}} {
		if got := ids.Tally(input); got != want {
			t.Errorf("input %d: %+v, want %+v", input, got, want)
		}
	}
}

func TestIsNoID(t *testing.T) {
	t.Parallel()
	tests := []struct {
		values, shared int
		want           bool
	}{
		{0, 0, false}, {1, 1, false}, {2, 2, false}, {3, 3, true},
		{299, 3, true}, {300, 3, false}, {399, 4, true}, {10_000, 100, false}, {10_000, 101, true},
	}
	for _, test := range tests {
		if got := (dedupe.IDTally{Values: test.values, Shared: test.shared}).IsNoID(); got != test.want {
			t.Errorf("%d of %d shared: no id is %t, want %t", test.shared, test.values, got, test.want)
		}
	}
}

// TestIdentitiesOfManyRows holds what is kept of rows to what it says: each id twice, half of them for two people.
func TestIdentitiesOfManyRows(t *testing.T) {
	t.Parallel()
	var rows []idRow
	for n := range 40_000 {
		name := "Ann Lee"
		if n >= 20_000 && n%2 == 1 {
			name = "Bob Ray"
		}
		rows = append(rows, idRow{id: fmt.Sprint(n % 20_000), name: name, email: fmt.Sprintf("p%d@example.com", n%20_000)})
	}
	ids := identify(rows)
	if got, want := ids.Tally(0), (dedupe.IDTally{Values: 20_000, Shared: 10_000}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	for n := range 20_000 {
		if _, _, shared := ids.Shared(identityOf(rows[n])); shared != (n%2 == 1) {
			t.Fatalf("the id of row %d is shared: %t", n+1, shared)
		}
	}
}
