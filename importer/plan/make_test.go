package plan

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/source"
	"github.com/contactsync/contactsync/mapping"
)

// input is an input of these rows: name, e-mail, phone, city and id.
func input(t *testing.T, rows ...string) check.Input {
	t.Helper()
	const header = "Name,Email,Phone,City,ID"
	in, err := source.Open(source.Env{Open: func(string) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(strings.Join(append([]string{header}, rows...), "\n") + "\n")), nil
	}}, "a.csv", source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close() })
	m := &mapping.Mapping{Header: strings.Split(header, ","), Fields: map[contact.Field]mapping.FieldMap{}}
	for i, f := range []contact.Field{contact.Name, contact.Email, contact.Phone, contact.City, contact.ExternalID} {
		m.Fields[f] = mapping.FieldMap{Columns: m.Header[i : i+1], Confidence: 1, Why: "--map"}
	}
	return check.Input{Name: "a.csv", Source: in, Mapping: m}
}

// Rows as an input has them.
const (
	annRow = "Ann Lee,ann@example.com,+4930123456,Berlin,"
	zoeRow = "Zoe Kim,zoe@example.com,+4989123456,Munich,"
)

// checker checks inputs for a world.
func checker(w *World, inputs ...check.Input) check.Checker {
	return check.Checker{
		Inputs: inputs, Rules: &contact.Rules{DefaultType: ann().Type}, Key: w.Key, Match: w.Match, Org: testOrg.Org, Existing: w.Existing(),
	}
}

// made is the plan for rows, in the world of a scene.
func made(t *testing.T, s *scene, rows ...string) *Plan {
	t.Helper()
	w := learned(t, s)
	return madeOf(t, t.Context(), w, s.options, checker(w, input(t, rows...)))
}

func madeOf(t *testing.T, reading context.Context, w *World, o Options, rows check.Checker) *Plan { //nolint:revive // a test comes first
	t.Helper()
	p, err := Make(t.Context(), reading, rows, w, o, func() {})
	if err != nil {
		t.Fatal(err)
	}
	return p
}
