package cli

import (
	"errors"
	"path/filepath"
	"time"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/importer/ending"
	"github.com/contactsync/contactsync/importer/survey"
	"github.com/contactsync/contactsync/report"
)

// claimedFolder is the report's folder as a run has it to itself.
type claimedFolder struct {
	dir   string
	log   zerolog.Logger
	claim *report.Claim // nil: let go
}

// Claim implements [survey.Folder].
func (f *claimedFolder) Claim() error {
	if f.claim != nil && !f.claim.Lost() {
		return nil
	}
	f.Release()
	claim, err := report.ClaimFolder(f.dir)
	if _, inUse := errors.AsType[*report.InUseError](err); inUse {
		return err
	}
	if err != nil {
		return &ending.ReportError{Err: err}
	}
	f.claim = claim
	return nil
}

// Release implements [survey.Folder].
func (f *claimedFolder) Release() {
	if f.claim == nil {
		return
	}
	if err := f.claim.Release(); err != nil {
		f.log.Warn().Err(err).Msg("the report folder could not be released; it is when this process has ended")
	}
	f.claim = nil
}

// spareFolders are where the report of the run id goes if its folder dir is taken away, or closed, while the run sends:
// beside that folder, where most often the same volume is, or to where the command was given.
func spareFolders(dir, id string) []string {
	if dir == "" {
		return nil
	}
	name := "contactsync-" + id + "-spare"
	return []string{filepath.Join(filepath.Dir(filepath.Clean(dir)), name), name}
}

// claimReport makes the report's folder this run's until it is released, before the report in it is touched. A folder that
// is named for the run needs no claim. While another run has it this one waits, if it may, for as long as nobody stops it.
func (o *jobOptions) claimReport(maxDuration time.Duration) error {
	dir := o.output.Folder()
	if dir == "" {
		return nil
	}
	o.folder = &claimedFolder{dir: dir, log: o.log}
	if o.output.RetryLock == 0 {
		return o.folder.Claim()
	}
	_, stop, release := stopping(o.env, timeLimit{whole: maxDuration}, true)
	defer release()
	begun := time.Now()
	err := survey.AwaitLock(stop, o.output.RetryLock, o.folder.Claim, func(held error) {
		o.log.Info().Str("for", held.Error()).Dur("at_most", o.output.RetryLock).Msg("waiting for another run to end (--retry-lock)")
	})
	o.waited = time.Since(begun)
	return err
}

func (o *jobOptions) releaseReport() {
	if o.folder != nil {
		o.folder.Release()
	}
}
