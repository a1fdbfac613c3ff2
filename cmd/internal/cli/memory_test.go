package cli

import (
	"math"
	"runtime/debug"
	"testing"
	"testing/fstest"
)

func system(files map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text + "\n")}
	}
	return fsys
}

// TestGroupLimit has the files of control groups as kernels and container runtimes lay them out.
func TestGroupLimit(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		files map[string]string
		limit int64
	}{
		"not Linux":                      {nil, 0},
		"version 2, container":           {map[string]string{"proc/self/cgroup": "0::/", "sys/fs/cgroup/memory.max": "536870912"}, 512 << 20},
		"version 2, none":                {map[string]string{"proc/self/cgroup": "0::/a", "sys/fs/cgroup/a/memory.max": "max"}, 0},
		"version 2, the service's":       {map[string]string{"proc/self/cgroup": "0::/a/b", "sys/fs/cgroup/a/b/memory.max": "max", "sys/fs/cgroup/a/memory.max": "100000"}, 100000},
		"version 2, path of the host":    {map[string]string{"proc/self/cgroup": "0::/kubepods/x", "sys/fs/cgroup/memory.max": "200000"}, 200000},
		"version 1, container":           {map[string]string{"proc/self/cgroup": "5:cpu,cpuacct:/x\n4:memory:/docker/x\n0::/", "sys/fs/cgroup/memory/memory.limit_in_bytes": "300000"}, 300000},
		"version 1, none":                {map[string]string{"proc/self/cgroup": "4:memory:/", "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712"}, 0},
		"version 1, nested, least of it": {map[string]string{"proc/self/cgroup": "4:memory:/a/b", "sys/fs/cgroup/memory/a/b/memory.limit_in_bytes": "500", "sys/fs/cgroup/memory/a/memory.limit_in_bytes": "400"}, 400},
		"both":                           {map[string]string{"proc/self/cgroup": "4:memory:/\n0::/u", "sys/fs/cgroup/memory/memory.limit_in_bytes": "900", "sys/fs/cgroup/unified/u/memory.max": "800"}, 800},
		"nonsense":                       {map[string]string{"proc/self/cgroup": "0::/../..\nx\n::\n", "sys/fs/cgroup/memory.max": "-1"}, 0},
	} {
		if limit, ok := groupLimit(system(test.files)); ok != (test.limit != 0) || ok && limit != test.limit {
			t.Errorf("%s: %d, %t, want %d", name, limit, ok, test.limit)
		}
	}
}

// TestLimitMemory: the limit of the group is kept to, unless the user gave one. It is the process's, so that this test
// runs beside no other.
func TestLimitMemory(t *testing.T) { //nolint:paralleltest // see above
	before := debug.SetMemoryLimit(-1)
	defer debug.SetMemoryLimit(before)
	files := system(map[string]string{"proc/self/cgroup": "0::/", "sys/fs/cgroup/memory.max": "10000000000"})
	for _, test := range []struct {
		given bool
		want  int64
	}{{true, math.MaxInt64}, {false, 9000000000}} {
		debug.SetMemoryLimit(math.MaxInt64)
		limitMemory(func(name string) (string, bool) { return "", test.given && name == "GOMEMLIMIT" }, files)
		if got := debug.SetMemoryLimit(-1); got != test.want {
			t.Errorf("given: %t: the limit is %d, want %d", test.given, got, test.want)
		}
	}
}
