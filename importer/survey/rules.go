package survey

import (
	"fmt"
	"strings"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/stop"
)

// Rules are what the user decided about how rows are checked.
type Rules struct {
	// DefaultType and DefaultCountry are those of rows that name none, as the user wrote them; empty: none.
	DefaultType, DefaultCountry string
	// TypeIDs are the ids that the user gave; they go before those learned from the organisation.
	TypeIDs []contact.Type
	Lenient contact.FieldSet
}

// Make makes the rules that rows are checked by. The error is a *stop.UsageError: what the user wrote is not known.
func (r Rules) Make(countries contact.Countries, types contact.Types) (*contact.Rules, error) {
	rules := &contact.Rules{Countries: countries, Types: types, Lenient: r.Lenient}
	if r.DefaultCountry != "" {
		country, ok := countries.Lookup(r.DefaultCountry)
		if !ok {
			return nil, &stop.UsageError{
				Message: fmt.Sprintf("--country: %q is no country that is known", r.DefaultCountry),
				Hint:    nearest(countries, r.DefaultCountry),
			}
		}
		rules.DefaultCountry = country
	}
	if r.DefaultType != "" {
		t, ok := types.Lookup(r.DefaultType)
		if !ok {
			return nil, &stop.UsageError{
				Message: fmt.Sprintf("--type: %q is no contact type that is known", r.DefaultType),
				Hint:    "the types are " + quotedList(types.Names()),
			}
		}
		rules.DefaultType = t
	}
	return rules, nil
}

// NeedType refuses a run whose rows can have no type at all.
func (r Rules) NeedType(inputs []check.Input, types contact.Types) error {
	if r.DefaultType != "" {
		return nil
	}
	for _, in := range inputs {
		if !in.Maps(contact.TypeField) && !in.Source.IsEmpty() {
			return &stop.UsageError{
				Message: in.Source.Name() + ": no column says what type the contacts are, and emnify requires one",
				Hint: "give one for all with --type, or name the column with --map type=COLUMN; the types are " +
					quotedList(types.Names()),
			}
		}
	}
	return nil
}

func nearest(countries contact.Countries, text string) string {
	if near := countries.Nearest(text); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	return "give its name or its ISO code, as in --country DE"
}

func quotedList(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = fmt.Sprintf("%q", n)
	}
	return strings.Join(quoted, ", ")
}
