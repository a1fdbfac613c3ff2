package cli_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestLedgerOnANetworkFileSystem: none is made there, and nothing is sent; one that is there is told of in each run.
func TestLedgerOnANetworkFileSystem(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"NFS", "SMB", "Ceph"} {
		s := newSession(t, "Name,E-mail\nAnn Lee,ann.lee@example.com\n", "--yes")
		dir := filepath.Join(s.dir, "state")
		s.Ledger, s.variables["CONTACTSYNC_STATE"] = nil, filepath.Join(dir, "ledger.db")
		on := kind
		s.NetworkFileSystem = func(path string) (string, error) {
			if path != filepath.Join(dir, "ledger.db") {
				t.Errorf("asked of %s", path)
			}
			return on, nil
		}
		again := func(code int, args ...string) string {
			t.Helper()
			s.stdout.Reset()
			s.stderr.Reset()
			s.Args = slices.Concat(args, []string{filepath.Join(s.dir, "contacts.csv")})
			s.run(t, code)
			return s.stderr.String()
		}
		if out := again(1, "import", "--yes"); !strings.Contains(out, "network file system ("+kind+")") || !strings.Contains(out, "--state") {
			t.Errorf("%s: told was\n%s", kind, out)
		}
		if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) || s.sent("POST") != 0 {
			t.Errorf("%s: %d were sent, and of the state folder %v", kind, s.sent("POST"), err)
		}
		again(1, "sync", "--dry-run", "--plan-out", filepath.Join(s.dir, "plan.json"))
		if out := again(0, "import", "--dry-run"); strings.Contains(out, "network") {
			t.Errorf("%s: a dry run makes no ledger, and told\n%s", kind, out)
		}
		on = ""
		if out := again(0, "import", "--yes"); strings.Contains(out, "network") {
			t.Errorf("on a disk of its own: told was\n%s", out)
		}
		on = kind
		for range 2 {
			if out := again(0, "import", "--yes"); !strings.Contains(out, "the ledger is on a network file system") || !strings.Contains(out, kind) {
				t.Errorf("%s: of a ledger that is there it told\n%s", kind, out)
			}
		}
	}
}
