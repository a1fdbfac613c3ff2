package history

import (
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// TestLeft: the content of contact 5 as the last write of a run of ours left it.
func TestLeft(t *testing.T) {
	t.Parallel()
	becoming := func(content byte) func(*ledger.Attempt) {
		return func(a *ledger.Attempt) { a.After = contact.Hash{content} }
	}
	tests := map[string]struct {
		attempts []ledger.Attempt
		want     byte // 0: not known
		created  bool
	}{
		"nothing":                          {nil, 0, false},
		"created":                          {[]ledger.Attempt{create("open", 1, 5)}, 1, true},
		"created by another job":           {[]ledger.Attempt{create("theirs", 1, 5)}, 1, true},
		"another one was created":          {[]ledger.Attempt{create("open", 1, 6)}, 0, false},
		"updated":                          {[]ledger.Attempt{create("open", 1, 5), update("last", 2, 5, becoming(9))}, 9, false},
		"updated twice":                    {[]ledger.Attempt{update("open", 2, 5, becoming(8)), update("last", 3, 5, becoming(9))}, 9, false},
		"updated, it is not known to what": {[]ledger.Attempt{create("open", 1, 5), update("open", 2, 5, becoming(8)), update("last", 3, 5)}, 0, false},
		"an update of it failed":           {[]ledger.Attempt{create("open", 1, 5), update("last", 2, 5, becoming(9), ended(outcome.Failed))}, 1, true},
		"nobody knows of an update":        {[]ledger.Attempt{create("open", 1, 5), update("last", 2, 5, becoming(9), killed)}, 1, true},
		"updated, and seen since":          {[]ledger.Attempt{update("open", 2, 5, becoming(9)), update("last", 3, 5, ended(outcome.Exists))}, 9, false},
		"only found":                       {[]ledger.Attempt{create("open", 1, 5, ended(outcome.Exists))}, 0, false},
		"its row made another one":         {[]ledger.Attempt{create("open", 1, 5), create("last", 1, 6)}, 0, false},
		"its number is one made anew":      {[]ledger.Attempt{update("open", 2, 5, becoming(9)), create("last", 1, 5)}, 1, true},
		"another normal form":              {[]ledger.Attempt{create("open", 1, 5, func(a *ledger.Attempt) { a.Row.Version-- })}, 0, false},
	}
	for name, test := range tests {
		want := contact.Hash{test.want}
		if got, created := load(t, test.attempts...).Left(5); got != want || created != test.created {
			t.Errorf("%s: left as %v, created so: %v; want %v, %v", name, got[0], created, test.want, test.created)
		}
	}
}
