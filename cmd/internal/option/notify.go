package option

import "github.com/spf13/pflag"

// Notify says whom to tell how a run ended.
type Notify struct {
	// URL is where to; empty: nobody. It holds a secret.
	URL string
	// Always tells of every run, and not only of what has changed.
	Always bool
}

// The flags' names.
const (
	NotifyFlag       = "notify"
	NotifyAlwaysFlag = "notify-always"
)

// Register makes the flags.
func (o *Notify) Register(flags *pflag.FlagSet) {
	flags.StringVar(&o.URL, NotifyFlag, "", "POST how the run ended to this URL when the outcome (the exit code; 2 and 5 are none) is another than before, and each time that a guard stopped it; only scheme and host are ever shown; a simulated or dry run tells nothing")
	FromEnv(flags, NotifyFlag, "CONTACTSYNC_NOTIFY")
	flags.BoolVar(&o.Always, NotifyAlwaysFlag, false, "with --notify: tell of every run")
}
