package plan

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/dedupe"
	"github.com/contactsync/contactsync/importer/diff"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/mapping"
)

var testOrg = ledger.Scope{Host: "api.example.com", Org: 1} //nolint:gochecknoglobals // never changed

func testKey() contact.Key {
	key, err := contact.NewKey(bytes.Repeat([]byte{7}, contact.KeySize))
	if err != nil {
		panic(err)
	}
	return key
}

func byEmail() contact.Match {
	return contact.Match{Fields: []contact.Field{contact.TypeField, contact.Email}}
}

func ann() contact.Contact {
	return contact.Contact{
		Type: contact.Type{ID: 1, Name: "Technical"}, Name: "Ann Lee", Email: "ann@example.com", Phone: "+4930123456", City: "Berlin",
	}
}

func zoe() contact.Contact {
	return contact.Contact{
		Type: contact.Type{ID: 1, Name: "Technical"}, Name: "Zoe Kim", Email: "zoe@example.com", Phone: "+4989123456", City: "Munich",
	}
}

// with is a contact with another text in a field.
func with(c contact.Contact, f contact.Field, text string) contact.Contact {
	c.Set(f, contact.Contact{
		Name: text, Title: text, Department: text, Street: text, SecondaryAddress: text, Zipcode: text, City: text, State: text,
		Email: text, Phone: text, Mobile: text, PurchaseOrderNumber: text, Country: contact.Country{ISO: text},
	})
	return c
}

func ofType(c contact.Contact, id int) contact.Contact {
	c.Type = contact.Type{ID: id, Name: "type of a test"}
	return c
}

// scene is what a row is decided by.
type scene struct {
	// The row: what it is, was by its former form (zero: the same), its id, and the id as version 1 had it.
	row, former  contact.Contact
	id, formerID string
	invalid      bool
	// shared: another person's row has the same id.
	shared bool
	// lost are fields whose value a spreadsheet lost, filled those that came from another row, unmapped those without column.
	// defaulted are fields that only a default fills.
	lost, filled, unmapped, defaulted []contact.Field
	// listed is what the organisation has, past what runs before did there, base how they left contacts.
	listed map[int64]contact.Contact
	past   []ledger.Attempt
	base   map[int64]contact.Contact
	// What the world lacks: any organisation, something that was to be learned, the sight of the organisation.
	nowhere, incomplete, refused bool
	options                      Options
	// What the rows before say: whose contacts are, and whether one was equal to this one.
	owned map[int64]int
	twin  bool
	// waiting: rows behind this one are not decided on yet; put are those before it that were put off.
	waiting bool
	put     map[int]bool
	// leftOut: another row counts in place of this one.
	leftOut bool
}

// verdict is a decision with its effects, in a form that a difference shows well.
type verdict struct {
	Do                               Verb
	Target                           int64
	Changes, Conflicts, Kept, Stored contact.FieldMask
	// Content is by which form of the row the ledger knows it: today's or the former one. From is the run that is gone on with.
	Content, From string
	Claim         int64
	Link          bool
	Take          diff.Take
	// Agreed are the fields in which what file and portal agree on is new; "all" where they were never compared.
	Agreed  string
	Missing int64
	Several []int64
	Keep    []int64 // ascending, each once
	Protect bool
}

// snapshot is an organisation with these contacts.
func snapshot(listed map[int64]contact.Contact) *remote.Snapshot {
	now := &remote.Snapshot{Org: testOrg.Org, Listed: map[int64]bool{}, Shown: map[int64]contact.Stored{}}
	var all []contact.Stored
	for _, id := range slices.Sorted(maps.Keys(listed)) {
		c := listed[id]
		s := contact.Stored{ID: id, Org: testOrg.Org, Type: c.Type, Country: c.Country, Draft: contact.Draft{
			Name: c.Name, Title: c.Title, Department: c.Department, Street: c.Street, SecondaryAddress: c.SecondaryAddress,
			Zipcode: c.Zipcode, City: c.City, State: c.State, Email: c.Email, Phone: c.Phone, Mobile: c.Mobile,
			PurchaseOrderNumber: c.PurchaseOrderNumber,
		}}
		all = append(all, s)
		now.IDs, now.Listed[id], now.Shown[id] = append(now.IDs, id), true, s
	}
	slices.Reverse(now.IDs) // a listing has its own order
	now.Index = remote.NewIndex(testKey(), byEmail(), &contact.Rules{}, testOrg.Org, all)
	return now
}

// fataler is a test, of whatever kind.
type fataler interface{ Fatal(args ...any) }

// before is what a run of the job crm knows of runs before it.
func before(t fataler, past history.Ledger) *history.Org {
	runs, err := history.LoadRuns(context.Background(), past, ledger.Run{ID: "this", Job: "crm"}, since())
	if err != nil {
		t.Fatal(err)
	}
	known, err := runs.Load(context.Background(), past, testOrg, nil)
	if err != nil {
		t.Fatal(err)
	}
	return known
}

// learned is a world of one organisation.
func learned(t fataler, s *scene) *World {
	book := earlierRuns(s.past)
	runs, err := history.LoadRuns(context.Background(), book, ledger.Run{ID: "this", Job: "crm"}, since())
	if err != nil {
		t.Fatal(err)
	}
	w := NewWorld(testKey(), byEmail())
	w.Complete, w.Runs, w.Rules = !s.incomplete, runs, &contact.Rules{}
	if s.nowhere {
		return w
	}
	w.Add(book, testOrg, "")
	o := w.Orgs[testOrg.Org]
	o.Now = snapshot(s.listed)
	if o.Before, err = runs.Load(context.Background(), book, testOrg, nil); err != nil {
		t.Fatal(err)
	}
	if err := o.Before.LoadDoubts(context.Background(), book, testOrg); err != nil {
		t.Fatal(err)
	}
	if s.refused {
		o.Refused = context.Canceled // whatever it is
	}
	base := map[int64]contact.FieldHashes{}
	for id, c := range s.base {
		base[id] = c.FieldHashes(w.Key)
	}
	o.Base = base
	if s.options.Sync != nil {
		o.Match = &diff.Matcher{Options: *s.options.Sync, Key: w.Key, Now: o.Now, Before: o.Before, Base: base}
	}
	return w
}

const (
	sharerSeq = 1 // of the row that has the same id
	rowSeq    = 3
)

// checked is the row.
func (s *scene) checked(w *World) *check.Row {
	row := &check.Row{Seq: rowSeq, Org: testOrg.Org, Filled: s.filled}
	row.Checked = contact.Checked{Contact: s.row, ExternalID: s.id, FormerID: s.formerID, Defaulted: contact.MaskOf(s.defaulted...)}
	row.Keys = w.Match.Keys(w.Key, row.Org, s.row)
	for _, f := range s.lost {
		row.Checked.Warnings = append(row.Checked.Warnings, contact.Problem{Code: mapping.CodeError, Field: f})
	}
	if s.invalid {
		row.Checked.Problems = []contact.Problem{{Code: "name.missing", Field: contact.Name}}
	}
	index := w.Existing()[row.Org]
	row.Found = index.Find(s.row, row.Keys)
	if s.former != (contact.Contact{}) {
		row.Former = &check.Former{Contact: s.former, Keys: w.Match.Keys(w.Key, row.Org, s.former)}
		row.Former.Same = index.Find(s.former, row.Former.Keys).Same
		if len(row.Found.Same) == 0 {
			row.Found.Same = row.Former.Same
		}
	}
	return row
}

// Of the rows before.
func (s *scene) owner(_, id int64) (int, bool) { seq, taken := s.owned[id]; return seq, taken }

func (s *scene) knows(contact.Hash) bool { return s.twin }

func (s *scene) waits() bool { return s.waiting }

func (s *scene) held(seq int) bool { return s.put[seq] }

// decider is one for the row of the scene.
func (s *scene) decider(w *World, row *check.Row) *decider {
	fields := map[contact.Field]mapping.FieldMap{}
	for _, f := range contact.Fields() {
		if !slices.Contains(s.unmapped, f) {
			fields[f] = mapping.FieldMap{Columns: []string{string(f)}}
		}
	}
	d := &decider{
		world: w, options: s.options, sofar: s, ids: &ids{groups: dedupe.NewGroups(), identities: dedupe.NewIdentities()},
		inputs: []check.Input{{Mapping: &mapping.Mapping{Fields: fields}}},
	}
	if s.shared {
		sharer := check.Row{Seq: sharerSeq, Org: row.Org, Checked: contact.Checked{Contact: with(zoe(), contact.Email, "else@example.com"), ExternalID: s.id}}
		sharer.Keys = w.Match.Keys(w.Key, row.Org, sharer.Checked.Contact)
		for _, r := range []*check.Row{&sharer, row} {
			d.ids.identities.Note(uint32(r.Seq), 0, identityOf(r))
		}
		for _, r := range []*check.Row{&sharer, row} {
			d.ids.identities.Compare(uint32(r.Seq), 0, identityOf(r), bearerOf(r))
		}
	}
	return d
}

// decide decides for the row of the scene.
func (s *scene) decide(d *decider, row *check.Row) verdict {
	decide := d.decide
	if s.leftOut {
		decide = d.leftOut
	}
	decision, e := decide(row)
	v := verdict{
		Do: decision.Do, Target: decision.Target,
		Changes: decision.Changes, Conflicts: decision.Conflicts, Kept: decision.Kept, Stored: decision.Stored,
		Claim: e.claim, Link: e.link, Take: e.take, Missing: e.missing, Several: e.several, Protect: e.protect,
		Keep: slices.DeleteFunc(slices.Compact(slices.Sorted(slices.Values(e.keep))), func(id int64) bool { return id == 0 }),
	}
	switch {
	case e.content == (contact.Hash{}):
	case e.content == row.Keys.Content:
		v.Content = "today"
	case row.Former != nil && e.content == row.Former.Keys.Content:
		v.Content = "former"
	default:
		v.Content = "of nobody"
	}
	if e.from != nil {
		v.From = d.world.Runs.Run(e.from.Run).ID
	}
	if e.agreed != nil {
		v.Agreed = s.agreed(decision.Target, *e.agreed)
	}
	return v
}

// agreed names the fields in which what is agreed on is another than before.
func (s *scene) agreed(id int64, agreed contact.FieldHashes) string {
	have := s.listed[id].FieldHashes(testKey())
	base, compared := s.base[id]
	before := base.FieldHashes(testKey())
	changed := agreed.Changed(before)
	switch {
	case !compared && agreed == have:
		return "all"
	case len(changed) == 0:
		return "nothing that is new"
	case compared && agreed == before.With(have, changed):
		return contact.MaskOf(changed...).String()
	}
	return "neither what the organisation has nor what it had"
}

// syncing are the options of a sync with some of its own.
func syncing(change ...func(*diff.Options)) Options {
	o := diff.Options{OnConflict: diff.ConflictFile}
	for _, c := range change {
		c(&o)
	}
	return Options{Sync: &o}
}

// decided is a scene, and what is to be decided in it.
type decided struct {
	scene
	want verdict
}

// decideAll decides in each scene. The row is ann where a scene names none.
func decideAll(t *testing.T, tests map[string]decided) {
	t.Helper()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.row == (contact.Contact{}) {
				test.row = ann()
			}
			w := learned(t, &test.scene)
			row := test.checked(w)
			if differs := cmp.Diff(test.want, test.decide(test.decider(w, row), row), cmpopts.EquateEmpty()); differs != "" {
				t.Errorf("(-want +got):\n%s", differs)
			}
		})
	}
}
