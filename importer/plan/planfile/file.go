// Package planfile keeps a plan as a file, and tells what has changed since it was made.
package planfile

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
)

// savedFormat is the version of the form in which plans are saved. In the first one hashes were under no key.
const (
	savedFormat = "contactsync-plan/2"
	plainFormat = "contactsync-plan/1"
)

// File is a plan as a file holds it: what is to be done, and what that was made from. It holds no value of a row or of a
// contact, only hashes of them under the key of the run's ledger.
type File struct {
	Format string `json:"format"`
	// Checksum is the SHA-256 of everything else.
	Checksum string `json:"checksum"`
	RunID    string `json:"run_id"`
	Version  string `json:"version"`
	// Made is when the organisations were listed, as RFC 3339 writes it.
	Made    string `json:"made"`
	Command string `json:"command"`
	Host    string `json:"host"`
	// Key is the check value of the key that the hashes were made under, in hexadecimal digits: that of the run's ledger.
	// It is empty in a plan of the first form, and where the run kept nothing.
	Key string `json:"key,omitempty"`
	// Options are those that decide what is done, as the command line writes them; a repeatable one has several values.
	Options       map[string][]string `json:"options"`
	Inputs        []Input             `json:"inputs"`
	Organisations []Organisation      `json:"organisations"`
	Changes       []Change            `json:"changes"`
}

// Input is an input by its bytes.
type Input struct {
	Source string `json:"source"`
	SHA256 string `json:"sha256"`
	Rows   int    `json:"rows"`
}

// Organisation is what an organisation had: the hashes of each field of each contact, by id.
type Organisation struct {
	ID       int64                         `json:"id"`
	Name     string                        `json:"name,omitempty"`
	Contacts map[int64]contact.FieldHashes `json:"contacts"`
}

// Change is one thing that is to be done.
type Change struct {
	Action outcome.Action `json:"action"`
	// Row names the row as the report does; empty for a contact that no row has any more.
	Row string `json:"row,omitempty"`
	Org int64  `json:"org"`
	// ID is the contact that is changed or deleted.
	ID int64 `json:"id,omitempty"`
	// Fields are those that an update changes, and Becomes the hashes of the contact's fields afterwards; zero for a delete.
	Fields  []contact.Field      `json:"fields,omitempty"`
	Becomes *contact.FieldHashes `json:"becomes,omitempty"`
	// Code is that of a change of whose the contact is (job.adopted, job.shared, job.let_go), which sends nothing: its action is
	// none.
	Code string `json:"code,omitempty"`
	// From are the other jobs that have the contact until then.
	From []string `json:"from,omitempty"`
}

// Encode writes the plan as JSON, with its checksum.
func (s File) Encode() ([]byte, error) {
	if s.Format == "" {
		s.Format = savedFormat
	}
	sum, err := s.sum()
	if err != nil {
		return nil, err
	}
	s.Checksum = sum
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	err = e.Encode(s)
	return b.Bytes(), err
}

// sum is the checksum: that of the plan without one, so written that equal plans have equal texts.
func (s File) sum() (string, error) {
	s.Checksum = ""
	text, err := json.Marshal(s)
	if err != nil {
		return "", fmt.Errorf("writing a plan: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// Under returns the plan for a run whose ledger has this key. One of the first form, whose hashes are under none, is brought
// under it; ok is false if the plan's hashes are under another one, so that nothing of it can be compared.
func (s File) Under(key contact.Key) (_ File, ok bool) {
	if s.Format != plainFormat {
		return s, s.Key == KeyName(key)
	}
	for i, o := range s.Organisations {
		sealed := make(map[int64]contact.FieldHashes, len(o.Contacts))
		for id, p := range o.Contacts {
			sealed[id] = key.FieldHashes(p)
		}
		s.Organisations[i].Contacts = sealed
	}
	for i, c := range s.Changes {
		if c.Becomes != nil {
			sealed := key.FieldHashes(*c.Becomes)
			s.Changes[i].Becomes = &sealed
		}
	}
	return s, true
}

// KeyName is how a plan names the key that its hashes are under; empty for none.
func KeyName(key contact.Key) string {
	if key.IsZero() {
		return ""
	}
	check := key.Check()
	return hex.EncodeToString(check[:])
}

// errNoPlan is that of a text which is no saved plan.
var errNoPlan = errors.New("it is no plan that contactsync saved with --plan-out")

// Decode reads what Encode wrote. Intact is false if the text is a plan, but has been changed since.
func Decode(text []byte) (s File, intact bool, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	if err := d.Decode(&s); err != nil || s.Format == "" {
		return File{}, false, errNoPlan
	}
	if s.Format != savedFormat && s.Format != plainFormat {
		return File{}, false, fmt.Errorf("it is a plan of the form %q, and this version reads %q", s.Format, savedFormat)
	}
	sum, err := s.sum()
	if err != nil {
		return File{}, false, err
	}
	again, err := s.Encode()
	return s, err == nil && sum == s.Checksum && bytes.Equal(again, text), nil
}
