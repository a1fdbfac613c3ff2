package history

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// TestOwners: whose contact 5 is, and which jobs still have it. This run is one of the job "ours".
func TestOwners(t *testing.T) {
	t.Parallel()
	type owning struct {
		Belongs, Had    bool
		Others, Holders []string
	}
	noted := func(run, code string) ledger.Attempt {
		return attempt(run, 1, outcome.None, 5, 5, []func(*ledger.Attempt){ended(outcome.Exists), noted(code)})
	}
	const adopt, share, letGo, giveBack = outcome.CodeAdopted, outcome.CodeShared, outcome.CodeLetGo, outcome.CodeGivenBack
	ours, theirs := []string(nil), []string{"theirs"}
	made, madeByThem := create("closed", 1, 5), create("theirs", 1, 5)
	tests := map[string]struct {
		attempts []ledger.Attempt
		held     map[string][]int64
		want     owning
	}{
		"nobody's":                    {nil, nil, owning{}},
		"made by us":                  {[]ledger.Attempt{made}, nil, owning{true, true, ours, nil}},
		"made by them":                {[]ledger.Attempt{madeByThem}, nil, owning{false, false, theirs, theirs}},
		"made by no job":              {[]ledger.Attempt{create("nobody's", 1, 5)}, nil, owning{}},
		"made by us, and theirs too":  {[]ledger.Attempt{made, noted("theirs", share)}, nil, owning{true, true, theirs, theirs}},
		"made by them, and ours too":  {[]ledger.Attempt{madeByThem, noted("last", share)}, nil, owning{true, true, theirs, theirs}},
		"made by us, adopted by them": {[]ledger.Attempt{made, noted("theirs", adopt)}, nil, owning{false, false, theirs, theirs}},
		"made by them, adopted by us": {[]ledger.Attempt{madeByThem, noted("last", adopt)}, nil, owning{true, true, nil, nil}},
		"adopted by them, and back":   {[]ledger.Attempt{made, noted("theirs", adopt), noted("theirs", giveBack)}, nil, owning{true, true, nil, nil}},
		"adopted by us, and back":     {[]ledger.Attempt{madeByThem, noted("open", adopt), noted("undo", giveBack)}, map[string][]int64{"theirs": {5}}, owning{false, false, theirs, theirs}},
		"nobody's, adopted, and back": {[]ledger.Attempt{noted("open", adopt), noted("undo", giveBack)}, nil, owning{}},
		"adopted, back, adopted anew": {[]ledger.Attempt{noted("open", adopt), noted("undo", giveBack), noted("last", adopt)}, nil, owning{true, true, nil, nil}},
		"adopted by us, by them, and both back": {
			[]ledger.Attempt{noted("open", adopt), noted("theirs", adopt), noted("theirs", giveBack), noted("undo", giveBack)}, nil, owning{},
		},
		"adopted by us, and back once they have it too": {
			[]ledger.Attempt{noted("open", adopt), noted("theirs", share), noted("undo", giveBack)}, nil, owning{false, false, theirs, theirs},
		},
		"both had it, and we let go":   {[]ledger.Attempt{made, noted("theirs", share), noted("last", letGo)}, nil, owning{false, false, theirs, theirs}},
		"both had it, and they let go": {[]ledger.Attempt{made, noted("theirs", share), noted("theirs", letGo)}, nil, owning{true, true, nil, nil}},
		"let go, and back by an undo":  {[]ledger.Attempt{made, noted("theirs", share), noted("open", letGo), noted("undo", share)}, nil, owning{true, true, theirs, theirs}},
		"deleted by them":              {[]ledger.Attempt{made, remove("theirs", 1, 5)}, nil, owning{}},
		"a rehearsal adopts nothing":   {[]ledger.Attempt{madeByThem, noted("rehearsal", adopt)}, nil, owning{false, false, theirs, theirs}},
		"a row of theirs still has it": {[]ledger.Attempt{create("nobody's", 1, 6), noted("theirs", share)}, map[string][]int64{"theirs": {5}}, owning{false, false, theirs, theirs}},
		"their last rows have it no more": {
			[]ledger.Attempt{made, attempt("closed", 2, outcome.None, 5, 5, []func(*ledger.Attempt){ended(outcome.Exists)}), noted("open", share)},
			map[string][]int64{"last": {5}}, owning{true, true, nil, nil},
		},
		"they hold another one only":       {[]ledger.Attempt{madeByThem, noted("last", share)}, map[string][]int64{"theirs": {7}}, owning{true, true, theirs, theirs}},
		"it came to them since they noted": {[]ledger.Attempt{made, noted("theirs", share)}, map[string][]int64{"theirs": {}}, owning{true, true, theirs, theirs}},
		"our last rows have it no more":    {[]ledger.Attempt{made}, map[string][]int64{"closed": {5}, "last": {}}, owning{true, false, nil, nil}},
		"our last rows have it":            {[]ledger.Attempt{made}, map[string][]int64{"closed": {}, "last": {5}}, owning{true, true, nil, nil}},
		"let go, taken again, and our last rows have it": {
			[]ledger.Attempt{made, noted("theirs", share), noted("open", letGo), noted("open", share)}, map[string][]int64{"last": {5}}, owning{true, true, theirs, theirs},
		},
		"adopted by them, taken again, and our last rows have it": {
			[]ledger.Attempt{made, noted("theirs", adopt), noted("open", share)}, map[string][]int64{"last": {5}}, owning{true, true, theirs, theirs},
		},
		"given back, and our last rows have it no more": {
			[]ledger.Attempt{made, noted("theirs", adopt), noted("theirs", giveBack)}, map[string][]int64{"last": {}}, owning{true, false, nil, nil},
		},
		"what a rehearsal's rows have is nothing": {[]ledger.Attempt{made}, map[string][]int64{"last": {}, "rehearsal": {5}}, owning{true, false, nil, nil}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := &book{attempts: test.attempts, held: test.held}
			o, err := loadRuns(t, b).Load(t.Context(), b, ledger.Scope{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			got := owning{o.Belongs(5), o.Had(5), slices.Clone(o.Others(5)), o.Holders(5)}
			if len(got.Holders) == 0 {
				got.Holders = nil
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("contact 5 (-want +got):\n%s", diff)
			}
		})
	}
}

// TestTheirLastRowsHaveItNoMore: what belongs to another job and is not in the rows of its last run is held by nobody else.
func TestTheirLastRowsHaveItNoMore(t *testing.T) {
	t.Parallel()
	b := &book{attempts: []ledger.Attempt{create("theirs", 1, 5), update("last", 1, 5, noted(outcome.CodeShared))}, held: map[string][]int64{"later": nil}}
	h := loadRuns(t, b)
	h.list = append(h.list, ledger.Run{ID: "later", Job: "theirs"})
	h.at["later"] = int32(len(h.list) - 1)
	b.runs = h.list
	o, err := h.Load(t.Context(), b, ledger.Scope{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !o.Belongs(5) || !slices.Equal(o.Others(5), []string{"theirs"}) || len(o.Holders(5)) > 0 {
		t.Errorf("ours: %v, of %q, held by %q", o.Belongs(5), o.Others(5), o.Holders(5))
	}
}

// TestOverwritten: which fields another job wrote last that this one is to change.
func TestOverwritten(t *testing.T) {
	t.Parallel()
	sent := func(fields ...contact.Field) func(*ledger.Attempt) {
		return func(a *ledger.Attempt) { a.Fields = contact.MaskOf(fields...) }
	}
	shared := noted(outcome.CodeShared)
	made := create("closed", 1, 5)
	for name, test := range map[string]struct {
		attempts []ledger.Attempt
		want     []contact.Field
	}{
		"we wrote it":                          {[]ledger.Attempt{made, update("open", 1, 5, sent(contact.City))}, nil},
		"they wrote another field":             {[]ledger.Attempt{made, update("theirs", 1, 5, sent(contact.Phone), shared)}, nil},
		"they wrote it":                        {[]ledger.Attempt{made, update("theirs", 1, 5, sent(contact.City, contact.Phone), shared)}, []contact.Field{contact.City}},
		"they wrote it, and we after them":     {[]ledger.Attempt{made, update("theirs", 1, 5, sent(contact.City), shared), update("last", 1, 5, sent(contact.City))}, nil},
		"they wrote it, and have let it go":    {[]ledger.Attempt{made, update("theirs", 1, 5, sent(contact.City), shared), update("theirs", 2, 5, ended(outcome.Exists), noted(outcome.CodeLetGo))}, nil},
		"they made it, with the filled fields": {[]ledger.Attempt{create("theirs", 1, 5)}, []contact.Field{contact.City}},
		"a run of no job wrote it":             {[]ledger.Attempt{made, update("nobody's", 1, 5, sent(contact.City))}, nil},
	} {
		o := load(t, test.attempts...)
		job, got := o.Overwritten(5, contact.MaskOf(contact.City, contact.State), func(f contact.Field) bool { return f == contact.City })
		if !slices.Equal(got, test.want) || (job == "theirs") != (len(test.want) > 0) {
			t.Errorf("%s: %q of job %q, want %q", name, got, job, test.want)
		}
	}
}

// TestTaking: what a run that can be gone on with has taken for the job is taken by the run that goes on too.
func TestTaking(t *testing.T) {
	t.Parallel()
	note := func(run, code string) ledger.Attempt {
		return attempt(run, 1, outcome.None, 5, 5, []func(*ledger.Attempt){ended(outcome.Exists), noted(code)})
	}
	const adopt, share = outcome.CodeAdopted, outcome.CodeShared
	theirs := create("theirs", 1, 5)
	for name, test := range map[string]struct {
		attempts []ledger.Attempt
		code     string
		from     []string
	}{
		"adopted":                              {[]ledger.Attempt{note("open", adopt)}, adopt, nil},
		"adopted, of another job":              {[]ledger.Attempt{theirs, note("last", adopt)}, adopt, []string{"theirs"}},
		"shared":                               {[]ledger.Attempt{theirs, note("last", share)}, share, []string{"theirs"}},
		"in a run that is closed":              {[]ledger.Attempt{note("closed", adopt)}, "", nil},
		"by another job":                       {[]ledger.Attempt{note("theirs", adopt)}, "", []string{"theirs"}},
		"given back":                           {[]ledger.Attempt{note("open", adopt), note("undo", outcome.CodeGivenBack)}, "", nil},
		"adopted by another job since":         {[]ledger.Attempt{note("open", adopt), note("theirs", adopt)}, "", []string{"theirs"}},
		"adopted, and deleted since":           {[]ledger.Attempt{note("open", adopt), remove("last", 2, 5)}, "", nil},
		"an undo takes nothing that goes on":   {[]ledger.Attempt{note("undo", adopt)}, "", nil},
		"a contact that was only found is not": {[]ledger.Attempt{create("open", 1, 5, ended(outcome.Exists))}, "", nil},
	} {
		o := load(t, test.attempts...)
		code, _, ok := o.Taking(5)
		if !ok {
			code = ""
		}
		if code != test.code || !slices.Equal(o.TakenFrom(5), test.from) {
			t.Errorf("%s: taken by %q from %q, want %q from %q", name, code, o.TakenFrom(5), test.code, test.from)
		}
	}
}
