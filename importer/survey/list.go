package survey

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/stop"
)

// Listing is what an organisation shows, with what counts of the contacts that are not kept.
type Listing struct {
	remote.Listing
	// Refused is why it can't be seen; nil if it can.
	Refused error
	types   []contact.Type // each once
	hashes  map[int64]contact.FieldHashes
}

// List reads what each organisation has. One that can't be seen costs its own rows, unless it is the only one.
// keeper makes what decides which contacts are kept themselves.
func (s *Survey) List(ctx context.Context, w *plan.World, keeper func(*plan.Org, *Listing) func(contact.Stored) bool) (map[int64]*Listing, error) {
	lists := map[int64]*Listing{}
	for _, org := range w.Numbers() {
		l := &Listing{hashes: map[int64]contact.FieldHashes{}}
		lists[org] = l
		listing, err := s.Directory.List(ctx, org, keeper(w.Orgs[org], l))
		var refusal *outcome.Refusal
		switch {
		case errors.As(err, &refusal) && len(w.Orgs) > 1:
			l.Refused = refusal
		case errors.As(err, &refusal):
			return nil, &stop.Error{
				Cause:   stop.CauseForbidden,
				Message: fmt.Sprintf("organisation %d can't be read with this application token", org),
				Hint:    "check --org, and that the token belongs to this organisation or to one above it",
				Err:     err,
			}
		case err != nil:
			return nil, err
		}
		if listing.Cached {
			s.Log.Warn().Int64("org", org).Msg("the organisation's listing came from a cache: what others made a moment ago may be missing from it")
		}
		l.Listing = listing
	}
	return lists, nil
}

// typesOf are the types whose ids the user gave, and behind them those that the organisations' contacts show.
func (s *Survey) typesOf(lists map[int64]*Listing) []contact.Type {
	types := slices.Clone(s.Rules.TypeIDs)
	seen := map[contact.Type]bool{}
	for _, org := range slices.Sorted(maps.Keys(lists)) {
		for _, shown := range lists[org].types {
			if !seen[shown] {
				seen[shown] = true
				types = append(types, shown)
			}
		}
	}
	return types
}
