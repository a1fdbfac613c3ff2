package ledger_test

import (
	"path/filepath"
	"testing"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/ledgertest"
)

func TestCounting(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(*testing.T) ledgertest.Counting{
		"memory":   func(*testing.T) ledgertest.Counting { return ledger.NewMemory() },
		"volatile": func(*testing.T) ledgertest.Counting { return ledgertest.NewVolatile() },
		"sqlite":   func(t *testing.T) ledgertest.Counting { return openFile(t, filepath.Join(t.TempDir(), "ledger.db")) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ledgertest.RunCounting(t, open)
		})
	}
}
