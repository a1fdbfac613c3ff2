package cli

import (
	"time"

	"github.com/spf13/pflag"

	"github.com/contactsync/contactsync/importer/emnify"
	"github.com/contactsync/contactsync/importer/limit"
)

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
	flags.Var(newList(&o.rates, "N/D", limit.ParseRates, defaultRate), "rate",
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
