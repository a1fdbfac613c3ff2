//go:build unix

package sqlite_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"github.com/contactsync/contactsync/importer/ledger/sqlite"
)

// Another program's database is refused as it was; one of ours, or an empty file, is closed to others.
func TestOnlyOurFilesBecomePrivate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		make func(path string)
		want os.FileMode
	}{
		"another program's": {func(path string) { mustExec(t, path, "CREATE TABLE theirs (x)") }, 0o664},
		"with their mark":   {func(path string) { mustExec(t, path, "PRAGMA application_id = 7; CREATE TABLE theirs (x)") }, 0o664},
		"no database":       {func(path string) { mustWrite(t, path, "Name,E-mail\nAnn Lee,ann.lee@example.com\n") }, 0o664},
		"empty":             {func(path string) { mustWrite(t, path, "") }, 0o600},
		"ours":              {func(path string) { filled(t, path, 1) }, 0o600},
	} {
		path := filepath.Join(t.TempDir(), "some.db")
		c.make(path)
		if err := os.Chmod(path, 0o664); err != nil {
			t.Fatal(err)
		}
		l, err := sqlite.Open(t.Context(), path)
		if (err == nil) != (c.want == 0o600) {
			t.Errorf("%s: %v", name, err)
		}
		if err == nil {
			_ = l.Close()
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != c.want {
			t.Errorf("%s: mode %v, %v; want %v", name, info.Mode(), err, c.want)
		}
	}
}

func mustExec(t *testing.T, path, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}

func mustWrite(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
