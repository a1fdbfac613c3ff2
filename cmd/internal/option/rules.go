package option

import (
	"strings"

	"github.com/spf13/pflag"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/dedupe"
	"github.com/contactsync/contactsync/importer/plan"
)

// Rules say what a row must be.
type Rules struct {
	TypeName, Country string
	Match             contact.Match
	OnDuplicate       dedupe.OnDuplicate
	Lenient           contact.FieldSet
	Rows              check.Range
	MaxInvalid        plan.Limit
	AcceptInvalid     plan.Limit
	AllowEmpty        bool
	FailOn            Findings
}

// Register makes the flags.
func (o *Rules) Register(flags *pflag.FlagSet) error {
	registerDefaults(flags, &o.TypeName, &o.Country)
	var err error
	if o.Match, err = DefaultMatch(); err != nil {
		return err
	}
	flags.Var(NewValue(&o.Match, defaultMatch, "FIELDS", contact.ParseMatch), "match-on", "what makes two contacts the same")
	o.OnDuplicate = dedupe.KeepFirst
	RegisterChoice(flags, &o.OnDuplicate, "on-duplicate",
		"rows that are the same contact: the first or the last one counts, merge fills the blanks of the first from the later ones, error makes the later ones invalid",
		dedupe.KeepFirst, dedupe.KeepLast, dedupe.KeepMerged, dedupe.KeepError)
	flags.Var(NewValue(&o.Lenient, "", "FIELDS", parseLenient), "lenient",
		"keep values of "+strings.Join(lenientFields(), ", ")+" that do not pass their rule, with a warning")
	SetWords(flags, "lenient", lenientFields()...)
	flags.Var(NewValue(&o.Rows, "", "A-B", parseRange), "rows", "take only these data rows: a trial")
	if o.MaxInvalid, err = plan.ParseLimit("100%"); err != nil {
		return err
	}
	flags.Var(NewValue(&o.MaxInvalid, "100%", "N|P%", plan.ParseLimit), "max-invalid",
		"more invalid rows than this stop the run before anything is sent")
	flags.Var(NewValue(&o.AcceptInvalid, "0", "N|P%", plan.ParseLimit), "accept-invalid",
		"up to so many invalid rows leave the exit code 0")
	flags.BoolVar(&o.AllowEmpty, "allow-empty", false,
		"a file without a valid row ends well (exit code 0) unless more rows are invalid than --accept-invalid allows: for a job whose file may be empty; it prunes nothing")
	flags.Var(NewList((*[]string)(&o.FailOn), "WORD,...", parseFindings), "fail-on",
		"what makes the exit code 3 where it would be 0: statuses (duplicate, exists), warning, related, unmapped, codes (email.domain) and beginnings of codes (email.)")
	return nil
}

// registerDefaults asks for what rows have that name none.
func registerDefaults(flags *pflag.FlagSet, typeName, country *string) {
	flags.StringVar(typeName, "type", "", "the contact type of rows that name none, by name or id; a contact that is there keeps its own")
	FromEnv(flags, "type", "CONTACTSYNC_TYPE")
	flags.StringVar(country, "country", "", "the country of rows that name none, by name or ISO code; national phone numbers are read by it, and a contact that is there keeps its own")
	FromEnv(flags, "country", "CONTACTSYNC_COUNTRY")
}

// defaultMatch is what makes two contacts the same unless the user says otherwise.
const defaultMatch = "type,email"

// DefaultMatch is that in the form of a run.
func DefaultMatch() (contact.Match, error) { return contact.ParseMatch(defaultMatch) }
