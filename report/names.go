package report

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/contactsync/contactsync/report/output"
)

// Files returns the paths of a report in the folder dir on a run with these inputs, and of what an earlier report has
// left there. All of them are written or moved away, so that none may be a file which the run needs for something else.
func Files(dir string, inputs []string) []string {
	names := []string{reportName, linesName, duplicatesName, summaryName, lockName}
	for i, input := range inputs {
		names = append(names, RejectsName(input, i, len(inputs)))
	}
	there, _ := disk{}.Names(dir) // a folder that can't be read is complained of where the report is made
	for _, name := range there {
		if belongs(name) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for i, name := range names {
		names[i] = filepath.Join(dir, name)
	}
	return names
}

// Replaceable reports whether a path is that of a rejects file in a report that stands there from an earlier run. Such a
// file is corrected where it is and imported from there: a copy of it is kept, and it is replaced once the new report is
// whole. A file that only has the name of one is somebody's own.
func Replaceable(path string) bool {
	dir, name := filepath.Split(path)
	if !isRejects(name) {
		return false
	}
	earlier := archive{fs: disk{}, dir: dir}
	if sum, err := earlier.summary(filepath.Join(dir, summaryName)); err == nil && usableAsFolder(sum.RunID) {
		return true
	}
	// A run that died has moved the rest of the set, and left what it read.
	moved, _ := disk{}.Names(dir)
	return slices.ContainsFunc(moved, func(folder string) bool {
		if _, ours := earlier.startOf(folder, filepath.Join(dir, folder)); !ours {
			return false
		}
		there, err := disk{}.Exists(filepath.Join(dir, folder, name))
		return err == nil && there
	})
}

// belongs reports whether a file of this name is part of a set.
func belongs(name string) bool {
	switch name {
	case reportName, linesName, duplicatesName, summaryName:
		return true
	}
	return isRejects(name)
}

func isRejects(name string) bool {
	if name == rejectsName {
		return true
	}
	rest, ok := strings.CutPrefix(name, "rejects-")
	number, _, dash := strings.Cut(rest, "-")
	return ok && dash && number != "" && strings.Trim(number, "0123456789") == "" && strings.HasSuffix(name, ".csv")
}

// isTemporary reports whether a name is that of a report's file which is being written.
func isTemporary(name string) bool {
	final, ok := output.FinalName(name)
	return ok && (belongs(final) || final == trialName)
}
