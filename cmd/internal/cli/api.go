package cli

import (
	"context"

	"github.com/contactsync/contactsync/importer"
	"github.com/contactsync/contactsync/importer/apply"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/emnify"
	"github.com/contactsync/contactsync/importer/outcome"

	"github.com/contactsync/contactsync/mapping/lookup"
)

// api is the client in the words of the run's ports.
type api struct{ client *emnify.Client }

func (a api) MyOrganisation(ctx context.Context) (importer.Organisation, error) {
	o, err := a.client.MyOrganisation(ctx)
	return importer.Organisation{ID: o.ID, Name: o.Name}, err
}

func (a api) Countries(ctx context.Context) ([]lookup.CountryRow, error) {
	rows, err := a.client.Countries(ctx)
	table := make([]lookup.CountryRow, len(rows))
	for i, r := range rows {
		table[i] = lookup.CountryRow{ID: r.ID, Name: r.Name, ISO: r.ISO}
	}
	return table, err
}

func (a api) List(ctx context.Context, org int64, keep func(contact.Stored) bool) (apply.Listing, error) {
	l, err := a.client.List(ctx, org, keep)
	return apply.Listing{IDs: l.IDs, Contacts: l.Contacts, Cached: l.Cached}, err
}

func (a api) Contact(ctx context.Context, org, id int64) (contact.Stored, bool, error) {
	return a.client.Contact(ctx, org, id)
}

func (a api) DeleteContact(ctx context.Context, org, id int64, h apply.Hooks) (outcome.Receipt, error) {
	return a.client.DeleteContact(ctx, org, id, emnify.Hooks{Before: h.Before, After: h.After})
}

func (a api) UpdateContact(ctx context.Context, org, id int64, c contact.Contact, fields []contact.Field, h apply.Hooks) (outcome.Receipt, error) {
	return a.client.UpdateContact(ctx, org, id, c, fields, emnify.Hooks{Before: h.Before, After: h.After})
}

func (a api) CreateContact(ctx context.Context, org int64, c contact.Contact, h apply.Hooks) (outcome.Receipt, error) {
	return a.client.CreateContact(ctx, org, c, emnify.Hooks{Before: h.Before, After: h.After})
}
