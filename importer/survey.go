package importer

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/contactsync/contactsync/importer/settle"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/stop"

	"github.com/contactsync/contactsync/mapping/lookup"
)

// territory is one organisation of the run: what it has, and what earlier runs left unclear there.
type territory struct {
	name     string
	scope    ledger.Scope
	found    []contact.Stored              // what it has that may be a row's, until it is indexed
	ids      []int64                       // of all that it has
	types    []contact.Type                // the same, each once
	prints   map[int64]contact.FieldHashes // of what is not kept itself, where a plan is saved
	shownIDs []int64                       // of what the last listing showed
	// refused is why the organisation can't be seen; nil if it can.
	refused error
	// before is what earlier runs know of its rows, notes what was found out of those that were in doubt.
	before    *history.Org
	late      []history.LateDuplicate // that earlier runs made, and that are still there
	notes     map[contact.Hash][]outcome.Note
	settled   map[outcome.Status]int // how many of the lost attempts turned out so
	baselines *history.Baselines
	listed    map[int64]bool    // the ids of today's listing
	mu        sync.Mutex        // guards the witnesses, the nameless and the naming while rows are sent
	witnesses []history.Witness // contacts that this run made, by their 201
	nameless  []settle.InDoubt  // contacts that this run made and whose ids no answer told
	naming    namings           // the ids that answers told
	// later is what it had when it was listed again while rows were sent; nil if it was not.
	later *remote.Index

	// What a sync knows besides: the contacts as they were shown, what they looked like when a run of ours had written
	// them, and the rows that are about them.
	raw     map[int64]contact.Stored
	shown   map[int64]contact.FieldHashes
	targets map[int64]int
	// missing are contacts that rows to be created had, as the ledger knows, and that today's listing does not show.
	missing []int64
	// now is what they looked like when they were listed again while rows were sent; nil if they were not.
	now map[int64]contact.FieldHashes
	// agreed is what contacts look like on which file and portal say the same again.
	agreed map[int64]contact.FieldHashes
	// stored are the fields that this run's updates leave as they are, since the service makes that of what the row says.
	stored map[int64][]contact.Field
}

// survey learns what rows are checked against: the organisations, their contacts, countries and types. What it could
// not learn is in its error; the run then still tells of every row whether it is valid.
func (r *run) survey(ctx context.Context) error {
	if err := r.organisations(ctx); err != nil {
		return err
	}
	if err := r.lock(ctx, r.addAbandoned); err != nil {
		return err
	}
	if err := r.begin(ctx); err != nil {
		return err
	}
	rows, err := r.countryTable(ctx)
	if err != nil {
		return err
	}
	countries := lookup.Countries(rows)
	if err := r.seek(ctx, countries); err != nil {
		return err
	}
	if err := r.recollect(ctx); err != nil {
		return err
	}
	if !r.DryRun {
		if err := r.useRules(countries, lookup.Types(r.TypeIDs, false)); err != nil {
			return err
		}
		if err := r.settleEarlier(ctx); err != nil {
			return err
		}
	}
	if err := r.list(ctx, r.keeper); err != nil {
		return err
	}
	r.learnTypes()
	if err := r.useRules(countries, lookup.Types(r.types, true)); err != nil {
		return err
	}
	return r.compare(ctx)
}

// countryTable asks for the countries. One that may not be read ends the run, with a report of what is known of its rows.
func (r *run) countryTable(ctx context.Context) ([]lookup.CountryRow, error) {
	rows, err := r.Directory.Countries(ctx)
	var refusal *outcome.Refusal
	if errors.As(err, &refusal) {
		return nil, &stop.Error{
			Cause: stop.CauseForbidden, Message: "the API does not let this application token read the countries", Err: err,
			Hint: "give the application the right to read them in the emnify portal; nothing was sent",
		}
	}
	return rows, err
}

// organisations finds out which organisations the rows belong to.
func (r *run) organisations(ctx context.Context) error {
	org := remote.Organisation{ID: r.Org}
	my, err := r.Directory.MyOrganisation(ctx)
	var refusal *outcome.Refusal
	if errors.As(err, &refusal) {
		return &stop.Error{
			Cause: stop.CauseForbidden, Message: "the API does not tell the application token's own organisation", Err: err,
			Hint: "check --api-url, and that the token is that of an application of this organisation",
		}
	}
	if err != nil {
		return err
	}
	if org.ID == 0 || org.ID == my.ID {
		org = my
	}
	r.checker.Org = org.ID
	r.territories = map[int64]*territory{}
	if !r.namesOrganisations() {
		r.addTerritory(org.ID, org.Name)
		return nil
	}
	for row, err := range r.checker.Rows(ctx, check.Selection{}) {
		if err != nil {
			return err
		}
		if row.Valid() || row.Checked.Org != 0 {
			r.addTerritory(row.Org, "")
		}
	}
	if err := r.addAbandoned(ctx); err != nil {
		return err
	}
	if t := r.territories[org.ID]; t != nil {
		t.name = org.Name
	}
	return nil
}

func (r *run) addTerritory(id int64, name string) {
	if r.territories[id] == nil {
		r.territories[id] = &territory{
			name: name, scope: ledger.Scope{Host: r.Host, Org: id}, notes: map[contact.Hash][]outcome.Note{},
			before: history.Unread(r.key()), baselines: history.NewBaselines(r.Ledger, ledger.Scope{Host: r.Host, Org: id}),
		}
	}
}

func (r *run) namesOrganisations() bool {
	return slices.ContainsFunc(r.Inputs, func(in check.Input) bool { return in.Maps(contact.Org) })
}

// orgs returns the numbers of the run's organisations, ascending, so that runs lock them in the same order.
func (r *run) orgs() []int64 { return slices.Sorted(maps.Keys(r.territories)) }

// list reads what each organisation has. One that can't be seen costs its own rows, unless it is the only one.
// keeper makes what decides which contacts are kept themselves.
func (r *run) list(ctx context.Context, keeper func(*territory) func(contact.Stored) bool) error {
	r.listedAt = time.Now()
	for _, org := range r.orgs() {
		t := r.territories[org]
		listing, err := r.Directory.List(ctx, org, keeper(t))
		var refusal *outcome.Refusal
		switch {
		case errors.As(err, &refusal) && len(r.territories) > 1:
			t.refused = refusal
		case errors.As(err, &refusal):
			return &stop.Error{
				Cause:   stop.CauseForbidden,
				Message: fmt.Sprintf("organisation %d can't be read with this application token", org),
				Hint:    "check --org, and that the token belongs to this organisation or to one above it",
				Err:     err,
			}
		case err != nil:
			return err
		}
		if listing.Cached {
			r.Log.Warn().Int64("org", org).Msg("the organisation's listing came from a cache: what others made a moment ago may be missing from it")
		}
		t.found = listing.Contacts
		t.shownIDs = listing.IDs
		t.note(listing.IDs)
	}
	return nil
}

// note takes note of which contacts there are. What there was before the first write stays what it was: it tells which
// contacts our requests may have made.
func (t *territory) note(ids []int64) {
	if t.listed != nil {
		t.sight(ids)
		return
	}
	t.ids, t.listed = ids, make(map[int64]bool, len(ids))
	for _, id := range ids {
		t.listed[id] = true
	}
}

// learnTypes adds the types that the organisations' contacts show behind those whose ids the user gave.
func (r *run) learnTypes() {
	r.types = slices.Clone(r.TypeIDs)
	seen := map[contact.Type]bool{}
	for _, org := range r.orgs() {
		for _, shown := range r.territories[org].types {
			if !seen[shown] {
				seen[shown] = true
				r.types = append(r.types, shown)
			}
		}
	}
}

// useRules makes the rules that rows are checked by.
func (r *run) useRules(countries contact.Countries, types contact.Types) error {
	rules := &contact.Rules{Countries: countries, Types: types, Lenient: r.Lenient}
	if r.DefaultCountry != "" {
		country, ok := countries.Lookup(r.DefaultCountry)
		if !ok {
			return &stop.UsageError{
				Message: fmt.Sprintf("--country: %q is no country that is known", r.DefaultCountry),
				Hint:    nearest(countries, r.DefaultCountry),
			}
		}
		rules.DefaultCountry = country
	}
	if r.DefaultType != "" {
		t, ok := types.Lookup(r.DefaultType)
		if !ok {
			return &stop.UsageError{
				Message: fmt.Sprintf("--type: %q is no contact type that is known", r.DefaultType),
				Hint:    "the types are " + quotedList(types.Names()),
			}
		}
		rules.DefaultType = t
	}
	r.checker.Rules = rules
	return nil
}

func nearest(countries contact.Countries, text string) string {
	if near := countries.Nearest(text); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "give its name or its ISO code, as in --country DE"
}

// compare makes the organisations' contacts, and what earlier runs left unclear, ready to be asked for a row.
func (r *run) compare(ctx context.Context) error {
	r.checker.Existing = map[int64]*remote.Index{}
	for _, org := range r.orgs() {
		t := r.territories[org]
		if t.refused != nil {
			continue
		}
		r.checker.Existing[org] = remote.NewIndex(r.key(), r.Match, r.checker.Rules, org, t.found)
		t.late = t.before.LateDuplicates(t.listed)
		for _, l := range t.late {
			stays := l.Attempt.Result.Receipt.ContactID
			note := outcome.Note{Code: outcome.CodeTwice, IDs: append([]int64{stays}, l.Seconds...)}
			t.notes[l.Attempt.Row.Content] = append(t.notes[l.Attempt.Row.Content], note)
		}
		if r.Sync != nil {
			if err := r.prepareSync(ctx, t); err != nil {
				return ledger.Unreadable(err)
			}
		}
		t.found = nil
		if err := t.before.LoadDoubts(ctx, r.Ledger, t.scope); err != nil {
			return err
		}
	}
	return nil
}

// prepareSync keeps of an organisation's contacts what a sync needs to change them.
func (r *run) prepareSync(ctx context.Context, t *territory) (err error) {
	t.targets, t.agreed = map[int64]int{}, map[int64]contact.FieldHashes{}
	t.stored = map[int64][]contact.Field{}
	t.raw = make(map[int64]contact.Stored, len(t.found))
	for _, s := range t.found {
		t.raw[s.ID] = s
	}
	if !r.About.Simulated { // what contacts looked like in an earlier rehearsal, others of these numbers had
		t.shown, err = r.Ledger.FieldHashes(ctx, t.scope)
	}
	if t.shown == nil {
		t.shown = map[int64]contact.FieldHashes{}
	}
	return err
}

// recollect reads from the ledger what earlier runs know of the run's organisations.
func (r *run) recollect(ctx context.Context) (err error) {
	if r.runs, err = history.LoadRuns(ctx, r.Ledger, r.About, time.Now().Add(-r.Settle)); err != nil {
		return err
	}
	for _, org := range r.orgs() {
		t := r.territories[org]
		if t.before, err = r.runs.Load(ctx, r.Ledger, t.scope, r.needles.noteKnown); err != nil {
			return err
		}
	}
	return nil
}
