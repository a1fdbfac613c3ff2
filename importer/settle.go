package importer

import (
	"context"
	"time"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/survey"
)

// Settle finds out, without any input, what became of the attempts that earlier runs left in doubt.
type Settle struct {
	Directory remote.Directory
	Ledger    ledger.Ledger
	Host      string
	// Org is the organisation; 0: all that the ledger knows under the host.
	Org            int64
	DefaultCountry string
	Match          contact.Match
	MaxAttempts    int
	// Settle and RetryLock are those of [Base].
	Settle, RetryLock time.Duration
	Log               zerolog.Logger
}

// Settled is what became of the attempts in one organisation that earlier runs had left in doubt.
type Settled struct {
	Org int64
	// Lost counts them. Of those that were found out, By counts the rows by status: created, exists (of a run that is
	// closed), not_attempted (not there: they may be sent again); uncertain are those that stay in doubt.
	Lost int
	By   map[outcome.Status]int
}

// Unclear counts what could not be found out.
func (s Settled) Unclear() int {
	found := 0
	for status, n := range s.By {
		if status != outcome.Uncertain {
			found += n
		}
	}
	return s.Lost - found
}

// Run finds it out. It ends early when stopping is cancelled.
func (j *Settle) Run(ctx, stopping context.Context) (settled []Settled, err error) {
	s := &survey.Survey{
		Directory: j.Directory, Ledger: j.Ledger, Host: j.Host, About: ledger.Run{Command: "settle"},
		Locks: survey.NewLocks(j.Ledger, nil, j.Log), RetryLock: j.RetryLock, Settle: j.Settle, MaxAttempts: j.MaxAttempts,
		Match: j.Match, Rules: survey.Rules{DefaultCountry: j.DefaultCountry}, Log: j.Log,
	}
	defer s.Locks.Release()
	found := s.NewFound()
	err = learn(ctx, stopping, func(ctx context.Context) error { return s.Doubts(ctx, found, j.Org) })
	if err != nil {
		return nil, err
	}
	for _, org := range found.World.Numbers() {
		settled = append(settled, Settled{Org: org, Lost: len(found.World.Orgs[org].Before.InDoubt), By: found.Settled[org]})
	}
	return settled, nil
}
