package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestMetricsOfACrash: it is told as any end.
func TestMetricsOfACrash(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "crm.prom")
	s := newSession(t, goodRows)
	s.Args = []string{"import", "--job", "crm", "--metrics-file", path, "-"}
	s.Stdin = crashing{}
	if crashOf(s) == nil {
		t.Fatal("nothing crashed")
	}
	text, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(text), `contactsync_exit_code{command="import",job_name="crm"} 134`) {
		t.Errorf("error %v, written:\n%s", err, text)
	}
}
