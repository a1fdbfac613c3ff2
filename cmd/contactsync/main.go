// Command contactsync imports contacts from CSV files and CRM exports into the emnify IoT platform.
package main

import (
	"os"

	"github.com/contactsync/contactsync/cmd/internal/cli"
)

func main() { os.Exit(cli.Main(cli.ProcessEnv())) } //nolint:forbidigo // the one place that may
