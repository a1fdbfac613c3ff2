package metrics

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
)

// written writes the metrics of a run and returns the file.
func written(t *testing.T, path string, r Run) string {
	t.Helper()
	if err := WriteFile(path, "id", r); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestFileIsForOthersToRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "crm.prom")
	if err := os.WriteFile(path, []byte("what another program left"), 0o600); err != nil {
		t.Fatal(err)
	}
	text := written(t, path, night())
	holds(t, text, `contactsync_exit_code{command="sync",job_name="crm"} 6`)
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o644 {
		t.Errorf("mode %v, error %v", info.Mode(), err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("%v is left, error %v", entries, err)
	}
	if problems, err := promlint.New(strings.NewReader(text)).Lint(); err != nil || len(problems) > 0 {
		t.Errorf("%v, error %v", problems, err)
	}
}

// TestWhatIsNotKnownStays: the last success, and rows in doubt, of runs like this one and of no others.
func TestWhatIsNotKnownStays(t *testing.T) {
	t.Parallel()
	const success, doubt = "contactsync_last_success_timestamp_seconds", "contactsync_rows_in_doubt"
	for name, test := range map[string]struct {
		before, now  func(r *Run)
		success      string
		doubt        string // empty: is not told
		doubtIsKnown bool
	}{
		"a run of the job":               {func(*Run) {}, func(*Run) {}, "1.7e+09", "2", false},
		"another command of the job":     {func(r *Run) { r.Command = "import" }, func(*Run) {}, "1.7e+09", "2", false},
		"of another job":                 {func(r *Run) { r.Job = "erp" }, func(*Run) {}, "0", "", false},
		"of a rehearsal":                 {func(r *Run) { r.Rehearsal = true }, func(*Run) {}, "0", "", false},
		"without a job":                  {func(r *Run) { r.Job = "" }, func(r *Run) { r.Job = "" }, "1.7e+09", "2", false},
		"without a job, other command":   {func(r *Run) { r.Job = "" }, func(r *Run) { r.Job, r.Command = "", "undo" }, "0", "", false},
		"none was known before either":   {func(r *Run) { r.LastSuccess, r.InDoubt = nil, nil }, func(*Run) {}, "0", "", false},
		"it is known that none ever was": {func(*Run) {}, func(r *Run) { r.LastSuccess = &time.Time{} }, "0", "2", false},
		"nothing is in doubt any more":   {func(*Run) {}, func(r *Run) { r.InDoubt = new(int) }, "1.7e+09", "0", false},
	} {
		path := filepath.Join(t.TempDir(), "crm.prom")
		before, now := night(), night()
		now.LastSuccess, now.InDoubt = nil, nil
		test.before(&before)
		test.now(&now)
		written(t, path, before)
		text := written(t, path, now)
		labels := `{command="` + now.Command + `",job_name="` + now.group() + `"} `
		holds(t, text, success+labels+test.success)
		if test.doubt != "" {
			holds(t, text, doubt+labels+test.doubt)
		} else if strings.Contains(text, doubt+"{") {
			t.Errorf("%s: rows in doubt are told:\n%s", name, text)
		}
	}
}

// TestARehearsalHidesNothing: it takes the place of rehearsals only.
func TestARehearsalHidesNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "crm.prom")
	rehearsal := night()
	rehearsal.Rehearsal, rehearsal.ExitCode = true, 0
	written(t, path, rehearsal)
	written(t, path, rehearsal)
	real := written(t, path, night())
	if err := WriteFile(path, "id", rehearsal); !errors.Is(err, ErrRehearsal) {
		t.Errorf("error %v", err)
	}
	if text, _ := os.ReadFile(path); string(text) != real {
		t.Errorf("the metrics of the real run are gone:\n%s", text)
	}
}

// TestNoFile: what can't be written leaves all as it was, and says why without the path, which stands beside it.
func TestNoFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for path, want := range map[string]string{
		dir:                                  "that is a folder",
		filepath.Join(dir, "no", "crm.prom"): "no such file or directory",
	} {
		err := WriteFile(path, "id", night())
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), dir) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
		t.Errorf("%v is left, error %v", entries, err)
	}
}

// TestFileIsWholeAlways: whoever reads while runs write finds one run's metrics, whole.
func TestFileIsWholeAlways(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "crm.prom")
	written(t, path, night())
	var wg sync.WaitGroup
	for writer := range 4 {
		wg.Go(func() {
			for n := range 10 {
				if err := WriteFile(path, strconv.Itoa(writer)+"-"+strconv.Itoa(n), night()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 50 {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
		}
		was, err := parse(text)
		if _, ok := was.find("contactsync_run_duration_seconds", nil); err != nil || !ok {
			t.Errorf("the file is not whole: %v", err)
		}
	}
	wg.Wait()
}
