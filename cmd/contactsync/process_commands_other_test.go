//go:build !unix

package main

import "github.com/rogpeppe/go-internal/testscript"

// processCommands are what only a Unix has; scripts that need them are skipped elsewhere.
func processCommands() map[string]func(*testscript.TestScript, bool, []string) { return nil }

func keepProcesses(*testscript.Env) {}
