package plan

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/dedupe"
	"github.com/contactsync/contactsync/importer/diff"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// A plan holds for each row what was decided, counts it, and knows what was sent before for a row that is to be sent.
func TestAPlanHoldsWhatIsDecidedForEachRow(t *testing.T) {
	t.Parallel()
	const invalidRow = "Bo Park,bo,,,"
	bonn := with(ann(), contact.City, "Bonn")
	failed := func(c contact.Contact) ledger.Attempt { return did(done, c, outcome.Failed, 0) }
	tests := map[string]struct {
		scene
		rows   []string
		want   []Verb
		before map[int]Attempts
	}{
		"an import": {
			scene{listed: contacts{5: bonn}}, []string{annRow, zoeRow, invalidRow}, []Verb{Exists, Create, Invalid}, nil,
		},
		"a sync": {
			scene{listed: contacts{5: bonn}, options: syncing()}, []string{annRow, zoeRow, invalidRow}, []Verb{Update, Create, Invalid}, nil,
		},
		"duplicates": {
			scene{listed: contacts{5: ann()}}, []string{annRow, annRow, zoeRow, zoeRow}, []Verb{Exists, Duplicate, Create, Duplicate}, nil,
		},
		"duplicates of which the last one counts": {
			scene{options: Options{OnDuplicate: dedupe.KeepLast}}, []string{annRow, annRow}, []Verb{Duplicate, Create}, nil,
		},
		"duplicates that are errors": {
			scene{options: Options{OnDuplicate: dedupe.KeepError}}, []string{annRow, annRow}, []Verb{Create, Invalid}, nil,
		},
		"a duplicate of which an open run knows how it ended": {
			scene{past: past{did(open, bonn, outcome.Created, 5)}},
			[]string{annRow, "Ann Lee,ann@example.com,+4930123456,Bonn,"}, []Verb{Create, Resumed}, nil,
		},
		"of two equal rows an open run knows the first": {
			scene{past: past{did(open, ann(), outcome.Created, 5)}}, []string{annRow, annRow}, []Verb{Resumed, Duplicate}, nil,
		},
		"two people with one mailbox": {
			scene{}, []string{annRow, "Zoe Kim,ann@example.com,,,"}, []Verb{Create, Create}, nil,
		},
		"a create that failed before": {
			scene{past: past{failed(ann())}}, []string{annRow}, []Verb{Create}, map[int]Attempts{1: {Sent: 1}},
		},
		"a change that failed before": {
			scene{past: past{failed(ann())}, listed: contacts{5: bonn}, options: syncing()}, []string{annRow}, []Verb{Update}, map[int]Attempts{1: {Sent: 1}},
		},
		"a change of what was made before": {
			scene{past: past{did(done, ann(), outcome.Created, 5)}, listed: contacts{5: bonn}, options: syncing()}, []string{annRow}, []Verb{Update}, nil,
		},
		"what failed before, and is there by now": {
			scene{past: past{failed(ann())}, listed: contacts{5: ann()}}, []string{annRow}, []Verb{Exists}, nil,
		},
		"nothing is known of any organisation": {
			scene{nowhere: true}, []string{annRow, invalidRow}, []Verb{Create, Invalid}, nil,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := made(t, &test.scene, test.rows...)
			var got []Verb
			for seq := 1; seq <= p.Len(); seq++ {
				got = append(got, p.Do(seq))
				if p.Before(seq) != test.before[seq] {
					t.Errorf("before row %d %+v was sent, want %+v", seq, p.Before(seq), test.before[seq])
				}
			}
			if !slices.Equal(got, test.want) || p.Do(p.Len()+1) != Undecided {
				t.Errorf("decided %v, want %v", got, test.want)
			}
			writes := 0
			for _, v := range test.want {
				if v.Writes() {
					writes++
				}
				if count := p.Counts[v]; count != len(slices.DeleteFunc(slices.Clone(test.want), func(o Verb) bool { return o != v })) {
					t.Errorf("%d rows are counted of %d", count, v)
				}
			}
			if p.Writes() != writes {
				t.Errorf("%d writes, want %d", p.Writes(), writes)
			}
		})
	}
}

// What a decision means beyond its row stands in the plan of a sync: whose contacts are, links, what is agreed on, and what
// can't be told apart.
func TestAPlanHoldsWhatDecisionsMean(t *testing.T) {
	t.Parallel()
	bonn, ulm := with(zoe(), contact.City, "Bonn"), with(zoe(), contact.City, "Ulm")
	s := &scene{listed: contacts{5: ann(), 6: bonn, 7: ulm}, options: syncing(adopt)}
	p := made(t, s, annRow+"7", zoeRow)
	if p.Owner(testOrg.Org, 5) != 1 || p.Owner(testOrg.Org, 6) != 0 {
		t.Errorf("contact 5 is row %d's, 6 is row %d's", p.Owner(testOrg.Org, 5), p.Owner(testOrg.Org, 6))
	}
	if differs := cmp.Diff(map[int]Link{1: {Contact: 5, Take: diff.TakeAdopt}}, p.Links); differs != "" {
		t.Errorf("links (-want +got):\n%s", differs)
	}
	agreed := map[int64]map[int64]contact.FieldHashes{testOrg.Org: {5: ann().FieldHashes(testKey())}}
	if differs := cmp.Diff(agreed, p.Agreed); differs != "" {
		t.Errorf("agreed on (-want +got):\n%s", differs)
	}
	if p.Do(2) != Ambiguous || !slices.Equal(p.Several(2), []int64{6, 7}) || !p.Protected.HasID(6) || !p.Protected.HasID(7) {
		t.Errorf("row 2 is %v, of %v", p.Do(2), p.Several(2))
	}
	if p := made(t, &scene{listed: contacts{5: ann()}}, annRow+"7"); len(p.Links)+len(p.Agreed) > 0 || p.Owner(testOrg.Org, 5) != 0 {
		t.Error("an import takes contacts for its rows")
	}
}

// What a row has by its id no other row gets that fits it, wherever it stands: that one is made.
func TestARowHasWhatItsIDLeadsTo(t *testing.T) {
	t.Parallel()
	made5 := did(done, ann(), outcome.Created, 5, knownBy("7"))
	byID, byKey := "Ann Lee,lee@example.com,,,7", "Ann M. Lee,ann@example.com,,,8"
	for name, test := range map[string]struct {
		rows  []string
		on    dedupe.OnDuplicate
		want  []Verb
		owner int
	}{
		"before":                      {rows: []string{byID, byKey}, want: []Verb{Update, Create}, owner: 1},
		"behind":                      {rows: []string{byKey, byID}, want: []Verb{Create, Update}, owner: 2},
		"in no row":                   {rows: []string{byKey}, want: []Verb{Update}, owner: 1},
		"in an invalid one":           {rows: []string{byKey, "Ann Lee,lee,,,7"}, want: []Verb{Update, Invalid}, owner: 1},
		"in one of another person":    {rows: []string{byKey, zoeRow + "7"}, want: []Verb{Update, Create}, owner: 1},
		"behind one of another":       {rows: []string{zoeRow + "7", byKey}, want: []Verb{Create, Update}, owner: 2},
		"in another's only":           {rows: []string{zoeRow + "7"}, want: []Verb{OtherPerson}, owner: 0},
		"in two, as a duplicate":      {rows: []string{byKey, byKey, byID}, want: []Verb{Create, Duplicate, Update}, owner: 3},
		"in two, the last counts":     {rows: []string{byKey, byKey, byID}, on: dedupe.KeepLast, want: []Verb{Duplicate, Create, Update}, owner: 3},
		"in two, together":            {rows: []string{byKey, byKey, byID}, on: dedupe.KeepMerged, want: []Verb{Create, Duplicate, Update}, owner: 3},
		"in two, and that is refused": {rows: []string{byKey, byKey, byID}, on: dedupe.KeepError, want: []Verb{Create, Invalid, Update}, owner: 3},
		"the id of others too":        {rows: []string{byKey, byID, zoeRow + "7"}, want: []Verb{Update, Create, Create}, owner: 1},
	} {
		s := &scene{listed: contacts{5: ann()}, past: past{made5}, options: syncing()}
		s.options.OnDuplicate = test.on
		p := made(t, s, test.rows...)
		var got []Verb
		for seq := range test.rows {
			got = append(got, p.Do(seq+1))
		}
		if !slices.Equal(got, test.want) || p.Owner(testOrg.Org, 5) != test.owner {
			t.Errorf("%s: decided %v, contact 5 is row %d's; want %v, row %d's", name, got, p.Owner(testOrg.Org, 5), test.want, test.owner)
		}
	}
}

// A row that fits a contact which another row has that fits it too gets none.
func TestTheFirstRowOfAContactHasIt(t *testing.T) {
	t.Parallel()
	whole := with(ann(), contact.Name, "Ann Maria Lee")
	for name, by := range map[string]func(*ledger.Attempt){"of no id": nil, "of an id that no row has": knownBy("7")} {
		made5 := did(done, whole, outcome.Created, 5)
		if by != nil {
			by(&made5)
		}
		s := &scene{listed: contacts{5: whole}, past: past{made5}, options: syncing()}
		p := made(t, s, "Ann Lee,ann@example.com,,,", "Maria Lee,ann@example.com,,,")
		if p.Do(1) != Update || p.Do(2) != Ambiguous || p.Owner(testOrg.Org, 5) != 1 || p.Several(2) != nil {
			t.Errorf("%s: decided %v and %v, contact 5 is row %d's", name, p.Do(1), p.Do(2), p.Owner(testOrg.Org, 5))
		}
	}
}

// Contacts that a listing does not show are asked for one by one, as long as they are few: if many are gone, it is right.
func TestFewMissingContactsAreAskedFor(t *testing.T) {
	t.Parallel()
	s := &scene{options: syncing()}
	var rows []string
	var want []Missing
	for i := range mostMissing + 5 {
		email := fmt.Sprintf("ann%d@example.com", i)
		s.past = append(s.past, did(done, contact.Contact{Type: ann().Type, Name: "Ann Lee", Email: email}, outcome.Created, int64(i+1)))
		rows = append(rows, "Ann Lee,"+email+",,,")
		if i < mostMissing {
			want = append(want, Missing{Org: testOrg.Org, ID: int64(i + 1)})
		}
	}
	p := made(t, s, rows...)
	if differs := cmp.Diff(want, p.Missing); differs != "" {
		t.Errorf("(-want +got):\n%s", differs)
	}
}

// An id that several people in the input have is nobody's, and their contacts stay.
func TestAnIDThatSeveralPeopleHaveIsNobodys(t *testing.T) {
	t.Parallel()
	s := &scene{
		listed: contacts{5: moved()}, past: past{did(done, moved(), outcome.Created, 5, knownBy("7"))},
		options: syncing(prune),
	}
	p := made(t, s, annRow+"7", zoeRow+"7")
	if p.Do(1) != Create || p.Do(2) != Create || len(p.Deletes) > 0 {
		t.Errorf("decided %v and %v, deletes %v", p.Do(1), p.Do(2), p.Deletes)
	}
	if p := made(t, s, annRow+"7"); p.Do(1) != Update || p.Owner(testOrg.Org, 5) != 1 {
		t.Errorf("an id that one person has: decided %v", p.Do(1))
	}
}

// A row of an import knows its contact without the plan's help; of what a sync leaves as the service stores it, the plan tells.
func TestAPlanTellsOfARow(t *testing.T) {
	t.Parallel()
	const street, stored = "Hauptstraße 1", "Hauptstrasse 1"
	sent, shown := with(ann(), contact.Street, street), with(ann(), contact.Street, stored)
	for name, test := range map[string]struct {
		scene
		want Decision
	}{
		"in an import": {scene{row: ann(), listed: contacts{5: ann()}}, Decision{Do: Exists, Target: 5}},
		"in a sync":    {scene{row: ann(), listed: contacts{5: ann()}, options: syncing()}, Decision{Do: Exists, Target: 5}},
		"that is changed": {
			scene{row: ann(), listed: contacts{5: with(ann(), contact.City, "Bonn")}, options: Options{Sync: &diff.Options{}}},
			Decision{Do: Update, Target: 5, Changes: contact.MaskOf(contact.City)},
		},
		"that is stored otherwise": {
			scene{
				row: sent, past: past{did(done, sent, outcome.Created, 5, storedOtherwise(contact.Street))}, listed: contacts{5: shown},
				base: contacts{5: shown}, options: syncing(),
			},
			Decision{Do: Exists, Target: 5, Stored: contact.MaskOf(contact.Street)},
		},
	} {
		w := learned(t, &test.scene)
		row := test.checked(w)
		row.Seq = 1
		p := &Plan{do: []Verb{Undecided}, options: test.options, owners: owners{}, world: w, several: map[int][]int64{}, before: map[int]Attempts{}}
		m := &maker{world: w, options: test.options, plan: p}
		d, e := test.decider(w, row).decide(row)
		p.do = append(p.do, d.Do)
		p.Links, p.Agreed, p.Protected = map[int]Link{}, map[int64]map[int64]contact.FieldHashes{}, diff.NewProtected(w.Key)
		m.keep(row, d)
		m.apply(row, d, e)
		if differs := cmp.Diff(test.want, p.Of(row), cmpopts.EquateEmpty()); differs != "" {
			t.Errorf("%s (-want +got):\n%s", name, differs)
		}
	}
}
