package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/importer/emnify/credential"
)

// TestTokenFileIsReadAgain: a token's file is looked for by its name each time, as a mounted secret needs it, in which a link is
// led to another folder.
func TestTokenFileIsReadAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	for name, token := range map[string]string{"1": "first", "2": "second\n", "3": "\n"} {
		if err := os.Mkdir(at(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(at(name), "token"), []byte(token), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	lead := func(to string) {
		if err := os.Symlink(to, at("next")); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(at("next"), at("data")); err != nil {
			t.Fatal(err)
		}
	}
	lead("1")
	env := Env{LookupEnv: func(name string) (string, bool) {
		return filepath.Join(at("data"), "token"), name == "EMNIFY_APPLICATION_TOKEN_FILE"
	}}
	token, reread, err := applicationToken(env, "", zerolog.Nop())
	if err != nil || reread == nil || token != credential.New("first") {
		t.Fatalf("read again: %t; error %v", reread != nil, err)
	}
	for to, want := range map[string]credential.Secret{"2": credential.New("second"), "1": credential.New("first")} {
		lead(to)
		if got, err := reread(); err != nil || got != want {
			t.Errorf("after a change to %s another token, or none, was read; error %v", to, err)
		}
	}
	for _, to := range []string{"3", "nowhere"} {
		lead(to)
		if _, err := reread(); err == nil {
			t.Errorf("after a change to %s a token was read", to)
		}
	}
}

// TestTokenOnce: what can be read once only is read once only: a token in the environment, and one from a command's output.
func TestTokenOnce(t *testing.T) {
	t.Parallel()
	env := Env{LookupEnv: func(name string) (string, bool) { return "first", name == "EMNIFY_APPLICATION_TOKEN" }}
	if token, reread, err := applicationToken(env, "", zerolog.Nop()); err != nil || reread != nil || token != credential.New("first") {
		t.Errorf("read again: %t; error %v", reread != nil, err)
	}
	if _, err := os.Stat("/dev/fd"); err != nil {
		return
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	_, err = w.WriteString("first")
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	token, reread, err := applicationToken(Env{LookupEnv: func(string) (string, bool) { return "", false }}, fmt.Sprintf("/dev/fd/%d", r.Fd()), zerolog.Nop())
	if err != nil || reread != nil || token != credential.New("first") {
		t.Errorf("read again: %t; error %v", reread != nil, err)
	}
}
