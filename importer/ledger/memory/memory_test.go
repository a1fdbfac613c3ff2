package memory_test

import (
	"testing"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/ledgertest"
	"github.com/contactsync/contactsync/importer/ledger/memory"
)

func TestMemory(t *testing.T) {
	t.Parallel()
	ledgertest.Run(t, func(*testing.T) ledger.Ledger { return memory.New() })
}
