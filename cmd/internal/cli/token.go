package cli

import (
	"fmt"
	"os"
	"strings"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/cmd/internal/option"
	"github.com/contactsync/contactsync/importer/emnify/credential"
	"github.com/contactsync/contactsync/importer/stop"
)

// applicationToken finds the token, and warns of a file that it is not safe in. reread reads a file again, which may have got
// another token meanwhile; nil: there is none that could be read twice.
func applicationToken(env Env, file string, log zerolog.Logger) (token credential.Secret, reread func() (credential.Secret, error), err error) {
	token, from, err := findToken(env, file)
	if err != nil || from.file == "" {
		return token, nil, err
	}
	if from.open() {
		log.Warn().Str("file", from.file).Msg("everybody on this machine may read or change the application token's file: chmod 600 it, and make a new token if others were there")
	}
	// The name leads anew each time: a mounted secret is changed by a link that leads to another folder. A pipe, as a shell makes
	// one of a command, has told all it had.
	if info, err := os.Stat(from.file); err == nil && info.Mode().IsRegular() {
		reread = func() (credential.Secret, error) { return readToken(from.file) }
	}
	return token, reread, nil
}

// tokenOrigin is where the token is from: a file, or the environment if that is empty.
type tokenOrigin struct{ file string }

// open reports whether others may read or change it there.
func (o tokenOrigin) open() bool { return o.file != "" && openToAll(o.file) }

func (o tokenOrigin) String() string {
	if o.file == "" {
		return tokenVariable
	}
	return fmt.Sprintf("%q", o.file)
}

// tokenVariable holds the token itself.
const tokenVariable = "EMNIFY_APPLICATION_TOKEN" //nolint:gosec // its name

// findToken finds the token: the file that a flag names, the environment, the file that the environment names.
func findToken(env Env, file string) (token credential.Secret, from tokenOrigin, err error) {
	if token, ok := env.LookupEnv(tokenVariable); ok && file == "" && strings.TrimSpace(token) != "" {
		return credential.New(token), from, nil
	}
	if file == "" {
		file, _ = env.LookupEnv("EMNIFY_APPLICATION_TOKEN_FILE")
		if err := option.CheckVariable("EMNIFY_APPLICATION_TOKEN_FILE", file); err != nil {
			return token, from, err
		}
	}
	if file == "" {
		return token, from, &stop.UsageError{
			Message: "no application token: the API can't be used without one",
			Hint: "set EMNIFY_APPLICATION_TOKEN, or name a file that holds the token with --application-token-file; " +
				"to try without an account give --simulate, to check a file only use contactsync validate",
		}
	}
	if token, err = readToken(file); err != nil {
		return token, from, &stop.UsageError{Message: err.Error()}
	}
	return token, tokenOrigin{file}, nil
}

func readToken(file string) (credential.Secret, error) {
	data, err := readBounded(file, maxToken)
	if err != nil {
		return credential.Secret{}, fmt.Errorf("reading the application token: %w", err)
	}
	token := credential.New(string(data))
	if token.IsZero() {
		return token, fmt.Errorf("the application token file %q is empty", file)
	}
	return token, nil
}
