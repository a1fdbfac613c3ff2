package cli

import (
	"fmt"
	"net"
	"strings"

	"github.com/spf13/cobra"

	"github.com/contactsync/contactsync/cmd/internal/option"
	"github.com/contactsync/contactsync/importer/simulator"
	"github.com/contactsync/contactsync/importer/stop"
)

func newSimulator(env Env) *cobra.Command {
	var (
		addr   string
		seed   uint64
		faults []string
		out    option.Output
	)
	cmd := &cobra.Command{
		Use:   "simulator",
		Short: "Serve a local emnify API, with fault injection, to try everything without an account",
		Long: "Serve a local emnify API on this machine. Any application token works. What is created is forgotten at the end.\n\n" +
			faultHelp() + "\n" + shortExitHelp,
		Example: `  contactsync simulator --addr 127.0.0.1:8080
  contactsync simulator --fault lose=5%@POST --fault 429=every:50 --seed 7
  EMNIFY_API_URL=http://127.0.0.1:8080 EMNIFY_APPLICATION_TOKEN=any contactsync import contacts.csv --type Technical`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, log, err := resolveWithLog(cmd, env, &out)
			if err != nil {
				return err
			}
			opts, err := simulatorOptions(seed, faults)
			if err != nil {
				return err
			}
			_, stop, release := stopping(quietSignals(env), timeLimit{}, true)
			defer release()
			listener, err := new(net.ListenConfig).Listen(stop, "tcp", addr)
			if err != nil {
				return fmt.Errorf("listening on %q: %w", addr, err)
			}
			if _, err := fmt.Fprintf(cmd.OutOrStdout(), "http://%s\n", listener.Addr()); err != nil {
				log.Warn().Err(err).Msg("the address could not be printed")
			}
			return simulator.New(opts).Serve(stop, listener)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&addr, "addr", "127.0.0.1:0", "where to listen; port 0: a free one")
	flags.Uint64Var(&seed, "seed", 1, "makes faults repeatable")
	flags.StringArrayVar(&faults, "fault", nil, "a fault, as lose=10%; repeatable")
	out.RegisterLog(flags)
	return cmd
}

// quietSignals is the environment of a command that has nothing to say about being interrupted.
func quietSignals(env Env) Env {
	env.Stderr = new(strings.Builder)
	return env
}

func simulatorOptions(seed uint64, faults []string) (simulator.Options, error) {
	o := simulator.Options{Seed: seed}
	for _, text := range faults {
		f, err := simulator.ParseFault(text)
		if err != nil {
			return o, &stop.UsageError{Message: "--fault: " + err.Error(), Hint: "see contactsync simulator --help"}
		}
		o.Faults = append(o.Faults, f)
	}
	return o, nil
}

// faultHelp lists the faults.
func faultHelp() string {
	var b strings.Builder
	b.WriteString("Faults are given as NAME=WHEN[/DURATION][@TARGET]. WHEN is a share of requests (10%), every:N, first:N, after:N or\n" +
		"at:N; DURATION is for faults that wait; TARGET, which requests are hit, is one of " +
		strings.Join(simulator.TargetNames(), ", ") + ".\n\n")
	for _, f := range simulator.FaultNames() {
		fmt.Fprintf(&b, "  %-22s %s (@%s)\n", f.Name, f.Meaning, f.On)
	}
	b.WriteString("\nBeside them: store=cut:40 stores texts cut at so many characters, store=upper in capitals, e-mail and numbers aside;\n" +
		"store=cut:40@street, store=upper@email those of one field only; clock=+2h sets the service's clock ahead, clock=-2h\n" +
		"behind. They hold for all requests, whatever else goes wrong.\n")
	return b.String()
}
