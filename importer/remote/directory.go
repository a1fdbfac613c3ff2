package remote

import (
	"context"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/mapping/lookup"
)

// Organisation is one organisation of the platform. The API tells the name of the caller's own only.
type Organisation struct {
	ID   int64
	Name string
}

// Listing is what an organisation shows of its contacts: it is complete.
type Listing struct {
	// IDs are the numbers of its contacts, Contacts those that were to be kept, as the API gave them; each once, in the
	// order in which they came.
	IDs      []int64
	Contacts []contact.Stored
	// Cached: a part came out of a cache between the API and us, also when it was asked for past the caches. It may be
	// older than it looks, and the absence of a contact from it proves nothing.
	Cached bool
}

// Glimpse is what the first page of an organisation's contacts shows: that they may be read, and which types they have.
type Glimpse struct {
	// Count is how many contacts there are; where CountKnown is false there may be more.
	Count      int
	CountKnown bool
	// Types are those that the contacts of the page have, each once, and Whole tells that there is no other page.
	Types []contact.Type
	Whole bool
}

// Directory is what a run reads from the platform. An error may be a *outcome.Refusal, where something does not exist or
// must not be seen, or a *stop.Error, which ends the run.
type Directory interface {
	MyOrganisation(ctx context.Context) (Organisation, error)
	Countries(ctx context.Context) ([]lookup.CountryRow, error)
	Contacts
}

// Contacts is the part of the platform that shows contacts.
type Contacts interface {
	// List shows keep each contact as it arrives, some perhaps twice, and keeps those of which it says so; nil keeps all.
	List(ctx context.Context, org int64, keep func(contact.Stored) bool) (Listing, error)
	// Contact asks for one contact; false: there is none of this number.
	Contact(ctx context.Context, org, id int64) (contact.Stored, bool, error)
}

// Hooks are called around each request of a call that changes something.
type Hooks struct {
	// Before is called when the request has its place in the budget, right before it leaves. Its error keeps the
	// request from leaving and ends the call with that error.
	Before func(ctx context.Context) error
	// After is called when the request's answer was read, or it failed: once for each Before that returned nil.
	After func()
}
