package option

import (
	"time"

	"github.com/spf13/pflag"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/plan"
)

// DefaultGrace is shorter than the time that Kubernetes gives a pod to end, 30 s.
const DefaultGrace = 20 * time.Second

// Write says how, and how much, a run may write.
type Write struct {
	Org                     int64
	DryRun, Yes             bool
	TypeIDs                 []contact.Type
	Job                     string
	MaxCreates, MaxFailures plan.Limit
	Concurrency             int
	Grace, MaxDuration      time.Duration
	Settle                  time.Duration
	Twins                   string
	State                   string
	Notify                  Notify
}

// Register makes the flags.
func (o *Write) Register(flags *pflag.FlagSet) error {
	flags.Var(NewValue(&o.Org, OwnOrg, "ID", ParseOrg), "org",
		"the organisation's number, or my; beside it rows that name another one are invalid, unless --map org_id=COLUMN or a --mapping says that they choose theirs")
	FromEnv(flags, "org", "CONTACTSYNC_ORG")
	SetWords(flags, "org", OwnOrg)
	flags.BoolVar(&o.DryRun, "dry-run", false, "everything but the writes: the plan is shown and reported")
	flags.BoolVarP(&o.Yes, "yes", "y", false, "ask nothing")
	registerTypeIDs(flags, &o.TypeIDs)
	registerJob(flags, &o.Job)
	flags.Var(NewValue(&o.MaxCreates, "", "N|P%", plan.ParseLimit), "max-creates",
		"more creates than this stop the run before anything is sent (default: 50% of the rows once the --job has a good run behind it, else none); a share is one of all rows of the files, with --rows too")
	var err error
	if o.MaxFailures, err = plan.ParseLimit("20%"); err != nil {
		return err
	}
	flags.Var(NewValue(&o.MaxFailures, "20%", "N|P%", plan.ParseLimit), "max-failures",
		"more failed rows than this stop the run; a share never means fewer than 10")
	o.Concurrency = 16
	flags.Var(NewValue(&o.Concurrency, "16", "N", parsePositive), "concurrency", "requests in flight")
	FromEnv(flags, "concurrency", "CONTACTSYNC_CONCURRENCY")
	o.Grace = DefaultGrace
	flags.Var(NewValue(&o.Grace, "20s", "DURATION", parseWait), "grace", "how long requests in flight may take to end after the first signal")
	FromEnv(flags, "grace", "CONTACTSYNC_GRACE")
	RegisterSettle(flags, &o.Settle)
	o.Twins = twinsReport
	RegisterChoice(flags, &o.Twins, "twins", "what to do with a second contact that a late commit of our own request made", twinsReport, TwinsRemove)
	flags.Var(NewValue(&o.MaxDuration, "", "DURATION", parseSpan), "max-duration", "end the run resumably after this time (default: no limit)")
	RegisterState(flags, &o.State)
	o.Notify.Register(flags)
	return nil
}

func registerTypeIDs(flags *pflag.FlagSet, ids *[]contact.Type) {
	flags.Var(NewList(ids, "NAME=ID", parseTypeID), "type-id",
		"the id of a contact type (default: learned from the organisation's contacts); repeatable")
}

func registerJob(flags *pflag.FlagSet, job *string) {
	flags.StringVar(job, "job", "", "the name of a recurring job")
	FromEnv(flags, "job", "CONTACTSYNC_JOB")
}

// defaultSettle is longer than the gateway in front of the API holds a request: 29 s by default, with a CDN before it
// that may wait up to 120 s.
const defaultSettle = 150 * time.Second

// RegisterSettle asks how long a lost answer may take effect.
func RegisterSettle(flags *pflag.FlagSet, settle *time.Duration) {
	*settle = defaultSettle
	flags.Var(NewValue(settle, defaultSettle.String(), "DURATION", parseSpan), "settle",
		"how long after an attempt whose answer was lost its contact's absence may count as proof")
	FromEnv(flags, "settle", "CONTACTSYNC_SETTLE")
}

// The values of --twins.
const (
	twinsReport = "report"
	TwinsRemove = "remove"
)

// RegisterState asks where the ledger is.
func RegisterState(flags *pflag.FlagSet, state *string) {
	flags.StringVar(state, "state", "", "the ledger: sqlite:PATH or a path (default: a file in your state folder)")
	FromEnv(flags, "state", "CONTACTSYNC_STATE")
}
