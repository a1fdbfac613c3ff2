// Package rapidseed makes properties draw the same values in each run of the tests: a change goes in, or does not, for what it
// does, and not for what was drawn that day. A test file of each package that uses rapid imports it. Other values are drawn with
// -rapid.seed=N or RAPID_SEED=N, and -rapid.checks=M or RAPID_CHECKS=M for more of them.
package rapidseed

import (
	"flag"

	_ "pgregory.net/rapid" // its flags stand before this package's init
)

// seed is any number but 0, by which rapid would draw by chance.
const seed = "20260101"

func init() {
	const name = "rapid.seed"
	if flag.Lookup(name).Value.String() != "0" {
		return // the environment gives one
	}
	// The command line is read after this, and goes before it.
	if err := flag.Set(name, seed); err != nil {
		panic(err)
	}
}
