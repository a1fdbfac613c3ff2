//go:build !linux || !amd64

package crash

// tracerMain is what only Linux on amd64 has.
func tracerMain() {}

const tracerName = "crashtracer"
