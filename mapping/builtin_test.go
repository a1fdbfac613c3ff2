package mapping_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/contactsync/contactsync/mapping"
)

// Each built-in profile knows its system's export when it sees one, and no other does.
func TestBuiltinsAreRecognised(t *testing.T) {
	t.Parallel()
	profiles := map[string]string{
		"hubspot-contacts": "hubspot", "salesforce-report": "salesforce-report", "salesforce-data-export": "salesforce-export",
		"google-contacts-old": "google-old", "google-contacts-2024": "google-new", "outlook-en": "outlook-en", "outlook-de": "outlook-de",
	}
	d := mapping.NewDetector()
	seen := []string{"contactsync"}
	for _, e := range append(corpus(t), entries(t, "testdata/general/*.json")...) {
		want := profiles[e.ID]
		if want == "" {
			want = mapping.Detected
		} else {
			seen = append(seen, want)
		}
		m, err := d.Detect(e.Header, e.Rows)
		if err != nil || m.Profile != want {
			t.Errorf("%s: %v, recognised as %s, want %s", e.ID, err, m.Profile, want)
		}
	}
	own, err := d.Detect([]string{"id", "org_id", "type", "name", "email"}, nil)
	if err != nil || own.Profile != "contactsync" || len(own.Unmapped) > 0 {
		t.Errorf("our own export: %+v, %v", own, err)
	}
	for _, name := range mapping.Builtin() {
		family := slices.ContainsFunc(mapping.Builtin(), func(o string) bool { return strings.HasPrefix(o, name+"-") })
		if !family && !slices.Contains(seen, name) {
			t.Errorf("nothing here is an export for %s", name)
		}
	}
}

// A saved profile stops tomorrow's run when its column is renamed, removed or in doubt, and names which.
func TestSavedProfileDrifts(t *testing.T) {
	t.Parallel()
	today := []string{"First Name", "Last Name", "E-mail", "Phone"}
	m, err := mapping.Detect(today, nil)
	if err != nil {
		t.Fatal(err)
	}
	var saved strings.Builder
	if err := m.AsProfile().WriteYAML(&saved); err != nil {
		t.Fatal(err)
	}
	p := parse(t, saved.String())
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
