// Package export reads what organisations have, to be written down.
package export

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/stop"

	"github.com/contactsync/contactsync/mapping/lookup"
)

// Export is what some organisations have, read to be written down. It only reads.
type Export struct {
	Directory remote.Directory
	// Orgs are the organisations, each once; 0 is the caller's own.
	Orgs []int64
	Log  zerolog.Logger
}

// Part is one organisation's part of an export.
type Part struct {
	Org int64
	// Contacts are in the order of their ids, so that two exports of the same contacts are the same.
	Contacts []contact.Stored
	// Refused is why the organisation can't be read; nil if it can.
	Refused *outcome.Refusal
}

// Writer takes contacts as they are to stand in a file.
type Writer interface {
	Write(id, org int64, d contact.Draft) error
}

// Run reads the organisations and writes their contacts, texts as the API has them, type and country in words that an
// import of the file reads back as the same type and country. One of several organisations that can't be read is left
// out, and told in what Run returns; is there nothing else to write, it is an error. write is called once everything has
// been read, so that nothing is begun that can't be completed.
func (e *Export) Run(ctx context.Context, write func() (Writer, error)) ([]Part, error) {
	parts, err := e.read(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := e.Directory.Countries(ctx)
	if err != nil {
		return nil, err
	}
	w, err := write()
	if err != nil {
		return nil, err
	}
	words := wording{lookup.Countries(rows), lookup.Types(typesOf(parts), true)}
	for _, part := range parts {
		for _, s := range part.Contacts {
			d := s.Draft
			d.Type, d.Country = words.ofType(s), words.ofCountry(s)
			if err := w.Write(s.ID, s.Org, d); err != nil {
				return nil, err
			}
		}
	}
	return parts, nil
}

func (e *Export) read(ctx context.Context) ([]Part, error) {
	orgs, err := e.numbers(ctx)
	if err != nil {
		return nil, err
	}
	var parts []Part
	visible := 0
	for _, org := range orgs {
		listing, err := e.Directory.List(ctx, org, nil)
		var refusal *outcome.Refusal
		if err != nil && !errors.As(err, &refusal) {
			return nil, err
		}
		if err == nil {
			visible++
		}
		if listing.Cached {
			e.Log.Warn().Int64("org", org).Msg("the organisation's listing came from a cache: what was changed a moment ago may be missing from it")
		}
		slices.SortFunc(listing.Contacts, func(a, b contact.Stored) int { return cmp.Compare(a.ID, b.ID) })
		parts = append(parts, Part{Org: org, Contacts: listing.Contacts, Refused: refusal})
	}
	if visible == 0 {
		return nil, &stop.Error{
			Cause:   stop.CauseForbidden,
			Message: fmt.Sprintf("%s can't be read with this application token", organisationList(orgs)),
			Hint:    "check --org, and that the token belongs to this organisation or to one above it",
			Err:     parts[0].Refused,
		}
	}
	return parts, nil
}

// numbers resolves the caller's own organisation, and drops what is named twice.
func (e *Export) numbers(ctx context.Context) ([]int64, error) {
	var orgs []int64
	for _, org := range e.Orgs {
		if org == 0 {
			my, err := e.Directory.MyOrganisation(ctx)
			if err != nil {
				return nil, err
			}
			org = my.ID
		}
		if !slices.Contains(orgs, org) {
			orgs = append(orgs, org)
		}
	}
	return orgs, nil
}

func organisationList(orgs []int64) string {
	if len(orgs) == 1 {
		return fmt.Sprintf("organisation %d", orgs[0])
	}
	return fmt.Sprintf("none of the %d organisations", len(orgs))
}

// typesOf are the types that the contacts have, by organisation as an import of them learns them.
func typesOf(parts []Part) []contact.Type {
	parts = slices.Clone(parts)
	slices.SortFunc(parts, func(a, b Part) int { return cmp.Compare(a.Org, b.Org) })
	var types []contact.Type
	seen := map[contact.Type]bool{}
	for _, part := range parts {
		for _, s := range part.Contacts {
			if s.Type.ID != 0 && !seen[s.Type] {
				seen[s.Type] = true
				types = append(types, s.Type)
			}
		}
	}
	return types
}

// wording finds the words for types and countries.
type wording struct {
	countries contact.Countries
	types     contact.Types
}

// ofType is the type's name if that is read back as this type, else its number.
func (w wording) ofType(s contact.Stored) string {
	if s.Type.ID == 0 {
		return cmp.Or(s.Type.Name, s.Draft.Type)
	}
	if t, ok := w.types.Lookup(s.Type.Name); ok && t.ID == s.Type.ID {
		return s.Type.Name
	}
	return strconv.Itoa(s.Type.ID)
}

// ofCountry is the country's name as the API shows it, or another word, if it is read back as this country; else its
// number, which is no country that is known: a wrong country would be worse.
func (w wording) ofCountry(s contact.Stored) string {
	if s.Country.ID == 0 {
		return cmp.Or(s.Country.Name, s.Draft.Country)
	}
	c, known := w.countries.ByID(s.Country.ID)
	if known {
		for _, text := range [...]string{s.Country.Name, c.Name, c.ISO} {
			if got, ok := w.countries.Lookup(text); ok && got.ID == c.ID {
				return text
			}
		}
	}
	return strconv.Itoa(s.Country.ID)
}
