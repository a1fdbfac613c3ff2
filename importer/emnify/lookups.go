package emnify

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"github.com/contactsync/contactsync/importer/emnify/decode"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/mapping/lookup"
)

const (
	myOrganisationPath = "/api/v1/organisation/my"
	countriesPath      = "/api/v1/country"
)

// MyOrganisation is the one that the token belongs to.
func (c *Client) MyOrganisation(ctx context.Context) (remote.Organisation, error) {
	type organisation struct {
		ID   decode.Number `json:"id"`
		Name decode.Text   `json:"name"`
	}
	var got organisation
	_, err := c.read(ctx, myOrganisationPath, 0, nil, func(_ http.Header, body []byte) error {
		got = organisation{}
		if json.Unmarshal(body, &got) != nil || got.ID <= 0 {
			return decode.ErrNotJSON
		}
		return nil
	})
	if err != nil {
		return remote.Organisation{}, fmt.Errorf("looking up the own organisation: %w", err)
	}
	return remote.Organisation{ID: int64(got.ID), Name: string(got.Name)}, nil
}

// The real table has 227 rows and some 30 KB. All of it is held.
const (
	maxCountries    = 10_000
	maxCountryTable = 4 << 20
)

// countryRow is a row as the API sends it.
type countryRow struct {
	ID   decode.Number `json:"id"`
	Name decode.Text   `json:"name"`
	ISO  decode.Text   `json:"iso_code"`
}

// key tells rows apart: those with the id 0, networks that belong to no country, differ in their names.
func (r *countryRow) key() (string, error) { return fmt.Sprintf("%d %s", r.ID, r.Name), nil }

// Countries is the country table.
func (c *Client) Countries(ctx context.Context) ([]lookup.CountryRow, error) {
	_, rows, _, err := list(ctx, c, collection[countryRow, string]{
		template: countriesPath, query: url.Values{"geographic": {"true"}}, key: (*countryRow).key,
		most: maxCountries, size: maxCountryTable,
	})
	if err != nil {
		return nil, fmt.Errorf("reading the country table: %w", err)
	}
	countries := make([]lookup.CountryRow, len(rows))
	for i, r := range rows {
		countries[i] = lookup.CountryRow{ID: int(r.ID), Name: string(r.Name), ISO: string(r.ISO)}
	}
	return countries, nil
}

// read makes a GET until its answer is accepted, and gives the answer's header. Its errors are a *outcome.Refusal if the API says no, the context's
// cause if that ended, and else a *stop.Error: no run goes on without what it wanted to know.
func (c *Client) read(ctx context.Context, template string, org int64, query url.Values, accept func(http.Header, []byte) error) (http.Header, error) {
	return c.answered(ctx, &call{template: template, org: org, accept: accept}, query)
}

// readList is read for an answer that is checked as it arrives.
func (c *Client) readList(ctx context.Context, cl *call, query url.Values) (http.Header, error) {
	return c.answered(ctx, cl, query)
}

func (c *Client) answered(ctx context.Context, cl *call, query url.Values) (http.Header, error) {
	resp, err := c.get(ctx, cl, query) //nolint:bodyclose // the wire has read and closed it
	switch {
	case err != nil:
		return nil, err
	case resp.StatusCode != http.StatusOK:
		return nil, refusal(apiError(cl, http.MethodGet, resp))
	default:
		return resp.Header, nil
	}
}

// get makes a GET until it has an answer that stands: one that is accepted, or a refusal. Its errors are those of read.
func (c *Client) get(ctx context.Context, cl *call, query url.Values) (*http.Response, error) {
	resp, req, err := c.roundTrip(ctx, cl, http.MethodGet, query)
	switch {
	case err != nil:
		return nil, stopUnlessCancelled(req, err, &c.wire.answered)
	case resp.StatusCode == http.StatusOK && cl.check(resp) == nil, refused(resp.StatusCode):
		return resp, nil
	default:
		return nil, noUseStop(cl, req, resp)
	}
}
