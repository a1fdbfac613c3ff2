package detect_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/contactsync/contactsync/mapping"
	"github.com/contactsync/contactsync/mapping/detect"
)

// Each built-in profile knows its system's export when it sees one, and no other does.
func TestBuiltinsAreRecognised(t *testing.T) {
	t.Parallel()
	profiles := map[string]string{
		"hubspot-contacts": "hubspot", "salesforce-report": "salesforce-report", "salesforce-data-export": "salesforce-export",
		"google-contacts-old": "google-old", "google-contacts-2024": "google-new", "outlook-en": "outlook-en", "outlook-de": "outlook-de",
	}
	seen := []string{"contactsync"}
	for _, e := range append(corpus(t), entries(t, "testdata/general/*.json")...) {
		want := profiles[e.ID]
		if want == "" {
			want = mapping.Detected
		} else {
			seen = append(seen, want)
		}
		m, err := detect.Columns(e.Header, e.Rows)
		if err != nil || m.Profile != want {
			t.Errorf("%s: %v, recognised as %s, want %s", e.ID, err, m.Profile, want)
		}
	}
	own, err := detect.Columns([]string{"id", "org_id", "type", "name", "email"}, nil)
	if err != nil || own.Profile != "contactsync" || len(own.Unmapped) > 0 {
		t.Errorf("our own export: %+v, %v", own, err)
	}
	for _, name := range mapping.BuiltinNames() {
		family := slices.ContainsFunc(mapping.BuiltinNames(), func(o string) bool { return strings.HasPrefix(o, name+"-") })
		if !family && !slices.Contains(seen, name) {
			t.Errorf("nothing here is an export for %s", name)
		}
	}
}
