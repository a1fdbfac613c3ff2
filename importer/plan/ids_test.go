package plan

import (
	"testing"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
)

// A column of ids that turns out to number something else than people is given up, unless somebody named it.
func TestAColumnThatNumbersSomethingElseIsGivenUp(t *testing.T) {
	t.Parallel()
	const bo, lu = "Bo Park,bo@example.com,,,", "Lu Chen,lu@example.com,,,"
	column := func(why string, weak bool, rows ...string) func(*testing.T) check.Input {
		return func(t *testing.T) check.Input {
			t.Helper()
			in := input(t, rows...)
			fm := in.Mapping.Fields[contact.ExternalID]
			fm.Why = why
			in.Mapping.Fields[contact.ExternalID] = fm
			in.Mapping.Weak = contact.FieldSet{contact.ExternalID: weak}
			return in
		}
	}
	inputs := func(in ...func(*testing.T) check.Input) []func(*testing.T) check.Input { return in }
	couples := []string{annRow + "1", zoeRow + "1", bo + "2", lu + "2", annRow + "3", bo + "3"}
	stranger := scene{options: syncing(), past: past{did(done, zoe(), outcome.Created, 5, knownBy("7"))}, listed: contacts{5: zoe()}}
	for name, test := range map[string]struct {
		scene
		inputs []func(*testing.T) check.Input
		want   []string // why the column of each input is given up
		shared []bool   // whether it is told of each that many share its ids
	}{
		"nobody shares an id":                           {inputs: inputs(column("header", true, annRow+"1", zoeRow+"2")), want: []string{""}},
		"a customer's number that is shared":            {inputs: inputs(column("header", true, annRow+"1", zoeRow+"1")), want: []string{reasonWeakID}},
		"a person's number that is shared":              {inputs: inputs(column("header", false, annRow+"1", zoeRow+"1")), want: []string{""}},
		"a column that many share":                      {inputs: inputs(column("header", false, couples...)), want: []string{reasonNoID}},
		"a column that many share, found by its values": {inputs: inputs(column("values", false, couples...)), want: []string{reasonNoID}},
		"a column that many share, which somebody named": {
			inputs: inputs(column("--map", false, couples...)), want: []string{""}, shared: []bool{true},
		},
		"a customer's number that leads to another person": {
			scene: stranger, inputs: inputs(column("header", true, annRow+"7")), want: []string{reasonStrangers},
		},
		"a customer's number that leads to another person in an import": {
			scene: scene{past: stranger.past, listed: stranger.listed}, inputs: inputs(column("header", true, annRow+"7")), want: []string{""},
		},
		"a customer's number that leads to the same person": {
			scene: stranger, inputs: inputs(column("header", true, zoeRow+"7")), want: []string{""},
		},
		"a person's number that leads to another person": {
			scene: stranger, inputs: inputs(column("header", false, annRow+"7")), want: []string{""},
		},
		"a customer's number that is shared with another column": {
			inputs: inputs(column("header", false, couples...), column("header", true, "Max Roe,max@example.com,,,9", lu+"8", "Ina Fox,ina@example.com,,,1")),
			want:   []string{reasonNoID, reasonWeakID},
		},
		"numbers that nobody shares beside a column that is given up": {
			inputs: inputs(column("header", true, annRow+"1", zoeRow+"1"), column("header", true, bo+"8", lu+"9")),
			want:   []string{reasonWeakID, ""},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := learned(t, &test.scene)
			var all []check.Input
			for _, in := range test.inputs {
				all = append(all, in(t))
			}
			p := madeOf(t, t.Context(), w, test.options, checker(w, all...))
			for i, want := range test.want {
				if got := p.Inputs[i].Mapping.Reasons["ID"]; got != want || p.Inputs[i].Maps(contact.ExternalID) != (want == "") {
					t.Errorf("input %d: the column is given up since %q, want %q", i, got, want)
				}
				if _, _, shared := p.SharedIDs(i); shared != (i < len(test.shared) && test.shared[i]) {
					t.Errorf("input %d: that many share its ids is told: %v", i, shared)
				}
				if !all[i].Maps(contact.ExternalID) {
					t.Errorf("input %d: the mapping of the run was changed", i)
				}
			}
		})
	}
}

// Ids that a column shared only with one that is given up are ids again.
func TestAnIDIsNotSharedWithAColumnThatIsGivenUp(t *testing.T) {
	t.Parallel()
	s := &scene{
		options: syncing(), past: past{did(done, moved(), outcome.Created, 5, knownBy("1"))}, listed: contacts{5: moved()},
	}
	w := learned(t, s)
	customers, people := input(t, zoeRow+"1", "Bo Park,bo@example.com,,,1"), input(t, annRow+"1")
	customers.Mapping.Weak = contact.FieldSet{contact.ExternalID: true}
	p := madeOf(t, t.Context(), w, s.options, checker(w, customers, people))
	if p.Do(3) != Update || p.Owner(testOrg.Org, 5) != 3 {
		t.Errorf("the row is decided %v, contact 5 is row %d's", p.Do(3), p.Owner(testOrg.Org, 5))
	}
}
