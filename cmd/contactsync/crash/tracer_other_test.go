//go:build !linux || !amd64

package crash

import "os"

// tracerMain is what only Linux on amd64 has.
func tracerMain() { os.Exit(exitNotTraceable) }

const tracerName = "crashtracer"
