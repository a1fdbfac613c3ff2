package cli_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/ready"
	"github.com/contactsync/contactsync/importer/simulator"
)

// TestCheckOnlyAsks: whatever goes wrong, what arrives are questions and one authentication at most, and check comes to an end
// that somebody waits for.
func TestCheckOnlyAsks(t *testing.T) {
	t.Parallel()
	for _, f := range simulator.FaultNames() {
		for _, when := range []string{"100%", "at:2", "every:3"} {
			fault, err := simulator.ParseFault(f.Name + "=" + when + "@ANY")
			if err != nil {
				if fault, err = simulator.ParseFault(f.Name + "=" + when); err != nil {
					t.Fatal(err)
				}
			}
			t.Run(fault.String(), func(t *testing.T) {
				t.Parallel()
				inRig(t, simulator.Options{Faults: []simulator.Fault{fault}}, func(r *rig) {
					begun := time.Now()
					r.start("check", "--type", "Technical", "--json")
					if took := time.Since(begun); took > 15*time.Minute {
						t.Errorf("it took %s", took)
					}
					logins := 0
					for _, request := range r.server.Requests() {
						switch {
						case request.Method == http.MethodPost && strings.HasSuffix(request.Path, "/authenticate"):
							logins++
						case request.Method != http.MethodGet:
							t.Errorf("%s %s arrived", request.Method, request.Path)
						}
					}
					if logins > 1 {
						t.Errorf("%d authentications arrived", logins)
					}
				})
			})
		}
	}
}

// TestCheckTellsAFullDisk: a disk with next to nothing on it has failed, one that will be full soon is warned of.
func TestCheckTellsAFullDisk(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		bytes, files int64
		want         ready.Status
		found        string
	}{
		"full":     {3 << 20, -1, ready.Failed, "3.1 MB free for the report, temporary files"},
		"low":      {100 << 20, 1 << 20, ready.Warning, "104 MB free for the report, temporary files"},
		"no files": {100 << 30, 3, ready.Failed, "107 GB free, and room for 3 files for the report, temporary files"},
		"well":     {100 << 30, -1, ready.OK, "107 GB free for the report, temporary files"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inRig(t, simulator.Options{}, func(r *rig) {
				var out bytes.Buffer
				r.count = map[string]int{}
				env := r.env(r, console{r}, rand.NewPCG(1, 2), "check", "--json", "--report-dir", filepath.Join(r.dir, "not", "there"))
				env.Stdout = &out
				env.Room = func(path string) (int64, int64, bool, error) {
					if !filepath.IsAbs(path) {
						t.Errorf("asked about %q", path)
					}
					return tt.bytes, tt.files, true, nil
				}
				code, _ := r.live(env)
				var all []ready.Finding
				if err := json.Unmarshal(out.Bytes(), &all); err != nil {
					t.Fatal(err)
				}
				for _, f := range all {
					if f.Name == "disk" && (f.Status != tt.want || f.Found != tt.found || (f.Fix == "") != (tt.want == ready.OK)) {
						t.Errorf("%+v", f)
					}
				}
				if want := map[ready.Status]int{ready.Failed: 1}[tt.want]; code != want {
					t.Errorf("exit code %d, want %d", code, want)
				}
			})
		})
	}
}
