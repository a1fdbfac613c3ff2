package cli

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
)

// TestGuardFlags: metrics know the flag of each guard, so that one that stopped a run falls back to 0 with the next one.
func TestGuardFlags(t *testing.T) {
	t.Parallel()
	cmd, _, err := newRoot(Env{}).Find([]string{"sync"})
	if err != nil {
		t.Fatal(err)
	}
	noGuards := []string{"max-attempts", "max-backoff", "max-duration", "accept-invalid"}
	want := []string{"plan"}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		word, _, _ := strings.Cut(f.Name, "-")
		if slices.Contains([]string{"max", "accept", "allow"}, word) && !slices.Contains(noGuards, f.Name) {
			want = append(want, f.Name)
		}
	})
	if d := cmp.Diff(slices.Sorted(slices.Values(want)), slices.Sorted(slices.Values(guardFlags()))); d != "" {
		t.Errorf("the flags of guards (-of sync +in metrics):\n%s", d)
	}
}
