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

// applicationToken finds the token: the file that a flag names, the environment, the file that the environment names. reread
// reads a file again, which may have got another token meanwhile; nil: there is none that could be read twice.
func applicationToken(env Env, file string, log zerolog.Logger) (token credential.Secret, reread func() (credential.Secret, error), err error) {
	if token, ok := env.LookupEnv("EMNIFY_APPLICATION_TOKEN"); ok && file == "" && strings.TrimSpace(token) != "" {
		return credential.New(token), nil, nil
	}
	if file == "" {
		file, _ = env.LookupEnv("EMNIFY_APPLICATION_TOKEN_FILE")
		if err := option.CheckVariable("EMNIFY_APPLICATION_TOKEN_FILE", file); err != nil {
			return token, nil, err
		}
	}
	if file == "" {
		return token, nil, &stop.UsageError{
			Message: "no application token: the API can't be used without one",
			Hint: "set EMNIFY_APPLICATION_TOKEN, or name a file that holds the token with --application-token-file; " +
				"to try without an account give --simulate, to check a file only use contactsync validate",
		}
	}
	if token, err = readToken(file); err != nil {
		return token, nil, &stop.UsageError{Message: err.Error()}
	}
	if openToAll(file) {
		log.Warn().Str("file", file).Msg("everybody on this machine may read or change the application token's file: chmod 600 it, and make a new token if others were there")
	}
	// The name leads anew each time: a mounted secret is changed by a link that leads to another folder. A pipe, as a shell makes
	// one of a command, has told all it had.
	if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
		reread = func() (credential.Secret, error) { return readToken(file) }
	}
	return token, reread, nil
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
