package option

import (
	"github.com/spf13/pflag"

	"github.com/contactsync/contactsync/importer/contact"
)

// Check says what a run that is to be looked at would be told: its flags, with their variables, as far as the look needs them.
type Check struct {
	Output
	API               API
	Org               int64
	TypeIDs           []contact.Type
	TypeName, Country string
	Job, Mapping      string
	State             string
}

// What a look takes in the place of a run's patience: somebody waits for its answer.
const (
	lookAttempts = "3"
	lookPatience = "30s"
)

// Register makes the flags.
func (o *Check) Register(flags *pflag.FlagSet) error {
	if err := o.API.Register(flags); err != nil {
		return err
	}
	for name, value := range map[string]string{"max-attempts": lookAttempts, "patience": lookPatience} {
		f := flags.Lookup(name)
		if err := f.Value.Set(value); err != nil {
			return err
		}
		f.DefValue = value
	}
	flags.Lookup("max-attempts").Usage = "how often a question is asked; the authentication is sent once"
	flags.Var(NewValue(&o.Org, OwnOrg, "ID", ParseOrg), "org", "the organisation's number, or my")
	FromEnv(flags, "org", "CONTACTSYNC_ORG")
	SetWords(flags, "org", OwnOrg)
	registerDefaults(flags, &o.TypeName, &o.Country)
	registerTypeIDs(flags, &o.TypeIDs)
	registerJob(flags, &o.Job)
	registerMapping(flags, &o.Mapping)
	RegisterState(flags, &o.State)
	o.registerReport(flags)
	flags.BoolVar(&o.JSON, "json", false, "print JSON instead of text, for scripts")
	RegisterQuiet(flags, &o.Quiet)
	o.RegisterLog(flags)
	return nil
}
