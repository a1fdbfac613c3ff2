package cli

import (
	"io/fs"
	"math"
	"path"
	"runtime/debug"
	"strconv"
	"strings"
)

// memoryParts is what part of a control group's limit the Go runtime may use, in tenths: the rest is for the stacks and
// files of the kernel that count too.
const memoryParts = 9

// limitMemory makes the garbage collector keep to the limit that the process's control group has (a container's, or a
// service's), which the Go runtime does not know: without it the heap grows to twice of what is in use, and the process
// is killed. What the user gave as GOMEMLIMIT stays.
func limitMemory(lookup func(string) (string, bool), system fs.FS) {
	if _, given := lookup("GOMEMLIMIT"); given {
		return
	}
	if limit, ok := groupLimit(system); ok {
		debug.SetMemoryLimit(limit / 10 * memoryParts)
	}
}

// groupLimit is the least memory limit of the process's control group and those that it stands in, in bytes. Version 1 and
// 2 of control groups are asked, and where both are mounted both.
func groupLimit(system fs.FS) (limit int64, ok bool) {
	limit = math.MaxInt64
	groups, err := fs.ReadFile(system, "proc/self/cgroup")
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(groups)) {
		// "0::/a/b" is version 2, "4:memory:/a/b" a version 1 whose controllers are named.
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) != 3 {
			continue
		}
		var roots []string
		name := "memory.limit_in_bytes"
		switch {
		case parts[1] == "":
			roots, name = []string{"sys/fs/cgroup", "sys/fs/cgroup/unified"}, "memory.max"
		case strings.Contains(","+parts[1]+",", ",memory,"):
			roots = []string{"sys/fs/cgroup/memory"}
		}
		for _, root := range roots {
			limit = min(limit, leastLimit(system, root, parts[2], name))
		}
	}
	return limit, limit < math.MaxInt64
}

// leastLimit reads the limits of a group and of all above it. In a container the path may be that of the host, which does
// not exist there; the container's own limit stands at the root then.
func leastLimit(system fs.FS, root, group, name string) int64 {
	least := int64(math.MaxInt64)
	for at := path.Clean("/" + group); ; at = path.Dir(at) {
		text, err := fs.ReadFile(system, path.Join(root, at, name))
		// "max", and in version 1 a number near the largest, is no limit.
		if n, bad := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil && bad == nil && n > 0 && n < 1<<60 {
			least = min(least, n)
		}
		if at == "/" {
			return least
		}
	}
}
