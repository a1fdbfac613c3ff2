package history

import (
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// TestOf: what the ledger knows of a row of content 1, or of content 1 that was content 2 before.
func TestOf(t *testing.T) {
	t.Parallel()
	type known struct {
		Row                              Row
		Content                          byte
		Known, Binds, HasContact, GoesOn bool
	}
	when := now().Add(-time.Hour).UnixMicro()
	nothing := known{Content: 1}
	tests := map[string]struct {
		attempts []ledger.Attempt
		former   byte
		want     known
	}{
		"nothing":     {nil, 0, nothing},
		"another row": {[]ledger.Attempt{create("open", 3, 5)}, 0, nothing},
		"created": {
			[]ledger.Attempt{create("open", 1, 5)}, 0,
			known{Row{at: when, ID: 5, Run: 1, Seq: 1, Attempts: 1, Status: outcome.Created}, 1, true, true, true, true},
		},
		"updated, in a later run": {
			[]ledger.Attempt{create("closed", 1, 5), update("last", 9, 5, of(1), tries(2, 3, 1))}, 0,
			known{Row{at: when, ID: 5, Run: 6, Seq: 9, Attempts: 3, Unclear: 1, Status: outcome.Updated}, 1, true, true, true, true},
		},
		"exists, in a run that is closed": {
			[]ledger.Attempt{create("closed", 1, 5, ended(outcome.Exists))}, 0,
			known{Row{at: when, ID: 5, Seq: 1, Attempts: 1, Status: outcome.Exists}, 1, true, true, true, false},
		},
		"uncertain": {
			[]ledger.Attempt{create("open", 1, 0, ended(outcome.Uncertain), tries(1, 1, 2))}, 0,
			known{Row{at: when, Run: 1, Seq: 1, Attempts: 1, Unclear: 3, Status: outcome.Uncertain}, 1, true, true, false, true},
		},
		"killed": {
			[]ledger.Attempt{create("open", 1, 0, killed, tries(4, 0, 0))}, 0,
			known{Row{Run: 1, Seq: 1, Attempts: 4, Unclear: 1}, 1, true, true, false, true},
		},
		"found out, though its answer was lost": {
			[]ledger.Attempt{create("open", 1, 5, found)}, 0,
			known{Row{at: when, ID: 5, Run: 1, Seq: 1, Attempts: 1, Unclear: 1, Status: outcome.Created}, 1, true, true, true, true},
		},
		"refused": {
			[]ledger.Attempt{create("open", 1, 0, ended(outcome.Failed), refused)}, 0,
			known{Row{at: when, Run: 1, Seq: 1, Attempts: 1, Status: outcome.Failed, refused: true}, 1, true, true, false, true},
		},
		"failed otherwise": {
			[]ledger.Attempt{create("open", 1, 0, ended(outcome.Failed))}, 0,
			known{Row{at: when, Run: 1, Seq: 1, Attempts: 1, Status: outcome.Failed}, 1, true, false, false, true},
		},
		"not attempted": {
			[]ledger.Attempt{create("open", 1, 0, ended(outcome.NotAttempted))}, 0,
			known{Row{at: when, Run: 1, Seq: 1, Attempts: 1, Status: outcome.NotAttempted}, 1, true, false, false, true},
		},
		"in a run of another job": {
			[]ledger.Attempt{create("theirs", 1, 5)}, 0,
			known{Row{at: when, ID: 5, Run: 2, Seq: 1, Attempts: 1, Status: outcome.Created}, 1, true, true, true, false},
		},
		"in an undo": {
			[]ledger.Attempt{create("undo", 1, 5)}, 0,
			known{Row{at: when, ID: 5, Run: 4, Seq: 1, Attempts: 1, Status: outcome.Created}, 1, true, true, true, false},
		},
		"in a rehearsal": {[]ledger.Attempt{create("rehearsal", 1, 5)}, 0, nothing},
		"a delete of what is equal to it tells nothing":  {[]ledger.Attempt{remove("open", 1, 5)}, 0, nothing},
		"its former content":                             {[]ledger.Attempt{create("open", 2, 5)}, 2, known{Row{at: when, ID: 5, Run: 1, Seq: 2, Attempts: 1, Status: outcome.Created}, 2, true, true, true, true}},
		"both contents: today's counts":                  {[]ledger.Attempt{create("open", 2, 6), create("open", 1, 5)}, 2, known{Row{at: when, ID: 5, Run: 1, Seq: 1, Attempts: 1, Status: outcome.Created}, 1, true, true, true, true}},
		"neither content":                                {[]ledger.Attempt{create("open", 3, 5)}, 2, nothing},
		"another row's former content is not looked for": {[]ledger.Attempt{create("open", 2, 5)}, 0, nothing},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, r := load(t, test.attempts...), row(1)
			if test.former != 0 {
				formerly(r, test.former)
			}
			m, content, ok := o.Of(r)
			got := known{m, content[0], ok, ok && m.Binds(), m.HasContact(), ok && o.runs.GoesOnWith(m.Run)}
			if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(Row{})); diff != "" {
				t.Errorf("known (-want +got):\n%s", diff)
			}
		})
	}
}

// TestLoadContacts: whose contacts are, and what is known of them.
func TestLoadContacts(t *testing.T) {
	t.Parallel()
	type known struct {
		Owned, Witnesses, Deleted, Members, Foreign, Before []int64
		Links                                               map[byte]int64
		Latest                                              map[int64]byte
		Differs                                             map[int64][]contact.Field
	}
	adopted := noted(outcome.CodeAdopted, 5)
	ann, bob := map[int64]byte{5: 1}, map[int64]byte{5: 2}
	city, phone := contact.City, contact.Phone
	ours := known{Owned: []int64{5}, Witnesses: []int64{5}, Members: []int64{5}, Latest: ann}
	five := []int64{5}
	tests := map[string]struct {
		attempts []ledger.Attempt
		want     known
	}{
		"nothing":                                {},
		"created by us":                          {[]ledger.Attempt{create("closed", 1, 5)}, ours},
		"found out of a lost answer: no witness": {[]ledger.Attempt{create("closed", 1, 5, found)}, known{Owned: five, Members: five, Latest: ann}},
		"created, and no answer told its id":     {[]ledger.Attempt{create("open", 1, 0)}, known{}},
		"killed":                                 {[]ledger.Attempt{create("open", 1, 0, killed)}, known{}},
		"uncertain, with what it may be":         {[]ledger.Attempt{create("open", 1, 5, ended(outcome.Uncertain), adopted, known1)}, known{}},
		"failed":                                 {[]ledger.Attempt{update("open", 1, 5, ended(outcome.Failed), adopted, known1)}, known{}},
		"in a rehearsal":                         {[]ledger.Attempt{create("rehearsal", 1, 5)}, known{}},
		"created by another job":                 {[]ledger.Attempt{create("theirs", 1, 5, known1)}, known{Owned: five, Witnesses: five, Foreign: five, Latest: ann}},
		"created by no job":                      {[]ledger.Attempt{create("nobody's", 1, 5, known1)}, known{Owned: five, Witnesses: five, Latest: ann}},
		"killed, by another job":                 {[]ledger.Attempt{create("theirs", 1, 0, killed)}, known{}},
		"found by us":                            {[]ledger.Attempt{create("open", 1, 5, ended(outcome.Exists))}, known{Latest: ann}},
		"found and adopted":                      {[]ledger.Attempt{create("open", 1, 5, ended(outcome.Exists), adopted)}, known{Members: five, Latest: ann}},
		"updated":                                {[]ledger.Attempt{update("open", 1, 5)}, known{Latest: ann}},
		"updated and adopted":                    {[]ledger.Attempt{update("open", 1, 5, adopted)}, known{Members: five, Latest: ann}},
		"updated by another job":                 {[]ledger.Attempt{update("theirs", 1, 5)}, known{Latest: ann}},
		"updated and adopted by another job":     {[]ledger.Attempt{update("theirs", 1, 5, adopted)}, known{Foreign: five, Latest: ann}},
		"deleted":                                {[]ledger.Attempt{create("closed", 1, 5), remove("open", 2, 5)}, known{Owned: five, Witnesses: five, Deleted: five, Before: five, Latest: ann}},
		"to be deleted, and gone before":         {[]ledger.Attempt{create("closed", 1, 5), remove("open", 2, 5, ended(outcome.Gone))}, ours},
		"to be deleted, and killed":              {[]ledger.Attempt{create("closed", 1, 5), remove("open", 2, 5, killed)}, ours},
		"deleted, and never ours":                {[]ledger.Attempt{remove("open", 1, 5)}, known{Deleted: five}},
		"deleted by another job":                 {[]ledger.Attempt{create("closed", 1, 5), remove("theirs", 2, 5)}, known{Owned: five, Witnesses: five, Deleted: five, Before: five, Latest: ann}},
		"made anew by an undo": {
			[]ledger.Attempt{create("closed", 1, 5), remove("open", 2, 5), create("undo", 3, 6, anew(5))},
			known{Owned: []int64{5, 6}, Witnesses: []int64{5, 6}, Deleted: five, Members: []int64{6}, Before: five, Latest: map[int64]byte{5: 1, 6: 3}},
		},
		"made anew by an undo, and never ours": {
			[]ledger.Attempt{create("nobody's", 1, 5), remove("open", 2, 5), create("undo", 3, 6, anew(5))},
			known{Owned: []int64{5, 6}, Witnesses: []int64{5, 6}, Deleted: five, Latest: map[int64]byte{5: 1, 6: 3}},
		},
		"known by its row's own id":        {[]ledger.Attempt{create("closed", 1, 5, known1)}, known{Owned: five, Witnesses: five, Members: five, Latest: ann, Links: map[byte]int64{1: 5}}},
		"found, and known by the row's id": {[]ledger.Attempt{create("closed", 1, 5, ended(outcome.Exists), known1)}, known{Latest: ann, Links: map[byte]int64{1: 5}}},
		"known by an id, whose update failed": {
			[]ledger.Attempt{create("closed", 1, 5, known1), update("open", 2, 6, ended(outcome.Failed), known1)},
			known{Owned: five, Witnesses: five, Members: five, Latest: ann, Links: map[byte]int64{1: 5}},
		},
		"made of another row later": {
			[]ledger.Attempt{create("closed", 1, 5), update("open", 2, 5)}, known{Owned: five, Witnesses: five, Members: five, Latest: bob},
		},
		"made of another row later, which failed": {[]ledger.Attempt{create("closed", 1, 5), update("open", 2, 5, ended(outcome.Failed))}, ours},
		"stored otherwise": {
			[]ledger.Attempt{create("closed", 1, 5, differs(city, phone))},
			known{Owned: five, Witnesses: five, Members: five, Latest: ann, Differs: map[int64][]contact.Field{5: {city, phone}}},
		},
		"stored otherwise, in no field that is known": {[]ledger.Attempt{create("closed", 1, 5, differs())}, ours},
		"stored otherwise, and found later": {
			[]ledger.Attempt{create("closed", 1, 5, differs(city)), create("open", 1, 5, ended(outcome.Exists))},
			known{Owned: five, Witnesses: five, Members: five, Latest: ann, Differs: map[int64][]contact.Field{5: {city}}},
		},
		"found, and not as the row":           {[]ledger.Attempt{create("open", 1, 5, ended(outcome.Exists), differs(city))}, known{Latest: ann}},
		"stored otherwise, and written later": {[]ledger.Attempt{create("closed", 1, 5, differs(city)), update("open", 1, 5)}, ours},
		"another note about fields": {
			[]ledger.Attempt{create("closed", 1, 5, func(a *ledger.Attempt) {
				a.Result.Notes = []outcome.Note{{Code: outcome.CodeKeyTwice, Fields: []contact.Field{city}}}
			})}, ours,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := load(t, test.attempts...)
			got := known{Owned: those(o.Owned), Deleted: those(o.Deleted), Members: those(o.owners.own)}
			for id := range o.owners.others {
				got.Foreign = append(got.Foreign, id)
			}
			for id, before := range o.owners.deletedFrom {
				if before.own {
					got.Before = append(got.Before, id)
				}
			}
			for _, w := range o.Witnesses {
				if !w.At.Equal(now().Add(-time.Hour)) {
					t.Errorf("contact %d was made at %s", w.ID, w.At)
				}
				got.Witnesses = append(got.Witnesses, w.ID)
			}
			for external, l := range o.byExternal {
				if got.Links == nil {
					got.Links = map[byte]int64{}
				}
				got.Links[external[0]] = l.id
			}
			for id, content := range o.Latest {
				if got.Latest == nil {
					got.Latest = map[int64]byte{}
				}
				got.Latest[id] = content[0]
			}
			if len(o.Differs) > 0 {
				got.Differs = o.Differs
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("known (-want +got):\n%s", diff)
			}
		})
	}
}

func known1(a *ledger.Attempt) { known(1)(a) }

// TestLoad: who wants to sees each attempt that counts; what can't be read is told.
func TestLoad(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	b := &book{attempts: []ledger.Attempt{
		create("open", 1, 5), create("rehearsal", 2, 6, killed), remove("last", 3, 7), create("last", 4, 0, killed),
	}}
	runs := loadRuns(t, b)
	var seen []int
	o, err := runs.Load(t.Context(), b, ledger.Scope{}, func(a ledger.Attempt) { seen = append(seen, a.Seq) })
	if err != nil || !slices.Equal(seen, []int{1, 3, 4}) || !slices.Equal(seqs(o.InDoubt), []int{4}) {
		t.Errorf("saw rows %v, in doubt %v; error %v", seen, seqs(o.InDoubt), err)
	}
	b.noDoubts = broken
	if _, err := runs.Load(t.Context(), b, ledger.Scope{}, nil); !errors.Is(err, broken) {
		t.Errorf("what is in doubt can't be read: %v", err)
	}
	b.noDoubts, b.broken = nil, broken
	if o, err := runs.Load(t.Context(), b, ledger.Scope{}, nil); !errors.Is(err, broken) || o != nil {
		t.Errorf("the history can't be read: %v, %v", o, err)
	}
	if _, err := LoadRuns(t.Context(), b, ledger.Run{}, now()); !errors.Is(err, broken) {
		t.Errorf("the runs can't be read: %v", err)
	}
}

// TestKnownBy: a contact is known by the newest id of a row; one that stands for several contacts is nobody's.
func TestKnownBy(t *testing.T) {
	t.Parallel()
	o := load(t,
		create("closed", 1, 5, known(9)), create("closed", 2, 6, known(4)), create("open", 3, 7, known(3)), create("open", 4, 8, known(3)),
		update("open", 1, 5, known(8)), update("open", 5, 5, known(7)), update("last", 1, 5, known(2)), update("last", 6, 6, known(1)),
	)
	got := maps.Collect(o.IDs())
	if diff := cmp.Diff(map[int64]contact.Hash{5: {2}, 6: {1}}, got); diff != "" {
		t.Errorf("known by (-want +got):\n%s", diff)
	}
	for _, older := range []byte{9, 8, 7, 4} {
		if id := o.LinkedTo(contact.Hash{older}); id != 0 {
			t.Errorf("id %d still leads to contact %d", older, id)
		}
	}
	if !o.HasLinks() || o.LinkedTo(contact.Hash{2}) != 5 || o.LinkedTo(contact.Hash{3}) != 0 || !slices.Equal(o.AllLinkedTo(contact.Hash{3}), []int64{7, 8}) {
		t.Error("the ids lead elsewhere")
	}
}
