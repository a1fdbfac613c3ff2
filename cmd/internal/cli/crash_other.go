//go:build !unix

package cli

// leaveNoCore has nothing to do: only Unix writes the memory of a process that crashes to a disk.
func leaveNoCore() {}
