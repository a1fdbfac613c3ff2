package ledgertest_test

import (
	"testing"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/ledgertest"
)

// TestVolatile holds the ledger of the crash simulation to the same behaviour.
func TestVolatile(t *testing.T) {
	t.Parallel()
	ledgertest.Run(t, func(*testing.T) ledger.Ledger { return ledgertest.NewVolatile() })
}
