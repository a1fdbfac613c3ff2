package cli

import (
	"strings"

	"github.com/spf13/pflag"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/dedupe"
	"github.com/contactsync/contactsync/importer/plan"
)

// ruleFlags say what a row must be.
type ruleFlags struct {
	typeName, country string
	match             contact.Match
	onDuplicate       dedupe.OnDuplicate
	lenient           contact.FieldSet
	rows              check.Range
	maxInvalid        plan.Limit
	acceptInvalid     plan.Limit
	failOn            findings
}

func (o *ruleFlags) register(flags *pflag.FlagSet) error {
	flags.StringVar(&o.typeName, "type", "", "the contact type of rows that name none, by name or id")
	fromEnv(flags, "type", "CONTACTSYNC_TYPE")
	flags.StringVar(&o.country, "country", "", "the country of rows that name none, by name or ISO code; national phone numbers are read by it")
	fromEnv(flags, "country", "CONTACTSYNC_COUNTRY")
	var err error
	if o.match, err = parseDefaultMatch(); err != nil {
		return err
	}
	flags.Var(newValue(&o.match, defaultMatch, "FIELDS", contact.ParseMatch), "match-on", "what makes two contacts the same")
	o.onDuplicate = dedupe.KeepFirst
	registerChoice(flags, &o.onDuplicate, "on-duplicate",
		"rows that are the same contact: the first or the last one counts, merge fills the blanks of the first from the later ones, error makes the later ones invalid",
		dedupe.KeepFirst, dedupe.KeepLast, dedupe.KeepMerged, dedupe.KeepError)
	flags.Var(newValue(&o.lenient, "", "FIELDS", parseLenient), "lenient",
		"keep values of "+strings.Join(lenientFields(), ", ")+" that do not pass their rule, with a warning")
	setWords(flags, "lenient", lenientFields()...)
	flags.Var(newValue(&o.rows, "", "A-B", parseRange), "rows", "take only these data rows: a trial")
	if o.maxInvalid, err = plan.ParseLimit("100%"); err != nil {
		return err
	}
	flags.Var(newValue(&o.maxInvalid, "100%", "N|P%", plan.ParseLimit), "max-invalid",
		"more invalid rows than this stop the run before anything is sent")
	flags.Var(newValue(&o.acceptInvalid, "0", "N|P%", plan.ParseLimit), "accept-invalid",
		"up to so many invalid rows leave the exit code 0")
	flags.Var(newList((*[]string)(&o.failOn), "WORD,...", parseFindings), "fail-on",
		"what makes the exit code 3 where it would be 0: statuses (duplicate, exists), warning, related, unmapped, codes (email.domain) and beginnings of codes (email.)")
	return nil
}

// defaultMatch is what makes two contacts the same unless the user says otherwise.
const defaultMatch = "type,email"

// parseDefaultMatch is that in the form of a run.
func parseDefaultMatch() (contact.Match, error) { return contact.ParseMatch(defaultMatch) }
