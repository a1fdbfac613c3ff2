package cli

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/contactsync/contactsync/importer/check"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/dedupe"
	"github.com/contactsync/contactsync/importer/emnify"
	"github.com/contactsync/contactsync/importer/limit"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/mapping/lookup"
)

// inputFlags say how a file is read and how its columns become fields.
type inputFlags struct {
	format, encoding, delimiter string
	headerLine                  int
	mapping                     string
	maps                        []string
}

func (o *inputFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&o.format, "format", "", "the files' format: csv (default: detected)")
	flags.StringVar(&o.encoding, "encoding", "", "the files' encoding, as utf-8 or windows-1252 (default: detected)")
	flags.StringVar(&o.delimiter, "delimiter", "", "what stands between cells: comma, semicolon, tab, pipe, caret or the character (default: detected)")
	flags.IntVar(&o.headerLine, "header-line", 0, "the line that holds the column names, from 1 (default: detected)")
	flags.StringVar(&o.mapping, "mapping", "", "a mapping profile (YAML file), or the name of a built-in one")
	fromEnv(flags, "mapping", "CONTACTSYNC_MAPPING")
	flags.StringArrayVar(&o.maps, "map", nil, "map one field by hand: FIELD=COLUMN[+COLUMN...]; FIELD= unmaps it; repeatable")
}

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
	if o.match, err = contact.ParseMatch("type,email"); err != nil {
		return err
	}
	flags.Var(newValue(&o.match, "type,email", "FIELDS", contact.ParseMatch), "match-on", "what makes two contacts the same")
	o.onDuplicate = dedupe.KeepFirst
	flags.Var(newValue(&o.onDuplicate, "first", "first|last|merge|error", parseOnDuplicate), "on-duplicate",
		"rows that are the same contact: the first or the last one counts, merge fills the blanks of the first from the later ones, error makes the later ones invalid")
	flags.Var(newValue(&o.lenient, "", "FIELDS", parseLenient), "lenient",
		"keep values of phone, mobile, email, country that do not pass their rule, with a warning")
	flags.Var(newValue(&o.rows, "", "A-B", parseRange), "rows", "take only these data rows: a trial")
	if o.maxInvalid, err = plan.ParseLimit("100%"); err != nil {
		return err
	}
	flags.Var(newValue(&o.maxInvalid, "100%", "N|P%", plan.ParseLimit), "max-invalid",
		"more invalid rows than this stop the run before anything is sent")
	flags.Var(newValue(&o.acceptInvalid, "0", "N|P%", plan.ParseLimit), "accept-invalid",
		"up to so many invalid rows leave the exit code 0")
	flags.Var(&list[string]{target: (*[]string)(&o.failOn), kind: "WORD,...", parse: parseFindings}, "fail-on",
		"what makes the exit code 3 where it would be 0: statuses (duplicate, exists), warning, related, unmapped, codes (email.domain) and beginnings of codes (email.)")
	return nil
}

func parseOnDuplicate(s string) (dedupe.OnDuplicate, error) {
	switch o := dedupe.OnDuplicate(s); o {
	case dedupe.KeepFirst, dedupe.KeepLast, dedupe.KeepMerged, dedupe.KeepError:
		return o, nil
	}
	return "", fmt.Errorf("%q is none of first, last, merge, error", s)
}

func parseLenient(s string) (contact.FieldSet, error) {
	set := contact.FieldSet{}
	for name := range strings.SplitSeq(s, ",") {
		switch f := contact.Field(strings.ToLower(strings.TrimSpace(name))); f {
		case contact.Phone, contact.Mobile, contact.Email, contact.CountryField:
			set[f] = true
		case "":
		default:
			return nil, fmt.Errorf("%q can't be lenient: only phone, mobile, email and country can", name)
		}
	}
	return set, nil
}

func parseRange(s string) (check.Range, error) {
	from, to, ok := strings.Cut(s, "-")
	a, errA := strconv.Atoi(strings.TrimSpace(from))
	b, errB := strconv.Atoi(strings.TrimSpace(to))
	if !ok || errA != nil || errB != nil || a < 1 || b < a {
		return check.Range{}, fmt.Errorf("%q is no range of data rows like 1-20", s)
	}
	return check.Range{From: a, To: b}, nil
}

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
	flags.Var(newValue(&o.org, "my", "ID", parseOrg), "org",
		"the organisation's number, or my; beside it rows that name another one are invalid, unless --map org_id=COLUMN or a --mapping says that they choose theirs")
	fromEnv(flags, "org", "CONTACTSYNC_ORG")
	flags.BoolVar(&o.dryRun, "dry-run", false, "everything but the writes: the plan is shown and reported")
	flags.BoolVarP(&o.yes, "yes", "y", false, "ask nothing")
	flags.Var(&list[contact.Type]{target: &o.typeIDs, kind: "NAME=ID", parse: parseTypeID}, "type-id",
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
	o.twins = "report"
	flags.Var(newValue(&o.twins, "report", "report|remove", parseTwins), "twins",
		"what to do with a second contact that a late commit of our own request made")
	flags.Var(newValue(&o.maxDuration, "", "DURATION", parseSpan), "max-duration", "end the run resumably after this time (default: no limit)")
	flags.StringVar(&o.state, "state", "", "the ledger: sqlite:PATH or a path (default: a file in your state folder)")
	fromEnv(flags, "state", "CONTACTSYNC_STATE")
	return nil
}

// defaultSettle is longer than the gateway in front of the API holds a request: 29 s by default, with a CDN before it
// that may wait up to 120 s.
const defaultSettle = 150 * time.Second

// parseWait reads how long to wait, which may be not at all.
func parseWait(s string) (time.Duration, error) {
	if d, err := time.ParseDuration(s); err == nil && d == 0 {
		return 0, nil
	}
	return parseSpan(s)
}

// parseSpan reads a length of time, which is never nothing.
func parseSpan(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil || d <= 0 {
		return 0, fmt.Errorf("%q is no length of time like 150s", s)
	}
	return d, nil
}

func registerSettle(flags *pflag.FlagSet, settle *time.Duration) {
	flags.Var(newValue(settle, defaultSettle.String(), "DURATION", parseSpan), "settle",
		"how long after an attempt whose answer was lost its contact's absence may count as proof")
	fromEnv(flags, "settle", "CONTACTSYNC_SETTLE")
}

const twinsRemove = "remove"

func parseTwins(s string) (string, error) {
	if s != "report" && s != twinsRemove {
		return "", fmt.Errorf("%q is neither report nor remove", s)
	}
	return s, nil
}

func parseOrg(s string) (int64, error) {
	if s == "my" {
		return 0, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%q is neither the number of an organisation nor my", s)
	}
	return n, nil
}

func parsePositive(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%q is no number from 1", s)
	}
	return n, nil
}

func parseTypeID(s string) ([]contact.Type, error) {
	t, err := lookup.ParseTypeID(s)
	if err != nil {
		return nil, err
	}
	return []contact.Type{t}, nil
}

// apiFlags say where the API is and how it is talked to.
type apiFlags struct {
	url, tokenFile       string
	insecureHTTP         bool
	simulate             bool
	faults               []string
	seed                 uint64
	rates                []limit.Rate
	timeout              time.Duration
	maxBackoff, patience time.Duration
	maxAttempts          int
}

func (o *apiFlags) register(flags *pflag.FlagSet) error {
	flags.StringVar(&o.url, "api-url", "https://cdn.emnify.net", "the API's address")
	fromEnv(flags, "api-url", "EMNIFY_API_URL")
	flags.BoolVar(&o.insecureHTTP, "insecure-http", false, "allow an http: address of another machine: token and contacts go there readable for all on the way")
	fromEnv(flags, "insecure-http", "CONTACTSYNC_INSECURE_HTTP")
	flags.StringVar(&o.tokenFile, "application-token-file", "", "the file that holds the application token; the token itself only as $EMNIFY_APPLICATION_TOKEN [$EMNIFY_APPLICATION_TOKEN_FILE]")
	flags.BoolVar(&o.simulate, "simulate", false, "run against a built-in simulator: no account, no network beyond this machine")
	flags.StringArrayVar(&o.faults, "fault", nil, "with --simulate: a fault, as lose=10%; see contactsync simulator --help; repeatable")
	flags.Uint64Var(&o.seed, "seed", 1, "with --simulate: makes faults repeatable")
	var err error
	if o.rates, err = limit.ParseRates(defaultRate); err != nil {
		return err
	}
	flags.Var(&list[limit.Rate]{target: &o.rates, texts: []string{defaultRate}, kind: "N/D", parse: limit.ParseRates}, "rate",
		"the request budget: at most N requests in any window of length D; by comma or repeated")
	fromEnv(flags, "rate", "CONTACTSYNC_RATE")
	o.timeout = 30 * time.Second
	flags.Var(newValue(&o.timeout, "30s", "DURATION", parseSpan), "timeout", "how long one request may take")
	o.maxAttempts = 8
	flags.Var(newValue(&o.maxAttempts, "8", "N", parsePositive), "max-attempts", "requests per row; a 429 uses none up")
	o.maxBackoff = 30 * time.Second
	flags.Var(newValue(&o.maxBackoff, "30s", "DURATION", parseSpan), "max-backoff",
		"the longest wait between two attempts, unless the API asks for a longer one (Retry-After)")
	o.patience = emnify.DefaultPatience
	flags.Var(newValue(&o.patience, "10m", "DURATION", parseSpan), "patience",
		"how long nothing but 429 is borne; then the quota of the month is taken to be used up")
	fromEnv(flags, "patience", "CONTACTSYNC_PATIENCE")
	return nil
}

// defaultRate leaves a tenth of what an address may send to others.
const defaultRate = "1800/5m,100/1s"

// outputFlags say where results go.
type outputFlags struct {
	reportDir           string
	retryLock           time.Duration
	logFormat, logLevel string
	showValues          bool
	json, quiet         bool
}

func (o *outputFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&o.reportDir, "report-dir", "", "where the report goes, or none (default: ./contactsync-<run id>)")
	fromEnv(flags, "report-dir", "CONTACTSYNC_REPORT_DIR")
	flags.BoolVar(&o.showValues, "show-values", false, "show values of rows in a pipe too")
	o.registerRetryLock(flags)
	flags.BoolVar(&o.json, "json", false, usageJSON)
	registerQuiet(flags, &o.quiet)
	o.registerLog(flags)
}

// noReport in the place of a folder's name says that no report is wanted. A folder of that name is ./none.
const noReport = "none"

// folder is the report's folder as the user named it; empty: the user named none.
func (o *outputFlags) folder() string {
	if o.reportDir == noReport {
		return ""
	}
	return o.reportDir
}

// usageJSON says what --json does, of each command in the same words.
const usageJSON = "print JSON instead of text, for scripts: of a run what summary.json holds"

func registerQuiet(flags *pflag.FlagSet, quiet *bool) {
	flags.BoolVar(quiet, "quiet", false, "print nothing at all unless the exit code is not 0")
}

func (o *outputFlags) registerLog(flags *pflag.FlagSet) {
	flags.StringVar(&o.logFormat, "log-format", "", "console or json (default: console on a terminal, else json); given, json makes every line of standard error JSON, the last one run.finished")
	fromEnv(flags, "log-format", logFormatVariable)
	flags.StringVar(&o.logLevel, "log-level", "info", "debug, info, warn or error")
	fromEnv(flags, "log-level", "CONTACTSYNC_LOG_LEVEL")
}
