package ready

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/mapping/lookup"
)

// API is what is asked of it.
type API interface {
	// Reach asks without a token, and tells how far the API's clock is before ours, if it tells.
	Reach(ctx context.Context) (ahead time.Duration, known bool, err error)
	// Authenticate gets the token of all further calls, once, and tells how long it lives; 0: it does not say.
	Authenticate(ctx context.Context) (life time.Duration, err error)
	MyOrganisation(ctx context.Context) (remote.Organisation, error)
	Glimpse(ctx context.Context, org int64) (remote.Glimpse, error)
	Countries(ctx context.Context) ([]lookup.CountryRow, error)
}

// Token is the application token as far as this machine knows it.
type Token struct {
	// From says where it is from, Missing why there is none, Open that everybody on this machine may read or change its file.
	From    string
	Missing error
	Open    bool
}

// service looks at the API, and returns the number of the organisation that a run works on; 0: it is not known.
func (c *Check) service(ctx context.Context, tell func(Finding)) (home int64) {
	home = c.Org
	ahead, known, err := c.reach(ctx)
	reached := c.address(err)
	tell(reached)
	away := ""
	if reached.Status != OK {
		away = "the API does not answer"
		if reached.Status == Skipped || c.API == nil {
			away = "nothing was sent to the API"
		}
	}
	tell(c.clock(ahead, known, away))

	token := c.token(ctx, away)
	tell(token)
	if token.Status == Failed && away == "" {
		away = "there is no token to ask with"
	}
	if token.Status == Skipped && away == "" {
		away = strings.TrimPrefix(token.Found, "not tried, since ")
	}

	org, contacts, shown := c.organisation(ctx, away, &home)
	tell(org)
	tell(contacts)
	tell(c.countries(ctx, away))
	tell(c.types(shown))
	return home
}

func (c *Check) reach(ctx context.Context) (ahead time.Duration, known bool, err error) {
	if c.API == nil {
		return 0, false, c.Unusable
	}
	return c.API.Reach(ctx)
}

func (c *Check) address(err error) Finding {
	const name = "api"
	through := ""
	if c.Proxy != "" {
		through = " through the proxy " + c.Proxy
	}
	if err != nil {
		found := c.failed(name, err)
		if through != "" && c.API != nil {
			found.Found += " (asked" + through + ")"
		}
		return found
	}
	if c.Simulated {
		return Finding{name, OK, "a simulator of our own answers", ""}
	}
	return Finding{name, OK, c.Address + " answers" + through, ""}
}

// maxAhead is how far two clocks may be apart that are set by the network, with much to spare.
const maxAhead = time.Minute

// clock compares ours with the API's. No decision about a row hangs on it, but what people read does.
func (c *Check) clock(ahead time.Duration, known bool, away string) Finding {
	const name = "clock"
	switch {
	case away != "":
		return skipped(name, away)
	case !known:
		return Finding{name, Warning, "the API's answer does not tell its time", "compare this machine's clock with another one"}
	case ahead.Abs() <= maxAhead:
		return Finding{name, OK, "no more than a minute from the API's", ""}
	}
	side := "behind"
	if ahead < 0 {
		side = "ahead of"
	}
	return Finding{
		name, Warning, fmt.Sprintf("this machine is about %s %s the API", span(ahead.Abs().Round(10*time.Second)), side),
		"set it by the network (NTP): the times in report, log and history are off by that, and certificates may be taken for expired",
	}
}

func (c *Check) token(ctx context.Context, away string) Finding {
	const name = "token"
	if c.Token.Missing != nil {
		return c.failed(name, c.Token.Missing)
	}
	if away != "" {
		f := skipped(name, away)
		f.Found = "from " + c.Token.From + "; " + f.Found
		return f
	}
	life, err := c.API.Authenticate(ctx)
	if err != nil {
		return c.failed(name, err)
	}
	f := Finding{name, OK, "from " + c.Token.From + ", accepted", ""}
	if life > 0 {
		f.Found += fmt.Sprintf("; what it gives lives for %s, and a run renews it", span(life))
	}
	if c.Token.Open {
		f.Status = Warning
		f.Found += "; everybody on this machine may read or change its file"
		f.Fix = "chmod 600 it, and make a new token if others were there"
	}
	return f
}

// organisation looks at whose contacts a run would work on, and whether they may be read: what the API has no other way to
// tell.
func (c *Check) organisation(ctx context.Context, away string, home *int64) (org, contacts Finding, shown *remote.Glimpse) {
	const name, nameContacts = "organisation", "contacts"
	if away != "" {
		return skipped(name, away), skipped(nameContacts, away), nil
	}
	my, err := c.API.MyOrganisation(ctx)
	if err != nil {
		org = c.failed(name, err)
		if refused(err) {
			org.Found = "the API does not tell the application token's own organisation: " + err.Error()
			org.Fix = "check --api-url, and that the token is that of an application of this organisation"
		}
		if c.Org == 0 {
			return org, skipped(nameContacts, "the organisation is not known"), nil
		}
	} else {
		org = Finding{name, OK, named(my), ""}
		if c.Org == 0 || c.Org == my.ID {
			*home = my.ID
		} else {
			org.Found = fmt.Sprintf("%d, asked for as %s", c.Org, named(my))
		}
	}
	seen, err := c.API.Glimpse(ctx, *home)
	switch {
	case err == nil:
		return org, Finding{nameContacts, OK, numbered(seen), ""}, &seen
	case refused(err) && *home != my.ID && org.Status == OK:
		org.Status, org.Found = Failed, fmt.Sprintf("%d can't be read with this application token, which is that of %s: %v", *home, named(my), err)
		org.Fix = "check --org, and that the token belongs to this organisation or to one above it"
		return org, skipped(nameContacts, fmt.Sprintf("organisation %d can't be read", *home)), nil
	case refused(err):
		contacts = c.failed(nameContacts, err)
		contacts.Fix = "give the application the right to manage contacts in the emnify portal"
		return org, contacts, nil
	}
	return org, c.failed(nameContacts, err), nil
}

func refused(err error) bool {
	var refusal *outcome.Refusal
	return errors.As(err, &refusal)
}

func named(o remote.Organisation) string {
	if o.Name == "" {
		return strconv.FormatInt(o.ID, 10)
	}
	return fmt.Sprintf("%d, %s", o.ID, o.Name)
}

func numbered(g remote.Glimpse) string {
	if !g.CountKnown {
		return "may be read: " + counted(g.Count, "contact") + " on the first page"
	}
	return "may be read: " + counted(g.Count, "contact")
}

func (c *Check) countries(ctx context.Context, away string) Finding {
	const name = "countries"
	table, found := lookup.Offline(), skipped(name, away)
	if away == "" {
		rows, err := c.API.Countries(ctx)
		switch {
		case refused(err):
			found = c.failed(name, err)
			found.Fix = "give the application the right to read countries in the emnify portal"
		case err != nil:
			found = c.failed(name, err)
		default:
			table, found = lookup.Countries(rows), Finding{name, OK, counted(len(rows), "row") + " in the API's table", ""}
		}
	}
	if c.Country == "" {
		return found
	}
	country, ok := table.Lookup(c.Country)
	switch {
	case !ok:
		fix := "give its name or its ISO code, as in --country DE"
		if near := table.Nearest(c.Country); near != "" {
			fix = fmt.Sprintf("did you mean %q?", near)
		}
		return Finding{name, Failed, fmt.Sprintf("--country: %q is no country that is known", c.Country), fix}
	case found.Status != OK:
		return found
	case country.ID == 0:
		return Finding{
			name, Warning, fmt.Sprintf("%s; %q is %s, which it does not have", found.Found, c.Country, country.Name),
			"rows without a country of their own are sent without one only with --lenient country, else refused",
		}
	}
	found.Found += fmt.Sprintf("; %q is %s", c.Country, country.Name)
	return found
}

// types tells which contact types have ids that are known: a run that needs another one has rows that are not sent.
func (c *Check) types(shown *remote.Glimpse) Finding {
	const name = "contact types"
	known, whole := c.TypeIDs, false
	if shown != nil {
		known, whole = append(known[:len(known):len(known)], shown.Types...), shown.Whole
	}
	table := lookup.Types(known, true)
	names := table.Names()
	if c.TypeName == "" {
		switch {
		case len(names) > 0:
			return Finding{name, OK, "known: " + strings.Join(names, ", "), ""}
		case shown == nil:
			return skipped(name, "no contact could be read to learn them from")
		}
		return Finding{
			name, Warning, "none is known: the organisation has no contact to learn their ids from",
			"give the number of each type that rows have, as in --type-id Technical=2, or make one contact of it in the portal",
		}
	}
	t, ok := table.Lookup(c.TypeName)
	switch {
	case !ok:
		return Finding{
			name, Warning, fmt.Sprintf("--type: %q is no contact type that is known, and a run would refuse it", c.TypeName),
			"the types are " + strings.Join(lookup.Types(c.TypeIDs, false).Names(), ", "),
		}
	case t.ID != 0 && t.Name == "":
		return Finding{name, OK, fmt.Sprintf("the number %d is taken as it is", t.ID), ""}
	case t.ID != 0:
		return Finding{name, OK, fmt.Sprintf("%q has the number %d", t.Name, t.ID), ""}
	case shown == nil:
		return skipped(name, fmt.Sprintf("no contact could be read to learn the number of %q from", t.Name))
	}
	where := "the organisation has no contact of it"
	if !whole {
		where = "the first page of the organisation's contacts has none of it, and a run reads them all"
	}
	return Finding{
		name, Warning, fmt.Sprintf("the number of %q is not known: %s", t.Name, where),
		fmt.Sprintf("--type-id %s, or make one contact of that type in the portal", quotedFlag(t.Name)),
	}
}

// quotedFlag is what gives a type's number, as a shell takes it.
func quotedFlag(typeName string) string {
	if strings.Contains(typeName, " ") {
		return fmt.Sprintf("%q", typeName+"=NUMBER")
	}
	return typeName + "=NUMBER"
}
