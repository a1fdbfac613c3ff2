package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/contactsync/contactsync/report/output"
)

const (
	// keptSets is how many earlier sets stay in the report's folder.
	keptSets = 10
	// unfinishedPrefix begins the name of the folder for a set that has no readable summary: the run that wrote it died.
	unfinishedPrefix = "unfinished-"
	unfinishedStamp  = "20060102T150405Z"
	// abandonedAfter is how old the temporary file of a run that died must be before another run removes it. A living
	// run writes its files in one go, at its end.
	abandonedAfter = time.Hour
	// maxSummary bounds what is read of an earlier summary.
	maxSummary = 16 << 20
)

// The names of a set.
const (
	reportName     = "report.csv"
	linesName      = "report.jsonl"
	rejectsName    = "rejects.csv"
	duplicatesName = "duplicates.csv"
	summaryName    = "summary.json"
	trialName      = "trial"
)

// archive moves the sets of earlier runs out of the way.
type archive struct {
	fs     fileSystem
	dir    string
	inputs []string
}

// clear moves the set that stands in the folder to a folder of its own, and removes the oldest of those.
func (a archive) clear() error {
	names, err := a.fs.Names(a.dir)
	if err != nil {
		return fmt.Errorf("reading the report folder: %w", err)
	}
	a.sweep(names)
	set := slices.DeleteFunc(names, func(name string) bool { return !belongs(name) || a.fs.IsFolder(filepath.Join(a.dir, name)) })
	if !slices.ContainsFunc(set, func(name string) bool { return !a.isInput(filepath.Join(a.dir, name)) }) {
		return nil // nothing, or only what this run reads: the rest of its set has been moved before
	}
	if err := a.move(set); err != nil {
		return fmt.Errorf("moving an earlier report out of the way: %w", err)
	}
	a.prune()
	return nil
}

// move puts the files of a set into their folder. The summary goes last: should this run die in between, the next one
// finds the set's name there and goes on.
func (a archive) move(set []string) error {
	id, err := a.nameOf(set)
	if err != nil {
		return err
	}
	folder := filepath.Join(a.dir, id)
	if err := a.fs.MkdirAll(folder); err != nil {
		return err
	}
	slices.SortFunc(set, func(a, b string) int {
		switch {
		case a == b:
			return 0
		case a == summaryName:
			return 1
		case b == summaryName:
			return -1
		}
		return strings.Compare(a, b)
	})
	for _, name := range set {
		if err := a.moveFile(name, folder); err != nil {
			return err
		}
	}
	return errors.Join(a.fs.SyncFolder(folder), a.fs.SyncFolder(a.dir))
}

func (a archive) isInput(path string) bool {
	return slices.ContainsFunc(a.inputs, func(input string) bool {
		if input == "-" {
			input = "/dev/stdin" // where there is one, it is the file that standard input reads
		}
		return a.fs.SameFile(input, path)
	})
}

// SetAside moves the set that stands in a folder from an earlier run to a folder of its own, so that a run that ends
// before it has a report does not leave last night's in its place. Inputs of this run stay where they are read.
func SetAside(dir string, inputs []string) error {
	earlier := archive{fs: disk{}, dir: dir, inputs: inputs}
	if there, err := earlier.fs.Exists(dir); err != nil || !there {
		return err
	}
	return earlier.clear()
}

// moveFile moves one file. A file that is an input of this run (somebody corrected rejects.csv where it stands, and
// imports it) must stay where it is read: it is copied.
func (a archive) moveFile(name, folder string) error {
	from, to := filepath.Join(a.dir, name), filepath.Join(folder, name)
	if !a.isInput(from) {
		return a.fs.Rename(from, to)
	}
	source, err := a.fs.Open(from)
	if err != nil {
		return err
	}
	copied, err := output.New(a.fs, folder, name, "copy")
	if err != nil {
		return errors.Join(err, source.Close())
	}
	_, err = io.Copy(copied, source)
	if err = errors.Join(err, source.Close()); err != nil {
		return errors.Join(err, copied.Discard())
	}
	if err := copied.Complete(); err != nil {
		return errors.Join(err, copied.Discard())
	}
	return copied.Place()
}

// nameOf returns the name of the folder for a set: the id of the run that wrote it.
func (a archive) nameOf(set []string) (string, error) {
	if slices.Contains(set, summaryName) {
		sum, err := a.summary(filepath.Join(a.dir, summaryName))
		if err != nil {
			return "", err
		}
		if usableAsFolder(sum.RunID) {
			return sum.RunID, nil
		}
	}
	newest := time.Unix(0, 0)
	for _, name := range set {
		if at, err := a.fs.Modified(filepath.Join(a.dir, name)); err == nil && at.After(newest) {
			newest = at
		}
	}
	return unfinishedPrefix + newest.UTC().Format(unfinishedStamp), nil
}

// earlierSummary is what must be known of an earlier set.
type earlierSummary struct {
	RunID   string    `json:"run_id"`
	Started time.Time `json:"started"`
}

// summary reads an earlier summary; what is no summary is empty. The error is the disk's: a set must not get a wrong name
// because it could not be read just now.
func (a archive) summary(path string) (earlierSummary, error) {
	f, err := a.fs.Open(path)
	if err != nil {
		return earlierSummary{}, err
	}
	text, err := io.ReadAll(io.LimitReader(f, maxSummary))
	if err = errors.Join(err, f.Close()); err != nil {
		return earlierSummary{}, err
	}
	var sum earlierSummary
	if json.Unmarshal(text, &sum) != nil {
		sum = earlierSummary{}
	}
	return sum, nil
}

// inFolderNames are the characters that a folder's name may have anywhere.
const inFolderNames = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."

// usableAsFolder reports whether a run's id, which comes out of a file, names a folder here and not one elsewhere.
func usableAsFolder(id string) bool {
	return id != "" && len(id) <= 128 && !strings.HasPrefix(id, ".") && !belongs(id) &&
		strings.Trim(id, inFolderNames) == ""
}

// prune removes the oldest sets above keptSets. What cannot be removed stays: no run ends for an old report.
func (a archive) prune() {
	names, err := a.fs.Names(a.dir)
	if err != nil {
		return
	}
	type old struct {
		folder string
		at     time.Time
	}
	var sets []old
	for _, name := range names {
		folder := filepath.Join(a.dir, name)
		if !a.fs.IsFolder(folder) {
			continue
		}
		if at, ok := a.startOf(name, folder); ok {
			sets = append(sets, old{folder, at})
		}
	}
	slices.SortFunc(sets, func(a, b old) int { return b.at.Compare(a.at) })
	for _, set := range sets[min(len(sets), keptSets):] {
		a.removeSet(set.folder)
	}
}

// startOf tells when the run began whose set a folder holds; false if the folder is none of ours.
func (a archive) startOf(name, folder string) (time.Time, bool) {
	if stamp, ok := strings.CutPrefix(name, unfinishedPrefix); ok {
		at, err := time.Parse(unfinishedStamp, stamp)
		return at, err == nil
	}
	sum, err := a.summary(filepath.Join(folder, summaryName))
	return sum.Started, err == nil && sum.RunID == name
}

// removeSet removes the files of a set, and the folder if nothing else is in it.
func (a archive) removeSet(folder string) {
	names, err := a.fs.Names(folder)
	if err != nil {
		return
	}
	for _, name := range names {
		if path := filepath.Join(folder, name); (belongs(name) || isTemporary(name)) && !a.isInput(path) {
			_ = a.fs.Remove(path) // stays, as said at prune
		}
	}
	_ = a.fs.Remove(folder) // not empty: somebody keeps something there
}

// sweep removes the temporary files of runs that died.
func (a archive) sweep(names []string) {
	for _, name := range names {
		if !isTemporary(name) {
			continue
		}
		path := filepath.Join(a.dir, name)
		if at, err := a.fs.Modified(path); err == nil && time.Since(at) > abandonedAfter && !a.isInput(path) {
			_ = a.fs.Remove(path) // the next run tries again
		}
	}
}
