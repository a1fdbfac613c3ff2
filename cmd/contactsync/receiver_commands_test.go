package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// receiverSecrets are what the address of a receiver has that nobody may see.
func receiverSecrets() []string {
	return []string{"anna", "geheim", "T0SECRET", "s3cr3t"}
}

// receive serves a receiver of notifications until the script ends: receiver FILE [STATUS...]. It answers with one status after the
// other, the last one again and again, and adds what it is sent to FILE, a line each. Its address, which is full of secrets, is at
// $RECEIVER; a second one takes the place of the first. A redirect leads to itself.
func receive(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: receiver FILE [STATUS...]")
	}
	file, statuses := ts.MkAbs(args[0]), []int{http.StatusNoContent}
	if len(args) > 1 {
		statuses = nil
	}
	for _, arg := range args[1:] {
		status, err := strconv.Atoi(arg)
		ts.Check(err)
		statuses = append(statuses, status)
	}
	ts.Check(os.WriteFile(file, nil, 0o600))
	var mu sync.Mutex
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		body, err := io.ReadAll(r.Body)
		user, password, _ := r.BasicAuth()
		if err != nil || r.Method != http.MethodPost || r.URL.String() != "/T0SECRET/x?key=s3cr3t" || user != "anna" || password != "geheim" ||
			r.Header.Get("Content-Type") != "application/json" {
			body = []byte("not as it should be: " + r.Method + " " + r.URL.String() + "\n")
		}
		f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
		if err == nil {
			_, _ = f.Write(body)
			_ = f.Close()
		}
		w.Header().Set("Location", r.URL.String())
		w.WriteHeader(statuses[0])
		if len(statuses) > 1 {
			statuses = statuses[1:]
		}
	}))
	ts.Defer(server.Close)
	ts.Setenv("RECEIVER", strings.Replace(server.URL, "://", "://anna:geheim@", 1)+"/T0SECRET/x?key=s3cr3t")
	ts.Setenv("RECEIVER_HOST", server.URL)
}

// notified compares how many notifications a receiver has noted, and values of the last one: notified FILE 2 notification.why=failure.
func notified(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: notified FILE NUMBER [PATH=VALUE...]")
	}
	want, err := strconv.Atoi(args[1])
	ts.Check(err)
	lines := bytes.Split(bytes.TrimSuffix([]byte(ts.ReadFile(args[0])), []byte("\n")), []byte("\n"))
	if len(lines) == 1 && len(lines[0]) == 0 {
		lines = nil
	}
	if len(lines) != want {
		ts.Fatalf("%d notifications, want %d:\n%s", len(lines), want, bytes.Join(lines, []byte("\n")))
	}
	for _, pair := range args[2:] {
		path, value, _ := strings.Cut(pair, "=")
		var v any
		ts.Check(json.Unmarshal(lines[len(lines)-1], &v))
		v = valueAt(ts, v, path)
		if got := fmt.Sprint(v); got != value {
			ts.Fatalf("%s is %q, want %q:\n%s", path, got, value, lines[len(lines)-1])
		}
	}
}

// untold fails if files, or the streams of the last command, show a secret of a receiver's address: untold stdout stderr report/summary.json.
func untold(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: untold FILE|stdout|stderr...")
	}
	for _, file := range args {
		text := ts.ReadFile(file)
		if i := slices.IndexFunc(receiverSecrets(), func(secret string) bool { return strings.Contains(text, secret) }); i >= 0 {
			ts.Fatalf("%s shows %q", file, receiverSecrets()[i])
		}
	}
}
