package cli_test

import (
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/ledger/ledgertest"
	"github.com/contactsync/contactsync/importer/simulator"
)

// listener receives notifications, and answers as it is told; without an answer it is silent.
type listener struct {
	answer func(try int) (status int, answers bool)
	why    []string
	at     []time.Time
	codes  []int
}

func (l *listener) RoundTrip(req *http.Request) (*http.Response, error) {
	var body struct {
		ExitCode     int `json:"exit_code"`
		Notification struct {
			Why string `json:"why"`
		} `json:"notification"`
	}
	if err := json.NewDecoder(req.Body).Decode(&body); err != nil {
		return nil, err
	}
	l.why, l.codes, l.at = append(l.why, body.Notification.Why), append(l.codes, body.ExitCode), append(l.at, time.Now())
	status, answers := l.answer(len(l.at))
	if !answers {
		<-req.Context().Done()
		return nil, req.Context().Err()
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(""))}, nil
}

// TestNotifyHasAnEnd: where the receiver is silent a run ends all the same: after three tries, after a signal within the grace time,
// and after two at once. What it could not tell, the next run tells.
func TestNotifyHasAnEnd(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		first, second time.Duration // of the signals, after the first try; 0: none
		took          time.Duration // from the first try to the end
		tries         int
	}{
		"nobody is in a hurry": {0, 0, 34 * time.Second, 3},
		"a signal":             {time.Second, 0, 13 * time.Second, 2},
		"two signals":          {time.Second, 3 * time.Second, 3 * time.Second, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inRig(t, simulator.Options{Seed: 1}, func(r *rig) {
				file := filepath.Join(r.dir, "in.csv")
				if err := os.WriteFile(file, []byte("Name,E-mail\nBroken,broken\n"), 0o600); err != nil {
					t.Fatal(err)
				}
				silent := &listener{answer: func(try int) (int, bool) {
					for _, after := range []time.Duration{tt.first, tt.second} {
						if try == 1 && after > 0 {
							time.AfterFunc(after, func() { r.signal <- syscall.SIGTERM })
						}
					}
					return 0, false
				}}
				code := r.notifying(silent, file)
				if took := time.Since(silent.at[0]); code != 3 || took != tt.took || len(silent.at) != tt.tries {
					t.Errorf("exit code %d after %s and %d tries, want 3, %s and %d", code, took, len(silent.at), tt.took, tt.tries)
				}
				heard := &listener{answer: func(int) (int, bool) { return http.StatusOK, true }}
				if code := r.notifying(heard, file); code != 3 || len(heard.why) != 1 || heard.why[0] != "undelivered" {
					t.Errorf("exit code %d, told %q", code, heard.why)
				}
				if code := r.notifying(heard, file); code != 3 || len(heard.why) != 1 {
					t.Errorf("exit code %d, told again: %q", code, heard.why)
				}
			})
		})
	}
}

// TestNotifyAfterASignal: a run that a signal ended has the grace time for telling of it, and none after two signals.
func TestNotifyAfterASignal(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		signals int
		took    time.Duration
		tries   int
	}{"one": {1, 12 * time.Second, 2}, "two": {2, 0, 0}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inRig(t, simulator.Options{Seed: 1}, func(r *rig) {
				file := filepath.Join(r.dir, "in.csv")
				if err := os.WriteFile(file, []byte(people(1, 3)), 0o600); err != nil {
					t.Fatal(err)
				}
				r.onRequest = func(req *http.Request, nth int) {
					if req.Method == http.MethodPost && strings.HasSuffix(req.URL.Path, "/contact") && nth == 1 {
						for range tt.signals {
							r.signal <- syscall.SIGTERM
						}
						time.Sleep(time.Second)
					}
				}
				silent := &listener{answer: func(int) (int, bool) { return 0, false }}
				code := r.notifying(silent, file)
				if code != 4 || len(silent.at) > tt.tries {
					t.Errorf("exit code %d, %d tries; want 4, %d\n%s", code, len(silent.at), tt.tries, &r.out)
				}
				if tt.tries > 0 && (len(silent.at) == 0 || time.Since(silent.at[0]) > tt.took) {
					t.Errorf("%d tries; the end came late", len(silent.at))
				}
				r.onRequest = nil
				heard := &listener{answer: func(int) (int, bool) { return http.StatusOK, true }}
				if code := r.notifying(heard, file); code != 0 || len(heard.why) != 1 || heard.why[0] != "recovery" {
					t.Errorf("exit code %d, told %q", code, heard.why)
				}
			})
		})
	}
}

// lasting is a ledger that can be opened again: what is told is noted after the run has closed its own.
type lasting struct{ *ledgertest.Volatile }

func (lasting) Close() error { return nil }

// notifying runs an import of a file that tells a listener.
func (r *rig) notifying(to *listener, file string) int {
	r.count = map[string]int{}
	env := r.env(r, &r.out, rand.NewPCG(1, 2), "import", "--type", "Technical", "--report-dir", "none", "--grace", "12s", "--notify", "https://hooks.example.com/x", file)
	env.Receiver, env.Ledger = to, lasting{r.ledger}
	code, _ := r.live(env)
	return code
}
