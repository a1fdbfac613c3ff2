package plan

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/diff"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/stop"
	"github.com/contactsync/contactsync/mapping/lookup"
)

func limit(t *testing.T, text string) Limit {
	t.Helper()
	if text == "" {
		return Limit{}
	}
	l, err := ParseLimit(text)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// A run that would do more than the user bears sends nothing.
func TestAPlanBeyondItsLimitsIsRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		invalid, creates, updates, deletes string
		// What the plan has, of 10 rows: and the job's contacts, of which so many are to be deleted, and so many of others.
		invalids, created, updated, moved, members, deleted, others int
		flag, figure, says                                          string
	}{
		"no limits":                                            {invalids: 10, created: 10, members: 10, deletes: "100%", deleted: 10},
		"invalid rows, as many":                                {invalid: "3", invalids: 3},
		"invalid rows, one more":                               {invalid: "3", invalids: 4, flag: "max-invalid", figure: "4", says: "4 of 10 rows are invalid, more than --max-invalid 3 allows"},
		"a share of invalid rows, as many":                     {invalid: "30%", invalids: 3},
		"a share of invalid rows, one more":                    {invalid: "30%", invalids: 4, flag: "max-invalid", figure: "4", says: "--max-invalid 30% allows"},
		"a share that is less than a row":                      {invalid: "5%", invalids: 1, flag: "max-invalid", figure: "1", says: "1 of 10 rows"},
		"no invalid row at all":                                {invalid: "0", invalids: 1, flag: "max-invalid", figure: "1", says: "1 of 10 rows"},
		"creates, as many":                                     {creates: "5", created: 5},
		"creates, one more":                                    {creates: "5", created: 6, flag: "max-creates", figure: "6", says: "6 of 10 rows would be created, more than --max-creates 5 allows"},
		"a share of creates, as many":                          {creates: "50%", created: 5},
		"a share of creates, one more":                         {creates: "50%", created: 6, flag: "max-creates", figure: "6", says: "--max-creates 50% allows"},
		"updates, as many":                                     {updates: "5", members: 10, updated: 5},
		"updates, one more":                                    {updates: "5", members: 10, updated: 6, flag: "max-updates", figure: "6", says: "6 of 10 contacts would be updated, more than --max-updates 5 allows"},
		"a share of updates is 10 at least":                    {updates: "50%", members: 12, updated: 10},
		"a share of updates is 10 at least, and 11 are more":   {updates: "50%", members: 12, updated: 11, flag: "max-updates", figure: "11", says: "11 of 12 contacts"},
		"a share of updates, as many":                          {updates: "50%", members: 30, updated: 15},
		"a share of updates, one more":                         {updates: "50%", members: 30, updated: 16, flag: "max-updates", figure: "16", says: "16 of 30 contacts would be updated, more than --max-updates 50% allows"},
		"moved ids, as many":                                   {moved: 2},
		"moved ids, one more":                                  {moved: 3, flag: "accept-moved-ids", figure: "3", says: "3 of 10 rows have an external_id that is known as that of another contact"},
		"deletes, as many":                                     {deletes: "2", members: 10, deleted: 2},
		"deletes, one more":                                    {deletes: "2", members: 10, deleted: 3, flag: "max-deletes", figure: "3", says: "3 of the job's 10 contacts would be deleted, more than --max-deletes 2 allows"},
		"no delete at all":                                     {deletes: "0", members: 10, deleted: 1, flag: "max-deletes", figure: "1", says: "1 of the job's 10 contacts"},
		"no delete at all, and there is none":                  {deletes: "0", members: 10},
		"a share of deletes, as many":                          {deletes: "20%", members: 10, deleted: 2},
		"a share of deletes, one more":                         {deletes: "20%", members: 10, deleted: 3, flag: "max-deletes", figure: "3", says: "--max-deletes 20% allows"},
		"a share of deletes is one at least":                   {deletes: "10%", members: 3, deleted: 1},
		"a share of deletes is one at least, and two are more": {deletes: "10%", members: 3, deleted: 2, flag: "max-deletes", figure: "2", says: "2 of the job's 3"},
		"deletes of others": {
			deletes: "2", members: 4, deleted: 2, others: 3, flag: "max-deletes", figure: "5",
			says: "2 of the job's 4 contacts would be deleted, and with --prune-unmanaged 3 more that it did not make: more than --max-deletes 2 allows",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &scene{listed: contacts{}, options: syncing(prune)}
			p := &Plan{Rows: &check.Checker{}, withTypeID: 1, do: make([]Verb, 1+10), options: s.options}
			p.Counts[Invalid], p.Counts[Create], p.Counts[Update], p.Counts[Moved] = test.invalids, test.created, test.updated, test.moved
			for i := range test.members + test.others {
				id := int64(i + 1)
				s.listed[id] = zoe()
				if i < test.members {
					s.past = append(s.past, did(done, zoe(), outcome.Created, id))
				}
				if i < test.deleted || i >= test.members {
					p.Deletes = append(p.Deletes, Delete{Org: testOrg.Org, ID: id})
				}
			}
			s.past = append(s.past, did(done, ann(), outcome.Created, 99)) // the job's too, and not listed any more
			p.world = learned(t, s)
			err := p.Guard(Limits{
				Invalid: limit(t, test.invalid), Creates: limit(t, test.creates), Updates: limit(t, test.updates), Deletes: limit(t, test.deletes),
			})
			var stopped *stop.Error
			switch {
			case test.flag == "" && err != nil:
				t.Errorf("refused: %v", err)
			case test.flag == "":
			case !errors.As(err, &stopped):
				t.Errorf("not refused: %v", err)
			case stopped.Cause != stop.CauseGuard || !slices.Equal(stopped.Passes, []stop.Pass{{Flag: test.flag, Figure: test.figure}}) || !strings.Contains(stopped.Message, test.says):
				t.Errorf("refused for %v with %q; want --%s (%s) with %q", stopped.Passes, stopped.Message, test.flag, test.figure, test.says)
			}
		})
	}
}

// A run that does not pass several guards hears of all of them, each with its figure and its flag.
func TestNoGuardHidesAnother(t *testing.T) {
	t.Parallel()
	s := &scene{listed: contacts{}, options: syncing(prune)}
	p := &Plan{Rows: &check.Checker{}, withTypeID: 1, Protected: diff.NewProtected(testKey()), do: make([]Verb, 1+40), options: s.options, Waiting: []Waiting{{Org: testOrg.Org, ID: 1}}}
	p.Counts[Invalid], p.Counts[Create], p.Counts[Update], p.Counts[Moved] = 4, 6, 11, 5
	for id := int64(1); id <= 4; id++ {
		s.listed[id] = zoe()
		s.past = append(s.past, did(done, zoe(), outcome.Created, id))
		p.Deletes = append(p.Deletes, Delete{Org: testOrg.Org, ID: id})
	}
	p.world = learned(t, s)
	p.lost = map[int64][]int64{testOrg.Org: {1, 2, 3, 4}}
	err := p.Guard(Limits{Invalid: limit(t, "3"), Creates: limit(t, "5"), Updates: limit(t, "10"), Deletes: limit(t, "2")})
	var stopped *stop.Error
	if !errors.As(err, &stopped) || stopped.Cause != stop.CauseGuard {
		t.Fatalf("not refused: %v", err)
	}
	want := []stop.Pass{{Flag: "max-invalid", Figure: "4"}, {Flag: "accept-moved-ids", Figure: "5"}, {Flag: "max-deletes", Figure: "4"}, {Flag: "max-updates", Figure: "11"}, {Flag: "max-creates", Figure: "6"}}
	if !slices.Equal(stopped.Passes, want) {
		t.Errorf("passes with %v; want %v", stopped.Passes, want)
	}
	for _, says := range []string{
		"4 of 40 rows are invalid, more than --max-invalid 3 allows; ", "5 of 40 rows have an external_id", "4 of the job's 4 contacts would be deleted, more than --max-deletes 2 allows; ",
		"would begin to wait to be deleted, more than --max-deletes 2 allows; ", "11 of ", "6 of 40 rows would be created, more than --max-creates 5 allows; nothing was sent",
	} {
		if !strings.Contains(stopped.Message, says) {
			t.Errorf("%q does not say %q", stopped.Message, says)
		}
	}
	for _, hint := range []string{"--max-invalid", "--accept-moved-ids", "--max-deletes", "--max-updates", "--max-creates"} {
		if !strings.Contains(stopped.Hint, hint) {
			t.Errorf("the hint %q does not name %s", stopped.Hint, hint)
		}
	}
	if strings.Count(stopped.Message, "nothing was sent") != 1 {
		t.Errorf("%q says more than once that nothing was sent", stopped.Message)
	}
}

// Moved ids stop a run where they are more than 2 and more than 5% of the rows.
func TestMovedIDsAreAShareOfTheRows(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		moved, rows int
		stops       bool
	}{{2, 2, false}, {3, 59, true}, {3, 60, false}, {4, 60, true}, {50, 1000, false}, {51, 1000, true}} {
		p := &Plan{Rows: &check.Checker{}, withTypeID: 1, do: make([]Verb, 1+test.rows), world: learned(t, &scene{})}
		p.Counts[Moved] = test.moved
		if err := p.Guard(Limits{Invalid: limit(t, "100%")}); (err != nil) != test.stops {
			t.Errorf("%d of %d rows: %v", test.moved, test.rows, err)
		}
	}
}

// runsBefore is a ledger of runs of which nothing else is known.
type runsBefore struct {
	earlierRuns
	runs []ledger.Run
}

func (l runsBefore) Runs(context.Context) ([]ledger.Run, error) { return l.runs, nil }

// A job with a good run behind it creates no more than half of the rows, and updates no more than half of the contacts, unless
// the user says otherwise.
func TestAJobWithAGoodRunHasLimits(t *testing.T) {
	t.Parallel()
	good, bad := ledger.Run{ID: "1", Job: "crm"}, ledger.Run{ID: "1", Job: "crm", ExitCode: 4}
	for name, test := range map[string]struct {
		run       ledger.Run
		user, job string
		simulated bool
		want      string
	}{
		"a good run":             {run: good, job: "crm", want: "50%"},
		"no good run":            {run: bad, job: "crm"},
		"a good run of no job":   {run: ledger.Run{ID: "1"}},
		"with a simulator":       {run: good, job: "crm", simulated: true},
		"the user says how many": {run: good, job: "crm", user: "7", want: "7"},
	} {
		w := NewWorld(testKey(), byEmail())
		book, this := runsBefore{runs: []ledger.Run{test.run}}, ledger.Run{ID: "this", Job: test.job}
		var err error
		if w.Runs, err = history.LoadRuns(t.Context(), book, this, since()); err != nil {
			t.Fatal(err)
		}
		user := Limits{Creates: limit(t, test.user), Updates: limit(t, test.user), Deletes: limit(t, "3")}
		got := LimitsOf(user, w, test.job, test.simulated)
		if got.Creates.String() != test.want || got.Updates.String() != test.want || got.Deletes != user.Deletes {
			t.Errorf("%s: creates up to %q, updates up to %q, deletes up to %q; want %q twice, 3", name, got.Creates, got.Updates, got.Deletes, test.want)
		}
	}
}

// A run in which no row's type has a number is refused before anything else: with it all rows would be in order.
func TestARunWithoutTheIDOfAnyTypeIsRefused(t *testing.T) {
	t.Parallel()
	const bo = "Bo Park,bo,,,"
	for name, test := range map[string]struct {
		types []contact.Type // whose ids are known
		rows  []string
		says  string
	}{
		"no type is known": {rows: []string{annRow, zoeRow}, says: "no contact there has a type yet"},
		"others are known": {
			types: []contact.Type{{ID: 2, Name: "Invoice"}, {ID: 3, Name: "Sales"}}, rows: []string{annRow},
			says: `the types with a known id are "Invoice" (2), "Sales" (3)`,
		},
		"the type is known":                     {types: []contact.Type{ann().Type}, rows: []string{annRow, zoeRow}},
		"rows that lack other things need none": {types: []contact.Type{ann().Type}, rows: []string{bo}},
	} {
		w := learned(t, &scene{})
		w.Types = test.types
		rows := checker(w, input(t, test.rows...))
		if !slices.Contains(test.types, ann().Type) {
			rows.Rules = &contact.Rules{DefaultType: contact.Type{Name: ann().Type.Name}, Types: lookup.Types(test.types, true)}
		}
		p := madeOf(t, t.Context(), w, Options{}, rows)
		err := p.Guard(Limits{Invalid: limit(t, "100%")})
		var usage *stop.UsageError
		switch {
		case test.says == "" && err != nil:
			t.Errorf("%s: refused: %v", name, err)
		case test.says != "" && (!errors.As(err, &usage) || !strings.Contains(usage.Message, test.says)):
			t.Errorf("%s: %v, want %q", name, err, test.says)
		}
	}
}

// A range of rows that no input reaches is refused, and one that some do not reach is told. Limits of creates are of all rows.
func TestARangeOfRowsIsHeldAgainstTheInputs(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		of      check.Range
		inputs  [][]string
		refused bool
		short   []int
		// half tells that the rows of the range are more than half of the inputs'.
		half bool
	}{
		"all rows":              {inputs: [][]string{{annRow, zoeRow}}, half: true},
		"some":                  {of: check.Range{From: 1, To: 1}, inputs: [][]string{{annRow, zoeRow}}},
		"all of them by number": {of: check.Range{From: 1, To: 9}, inputs: [][]string{{annRow, zoeRow}}, half: true},
		"behind the end":        {of: check.Range{From: 3, To: 4}, inputs: [][]string{{annRow, zoeRow}}, refused: true, short: []int{0}},
		"behind the end of one": {of: check.Range{From: 2, To: 2}, inputs: [][]string{{annRow}, {annRow, zoeRow}}, short: []int{0}},
	}
	for name, test := range tests {
		w := learned(t, &scene{})
		var inputs []check.Input
		for _, rows := range test.inputs {
			inputs = append(inputs, input(t, rows...))
		}
		rows := checker(w, inputs...)
		rows.Range = test.of
		p := madeOf(t, t.Context(), w, Options{}, rows)
		var usage *stop.UsageError
		if err := p.NeedRows(); errors.As(err, &usage) != test.refused {
			t.Errorf("%s: %v", name, err)
		} else if test.refused && !strings.HasPrefix(usage.Message, "--rows 3-4: the longest input has 2 rows") {
			t.Errorf("%s: %q", name, usage.Message)
		}
		if short := p.Short(); !slices.Equal(short, test.short) {
			t.Errorf("%s: inputs %v are short, want %v", name, short, test.short)
		}
		if err := p.Guard(Limits{Creates: Half()}); (err != nil) != test.half {
			t.Errorf("%s: %d rows to be created: %v", name, p.Counts[Create], err)
		}
		if p.Cut = true; p.Short() != nil {
			t.Errorf("%s: inputs are short, although they were not read to their end", name)
		}
	}
}

// A share of deletes holds for each organisation by itself, a number for all of them together.
func TestAShareOfDeletesHoldsForEachOrganisation(t *testing.T) {
	t.Parallel()
	type org struct{ members, deleted, others int }
	for name, test := range map[string]struct {
		limit  string
		orgs   []org // by number, from 1
		figure string
		says   string
	}{
		"as many in each": {limit: "10%", orgs: []org{{members: 40, deleted: 4}, {members: 10, deleted: 1}}},
		"one that loses all of its few": {
			limit: "10%", orgs: []org{{members: 60}, {members: 4, deleted: 4}}, figure: "4",
			says: "of the job's contacts 4 of 4 in organisation 2 would be deleted, more than --max-deletes 10% allows in one organisation; nothing was sent",
		},
		"all that lose too many are named": {
			limit: "10%", orgs: []org{{members: 4, deleted: 2}, {members: 90, deleted: 1}, {members: 3, deleted: 3}}, figure: "6",
			says: "of the job's contacts 2 of 4 in organisation 1, 3 of 3 in organisation 3 would be deleted,",
		},
		"one contact may go anywhere": {limit: "10%", orgs: []org{{members: 60}, {members: 1, deleted: 1}, {members: 2, deleted: 1}}},
		"contacts of others": {
			limit: "10%", orgs: []org{{members: 60}, {others: 2}}, figure: "2",
			says: "0 of 0 in organisation 2 and 2 there that it did not make would be deleted",
		},
		"too many of all, too": {
			limit: "10%", orgs: []org{{members: 10}, {members: 4, deleted: 4}, {members: 5, deleted: 1}}, figure: "5",
			says: "5 of the job's 19 contacts would be deleted, more than --max-deletes 10% allows (4 of 4 in organisation 2); nothing was sent",
		},
		"all of all":             {limit: "100%", orgs: []org{{members: 3, deleted: 3}, {members: 4, deleted: 4}}},
		"a number, as many":      {limit: "4", orgs: []org{{members: 60}, {members: 4, deleted: 4}}},
		"a number, one more":     {limit: "4", orgs: []org{{members: 60, deleted: 3}, {members: 4, deleted: 2}}, figure: "5", says: "5 of the job's 64 contacts would be deleted, more than --max-deletes 4 allows; nothing was sent"},
		"an organisation hidden": {limit: "10%", orgs: []org{{members: 60, deleted: 1}, {}}},
	} {
		w := NewWorld(testKey(), byEmail())
		p := &Plan{Rows: &check.Checker{}, withTypeID: 1, world: w}
		for i, of := range test.orgs {
			o := &Org{Now: &remote.Snapshot{Listed: map[int64]bool{}}}
			w.Orgs[int64(i+1)] = o
			var made earlierRuns
			for n := range of.members + of.others {
				id := int64(n + 1)
				o.Now.Listed[id] = true
				if n < of.members {
					made = append(made, did(done, ann(), outcome.Created, id))
				}
				if n < of.deleted || n >= of.members {
					p.Deletes = append(p.Deletes, Delete{Org: int64(i + 1), ID: id})
				}
			}
			o.Before = before(t, made)
		}
		w.Orgs[99] = &Org{Before: history.Unread(testKey())} // can't be seen
		err := p.Guard(Limits{Deletes: limit(t, test.limit)})
		var stopped *stop.Error
		switch {
		case test.figure == "" && err != nil:
			t.Errorf("%s: refused: %v", name, err)
		case test.figure == "":
		case !errors.As(err, &stopped) || !slices.Equal(stopped.Passes, []stop.Pass{{Flag: "max-deletes", Figure: test.figure}}) || !strings.Contains(stopped.Message, test.says):
			t.Errorf("%s: %+v, want --max-deletes %s with %q", name, err, test.figure, test.says)
		default:
			if err := p.Guard(Limits{Deletes: limit(t, stopped.Passes[0].Figure)}); err != nil {
				t.Errorf("%s: what was advised does not let it pass: %v", name, err)
			}
		}
	}
}
