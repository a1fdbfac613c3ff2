package cli

import (
	"time"

	"github.com/spf13/cobra"
)

// afterwards does what comes after a run, once its exit code is known and before its end is told. What fails here is a warning:
// the run has ended, and how it ended stays what it is. err is what the command failed with.
func afterwards(env Env, cmd *cobra.Command, code int, err error, begun time.Time) {
	if isOn(cmd.Flags().Lookup("help")) {
		return // nothing ran
	}
	env.end.tellMetrics(env, cmd, code, err, begun)
	env.end.tellAudience(env, nameOf(cmd), code, err, begun)
}

// afterCrash is afterwards of a run that crashed. What crashes here too must not hide why. Why it crashed is for those who see
// standard error: nobody knows what stands in the words of a crash.
func afterCrash(env Env, cmd *cobra.Command, begun time.Time) {
	defer func() { _ = recover() }()
	env.end.reason = "contactsync crashed; its standard error tells why"
	afterwards(env, cmd, exitCrash, nil, begun)
}
