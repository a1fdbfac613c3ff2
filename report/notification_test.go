package report_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/contactsync/contactsync/report"
)

// TestNotificationFitsItsSchema: as little as there may be, and all that there may be.
func TestNotificationFitsItsSchema(t *testing.T) {
	t.Parallel()
	compiler := jsonschema.NewCompiler()
	for _, name := range []string{"summary.schema.json", "notification.schema.json"} {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if err := compiler.AddResource("https://github.com/contactsync/contactsync/raw/main/report/"+name, doc); err != nil {
			t.Fatal(err)
		}
	}
	schema, err := compiler.Compile("https://github.com/contactsync/contactsync/raw/main/report/notification.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 1, 3, 0, 0, 0, time.FixedZone("", 3600))
	outcome := report.NotifiedOutcome{RunID: "r", ExitCode: 3, Finished: at.UTC()}
	for name, tt := range map[string]struct {
		is   report.Notification
		fits bool
	}{
		"as little as there may be": {report.Notification{
			Summary: report.Summary{Command: "settle", Version: "1", Started: at, Finished: at, ExitCode: 1},
			Text:    "x", About: report.NotificationAbout{Why: "failure"},
		}, true},
		"all": {report.Notification{
			Summary: report.Summary{RunID: "r", Command: "sync", Version: "1", Started: at, Finished: at, ExitCode: 4, Stopped: "why"},
			Text:    "x", About: report.NotificationAbout{Why: "recovery", Job: "crm", Report: "r", Previous: &outcome, Undelivered: []report.NotifiedOutcome{outcome}},
		}, true},
		"for no reason": {report.Notification{
			Summary: report.Summary{RunID: "r", Command: "sync", Version: "1", Started: at, Finished: at}, Text: "x",
		}, false},
		"of no command": {report.Notification{
			Summary: report.Summary{RunID: "r", Version: "1", Started: at, Finished: at}, Text: "x", About: report.NotificationAbout{Why: "failure"},
		}, false},
	} {
		var out bytes.Buffer
		if err := tt.is.WriteJSON(&out); err != nil {
			t.Fatal(err)
		}
		if strings.Count(out.String(), "\n") != 1 {
			t.Errorf("%s: more than a line: %s", name, &out)
		}
		v, err := jsonschema.UnmarshalJSON(&out)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(v); (err == nil) != tt.fits {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestNotificationSchemaHasEveryMember is TestSchemaHasEveryMember for what a notification has of its own.
func TestNotificationSchemaHasEveryMember(t *testing.T) {
	t.Parallel()
	schema := readSchema(t, "notification.schema.json")
	schema.inner(t, "notification").has(t, report.NotificationAbout{})
	schema.Defs["outcome"].has(t, report.NotifiedOutcome{})
}
