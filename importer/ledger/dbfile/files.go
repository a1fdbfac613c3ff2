package dbfile

import (
	"os"
	"path/filepath"
	"strings"
)

// What stands beside a ledger's file, named after it: its key, the key that is being made, and the request budget.
const (
	KeySuffix    = ".key"
	NewKeySuffix = ".key.new"
	BudgetSuffix = "-budget"
)

// Files returns the paths of all that belongs to the ledger in the file path, whether it is there yet or not: the file
// itself first, then its log and journal, the request budget with its own, the key, and the locks that are there.
// Nothing else may be written to any of them.
func Files(path string) []string {
	files := filesAt(path)
	if real, err := RealPath(path); err == nil && real != path {
		files = append(files, filesAt(real)...) // what SQLite makes stands beside the file, not beside a link to it
	}
	return files
}

func filesAt(path string) []string {
	files := []string{path}
	for _, suffix := range []string{"-wal", "-shm", "-journal"} {
		files = append(files, path+suffix)
	}
	files = append(files, path+KeySuffix, path+NewKeySuffix)
	for _, suffix := range []string{"", "-wal", "-shm", "-journal", ".lock"} {
		files = append(files, path+BudgetSuffix+suffix)
	}
	dir, base := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	there, err := os.ReadDir(dir)
	if err != nil {
		return files // not there, or closed to us: then nobody writes into it either
	}
	for _, entry := range there {
		rest, ok := strings.CutPrefix(entry.Name(), base+".")
		if ok && (strings.HasSuffix(rest, ".lock") || strings.HasSuffix(rest, HolderFile(".lock"))) {
			files = append(files, filepath.Join(dir, entry.Name()))
		}
	}
	return files
}
