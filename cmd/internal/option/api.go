package option

import (
	"time"

	"github.com/spf13/pflag"

	"github.com/contactsync/contactsync/importer/emnify"
	"github.com/contactsync/contactsync/importer/limit"
)

// API says where the API is and how it is talked to.
type API struct {
	URL, TokenFile       string
	InsecureHTTP         bool
	Simulate             bool
	Faults               []string
	Seed                 uint64
	Rates                []limit.Rate
	Timeout              time.Duration
	MaxBackoff, Patience time.Duration
	MaxAttempts          int
}

// Register makes the flags.
func (o *API) Register(flags *pflag.FlagSet) error {
	flags.StringVar(&o.URL, "api-url", "https://cdn.emnify.net", "the API's address")
	FromEnv(flags, "api-url", "EMNIFY_API_URL")
	flags.BoolVar(&o.InsecureHTTP, "insecure-http", false, "allow an http: address of another machine: token and contacts go there readable for all on the way")
	FromEnv(flags, "insecure-http", "CONTACTSYNC_INSECURE_HTTP")
	flags.StringVar(&o.TokenFile, "application-token-file", "", "the file that holds the application token; the token itself only as $EMNIFY_APPLICATION_TOKEN [$EMNIFY_APPLICATION_TOKEN_FILE]")
	flags.BoolVar(&o.Simulate, "simulate", false, "run against a built-in simulator: no account, no network beyond this machine")
	flags.StringArrayVar(&o.Faults, "fault", nil, "with --simulate: a fault, as lose=10%; see contactsync simulator --help; repeatable")
	flags.Uint64Var(&o.Seed, "seed", 1, "with --simulate: makes faults repeatable")
	var err error
	if o.Rates, err = limit.ParseRates(defaultRate); err != nil {
		return err
	}
	flags.Var(NewList(&o.Rates, "N/D", limit.ParseRates, defaultRate), "rate",
		"the request budget: at most N requests in any window of length D; by comma or repeated")
	FromEnv(flags, "rate", "CONTACTSYNC_RATE")
	o.Timeout = 30 * time.Second
	flags.Var(NewValue(&o.Timeout, "30s", "DURATION", parseSpan), "timeout", "how long one request may take")
	o.MaxAttempts = 8
	flags.Var(NewValue(&o.MaxAttempts, "8", "N", parsePositive), "max-attempts", "requests per row; a 429 uses none up")
	o.MaxBackoff = 30 * time.Second
	flags.Var(NewValue(&o.MaxBackoff, "30s", "DURATION", parseSpan), "max-backoff",
		"the longest wait between two attempts, unless the API asks for a longer one (Retry-After)")
	o.Patience = emnify.DefaultPatience
	flags.Var(NewValue(&o.Patience, "10m", "DURATION", parseSpan), "patience",
		"how long nothing but 429 is borne; then the quota of the month is taken to be used up")
	FromEnv(flags, "patience", "CONTACTSYNC_PATIENCE")
	return nil
}

// defaultRate leaves a tenth of what an address may send to others.
const defaultRate = "1800/5m,100/1s"
