package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/contactsync/contactsync/cmd/internal/option"
	"github.com/contactsync/contactsync/importer/ledger/dbfile"
	"github.com/contactsync/contactsync/importer/stop"
	"github.com/contactsync/contactsync/mapping"
	"github.com/contactsync/contactsync/report"
)

// output is a file that a command is about to write.
type output struct {
	flag string // that says where
	path string
}

// needed is a file that a command reads, or that must outlive it.
type needed struct {
	what  string
	path  string
	stdin fs.FileInfo // in place of the path: what standard input reads
	input bool
}

// checkOutputs refuses, before anything is read, to write over a file that the run needs, however its name is spelt, and
// to write two files in one place. The rejects of an earlier report may be an input: they are corrected where they stand,
// and stay until the report that takes their place is whole.
func checkOutputs(outputs []output, needs []needed) error {
	for i, out := range outputs {
		for _, n := range needs {
			if n.is(out.path) && (!n.input || out.flag != reportFlag || !report.Replaceable(out.path)) {
				return &stop.UsageError{
					Message: fmt.Sprintf("%s: %q would write over %s", out.flag, out.path, n.what),
					Hint:    "give " + out.flag + " another place",
				}
			}
		}
		if out.flag != reportFlag && isDatabase(out.path) { // what stands in a report's folder is moved away, not written over
			return &stop.UsageError{
				Message: fmt.Sprintf("%s: %q would write over a database, as a ledger is one", out.flag, out.path),
				Hint:    "give " + out.flag + " another place, or remove that file first",
			}
		}
		for _, other := range outputs[:i] {
			if other.flag != out.flag && sameFile(other.path, out.path) {
				return &stop.UsageError{
					Message: fmt.Sprintf("%s and %s would both write %q", other.flag, out.flag, out.path),
					Hint:    "give " + other.flag + " another place",
				}
			}
		}
	}
	return nil
}

// isDatabase reports whether a file is one of SQLite: perhaps a ledger that the command does not know of, since it needs
// none or has been given another one.
func isDatabase(path string) bool {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return false
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	begin := make([]byte, len(magic))
	_, errRead := io.ReadFull(f, begin)
	return errors.Join(errRead, f.Close()) == nil && string(begin) == magic
}

// magic is what a SQLite database begins with (https://www.sqlite.org/fileformat.html, 1.3.1).
const magic = "SQLite format 3\x00"

func (n needed) is(path string) bool {
	if n.stdin == nil {
		return sameFile(n.path, path)
	}
	info, err := os.Stat(path)
	return err == nil && os.SameFile(n.stdin, info)
}

// sameFile reports whether two paths name one file: by another path, a link, or in other capitals where the file system
// does not tell them apart. Of files that are not there yet, their folders decide.
func sameFile(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	if errX == nil && errY == nil {
		return os.SameFile(x, y)
	}
	if errX == nil || errY == nil {
		return false
	}
	// Not filepath.Dir: it takes link/.. for nothing, which the system does not.
	dirA, nameA := filepath.Split(trimSeparators(a))
	dirB, nameB := filepath.Split(trimSeparators(b))
	return nameA != "" && sameName(nameA, nameB) && sameFile(folderOr(dirA), folderOr(dirB))
}

func trimSeparators(path string) string {
	return strings.TrimRightFunc(path, func(r rune) bool { return r == '/' || r == filepath.Separator })
}

func folderOr(dir string) string {
	if dir == "" {
		return "."
	}
	return dir
}

// sameName compares names of files that are not there: of those nobody but the system's habit tells whether capitals
// count.
func sameName(a, b string) bool {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		return strings.EqualFold(a, b)
	}
	return a == b
}

// reportFlag is the flag that says where the report goes.
const reportFlag = "--report-dir"

// reportFiles are the files of the report of a run with these inputs. A folder that is named for the run has no file yet.
func reportFiles(o *option.Output, inputs []string) []output {
	dir := o.Folder()
	if dir == "" {
		return nil
	}
	outputs := []output{{reportFlag, dir}}
	for _, path := range report.Files(dir, inputs) {
		outputs = append(outputs, output{reportFlag, path})
	}
	return outputs
}

// outputAt is the file that a flag names, if it names one.
func outputAt(flag, path string) []output {
	if path == "" {
		return nil
	}
	return []output{{flag, path}}
}

// metricsFile is the file of the run's metrics, if there is to be one.
func metricsFile(o *option.Output) []output { return outputAt("--metrics-file", o.MetricsFile) }

// neededInputs are the files that a run reads.
func neededInputs(env Env, files []string) []needed {
	var needs []needed
	for _, file := range files {
		n := needed{what: "an input", path: file, input: true}
		if file == "-" {
			n.stdin = statOf(env.Stdin)
			if n.stdin == nil {
				continue
			}
			n.what = "the file that standard input reads"
		}
		needs = append(needs, n)
	}
	return needs
}

// refuseLedger refuses the ledger, and what stands beside it, as an input: nobody but SQLite may have it open, since closing
// it would give up the locks that keep another run off.
func refuseLedger(env Env, files []string, state string) error {
	path, err := ledgerPath(env, state)
	if err != nil {
		return nil //nolint:nilerr // whoever opens the ledger tells it; a simulated run opens none
	}
	for _, n := range neededInputs(env, files) {
		for _, file := range dbfile.Files(path) {
			if n.is(file) {
				return &stop.UsageError{
					Message: fmt.Sprintf("%q is the ledger, or what stands beside it, and no input", n.path),
					Hint:    "name the file with the contacts",
				}
			}
		}
	}
	return nil
}

// statOf tells which file a stream reads; nil: none.
func statOf(stream any) fs.FileInfo {
	file, ok := stream.(interface{ Stat() (fs.FileInfo, error) })
	if !ok {
		return nil
	}
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	return info
}

// neededAlways are the files that no command may write over, whether it uses them or not: the ledger with what stands
// beside it, the application token, the certificates that are trusted, and a mapping profile. What an option leaves open
// is where the environment says.
func neededAlways(env Env, state, tokenFile, profile string) []needed {
	or := func(value, variable string) string {
		if value == "" {
			value, _ = env.LookupEnv(variable)
		}
		return value
	}
	var needs []needed
	if path, err := ledgerPath(env, or(state, "CONTACTSYNC_STATE")); err == nil { // the error comes where the ledger is opened
		for _, file := range dbfile.Files(path) {
			needs = append(needs, needed{what: "the ledger, or what stands beside it", path: file})
		}
	}
	for _, n := range []needed{
		{what: "the application token", path: or(tokenFile, "EMNIFY_APPLICATION_TOKEN_FILE")},
		{what: "the certificates (SSL_CERT_FILE)", path: or("", "SSL_CERT_FILE")},
		{what: "the mapping profile", path: or(profile, "CONTACTSYNC_MAPPING")},
	} {
		if n.path != "" && !mapping.IsBuiltin(n.path) {
			needs = append(needs, n)
		}
	}
	return needs
}
