package history

import (
	"context"
	"errors"
	"iter"
	"slices"
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
)

// TestKnow plays what runs said about whose an id is: the latest one counts, and one that gave it to several contacts, as
// version 1 did, says that it is nobody's.
func TestKnow(t *testing.T) {
	t.Parallel()
	type said struct {
		run int32
		id  int64
	}
	tests := map[string]struct {
		said []said
		want int64
		all  []int64
	}{
		"once":                        {[]said{{1, 5}}, 5, []int64{5}},
		"again":                       {[]said{{1, 5}, {2, 5}}, 5, []int64{5}},
		"twice in a run":              {[]said{{1, 5}, {1, 5}}, 5, []int64{5}},
		"another one later":           {[]said{{1, 5}, {2, 6}}, 6, []int64{6}},
		"two in a run":                {[]said{{1, 5}, {1, 6}}, 0, []int64{5, 6}},
		"three in a run":              {[]said{{1, 5}, {1, 6}, {1, 7}}, 0, []int64{5, 6, 7}},
		"two in a run, and one later": {[]said{{1, 5}, {1, 6}, {2, 6}}, 6, []int64{6}},
		"one, and two in a later run": {[]said{{1, 5}, {2, 5}, {2, 6}}, 0, []int64{5, 6}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := Org{byExternal: map[contact.Hash]link{}, externalOf: map[int64]contact.Hash{}}
			hash := contact.HashText(contact.Key{}, "7")
			for _, s := range test.said {
				m.know(hash, s.id, s.run)
			}
			if l := m.byExternal[hash]; l.id != test.want || !slices.Equal(l.all(), test.all) {
				t.Errorf("known as that of %d, %v; want %d, %v", l.id, l.all(), test.want, test.all)
			}
			for _, said := range test.said {
				if by, known := m.KnownBy(said.id); known != (said.id == test.want) || known && by != hash {
					t.Errorf("contact %d is known by %v, %v", said.id, by, known)
				}
			}
		})
	}
}

// TestNewestID plays what runs said about the ids of contacts: each has the newest one, and an older one is nobody's.
func TestNewestID(t *testing.T) {
	t.Parallel()
	type said struct {
		run int32
		id  string
		of  int64
	}
	tests := map[string]struct {
		said []said
		want map[string]int64
	}{
		"another id later":             {[]said{{1, "1", 5}, {2, "X1", 5}}, map[string]int64{"1": 0, "X1": 5}},
		"and the first one again":      {[]said{{1, "1", 5}, {2, "X1", 5}, {3, "1", 5}}, map[string]int64{"1": 5, "X1": 0}},
		"two contacts swap":            {[]said{{1, "1", 5}, {1, "2", 6}, {2, "1", 6}, {2, "2", 5}}, map[string]int64{"1": 6, "2": 5}},
		"three give theirs on":         {[]said{{1, "1", 5}, {1, "2", 6}, {1, "3", 7}, {2, "2", 5}, {2, "3", 6}, {2, "9", 7}}, map[string]int64{"1": 0, "2": 5, "3": 6, "9": 7}},
		"made anew":                    {[]said{{1, "1", 5}, {2, "1", 6}}, map[string]int64{"1": 6}},
		"learnt late of an earlier":    {[]said{{2, "X1", 5}, {1, "1", 5}}, map[string]int64{"1": 0, "X1": 5}},
		"the id too":                   {[]said{{2, "1", 6}, {1, "1", 5}}, map[string]int64{"1": 6}},
		"an older one of several":      {[]said{{1, "1", 5}, {1, "1", 6}, {2, "X1", 5}}, map[string]int64{"1": 0, "X1": 5}},
		"its id went to somebody else": {[]said{{1, "1", 5}, {2, "1", 6}, {3, "2", 5}}, map[string]int64{"1": 6, "2": 5}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := Org{byExternal: map[contact.Hash]link{}, externalOf: map[int64]contact.Hash{}}
			for _, s := range test.said {
				m.know(contact.HashText(contact.Key{}, s.id), s.of, s.run)
			}
			for id, want := range test.want {
				hash := contact.HashText(contact.Key{}, id)
				if got := m.LinkedTo(hash); got != want {
					t.Errorf("%s is known as that of %d, want %d", id, got, want)
				}
				if by, known := m.KnownBy(want); want != 0 && (!known || by != hash) {
					t.Errorf("contact %d is known by %v, %v", want, by, known)
				}
			}
		})
	}
}

// keeper is a ledger that keeps the ids of these hashes.
type keeper struct {
	hashes []contact.Hash
	broken error
}

func (k keeper) KeptHashes(context.Context) iter.Seq2[contact.Hash, error] {
	return func(yield func(contact.Hash, error) bool) {
		for _, hash := range k.hashes {
			if !yield(hash, nil) {
				return
			}
		}
		if k.broken != nil {
			yield(contact.Hash{}, k.broken)
		}
	}
}

// TestMustKeep: the ids to be kept are those that the ledger does not keep yet, once that is asked for.
func TestMustKeep(t *testing.T) {
	t.Parallel()
	o := load(t, create("closed", 1, 7, known(1)), create("closed", 2, 8, known(2)))
	if o.MustKeep(contact.Hash{1}) {
		t.Error("an id is to be kept in a run that keeps none")
	}
	if err := o.KeepIDs(t.Context(), keeper{hashes: []contact.Hash{{2}, {9}}}); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[byte]bool{1: true, 2: false, 3: true} {
		if got := o.MustKeep(contact.Hash{id}); got != want {
			t.Errorf("id %d is to be kept: %t", id, got)
		}
	}
	broken := errors.New("broken")
	if err := o.KeepIDs(t.Context(), keeper{broken: broken}); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
	if o := load(t); o.KeepIDs(t.Context(), keeper{broken: broken}) != nil || !o.MustKeep(contact.Hash{1}) {
		t.Error("where nothing is known all is asked for")
	}
}
