package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/cmd/internal/option"
	"github.com/contactsync/contactsync/importer/emnify"
	"github.com/contactsync/contactsync/importer/limit"
	"github.com/contactsync/contactsync/importer/simulator"
	"github.com/contactsync/contactsync/importer/stop"
)

// connection is the API, as a run sees it.
type connection struct {
	client *emnify.Client
	budget *limit.Budget
	host   string
	close  func()
}

// connect makes the client, and with --simulate the API too. A run that is readOnly can send nothing that changes
// anything; its requests count in the budget all the same.
func connect(ctx context.Context, env Env, o option.API, state string, readOnly bool, log zerolog.Logger) (_ *connection, err error) {
	c := &connection{close: func() {}}
	defer func() {
		if err != nil {
			c.close()
		}
	}()
	if err := checkAPI(&o, env, log); err != nil {
		return nil, err
	}
	address, token, err := c.destination(env, o, log)
	if err != nil {
		return nil, err
	}
	if !o.Simulate {
		c.host = emnify.Host(address)
	}
	if err := c.useBudget(ctx, env, o, state, readOnly, log); err != nil {
		return nil, err
	}
	transport := env.Transport
	if transport == nil || o.Simulate {
		transport = emnify.NewTransport()
	}
	c.client, err = emnify.New(emnify.Config{
		BaseURL: address, Token: token, Transport: transport, Budget: c.budget,
		Timeout: o.Timeout, MaxAttempts: o.MaxAttempts, MaxBackoff: o.MaxBackoff, Patience: o.Patience,
		Rand: env.Rand, ReadOnly: readOnly,
		UserAgent: "contactsync/" + versionOf(env), Log: log,
	})
	return c, err
}

func (c *connection) useBudget(ctx context.Context, env Env, o option.API, state string, readOnly bool, log zerolog.Logger) error {
	budget, closeBudget, err := openBudget(ctx, env, o, state, c.host, readOnly, log)
	if err != nil {
		return err
	}
	c.budget = budget
	closeServer := c.close
	c.close = func() {
		closeServer()
		if err := closeBudget(); err != nil {
			log.Warn().Err(err).Msg("closing the request budget")
		}
	}
	return nil
}

// destination tells where the API is, and the token for it.
func (c *connection) destination(env Env, o option.API, log zerolog.Logger) (string, emnify.Secret, error) {
	if o.Simulate {
		address, err := c.simulate(o, log)
		return address, emnify.NewSecret("simulated"), err
	}
	token, err := applicationToken(env, o.TokenFile, log)
	return o.URL, token, err
}

// simulatedHost stands for the simulator in the ledger: its port is another one in each run.
const simulatedHost = "simulator"

// simulate serves the API on this machine until the connection is closed, and tells where.
func (c *connection) simulate(o option.API, log zerolog.Logger) (string, error) {
	opts, err := simulatorOptions(o.Seed, o.Faults)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithCancel(context.Background())
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		cancel()
		return "", fmt.Errorf("starting the simulator: %w", err)
	}
	done := make(chan struct{})
	server := simulator.New(opts)
	go func() {
		defer close(done)
		if err := server.Serve(ctx, listener); err != nil && !errors.Is(err, http.ErrServerClosed) {
			log.Error().Err(err).Msg("the simulator ended")
		}
	}()
	c.close = func() {
		cancel()
		<-done
	}
	c.host = simulatedHost
	return "http://" + listener.Addr().String(), nil
}

// applicationToken finds the token: the file that a flag names, the environment, the file that the environment names.
func applicationToken(env Env, file string, log zerolog.Logger) (emnify.Secret, error) {
	if token, ok := env.LookupEnv("EMNIFY_APPLICATION_TOKEN"); ok && file == "" && strings.TrimSpace(token) != "" {
		return emnify.NewSecret(token), nil
	}
	if file == "" {
		file, _ = env.LookupEnv("EMNIFY_APPLICATION_TOKEN_FILE")
		if err := option.CheckVariable("EMNIFY_APPLICATION_TOKEN_FILE", file); err != nil {
			return emnify.Secret{}, err
		}
	}
	if file == "" {
		return emnify.Secret{}, &stop.UsageError{
			Message: "no application token: the API can't be used without one",
			Hint: "set EMNIFY_APPLICATION_TOKEN, or name a file that holds the token with --application-token-file; " +
				"to try without an account give --simulate, to check a file only use contactsync validate",
		}
	}
	data, err := readBounded(file, maxToken)
	if err != nil {
		return emnify.Secret{}, &stop.UsageError{Message: fmt.Sprintf("reading the application token: %v", err)}
	}
	if openToAll(file) {
		log.Warn().Str("file", file).Msg("everybody on this machine may read or change the application token's file: chmod 600 it, and make a new token if others were there")
	}
	token := emnify.NewSecret(string(data))
	if token.IsZero() {
		return token, &stop.UsageError{Message: fmt.Sprintf("the application token file %q is empty", file)}
	}
	return token, nil
}

// forecast tells how long further requests take at least under the budget.
func (c *connection) forecast(requests int) time.Duration { return c.budget.Forecast(requests) }

// pace waits until the budget lets a request leave.
func (c *connection) pace(ctx context.Context) (waited bool, window time.Duration, err error) {
	waited, err = c.budget.AwaitWindow(ctx)
	return waited, c.budget.Window(), err
}

// usage tells how many requests left and how long they waited for the budget.
func (c *connection) usage() (int, time.Duration) { return c.client.Requests(), c.budget.Waited() }
