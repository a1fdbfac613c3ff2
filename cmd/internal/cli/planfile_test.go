package cli

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
)

// TestWhatAPlanSets lists what a saved plan may set. An option that is added stands here or in plansNothing, after
// somebody has thought of what a plan that was written by an attacker could do with it.
func TestWhatAPlanSets(t *testing.T) {
	t.Parallel()
	got := map[string]bool{}
	for _, name := range []string{"import", "sync"} {
		cmd, _, err := newRoot(Env{}).Find([]string{name})
		if err != nil {
			t.Fatal(err)
		}
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if !slices.Contains(plansNothing(), f.Name) {
				got[f.Name] = true
			}
		})
	}
	want := map[string]bool{}
	for _, name := range []string{
		"accept-moved-ids", "accept-shape", "adopt", "allow-empty", "clear-empty", "country", "delimiter", "encoding", "format", "header-line", "job", "lenient", "map", "mapping",
		"match-on", "max-creates", "max-deletes", "max-invalid", "max-updates", "on-conflict", "on-duplicate", "org", "prune", "prune-after",
		"prune-unmanaged", "recreate", "rows", "trust-ids", "twins", "type", "type-id",
	} {
		want[name] = true
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("options that a plan sets (-want +got):\n%s", d)
	}
}
