package cli_test

import (
	"bufio"
	"io"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/contactsync/contactsync/cmd/internal/cli"
)

func TestSimulatorServesUntilItIsTold(t *testing.T) {
	t.Parallel()
	s := newSession(t, goodRows)
	out, in := io.Pipe()
	signals := make(chan os.Signal, 1)
	s.Args, s.Stdout, s.Signals = []string{"simulator", "--fault", "500=at:2@CALL", "--seed", "7"}, in, signals
	ended := make(chan int)
	go func() { ended <- cli.Main(s.Env) }()
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.HasPrefix(address, "http://127.0.0.1:") {
		t.Fatalf("it prints %q, %v", address, err)
	}
	for _, want := range []int{http.StatusUnauthorized, http.StatusInternalServerError, http.StatusUnauthorized} {
		answer, err := http.Get(strings.TrimSpace(address) + "/api/v1/organisation/my")
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("HTTP %d, want %d", answer.StatusCode, want)
		}
	}
	signals <- syscall.SIGINT
	if code := <-ended; code != 0 {
		t.Errorf("exit code %d", code)
	}
	if text := s.stderr.String(); text != "" {
		t.Errorf("it says %q", text)
	}
}
