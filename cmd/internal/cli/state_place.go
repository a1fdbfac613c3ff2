package cli

import (
	"fmt"
	"os"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/importer/ledger/dbfile"
)

// placeError refuses a new ledger where it would not hold.
type placeError struct{ path, kind string }

func (e *placeError) Error() string {
	return fmt.Sprintf("there is no ledger at %q yet, and none is made there: it is on a network file system (%s), on which the "+
		"lock that keeps two runs apart, and the ledger's log, do not hold between machines", e.path, e.kind)
}

// Hint says what to do now.
func (e *placeError) Hint() string {
	return "name a file on a disk of this machine with --state, or in Kubernetes a block volume (ReadWriteOncePod)"
}

// checkPlace refuses to make a ledger on a network file system, before anything is made beside it, and warns of one that
// is there. One that can't be asked about is the opening's matter.
func checkPlace(env Env, state string, use ledgerUse, log zerolog.Logger) error {
	if env.Ledger != nil || state == "" && use.simulated {
		return nil
	}
	path, err := ledgerPath(env, state)
	if err != nil {
		return err
	}
	kind := networkKind(env, path)
	if kind == "" {
		return nil
	}
	if isThere(path) {
		log.Warn().Str("ledger", path).Str("file_system", kind).
			Msg("the ledger is on a network file system, on which locks and its log may not hold: two runs on two machines could " +
				"make contacts twice; move it, with its key, to a disk of one machine")
		return nil
	}
	if use.readOnly && !use.keyed {
		return nil // nothing is made
	}
	return &placeError{path, kind}
}

// networkKind names the network file system that a path is on; empty: it is on none, or whoever opens the ledger tells what is
// wrong with its place.
func networkKind(env Env, path string) string {
	of := env.NetworkFileSystem
	if of == nil {
		of = dbfile.NetworkFileSystem
	}
	kind, err := of(path)
	if err != nil {
		return ""
	}
	return kind
}

// isThere reports whether a ledger has been made.
func isThere(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Size() > 0
}
