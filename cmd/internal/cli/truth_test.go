package cli_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/contactsync/contactsync/importer/simulator"
)

// A night of which all that a run can find out about its rows is told: what it changes and whom it deletes, where the portal has been
// changed, what is gone, shared, moved, adopted, refused, or stored otherwise.
type truthNight struct {
	before func(*rig)
	input  string
	flags  []string
	exit   int
	codes  []string // those that have to be told
	// imports tells that the night is an import.
	imports bool
}

func truthNights() map[string]truthNight {
	const header = "id,Name,E-mail,Phone,Street,City\n"
	first := header +
		"1,Ann Lee,ann@example.com,+4930123001,Main 1,Berlin\n" +
		"2,Bob Ray,bob@example.com,+4930123002,Main 2,Berlin\n" +
		"3,Cid Ash,cid@example.com,+4930123003,Main 3,Berlin\n" +
		"8,Gus Elm,gus@example.com,+4930123008,Main 8,Berlin\n" +
		"9,Hal Oak,hal@example.com,+4930123009,Main 9,Berlin\n"
	second := header +
		"1,Ann Lee,ann@example.com,+4930123001,Main 1,Hamburg\n" +
		"2,Bob Ray,bob@example.com,+4930123002,Main 22,Hamburg\n" +
		"3,Cid Ash,cid@example.com,+4930123003,Main 3,Berlin\n" +
		"4,Dan Fir,office@example.com,,,Ulm\n" +
		"5,Eva Yew,office@example.com,,,Ulm\n" +
		"6,Ida Box,ida@example.com,,,Ulm\n"
	edited := func(r *rig) {
		r.sync(0, first, "--map", "external_id=id")
		time.Sleep(time.Hour)
		r.edit("Bob Ray", toBonn)
		r.server.Remove(ownOrg, r.idsOf("Cid Ash")[0])
		r.server.Add(simulator.Contact{Type: 3, Name: "Jon Roe", Email: "office@example.com"})
		r.server.Add(simulator.Contact{Type: 3, Name: "Ida Box", Email: "ida@example.com", City: "Bonn"})
	}
	byID := []string{"--map", "external_id=id"}
	return map[string]truthNight{
		"the file counts":   {before: edited, input: second, flags: append([]string{"--prune", "--adopt"}, byID...), codes: []string{"conflict", "contact.gone", "exists.related", "related"}},
		"the portal counts": {before: edited, input: second, flags: append([]string{"--on-conflict", "remote"}, byID...), codes: []string{"conflict", "contact.gone"}},
		"without ids":       {before: edited, input: second, flags: []string{"--map", "external_id=", "--prune"}, codes: []string{"conflict", "contact.gone"}},
		"the portal counts, and ids are new": {
			before: func(r *rig) {
				r.sync(0, first, "--map", "external_id=")
				time.Sleep(time.Hour)
				r.edit("Bob Ray", toBonn)
			},
			input: first, flags: append([]string{"--on-conflict", "remote"}, byID...), codes: []string{"conflict"},
		},
		"ids have moved, and others are shared": {
			before: func(r *rig) {
				r.sync(0, first, byID...)
				time.Sleep(time.Hour)
			},
			input: header +
				"2,Ann Lee,ann@example.com,+4930123001,Main 1,Hamburg\n" +
				"1,Bob Ray,bob@example.com,+4930123002,Main 2,Berlin\n" +
				"3,Cid Ash,cid.ash@example.com,+4930123003,Main 3,Berlin\n" +
				"3,Zoe Kim,zoe@example.com,,Main 3,Berlin\n" +
				"9,Hal Oak,hal@example.com,+4930123009,Main 9,Ulm\n",
			flags: append([]string{"--accept-moved-ids"}, byID...), codes: []string{"external_id.moved", "external_id.shared"},
		},
		"an import": {
			before: edited, input: second, flags: append([]string{"--job", "crm"}, byID...),
			codes: []string{"exists.differs", "exists.related", "related", "contact.gone"}, imports: true,
		},
		"the service stores otherwise": {
			before: func(r *rig) {
				r.faults("shorten=100%")
				r.sync(0, strings.ReplaceAll(first, "Main ", "Long Street of the Two Rivers "), byID...)
				time.Sleep(time.Hour)
			},
			input: strings.NewReplacer("Main 22", "Long Street of the Two Rivers 2", "Main ", "Long Street of the Two Rivers ").Replace(second), flags: append([]string{"--prune"}, byID...), codes: []string{"stored.differs"},
		},
	}
}

// told is what a run tells of its rows, but for how often and when what was sent, and the exit code.
type told struct {
	Exit    int
	Rows    []map[string]any
	Deleted []map[string]any
	Counts  any
}

func (r *rig) told(exit int) told {
	r.Helper()
	t := told{Exit: exit}
	data, err := os.ReadFile(filepath.Join(r.reportDir(), "report.jsonl"))
	if err != nil {
		r.Fatal(err)
	}
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		var row map[string]any
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			r.Fatal(err)
		}
		for _, name := range []string{"attempts", "http_status", "request_id", "cloudfront_id", "source"} {
			delete(row, name)
		}
		if row["action"] == "delete" {
			t.Deleted = append(t.Deleted, row)
		} else {
			t.Rows = append(t.Rows, row)
		}
	}
	slices.SortFunc(t.Deleted, func(a, b map[string]any) int {
		return strings.Compare(fmt.Sprint(a["contact_id"]), fmt.Sprint(b["contact_id"]))
	})
	var sum map[string]any
	if err := json.Unmarshal([]byte(readSummary(r)), &sum); err != nil {
		r.Fatal(err)
	}
	t.Counts = sum["rows"]
	return t
}

// kill is where a night is killed: at one of its requests that write, before or after the service has carried that out, or at one of
// the ledger's writes.
type kill struct {
	at                  int // 0: never
	committed, ofLedger bool
}

// arm kills the next run there.
func (r *rig) arm(k kill) (writes *int) {
	writes = new(int)
	if k.ofLedger {
		r.killAt = k.at
	}
	r.onRequest = func(req *http.Request, _ int) {
		if kind := requestKind(req.Method, req.URL.Path); kind != "POST" && kind != "PATCH" && kind != "DELETE" {
			return
		}
		if *writes++; *writes != k.at || k.ofLedger {
			return
		}
		if k.committed {
			if res, err := r.server.RoundTripper().RoundTrip(req); err == nil {
				_ = res.Body.Close()
			}
		}
		r.kill()
	}
	return writes
}

// play plays a night, killed or not, and an undo of it.
func (n truthNight) play(t *testing.T, k kill) (said told, undone map[string]int, requests, writes int) {
	t.Helper()
	inRig(t, simulator.Options{}, func(r *rig) {
		n.before(r)
		night := r.sync
		if n.imports {
			night = r.run
		}
		sent := r.arm(k)
		if k.at > 0 {
			night(-1, n.input, n.flags...)
			time.Sleep(time.Hour)
			r.arm(kill{})
		}
		night(n.exit, n.input, n.flags...)
		requests, writes = *sent, r.writes
		said = r.told(n.exit)
		time.Sleep(time.Hour)
		r.start(r.undoArgs("last")...)
		undone = r.contents()
	})
	return said, undone, requests, writes
}

// TestGoingOnTellsTheSame kills a night wherever it writes, and goes on with it: what is told then is what a night tells that nobody
// kills, and an undo takes back the same.
func TestGoingOnTellsTheSame(t *testing.T) {
	t.Parallel()
	for name, night := range truthNights() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, left, requests, writes := night.play(t, kill{})
			for _, row := range want.Rows {
				for _, code := range row["codes"].([]any) {
					night.codes = slices.DeleteFunc(night.codes, func(c string) bool { return c == code })
				}
			}
			if len(night.codes) > 0 {
				t.Fatalf("the night does not tell %q: %v", night.codes, want.Rows)
			}
			var kills []kill
			for at := 1; at <= requests; at++ {
				kills = append(kills, kill{at: at}, kill{at: at, committed: true})
			}
			for at := 1; at < writes; at += 3 { // the last one ends the run
				kills = append(kills, kill{at: at, ofLedger: true})
			}
			for _, k := range kills {
				got, undone, _, _ := night.play(t, k)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%+v (-not killed +gone on with):\n%s", k, diff)
				}
				if diff := cmp.Diff(left, undone); diff != "" {
					t.Errorf("%+v, then undone (-not killed +gone on with):\n%s", k, diff)
				}
			}
		})
	}
}
