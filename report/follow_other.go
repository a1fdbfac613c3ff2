//go:build !windows

package report

import "syscall"

// noFollow keeps an open from following a link in the last part of a path.
const noFollow = syscall.O_NOFOLLOW
