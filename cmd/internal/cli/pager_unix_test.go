//go:build unix

package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/contactsync/contactsync/cmd/internal/terminal"
)

// endless is a text that nobody reads to its end.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return copy(p, "line\n"), nil }

// TestPagerRuns: a pager gets the text, may end before it is over, and one that can't be run is told of.
func TestPagerRuns(t *testing.T) {
	none := &terminal.NoPagerError{}
	for _, c := range []struct {
		command string
		text    io.Reader
		want    string
		err     any
	}{
		{"cat", strings.NewReader("one\ntwo\n"), "one\ntwo\n", nil},
		{"head -n 1", endless{}, "line\n", nil},
		{"head -n 1 | tr a-z A-Z", endless{}, "LINE\n", nil},
		{"sh -c 'cat; exit 3'", strings.NewReader("one\n"), "one\n", nil},
		{"no-such-pager -R", strings.NewReader("one\n"), "", &none},
		{"no-such-pager | cat && exit 127", strings.NewReader("one\n"), "", &none},
	} {
		var screen bytes.Buffer
		err := pagerTo(&screen, os.Environ(), nil)(t.Context(), c.command, c.text)
		if c.err == nil && err != nil || c.err != nil && !errors.As(err, c.err) {
			t.Errorf("%s: error %v", c.command, err)
		}
		if c.err == nil && screen.String() != c.want {
			t.Errorf("%s: the screen shows %q, want %q", c.command, &screen, c.want)
		}
	}
}

// TestPagerEndsWithTheRun: a run that is told to end does not wait for whoever reads.
func TestPagerEndsWithTheRun(t *testing.T) {
	told := errors.New("told to end")
	ctx, cancel := context.WithCancelCause(t.Context())
	in, out := io.Pipe()
	defer func() { _ = out.Close() }()
	time.AfterFunc(50*time.Millisecond, func() { cancel(told); _ = in.Close() })
	if err := pagerTo(io.Discard, nil, nil)(ctx, "sleep 100", in); !errors.Is(err, told) {
		t.Errorf("error %v", err)
	}
}

// TestPagerEnv: what is secret is not given to a program that can be told to run others.
func TestPagerEnv(t *testing.T) {
	t.Parallel()
	given := []string{"TERM=xterm", "EMNIFY_APPLICATION_TOKEN=x", "AWS_SECRET_ACCESS_KEY=x", "PGPASSWORD=x"}
	if got, want := pagerEnv(given), []string{"TERM=xterm", "LESS=FRX"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := pagerEnv([]string{"LESS=-S"}), []string{"LESS=-S"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
