package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
)

// measureName is a program that runs another one and fails if that has ever used more memory: measure MIB PROGRAM
// [ARGUMENT...]. It is a process of its own because what a process has used at most begins with that of its parent.
const measureName = "measure"

func measureMain() { os.Exit(measure(os.Args[1:])) }

func measure(args []string) int {
	if len(args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: measure MIB PROGRAM [ARGUMENT...]")
		return 125
	}
	most, err := strconv.Atoi(args[0])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 125
	}
	cmd := exec.Command(args[1], args[2:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err = cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		fmt.Fprintln(os.Stderr, err)
		return 125
	}
	used := peak(cmd.ProcessState) >> 20
	fmt.Fprintf(os.Stderr, "peak: %d MiB\n", used)
	if used > int64(most) {
		fmt.Fprintf(os.Stderr, "more than %d MiB\n", most)
		return 126
	}
	return cmd.ProcessState.ExitCode()
}
