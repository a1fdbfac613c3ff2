package ledger

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger/dbfile"
)

// A ledger's key lies in a file of its own beside it, so that who gets hold of the one has not got the other. The ledger
// holds a check value of it.
//
// The key is on disk, file and folder synced, before the ledger holds anything that was made under it, and the check
// value is written in the transaction that makes the ledger, or brings its plain hashes under the key. Until then a whole
// key that lies there is taken and none is ever replaced: wherever that breaks off, opening the ledger again goes on.

// keyMark begins a key's file, and tells what it is to who finds it.
const keyMark = "contactsync-key/1 "

// maxKeyFile bounds what is read of a key's file.
const maxKeyFile = 4 << 10

const putBack = "put this ledger's own key back (a copy of a ledger needs a copy of its key), or name another ledger with " +
	"--state: without its key nothing that is in it can be recognised"

// errKeyFile is wrapped by what is wrong with a key's file.
var errKeyFile = errors.New("it is no key that contactsync has made")

// opening is what opening a ledger to write to it needs besides the database.
type opening struct {
	path string // of the ledger
	// own is the key of a ledger that is in no file; zero: the key lies beside the ledger.
	own contact.Key
	// step is told what comes next; an error breaks off there, as a crash would. Nil: nobody wants to know.
	step func(next string) error
}

// key returns the key of a ledger that has none yet, and that nobody else can bring up to date meanwhile.
func (o opening) key() (contact.Key, error) {
	name := o.path + dbfile.KeySuffix
	key, err := readKey(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return o.make(name)
	case err != nil:
		return contact.Key{}, fmt.Errorf("%w; nothing needs it but a ledger that was here before: move it away, and run the same command again", err)
	}
	// Whoever made it may have come no further: it is not known to be on disk.
	if err := dbfile.CheckPlain(name); err != nil {
		return contact.Key{}, err
	}
	return key, o.sync(name)
}

func (o opening) make(name string) (contact.Key, error) {
	if err := dbfile.CheckPlain(name); err != nil { // a link to nothing
		return contact.Key{}, err
	}
	secret := make([]byte, contact.KeySize)
	_, _ = rand.Read(secret) // never fails (crypto/rand)
	key, err := contact.NewKey(secret)
	if err != nil {
		return contact.Key{}, err
	}
	draft := o.path + dbfile.NewKeySuffix
	if err := o.at("remove what an earlier try has left"); err != nil {
		return contact.Key{}, err
	}
	if err := os.Remove(draft); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return contact.Key{}, err
	}
	if err := o.write(draft, keyMark+hex.EncodeToString(secret)+"\n"); err != nil {
		return contact.Key{}, err
	}
	if err := o.at("rename"); err != nil {
		return contact.Key{}, err
	}
	if err := os.Rename(draft, name); err != nil {
		return contact.Key{}, err
	}
	return key, o.syncFolder(name)
}

// write writes a file that is not there yet, and makes what is in it durable.
func (o opening) write(name, text string) (err error) {
	if err := o.at("create"); err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL|dbfile.NoFollow, 0o600)
	if err != nil {
		return dbfile.LinkError(name, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := dbfile.GiveToOwner(f, o.path); err != nil {
		return err
	}
	if err := o.at("write"); err != nil {
		return err
	}
	if _, err := f.WriteString(text); err != nil {
		return err
	}
	if err := o.at("sync the file"); err != nil {
		return err
	}
	return f.Sync()
}

// sync makes a key durable that is there.
func (o opening) sync(name string) error {
	if err := o.at("sync the file that is there"); err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_RDWR|dbfile.NoFollow, 0) // Windows syncs no file that is open for reading only
	if err != nil {
		return dbfile.LinkError(name, err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	return o.syncFolder(name)
}

func (o opening) syncFolder(name string) error {
	if err := o.at("sync the folder"); err != nil {
		return err
	}
	return dbfile.SyncFolder(filepath.Dir(name))
}

func (o opening) at(next string) error {
	if o.step == nil {
		return nil
	}
	return o.step(next)
}

// readKey reads a key's file. Nothing of what is in it is part of an error.
func readKey(name string) (contact.Key, error) {
	f, err := os.OpenFile(name, os.O_RDONLY|dbfile.NonBlocking, 0)
	if err != nil {
		return contact.Key{}, err
	}
	defer func() { _ = f.Close() }() // only read from
	text, err := io.ReadAll(io.LimitReader(f, maxKeyFile))
	if err != nil {
		return contact.Key{}, err
	}
	line, whole := strings.CutSuffix(string(text), "\n")
	digits, marked := strings.CutPrefix(strings.TrimSuffix(line, "\r"), keyMark)
	secret, err := hex.DecodeString(digits)
	if !whole || !marked || err != nil || len(secret) != contact.KeySize {
		return contact.Key{}, fmt.Errorf("%q: %w", name, errKeyFile)
	}
	return contact.NewKey(secret)
}

// keyOf returns the key of a ledger that has one: the one beside it, if it is the one that the ledger was written under.
func keyOf(ctx context.Context, in interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}, path string,
) (contact.Key, error) {
	var want []byte
	if err := in.QueryRowContext(ctx, "SELECT check_value FROM sealed").Scan(&want); err != nil {
		return contact.Key{}, err
	}
	name := path + dbfile.KeySuffix
	key, err := readKey(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return contact.Key{}, fmt.Errorf("its key %q is missing; %s", name, putBack)
	case errors.Is(err, errKeyFile):
		return contact.Key{}, fmt.Errorf("%w; %s", err, putBack)
	case err != nil:
		return contact.Key{}, fmt.Errorf("its key can't be read: %w", err)
	}
	if check := key.Check(); string(want) != string(check[:]) {
		return contact.Key{}, fmt.Errorf("%q is the key of another ledger; %s", name, putBack)
	}
	return key, nil
}
