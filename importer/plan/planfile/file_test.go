package planfile_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan/planfile"
	_ "github.com/contactsync/contactsync/importer/rapidseed"
)

func savedPlan() planfile.File {
	berlin := contact.Contact{Name: "Ann Lee", City: "Berlin"}.FieldHashes(contact.Key{})
	bonn := contact.Contact{Name: "Ann Lee", City: "Bonn"}.FieldHashes(contact.Key{})
	bob, cleo := contact.Contact{Name: "Bob Ray"}.FieldHashes(contact.Key{}), contact.Contact{Name: "Cleo Fox"}.FieldHashes(contact.Key{})
	return planfile.File{
		RunID: "r1", Version: "1", Made: "2026-03-01T02:00:00Z", Command: "sync", Host: "api.example.com",
		Options: map[string][]string{"type": {"Technical"}, "map": {"city=Town", "name=Who"}},
		Inputs:  []planfile.Input{{Source: "a.csv", SHA256: "aa", Rows: 3}},
		Organisations: []planfile.Organisation{
			{ID: 1, Name: "Own", Contacts: map[int64]contact.FieldHashes{10: berlin, 11: bob, 12: cleo}},
		},
		Changes: []planfile.Change{
			{Action: outcome.Update, Row: "1", Org: 1, ID: 10, Fields: []contact.Field{contact.City}, Becomes: &bonn},
			{Action: outcome.Create, Row: "2", Org: 1, Becomes: &bob},
			{Action: outcome.Delete, Org: 1, ID: 12},
		},
	}
}

// TestSavedText: what was encoded is read back; a text in which any byte is another one is not intact.
func TestSavedText(t *testing.T) {
	t.Parallel()
	text, err := savedPlan().Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, intact, err := planfile.Decode(text)
	if err != nil || !intact {
		t.Fatalf("decoding: intact %v, %v", intact, err)
	}
	want := savedPlan()
	want.Format, want.Checksum = got.Format, got.Checksum
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.IntRange(0, len(text)-1).Draw(t, "at")
		changed := slices.Clone(text)
		changed[at] = rapid.Byte().Filter(func(b byte) bool { return b != text[at] }).Draw(t, "byte")
		if _, intact, err := planfile.Decode(changed); err == nil && intact {
			t.Fatalf("byte %d changed from %q to %q: still intact", at, text[at], changed[at])
		}
	})
	for _, other := range []string{"", "{}", "[]", "Name,E-mail\n", `{"format":"contactsync-plan/9"}`} {
		if _, _, err := planfile.Decode([]byte(other)); err == nil {
			t.Errorf("%q is taken for a plan", other)
		}
	}
}

func FuzzDecodeSaved(f *testing.F) {
	text, err := savedPlan().Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"format":"contactsync-plan/1","organisations":[{"contacts":{"1":"AA"}}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, intact, err := planfile.Decode(text)
		if err != nil || !intact {
			return
		}
		again, err := s.Encode()
		if err != nil || !bytes.Equal(again, text) {
			t.Errorf("an intact plan is written otherwise: %v", err)
		}
	})
}

func TestSince(t *testing.T) {
	t.Parallel()
	ann := contact.Contact{Name: "Ann Lee", City: "Bonn", Phone: "+491"}.FieldHashes(contact.Key{})
	ours := func(id int64) bool { return id == 20 }
	done := func(s *planfile.File) { // all of it, by the run that is gone on with
		s.Organisations[0].Contacts[10] = *s.Changes[0].Becomes
		s.Organisations[0].Contacts[20] = *s.Changes[1].Becomes
		delete(s.Organisations[0].Contacts, 12)
		s.Changes = nil
	}
	for name, test := range map[string]struct {
		change func(*planfile.File)
		ours   func(int64) bool
		want   string
	}{
		"nothing":                   {func(*planfile.File) {}, nil, ""},
		"when and by whom":          {func(s *planfile.File) { s.RunID, s.Version, s.Made = "r2", "2", "later" }, nil, ""},
		"another name of the input": {func(s *planfile.File) { s.Inputs[0].Source = "b.csv" }, nil, ""},
		"command and API": {func(s *planfile.File) { s.Command, s.Host = "import", "other" }, nil,
			"the plan is one of sync, not of import|the API was api.example.com, now it is other"},
		"options": {func(s *planfile.File) { s.Options = map[string][]string{"type": {"Finance"}, "prune": {"true"}} }, nil,
			`--map was "city=Town", "name=Who", now it is not given|--prune was not given, now it is "true"|--type was "Technical", now it is "Finance"`},
		"the input":        {func(s *planfile.File) { s.Inputs[0] = planfile.Input{Source: "a.csv", SHA256: "bb", Rows: 4} }, nil, "input a.csv has other content: 3 rows then, 4 now"},
		"number of inputs": {func(s *planfile.File) { s.Inputs = nil }, nil, "there were 1 inputs, now there are 0"},
		"contacts": {func(s *planfile.File) {
			s.Organisations[0].Contacts[10] = ann
			delete(s.Organisations[0].Contacts, 11)
			s.Organisations[0].Contacts[20] = ann
		}, nil, "organisation 1: contact 10 was changed in city, phone|organisation 1: contact 11 was removed|organisation 1: contact 20 was added"},
		"organisations": {func(s *planfile.File) { s.Organisations[0].ID = 2 }, nil,
			"organisation 1 is not in the input any more|organisation 2 is not in the plan"},
		"what earlier runs know": {func(s *planfile.File) {
			s.Changes = append(s.Changes[:1], planfile.Change{Action: outcome.Delete, Org: 1, ID: 11})
		}, nil,
			"create for row 2 is not to be done any more, by what earlier runs know|delete of contact 12 is not to be done any more, by what earlier runs know|delete of contact 11 is not in the plan"},
		"whose contacts come to be": {func(s *planfile.File) {
			s.Changes = append(s.Changes, planfile.Change{Action: outcome.None, Row: "3", Org: 1, ID: 11, Code: outcome.CodeAdopted})
		}, nil, "job.adopted for row 3 of contact 11 is not in the plan"},
		"whom they come from": {func(s *planfile.File) {
			s.Changes = append(s.Changes, planfile.Change{Action: outcome.None, Org: 1, ID: 11, Code: outcome.CodeAdopted, From: []string{"b"}})
		}, nil, "job.adopted of contact 11 is not in the plan"},
		"what was done of it":          {done, ours, ""},
		"done by nobody whom we go on": {done, nil, "organisation 1: contact 10 was changed in city|organisation 1: contact 12 was removed|organisation 1: contact 20 was added"},
		"more than was planned": {func(s *planfile.File) {
			done(s)
			s.Organisations[0].Contacts[10] = ann
			s.Organisations[0].Contacts[21] = ann
			delete(s.Organisations[0].Contacts, 11)
		}, ours, "organisation 1: contact 10 was changed in city, phone|organisation 1: contact 11 was removed|organisation 1: contact 21 was added"},
		"changed before it was done": {func(s *planfile.File) { s.Organisations[0].Contacts[10] = *s.Changes[0].Becomes }, ours, "organisation 1: contact 10 was changed in city"},
	} {
		now := savedPlan()
		test.change(&now)
		if got := strings.Join(savedPlan().Since(now, test.ours), "|"); got != test.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, test.want)
		}
	}
}
