package ready

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/limit"
)

// Book is a ledger that is looked at.
type Book interface {
	Runs(ctx context.Context) ([]ledger.Run, error)
	Scopes(ctx context.Context, host string) ([]ledger.Scope, error)
	// Schema is the version that it has, and the one that a run brings it to.
	Schema() (version, newest int)
	// HolderOf tells who has the lock of a scope.
	HolderOf(s ledger.Scope) (h ledger.Holder, held bool)
	Close() error
}

// Ledger says where the ledger is and how it is looked at.
type Ledger struct {
	// Path is its file; empty: it is kept in memory. Unnamed is why nobody knows where it is, Host what the API's organisations
	// are known by in it.
	Path    string
	Unnamed error
	Host    string
	// Place refuses a place where a new ledger would not hold, or where one that is there does not: warning tells which.
	Place func() (warning string, err error)
	// Open opens it; there is false where there is none yet. Unread is wrapped by the error of one that can't be looked at
	// without a trace.
	Open   func(ctx context.Context) (book Book, there bool, err error)
	Unread error
}

// opened is the ledger as it was found.
type opened struct {
	Book
	there bool
	err   error
}

func (c *Check) open(ctx context.Context) *opened {
	o := &opened{}
	if c.Ledger.Unnamed == nil && c.Ledger.Path != "" {
		o.Book, o.there, o.err = c.Ledger.Open(ctx)
	}
	return o
}

func (o *opened) close() {
	if o.Book != nil {
		_ = o.Close() // only read from
	}
}

func (c *Check) ledger(o *opened) Finding {
	const name = "ledger"
	l := c.Ledger
	switch {
	case l.Unnamed != nil:
		return c.failed(name, l.Unnamed)
	case l.Path == "":
		return Finding{name, OK, "kept in memory, since all of this is a rehearsal", ""}
	case errors.Is(o.err, l.Unread):
		return Finding{name, Warning, fmt.Sprintf("%q: %v", l.Path, l.Unread), "nothing, unless the next run complains of it"}
	case o.err != nil:
		return c.failed(name, o.err)
	}
	warning, err := l.Place()
	if err != nil {
		return c.failed(name, err)
	}
	if err := c.Disk.writable(l.Path); err != nil {
		return Finding{name, Failed, fmt.Sprintf("%q can't be written to: %v", l.Path, err), "make it and its folder writable, or name another file with --state"}
	}
	if !o.there {
		return Finding{name, OK, fmt.Sprintf("%q is not there yet: the first run makes it", l.Path), ""}
	}
	version, newest := o.Schema()
	f := Finding{name, OK, fmt.Sprintf("%q, version %d", l.Path, version), ""}
	if version < newest {
		f.Found += fmt.Sprintf(", which the next run brings to %d", newest)
	}
	if warning != "" {
		return Finding{name, Warning, f.Found + "; " + warning, "move it, with its key, to a disk of one machine"}
	}
	return f
}

// lock tells which other run has what a run would need.
func (c *Check) lock(ctx context.Context, o *opened, home int64) Finding {
	const name = "lock"
	switch {
	case c.Ledger.Path == "" && c.Ledger.Unnamed == nil:
		return Finding{name, OK, "nobody else can have it", ""}
	case o.Book == nil:
		return skipped(name, "the ledger could not be read")
	}
	scopes := []ledger.Scope{{Host: c.Ledger.Host, Org: home}}
	if home == 0 {
		var err error
		if scopes, err = o.Scopes(ctx, c.Ledger.Host); err != nil {
			return c.failed(name, err)
		}
	}
	for _, s := range scopes {
		if h, held := o.HolderOf(s); held {
			e := &ledger.HeldError{Scope: s, Holder: h}
			return Finding{name, Warning, e.Error(), "a run that begins now ends with 5: " + e.Hint()}
		}
	}
	return Finding{name, OK, "no other run is going on", ""}
}

// job tells what the ledger knows of the job: a name that is misspelt would begin anew.
func (c *Check) job(ctx context.Context, o *opened) Finding {
	const name = "job"
	switch {
	case c.Ledger.Path == "" && c.Ledger.Unnamed == nil:
		return Finding{name, OK, fmt.Sprintf("%q is rehearsed", c.Job), ""}
	case o.Book == nil:
		return skipped(name, "the ledger could not be read")
	}
	runs, err := o.Runs(ctx)
	if err != nil {
		return c.failed(name, err)
	}
	jobs := history.JobsOf(runs)
	var others []string
	for _, j := range jobs {
		if j.Name != c.Job {
			others = append(others, fmt.Sprintf("%q", j.Name))
			continue
		}
		f := Finding{name, OK, fmt.Sprintf("%q has %s", c.Job, counted(j.Runs, "run")), ""}
		if j.Good == nil {
			f.Found += ", and none that ended well yet"
		} else {
			f.Found += ", the last that ended well of " + j.Good.Started.UTC().Format("2006-01-02 15:04 MST")
		}
		return f
	}
	if len(others) == 0 {
		return Finding{name, OK, fmt.Sprintf("%q is new: this is its first run", c.Job), ""}
	}
	return Finding{
		name, Warning, fmt.Sprintf("%q has no run yet; the ledger knows %s", c.Job, strings.Join(others, ", ")),
		"correct --job if one of these is meant; a new job begins without what the others own",
	}
}

// Budget says what is left of the request budget.
type Budget struct {
	Rates []limit.Rate
	// Left is how many requests a rate has free and how long it takes until it has one; nil: nobody knows of other requests.
	// Err is why it can't be told.
	Left func(r limit.Rate) (left int, wait time.Duration)
	Err  error
}

// budget tells it as it stood before anything was sent.
func (c *Check) budget() Finding {
	const name = "request budget"
	b := c.Budget
	if b.Err != nil {
		return c.failed(name, b.Err)
	}
	f := Finding{Name: name, Status: OK}
	var parts []string
	var longest time.Duration
	for _, r := range b.Rates {
		left, wait := r.N, time.Duration(0)
		if b.Left != nil {
			left, wait = b.Left(r)
		}
		longest = max(longest, wait)
		if r.Per <= time.Second && len(b.Rates) > 1 {
			continue // it only spreads them
		}
		parts = append(parts, fmt.Sprintf("%d of %d in %s", left, r.N, span(r.Per)))
	}
	f.Found = strings.Join(parts, ", ") + " left"
	if longest > time.Second {
		f.Status = Warning
		f.Found += fmt.Sprintf("; the next request may leave in %s", span(longest.Round(time.Second)))
		f.Fix = "check again then; a run waits by itself"
	}
	return f
}
