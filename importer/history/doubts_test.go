package history

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// annsRow is the row of Ann, with content 1 and key 7.
func annsRow() *check.Row {
	r := row(1)
	r.Checked.Contact = contact.Contact{Name: "Ann Lee", Email: "ann@example.com", Phone: "+4930123456"}
	r.Keys.Primary, r.Keys.HasPrimary = contact.Hash{1, 7}, true
	return r
}

func annsIdentifiers() contact.Identifiers {
	return annsRow().Checked.Contact.Identifiers(testKey())
}

func identifiersOf(name string) contact.Identifiers {
	return contact.Contact{Name: name}.Identifiers(testKey())
}

// TestDoubts: a row is in doubt if an attempt that nobody knows the end of may have been for the same contact.
func TestDoubts(t *testing.T) {
	t.Parallel()
	noKey := annsRow()
	noKey.Keys.HasPrimary = false
	tests := map[string]struct {
		attempts []ledger.Attempt
		row      *check.Row
		want     bool
	}{
		"nothing":                                {nil, annsRow(), false},
		"the row was sent and killed":            {[]ledger.Attempt{create("open", 1, 0, killed)}, annsRow(), true},
		"the row ended uncertain":                {[]ledger.Attempt{create("closed", 1, 0, ended(outcome.Uncertain))}, annsRow(), true},
		"the row was created":                    {[]ledger.Attempt{create("open", 1, 5, keyed(7))}, annsRow(), false},
		"another row":                            {[]ledger.Attempt{create("open", 2, 0, killed, identified(annsIdentifiers()))}, annsRow(), false},
		"another row of the same key":            {[]ledger.Attempt{create("open", 2, 0, killed, keyed(7))}, annsRow(), true},
		"another row of another key":             {[]ledger.Attempt{create("open", 2, 0, killed, keyed(8))}, annsRow(), false},
		"another row without a key":              {[]ledger.Attempt{create("open", 2, 0, killed)}, &check.Row{Keys: contact.Keys{HasPrimary: true}}, false},
		"the same key does not count without it": {[]ledger.Attempt{create("open", 2, 0, killed, keyed(7))}, noKey, false},
		"its former content":                     {[]ledger.Attempt{create("open", 3, 0, killed)}, formerly(annsRow(), 3), true},
		"another job's":                          {[]ledger.Attempt{create("theirs", 1, 0, killed)}, annsRow(), true},
		"a rehearsal's":                          {[]ledger.Attempt{create("rehearsal", 1, 0, killed)}, annsRow(), false},
		"an update":                              {[]ledger.Attempt{update("open", 1, 5, killed)}, annsRow(), false},
		"a delete":                               {[]ledger.Attempt{remove("open", 1, 5, killed)}, annsRow(), false},
		"of an older normal form, whose identifiers agree": {
			[]ledger.Attempt{create("open", 2, 0, killed, older, identified(annsIdentifiers()))}, annsRow(), true,
		},
		"of an older normal form, with other identifiers": {
			[]ledger.Attempt{create("open", 2, 0, killed, older, identified(identifiersOf("Bob Ray")))}, annsRow(), false,
		},
		"of an older normal form, with the same content": {
			[]ledger.Attempt{create("open", 1, 0, killed, older, identified(identifiersOf("Bob Ray")))}, annsRow(), true,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := &book{attempts: test.attempts}
			o := load(t, test.attempts...)
			if o.Doubts(test.row) {
				t.Error("in doubt before it was found out which rows are")
			}
			if err := o.LoadDoubts(t.Context(), b, ledger.Scope{}); err != nil {
				t.Fatal(err)
			}
			if got := o.Doubts(test.row); got != test.want {
				t.Errorf("in doubt: %t, want %t", got, test.want)
			}
			if err := o.LoadDoubts(t.Context(), &book{}, ledger.Scope{}); err != nil || o.Doubts(test.row) {
				t.Errorf("in doubt still when nothing is any more; error %v", err)
			}
		})
	}
	t.Run("they can't be read", func(t *testing.T) {
		t.Parallel()
		broken := errors.New("broken")
		if err := load(t).LoadDoubts(t.Context(), &book{noDoubts: broken}, ledger.Scope{}); !errors.Is(err, broken) {
			t.Errorf("LoadDoubts gave %v", err)
		}
	})
}

// TestRecentlyCreated: what was made a moment ago is there, whatever a listing shows.
func TestRecentlyCreated(t *testing.T) {
	t.Parallel()
	young, just := at(recently().Add(time.Second)), at(recently())
	also := func(change func(*check.Row)) *check.Row {
		r := annsRow()
		r.Keys.Content = contact.Hash{3}
		change(r)
		return r
	}
	anns := identified(annsIdentifiers())
	tests := map[string]struct {
		attempts []ledger.Attempt
		row      *check.Row
		want     int64
		ok       bool
	}{
		"nothing":                          {nil, annsRow(), 0, false},
		"the row":                          {[]ledger.Attempt{create("open", 1, 5, young)}, annsRow(), 5, true},
		"the row, by its former content":   {[]ledger.Attempt{create("open", 3, 5, young)}, formerly(annsRow(), 3), 5, true},
		"no answer told its id":            {[]ledger.Attempt{create("open", 1, 0, young)}, annsRow(), 0, true},
		"too long ago":                     {[]ledger.Attempt{create("open", 1, 5, just, keyed(7), anns)}, annsRow(), 0, false},
		"found, not created":               {[]ledger.Attempt{create("open", 1, 5, young, ended(outcome.Exists), keyed(7), anns)}, annsRow(), 0, false},
		"deleted since":                    {[]ledger.Attempt{create("open", 1, 5, young, keyed(7), anns), remove("open", 2, 5)}, annsRow(), 0, false},
		"another row of the same key":      {[]ledger.Attempt{create("open", 2, 5, young, keyed(7), anns)}, annsRow(), 5, true},
		"another row, of another job":      {[]ledger.Attempt{create("theirs", 2, 5, young, keyed(7), anns)}, annsRow(), 5, true},
		"another row, too long ago":        {[]ledger.Attempt{create("open", 2, 5, just, keyed(7), anns)}, annsRow(), 0, false},
		"another row of another key":       {[]ledger.Attempt{create("open", 2, 5, young, keyed(8), anns)}, annsRow(), 0, false},
		"another row of another name":      {[]ledger.Attempt{create("open", 2, 5, young, keyed(7), anns)}, bobsRow(), 0, false},
		"another row, without a name":      {[]ledger.Attempt{create("open", 2, 5, young, keyed(7))}, annsRow(), 5, true},
		"two of the same key, by the name": {[]ledger.Attempt{create("open", 2, 5, young, keyed(7), identified(identifiersOf("Bob Ray"))), create("open", 3, 6, young, keyed(7), anns)}, annsRow(), 6, true},
		"two of the same key, one deleted": {[]ledger.Attempt{create("open", 2, 5, young, keyed(7), anns), create("open", 3, 6, young, keyed(7), anns), remove("open", 4, 5)}, annsRow(), 6, true},
		"the row has no key":               {[]ledger.Attempt{create("open", 2, 5, young, keyed(7), anns)}, also(func(r *check.Row) { r.Keys.HasPrimary = false }), 0, false},
		"nobody has a key":                 {[]ledger.Attempt{create("open", 2, 5, young, anns)}, also(func(r *check.Row) { r.Keys.Primary = contact.Hash{} }), 0, false},
		"its former key": {
			[]ledger.Attempt{create("open", 2, 5, young, keyed(9), anns)},
			also(func(r *check.Row) {
				r.Former = &check.Former{Keys: contact.Keys{Primary: contact.Hash{1, 9}, HasPrimary: true}}
			}), 5, true,
		},
		"the row was made long ago, and another of its key just now": {
			[]ledger.Attempt{create("closed", 1, 5), create("open", 2, 6, young, keyed(7), anns)}, annsRow(), 6, true,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if id, ok := load(t, test.attempts...).RecentlyCreated(test.row); id != test.want || ok != test.ok {
				t.Errorf("made a moment ago: %d, %t; want %d, %t", id, ok, test.want, test.ok)
			}
		})
	}
}

// bobsRow is another row of Ann's key.
func bobsRow() *check.Row {
	r := annsRow()
	r.Keys.Content, r.Checked.Contact.Name = contact.Hash{3}, "Bob Ray"
	return r
}

// TestUnnamed: the contacts whose ids no answer told, as long as that is so.
func TestUnnamed(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		attempts []ledger.Attempt
		but      map[contact.Hash]bool
		want     []int
	}{
		"none":                         {[]ledger.Attempt{create("open", 1, 5)}, nil, nil},
		"by run and row":               {[]ledger.Attempt{create("closed", 7, 0), create("open", 8, 0), create("open", 9, 0), create("last", 1, 0), create("last", 2, 0)}, nil, []int{7, 8, 9, 1, 2}},
		"but for some":                 {[]ledger.Attempt{create("closed", 7, 0), create("open", 8, 0)}, map[contact.Hash]bool{{7}: true}, []int{8}},
		"its id is known now":          {[]ledger.Attempt{create("closed", 1, 0), create("open", 1, 5, ended(outcome.Exists))}, nil, nil},
		"tried again, and killed":      {[]ledger.Attempt{create("closed", 1, 0), create("open", 1, 0, killed)}, nil, nil},
		"not created, without an id":   {[]ledger.Attempt{create("open", 1, 0, ended(outcome.Uncertain)), create("open", 2, 0, ended(outcome.Failed))}, nil, nil},
		"made again, without its id":   {[]ledger.Attempt{create("closed", 1, 5), create("open", 1, 0)}, nil, []int{1}},
		"of a run that is a rehearsal": {[]ledger.Attempt{create("rehearsal", 1, 0)}, nil, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, seqs(load(t, test.attempts...).Unnamed(test.but))); diff != "" {
				t.Errorf("rows without an id (-want +got):\n%s", diff)
			}
		})
	}
}

// TestLearn: what was found out of an attempt in doubt counts as if the ledger had said so at once.
func TestLearn(t *testing.T) {
	t.Parallel()
	tests := map[string]ledger.Attempt{
		"a create that happened":         create("open", 1, 5, found, known(1), keyed(7)),
		"one that happened a moment ago": create("open", 1, 5, found, keyed(7), identified(annsIdentifiers()), at(now())),
		"one that did not":               create("open", 1, 0, ended(outcome.NotAttempted), found),
		"one that made two":              create("open", 1, 5, found, noted(outcome.CodeTwice, 5, 6)),
		"an update that happened":        update("open", 1, 5, found),
		"an update of another job":       update("theirs", 1, 5, found, noted(outcome.CodeAdopted, 5)),
		"one that nobody knows of still": create("open", 1, 0, ended(outcome.Uncertain), noted(outcome.CodeSuspects, 8)),
	}
	for name, learned := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before, open := create("closed", 9, 9, known(9)), learned
			open.Result = nil
			got, want := load(t, before, open), load(t, before, learned)
			got.Learn(learned, recently())
			got.InDoubt, want.InDoubt = nil, nil
			all := cmp.AllowUnexported(Org{}, Runs{}, Row{}, link{}, recentlyCreated{}, owners{}, owned{}, jobSets{}, written{})
			sameKey := cmp.Comparer(func(a, b contact.Key) bool { return a == b })
			if diff := cmp.Diff(want, got, all, sameKey); diff != "" {
				t.Errorf("known (-as if at once +learned):\n%s", diff)
			}
		})
	}
	t.Run("a delete that happened", func(t *testing.T) {
		t.Parallel()
		o := load(t, create("closed", 1, 5), remove("open", 2, 5, killed))
		o.Learn(remove("open", 2, 5, found), recently())
		if !o.Deleted[5] || o.Belongs(5) || o.Deletes[5].Status != outcome.Deleted {
			t.Errorf("deleted are %v, ours %v, by open runs %v", those(o.Deleted), those(o.owners.own), o.Deletes)
		}
	})
	t.Run("a delete that did not happen", func(t *testing.T) {
		t.Parallel()
		o := load(t, create("closed", 1, 5), remove("open", 2, 5, killed))
		o.Learn(remove("open", 2, 5, found, ended(outcome.NotAttempted)), recently())
		if o.Deleted[5] || !o.Belongs(5) || o.Deletes[5].Status != outcome.NotAttempted {
			t.Errorf("deleted are %v, ours %v, by open runs %v", those(o.Deleted), those(o.owners.own), o.Deletes)
		}
	})
}

// TestUnread: nothing is known of an organisation that was not read.
func TestUnread(t *testing.T) {
	t.Parallel()
	o := Unread(contact.Key{})
	_, _, known := o.Of(annsRow())
	_, recent := o.RecentlyCreated(annsRow())
	if known || recent || o.Doubts(annsRow()) || o.HasLinks() || len(o.Unnamed(nil)) > 0 || !slices.Equal(o.AllLinkedTo(contact.Hash{1}), nil) {
		t.Error("something is known")
	}
}
