// Package keyfile keeps the key of a ledger's hashes in a file of its own beside the ledger, so that who gets hold of the one
// has not got the other. The ledger holds a check value of it.
//
// The key is on disk, file and folder synced, before the ledger holds anything that was made under it, and the check
// value is written in the transaction that makes the ledger, or brings its plain hashes under the key. Until then a whole
// key that lies there is taken and none is ever replaced: wherever that breaks off, opening the ledger again goes on.
package keyfile

import (
	"crypto/rand"
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

// Mark begins a key's file, and tells what it is to who finds it.
const Mark = "contactsync-key/1 "

// maxKeyFile bounds what is read of a key's file.
const maxKeyFile = 4 << 10

const putBack = "put this ledger's own key back (a copy of a ledger needs a copy of its key), or name another ledger with " +
	"--state: without its key nothing that is in it can be recognised"

// errKeyFile is wrapped by what is wrong with a key's file.
var errKeyFile = errors.New("it is no key that contactsync has made")

// Place is where the key of a ledger lies, or is made.
type Place struct {
	// Ledger is the path of the ledger's file.
	Ledger string
	// Step is told what comes next; an error breaks off there, as a crash would. Nil: nobody wants to know.
	Step func(next string) error
}

// Make returns the key of a ledger that has none yet, and that nobody else can bring up to date meanwhile.
func (p Place) Make() (contact.Key, error) {
	name := p.Ledger + dbfile.KeySuffix
	key, err := readKey(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return p.make(name)
	case err != nil:
		return contact.Key{}, fmt.Errorf("%w; nothing needs it but a ledger that was here before: move it away, and run the same command again", err)
	}
	// Whoever made it may have come no further: it is not known to be on disk.
	if err := dbfile.CheckPlain(name); err != nil {
		return contact.Key{}, err
	}
	return key, p.sync(name)
}

func (p Place) make(name string) (contact.Key, error) {
	if err := dbfile.CheckPlain(name); err != nil { // a link to nothing
		return contact.Key{}, err
	}
	secret := make([]byte, contact.KeySize)
	_, _ = rand.Read(secret) // never fails (crypto/rand)
	key, err := contact.NewKey(secret)
	if err != nil {
		return contact.Key{}, err
	}
	draft := p.Ledger + dbfile.NewKeySuffix
	if err := p.At("remove what an earlier try has left"); err != nil {
		return contact.Key{}, err
	}
	if err := os.Remove(draft); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return contact.Key{}, err
	}
	if err := p.write(draft, Mark+hex.EncodeToString(secret)+"\n"); err != nil {
		return contact.Key{}, err
	}
	if err := p.At("rename"); err != nil {
		return contact.Key{}, err
	}
	if err := os.Rename(draft, name); err != nil {
		return contact.Key{}, err
	}
	return key, p.syncFolder(name)
}

// write writes a file that is not there yet, and makes what is in it durable.
func (p Place) write(name, text string) (err error) {
	if err := p.At("create"); err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL|dbfile.NoFollow, 0o600)
	if err != nil {
		return dbfile.LinkError(name, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := dbfile.GiveToOwner(f, p.Ledger); err != nil {
		return err
	}
	if err := p.At("write"); err != nil {
		return err
	}
	if _, err := f.WriteString(text); err != nil {
		return err
	}
	if err := p.At("sync the file"); err != nil {
		return err
	}
	return f.Sync()
}

// sync makes a key durable that is there.
func (p Place) sync(name string) error {
	if err := p.At("sync the file that is there"); err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_RDWR|dbfile.NoFollow, 0) // Windows syncs no file that is open for reading only
	if err != nil {
		return dbfile.LinkError(name, err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	return p.syncFolder(name)
}

func (p Place) syncFolder(name string) error {
	if err := p.At("sync the folder"); err != nil {
		return err
	}
	return dbfile.SyncFolder(filepath.Dir(name))
}

// At tells that a step comes next.
func (p Place) At(next string) error {
	if p.Step == nil {
		return nil
	}
	return p.Step(next)
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
	digits, marked := strings.CutPrefix(strings.TrimSuffix(line, "\r"), Mark)
	secret, err := hex.DecodeString(digits)
	if !whole || !marked || err != nil || len(secret) != contact.KeySize {
		return contact.Key{}, fmt.Errorf("%q: %w", name, errKeyFile)
	}
	return contact.NewKey(secret)
}

// Key returns the key of a ledger that has one: the one beside it, if its check value is the one that the ledger holds.
func (p Place) Key(check []byte) (contact.Key, error) {
	name := p.Ledger + dbfile.KeySuffix
	key, err := readKey(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return contact.Key{}, fmt.Errorf("its key %q is missing; %s", name, putBack)
	case errors.Is(err, errKeyFile):
		return contact.Key{}, fmt.Errorf("%w; %s", err, putBack)
	case err != nil:
		return contact.Key{}, fmt.Errorf("its key can't be read: %w", err)
	}
	if own := key.Check(); string(check) != string(own[:]) {
		return contact.Key{}, fmt.Errorf("%q is the key of another ledger; %s", name, putBack)
	}
	return key, nil
}
