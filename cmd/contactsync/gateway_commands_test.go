package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// gatewayKey is where a script keeps its Pushgateway.
type gatewayKey struct{}

// pushgateway plays one: it keeps the last text of each group.
type pushgateway struct {
	status   int
	redirect string
	user     string

	mu     sync.Mutex
	last   string // method and path of the last push
	groups map[string]string
}

func (g *pushgateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if user, password, _ := r.BasicAuth(); g.user != "" && user+":"+password != g.user {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if r.Method == http.MethodGet {
		for group, text := range g.groups {
			for line := range strings.Lines(text) {
				if rest, ok := strings.CutPrefix(line, "contactsync_rehearsal{"); ok {
					fmt.Fprintf(w, "contactsync_rehearsal{job=%q,%s", path.Base(group), rest)
				}
			}
		}
		return
	}
	text, _ := io.ReadAll(r.Body)
	g.last = r.Method + " " + r.URL.EscapedPath()
	if g.redirect != "" {
		http.Redirect(w, r, g.redirect, http.StatusTemporaryRedirect)
		return
	}
	if g.status == http.StatusOK {
		g.groups[r.URL.EscapedPath()] = string(text)
	}
	w.WriteHeader(g.status)
}

// serveGateway serves a Pushgateway until the script ends: gateway [-status N] [-redirect URL] [-user USER:PASSWORD]. It is at
// $GATEWAY, a host and a port.
func serveGateway(ts *testscript.TestScript, neg bool, args []string) {
	g := &pushgateway{groups: map[string]string{}}
	flags := flag.NewFlagSet("gateway", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.IntVar(&g.status, "status", http.StatusOK, "")
	flags.StringVar(&g.redirect, "redirect", "", "")
	flags.StringVar(&g.user, "user", "", "")
	if err := flags.Parse(args); neg || err != nil || flags.NArg() > 0 {
		ts.Fatalf("usage: gateway [-status N] [-redirect URL] [-user USER:PASSWORD]")
	}
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	ts.Check(err)
	server := &http.Server{Handler: g}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	ts.Defer(func() {
		_ = server.Close()
		<-done
	})
	*ts.Value(gatewayKey{}).(**pushgateway) = g
	ts.Setenv("GATEWAY", listener.Addr().String())
}

// pushed compares the method and the path of the last push, and writes what it was into a file: pushed METHOD PATH [FILE]; pushed
// nothing.
func pushed(ts *testscript.TestScript, neg bool, args []string) {
	g := *ts.Value(gatewayKey{}).(**pushgateway)
	g.mu.Lock()
	defer g.mu.Unlock()
	want := strings.Join(args[:min(2, len(args))], " ")
	if got := cmp.Or(g.last, "nothing"); neg || got != want {
		ts.Fatalf("pushed %q, want %q", got, want)
	}
	if len(args) == 3 {
		ts.Check(os.WriteFile(filepath.Clean(ts.MkAbs(args[2])), []byte(g.groups[args[1]]), 0o600))
	}
	g.last = ""
}

// metric compares a metric of a file of them: metric FILE NAME{LABELS} VALUE. Labels that all of the file's metrics have are left
// out of the comparison.
func metric(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: metric FILE NAME{LABELS} VALUE")
	}
	name, labels, _ := strings.Cut(strings.TrimSuffix(args[1], "}"), "{")
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		series, value, _ := strings.Cut(strings.TrimSpace(line), "} ")
		of, has, _ := strings.Cut(series, "{")
		if of != name || value != args[2] && args[2] != "any" {
			continue
		}
		all := true
		for label := range strings.SplitSeq(labels, ",") {
			all = all && strings.Contains(has, label)
		}
		if all {
			if neg {
				ts.Fatalf("%s has %s", args[0], strings.TrimSpace(line))
			}
			return
		}
	}
	if !neg {
		ts.Fatalf("%s has no %s with the value %s", args[0], args[1], args[2])
	}
}
