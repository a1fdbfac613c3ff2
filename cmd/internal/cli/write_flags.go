package cli

import (
	"time"

	"github.com/spf13/pflag"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/plan"
)

// writeFlags say how, and how much, a run may write.
type writeFlags struct {
	org                     int64
	dryRun, yes             bool
	typeIDs                 []contact.Type
	job                     string
	maxCreates, maxFailures plan.Limit
	concurrency             int
	grace, maxDuration      time.Duration
	settle                  time.Duration
	twins                   string
	state                   string
}

func (o *writeFlags) register(flags *pflag.FlagSet) error {
	flags.Var(newValue(&o.org, ownOrg, "ID", parseOrg), "org",
		"the organisation's number, or my; beside it rows that name another one are invalid, unless --map org_id=COLUMN or a --mapping says that they choose theirs")
	fromEnv(flags, "org", "CONTACTSYNC_ORG")
	setWords(flags, "org", ownOrg)
	flags.BoolVar(&o.dryRun, "dry-run", false, "everything but the writes: the plan is shown and reported")
	flags.BoolVarP(&o.yes, "yes", "y", false, "ask nothing")
	flags.Var(newList(&o.typeIDs, "NAME=ID", parseTypeID), "type-id",
		"the id of a contact type (default: learned from the organisation's contacts); repeatable")
	flags.StringVar(&o.job, "job", "", "the name of a recurring job")
	fromEnv(flags, "job", "CONTACTSYNC_JOB")
	flags.Var(newValue(&o.maxCreates, "", "N|P%", plan.ParseLimit), "max-creates",
		"more creates than this stop the run before anything is sent (default: 50% of the rows once the --job has a good run behind it, else none); a share is one of all rows of the files, with --rows too")
	var err error
	if o.maxFailures, err = plan.ParseLimit("20%"); err != nil {
		return err
	}
	flags.Var(newValue(&o.maxFailures, "20%", "N|P%", plan.ParseLimit), "max-failures",
		"more failed rows than this stop the run; a share never means fewer than 10")
	o.concurrency = 16
	flags.Var(newValue(&o.concurrency, "16", "N", parsePositive), "concurrency", "requests in flight")
	fromEnv(flags, "concurrency", "CONTACTSYNC_CONCURRENCY")
	o.grace = 20 * time.Second
	flags.Var(newValue(&o.grace, "20s", "DURATION", parseWait), "grace", "how long requests in flight may take to end after the first signal")
	fromEnv(flags, "grace", "CONTACTSYNC_GRACE")
	o.settle = defaultSettle
	registerSettle(flags, &o.settle)
	o.twins = twinsReport
	registerChoice(flags, &o.twins, "twins", "what to do with a second contact that a late commit of our own request made", twinsReport, twinsRemove)
	flags.Var(newValue(&o.maxDuration, "", "DURATION", parseSpan), "max-duration", "end the run resumably after this time (default: no limit)")
	registerState(flags, &o.state)
	return nil
}

// defaultSettle is longer than the gateway in front of the API holds a request: 29 s by default, with a CDN before it
// that may wait up to 120 s.
const defaultSettle = 150 * time.Second

func registerSettle(flags *pflag.FlagSet, settle *time.Duration) {
	flags.Var(newValue(settle, defaultSettle.String(), "DURATION", parseSpan), "settle",
		"how long after an attempt whose answer was lost its contact's absence may count as proof")
	fromEnv(flags, "settle", "CONTACTSYNC_SETTLE")
}

// The values of --twins.
const (
	twinsReport = "report"
	twinsRemove = "remove"
)

// registerState says where the ledger is.
func registerState(flags *pflag.FlagSet, state *string) {
	flags.StringVar(state, "state", "", "the ledger: sqlite:PATH or a path (default: a file in your state folder)")
	fromEnv(flags, "state", "CONTACTSYNC_STATE")
}
