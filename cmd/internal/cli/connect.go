package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/cmd/internal/option"
	"github.com/contactsync/contactsync/importer/emnify"
	"github.com/contactsync/contactsync/importer/emnify/credential"
	"github.com/contactsync/contactsync/importer/limit"
	"github.com/contactsync/contactsync/importer/simulator"
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
	address, token, reread, err := c.destination(env, o, log)
	if err != nil {
		return nil, err
	}
	if !o.Simulate {
		c.host = emnify.Host(address)
	}
	if err := c.useBudget(ctx, env, o, state, readOnly, log); err != nil {
		return nil, err
	}
	config := c.config(env, o, address, token, log)
	config.Reread, config.ReadOnly = reread, readOnly
	c.client, err = emnify.New(config)
	return c, err
}

// config says how the API is reached, as each command reaches it.
func (c *connection) config(env Env, o option.API, address string, token credential.Secret, log zerolog.Logger) emnify.Config {
	transport := env.Transport
	if transport == nil || o.Simulate {
		transport = emnify.NewTransport()
	}
	return emnify.Config{
		BaseURL: address, Token: token, Transport: transport, Budget: c.budget,
		Timeout: o.Timeout, MaxAttempts: o.MaxAttempts, MaxBackoff: o.MaxBackoff, Patience: o.Patience,
		Rand: env.Rand, UserAgent: "contactsync/" + versionOf(env), Log: log,
		Observer: env.end.observeRequests(c.budget),
	}
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

// destination tells where the API is, the token for it, and how that is read again; nil: it can't be.
func (c *connection) destination(env Env, o option.API, log zerolog.Logger) (string, credential.Secret, func() (credential.Secret, error), error) {
	if o.Simulate {
		address, err := c.simulate(o, log)
		return address, credential.New("simulated"), nil, err
	}
	token, reread, err := applicationToken(env, o.TokenFile, log)
	return o.URL, token, reread, err
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

// forecast tells how long further requests take at least under the budget.
func (c *connection) forecast(requests int) time.Duration { return c.budget.Forecast(requests) }

// pace waits until the budget lets a request leave.
func (c *connection) pace(ctx context.Context) (waited bool, window time.Duration, err error) {
	waited, err = c.budget.AwaitWindow(ctx)
	return waited, c.budget.Window(), err
}

// usage tells how many requests left and how long they waited for the budget.
func (c *connection) usage() (int, time.Duration) { return c.client.Requests(), c.budget.Waited() }
