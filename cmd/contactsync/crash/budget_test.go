package crash

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/contactsync/contactsync/cmd/internal/cli"
	"github.com/contactsync/contactsync/importer/limit"
)

// failingStore is a budget whose file fails once, at a given request.
type failingStore struct{ taken, fails int64 }

func (s *failingStore) Take(context.Context, []limit.Rate, time.Time) (int64, time.Duration, error) {
	s.taken++
	if s.taken == s.fails {
		return 0, 0, syscall.EIO
	}
	return s.taken, 0, nil
}

func (s *failingStore) GiveBack(context.Context, int64, time.Time) error { return nil }

// TestBudgetFailsOnce loses the budget's file for one request, of a run that loses an answer: also where that request
// lists what became of the row. It is our disk that failed and not the API: the run ends with 1 and can be gone on with,
// and the next one finds the row.
func TestBudgetFailsOnce(t *testing.T) {
	t.Parallel()
	const requests = 7 // login, organisation, countries, listing, create, and the two listings after it
	for n := range int64(requests) {
		fails := n + 1
		t.Run(fmt.Sprint(n+1), func(t *testing.T) {
			t.Parallel()
			p, err := newPoint(t.TempDir(), 1, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer p.close()
			if err := p.setFaults("lose=first:1@POST"); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(p.dir, "one.csv")
			if err := os.WriteFile(file, []byte("Name,E-mail\nAnn Lee,ann.lee@example.com\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, want := range []int{1, 0} {
				code, said := p.within(&failingStore{fails: fails}, file)
				if code != want {
					t.Fatalf("exit code %d, want %d\n%s", code, want, said)
				}
				if want == 1 && !strings.Contains(said, "budget can't be kept") {
					t.Errorf("the run does not say what failed:\n%s", said)
				}
				fails = 0
			}
			if n := p.created(); n != 1 {
				t.Errorf("%d creates, want 1", n)
			}
		})
	}
}

// within runs the program in this process.
func (p *point) within(slots limit.Store, file string) (code int, said string) {
	var out bytes.Buffer
	code = cli.Main(cli.Env{
		Args: append(append([]string{}, p.flags...), file), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out, Slots: slots,
		LookupEnv: func(name string) (string, bool) {
			for _, pair := range p.env {
				if value, ok := strings.CutPrefix(pair, name+"="); ok {
					return value, true
				}
			}
			return "", false
		},
	})
	return code, out.String()
}
