// Package ready finds out whether a run would have all that it needs, and changes nothing anywhere: the API is sent questions
// and one authentication, and no file is made or written to. What hangs on something that failed is skipped; everything else
// is tried all the same.
//
// What is asked about comes in through the fields of [Check]: the package knows no flags and no place.
package ready

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/limit"
	"github.com/contactsync/contactsync/importer/stop"
)

// Status is what a finding comes to.
type Status string

// The statuses. A run goes well in spite of a warning.
const (
	OK      Status = "ok"
	Warning Status = "warning"
	Failed  Status = "failed"
	Skipped Status = "skipped"
)

// Finding is what was found of one thing that a run needs, and what to do about it; empty: nothing.
type Finding struct {
	Name   string `json:"name"`
	Status Status `json:"status"`
	Found  string `json:"found"`
	Fix    string `json:"fix"`
}

// Check is what is to be looked at. Its fields are set before it runs.
type Check struct {
	// API is asked; nil: it can't be, because of Unusable.
	API      API
	Unusable error
	// Address is the API's as a person may see it, Proxy what it is reached through; empty: nothing.
	Address, Proxy string
	// Simulated tells that the API is a simulator of our own, and forgets all.
	Simulated bool
	Token     Token
	// Org is the organisation that is meant; 0: the token's own.
	Org int64
	// TypeName and Country are the defaults of a run's rows as the user wrote them, TypeIDs the ids of types that he gave.
	TypeName, Country string
	TypeIDs           []contact.Type
	Job               string
	// Mapping reads the mapping profile and tells what it is; nil: none is given.
	Mapping func() (string, error)
	// Ledger is where the ledger is, Report where reports go, Temp where temporary files do.
	Ledger Ledger
	Report Report
	Temp   string
	Budget Budget
	Disk   Disk
	// Hint is what an error says is to be done about it.
	Hint func(error) string
}

// Run looks at everything and tells each finding as soon as it has it, in an order that stays. Its error is the context's.
func (c *Check) Run(ctx context.Context, tell func(Finding)) error {
	if c.Mapping != nil {
		tell(c.mapping())
	}
	budget := c.budget() // before anything is sent
	book := c.open(ctx)
	defer book.close()
	home := c.service(ctx, tell)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	tell(c.ledger(book))
	tell(c.lock(ctx, book, home))
	if c.Job != "" {
		tell(c.job(ctx, book))
	}
	tell(c.report())
	tell(c.disk())
	tell(budget)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

func (c *Check) mapping() Finding {
	const name = "mapping"
	text, err := c.Mapping()
	if err != nil {
		return c.failed(name, err)
	}
	return Finding{name, OK, text, ""}
}

// failed is the finding of an error, in the words that a run has for it.
func (c *Check) failed(name string, err error) Finding {
	if used, ok := errors.AsType[*limit.UsedUpError](err); ok {
		return skipped(name, used.Error())
	}
	text, fix := err.Error(), ""
	if c.Hint != nil {
		fix = c.Hint(err)
	}
	if ended := stop.Of(err); fix == "" && ended != nil {
		fix = ended.Hint
	}
	if fix == "" { // what is wrong with a ledger says so behind a semicolon
		text, fix, _ = strings.Cut(text, "; ")
	}
	return Finding{name, Failed, text, fix}
}

// skipped is the finding of what was not tried.
func skipped(name, since string) Finding {
	return Finding{name, Skipped, "not tried, since " + since, ""}
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// span writes a length of time without parts that are zero: 5m, not 5m0s.
func span(text fmt.Stringer) string {
	s := text.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
