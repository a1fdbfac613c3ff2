package detect_test

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/contactsync/contactsync/mapping"
	"github.com/contactsync/contactsync/mapping/detect"
)

// A saved profile stops tomorrow's run when its column is renamed, removed or in doubt, and names which.
func TestSavedProfileDrifts(t *testing.T) {
	t.Parallel()
	today := []string{"First Name", "Last Name", "E-mail", "Phone"}
	m, err := detect.Columns(today, nil)
	if err != nil {
		t.Fatal(err)
	}
	var saved strings.Builder
	if err := m.AsProfile().WriteYAML(&saved); err != nil {
		t.Fatal(err)
	}
	p, err := mapping.Parse("saved", []byte(saved.String()))
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		header []string
		says   string
	}{
		"the same":    {today, ""},
		"one more":    {append(slices.Clone(today), "Notes"), ""},
		"other order": {[]string{"Phone", "E-mail", "Last Name", "First Name"}, ""},
		"other case":  {[]string{"FIRST NAME", "last name", " e-mail", "Phone"}, ""},
		"renamed":     {[]string{"First Name", "Last Name", "E-mail address", "Phone"}, `no column "E-mail" for email (did it become "E-mail address"?)`},
		"removed":     {[]string{"First Name", "Last Name", "E-mail"}, `no column "Phone" for phone`},
		"two":         {[]string{"First Name", "E-mail"}, `no column "Last Name" for name`},
	} {
		_, err := p.Bind(tt.header)
		if (err == nil) != (tt.says == "") || err != nil && !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v, want %q", name, err, tt.says)
		}
	}
}

// What is found out can be saved, and is read back as it was.
func TestSavedProfilesAreReadBack(t *testing.T) {
	t.Parallel()
	for _, e := range corpus(t) {
		m, err := detect.Columns(e.Header, e.Rows)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := m.AsProfile().WriteYAML(&b); err != nil {
			t.Fatal(err)
		}
		p, err := mapping.Parse(e.ID, b.Bytes())
		if err != nil {
			t.Fatalf("%s: %v\n%s", e.ID, err, b.String())
		}
		again, err := p.Bind(e.Header)
		if err != nil {
			t.Fatalf("%s: %v", e.ID, err)
		}
		if !reflect.DeepEqual(again.Inspect().Fields, m.Inspect().Fields) || !reflect.DeepEqual(again.Inspect().Fallbacks, m.Inspect().Fallbacks) {
			t.Errorf("%s: read back differently:\n%s", e.ID, b.String())
		}
	}
}
