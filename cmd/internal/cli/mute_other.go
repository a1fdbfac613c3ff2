//go:build !unix

package cli

// muteRuntime does nothing: outside Unix the Go runtime says what it says of a crash.
func muteRuntime() {}
