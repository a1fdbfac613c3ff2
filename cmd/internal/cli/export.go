package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"github.com/contactsync/contactsync/cmd/internal/option"
	"github.com/contactsync/contactsync/cmd/internal/terminal"
	"github.com/contactsync/contactsync/importer/export"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/stop"
	"github.com/contactsync/contactsync/report/contactfile"
)

type exportOptions struct {
	env    Env
	cmd    *cobra.Command
	log    zerolog.Logger
	api    option.API
	out    option.Output
	orgs   []int64
	format contactfile.Format
	file   string
	quiet  bool
	state  string
	err    error
	runF   func(*exportOptions) error
}

func newExport(env Env) *cobra.Command {
	o := &exportOptions{env: env, orgs: []int64{0}, format: contactfile.CSV, runF: runExport}
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write an organisation's contacts as CSV, JSON Lines or XLSX",
		Long: `Write an organisation's contacts to standard output, or to a file: all fields, the contact's number and that of its
organisation, each value as it is. A CSV file is read back without a mapping. Nothing is sent, changed or deleted.

The file is complete or absent, replaces one of the same name, and only you can read it. On a terminal control characters
are shown as \x1b; in a file or a pipe they stay as they are.

Exit codes:
  0  all contacts are written
  1  it could not be done: bad credentials, organisation not visible, wrong address, disk not usable
  2  wrong usage or configuration
  3  one of several organisations can't be seen; the others are written
  4  stopped early, or the API was away: nothing is written; the same command begins anew`,
		Example: `  contactsync export > contacts.csv
  contactsync export --org 5417 --org 5460 --format xlsx --output contacts.xlsx
  contactsync export --format jsonl | jq -r .email`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var err error
			if _, o.log, err = resolveWithLog(cmd, env, &o.out); err != nil {
				return err
			}
			return o.runF(o)
		},
	}
	o.cmd = cmd
	flags := cmd.Flags()
	o.err = o.api.Register(flags)
	flags.Var(option.NewList(&o.orgs, "ID", option.ParseOrgs, option.OwnOrg), "org", "the organisation's number, or my; repeatable")
	option.FromEnv(flags, "org", "CONTACTSYNC_ORG")
	option.SetWords(flags, "org", option.OwnOrg)
	option.RegisterChoice(flags, &o.format, "format", "csv, jsonl (a JSON object a line) or xlsx", contactfile.Formats()...)
	flags.StringVarP(&o.file, "output", "o", "", "the file to write (default: standard output)")
	flags.StringVar(&o.state, "state", "", "the ledger beside which the request budget is kept: sqlite:PATH or a path (default: a file in your state folder)")
	option.FromEnv(flags, "state", "CONTACTSYNC_STATE")
	option.RegisterQuiet(flags, &o.quiet)
	o.out.RegisterLog(flags)
	return cmd
}

func runExport(o *exportOptions) error {
	if o.err != nil {
		return o.err
	}
	if err := o.checkOutput(); err != nil {
		return err
	}
	ctx, release := untilSignal(o.env)
	defer release()
	c, err := connect(ctx, o.env, o.api, o.state, true, o.log)
	if err != nil {
		return err
	}
	defer c.close()
	parts, err := o.export(ctx, c.client)
	if err != nil {
		return err
	}
	return endWith(o.tell(parts))
}

// checkOutput finds out, before the first request, whether there is a place for the file.
func (o *exportOptions) checkOutput() error {
	if o.toStream() && o.quiet {
		return &stop.UsageError{Message: "--quiet prints nothing, and standard output is where the contacts go", Hint: "name a file with --output"}
	}
	if o.toStream() {
		if o.format == contactfile.XLSX && o.env.StdoutTTY {
			return &stop.UsageError{
				Message: "a workbook is no text, and standard output is a terminal", Hint: "name a file with --output",
			}
		}
		return nil
	}
	if err := checkOutputs(outputAt("--output", o.file), neededAlways(o.env, o.state, o.api.TokenFile, "")); err != nil {
		return err
	}
	info, err := os.Stat(o.file)
	switch {
	case err == nil && !info.Mode().IsRegular():
		// Renaming over it would replace a folder's or a device's name.
		return &stop.UsageError{Message: fmt.Sprintf("--output: %q is no regular file", o.file), Hint: "name another file, or redirect standard output"}
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("--output: %w", err)
	}
	dir, err := os.Stat(filepath.Dir(o.file))
	if err != nil {
		return fmt.Errorf("--output: %w", err)
	}
	if !dir.IsDir() {
		return fmt.Errorf("--output: %q is no folder", filepath.Dir(o.file))
	}
	return nil
}

func (o *exportOptions) toStream() bool { return o.file == "" || o.file == "-" }

// export reads and writes. Nothing is left where it fails, but for what a stream has taken already.
func (o *exportOptions) export(ctx context.Context, d remote.Directory) ([]export.Part, error) {
	var file *contactfile.Export
	var stream *bufio.Writer
	job := export.Export{Directory: d, Orgs: o.orgs, Log: o.log}
	parts, err := job.Run(ctx, func() (export.Writer, error) {
		var err error
		if !o.toStream() {
			file, err = contactfile.CreateExport(o.file, runID(time.Now()), o.format)
			return file, err
		}
		stream = bufio.NewWriter(o.stdout())
		file, err = contactfile.NewExport(stream, o.format)
		return file, err
	})
	if err != nil {
		if file != nil {
			err = errors.Join(err, file.Abort())
		}
		return nil, err
	}
	err = file.Close()
	if err == nil && stream != nil {
		err = stream.Flush()
	}
	if err != nil {
		return nil, fmt.Errorf("writing the contacts: %w", err)
	}
	return parts, nil
}

// stdout is standard output. What is shown on a terminal must not steer it.
func (o *exportOptions) stdout() io.Writer {
	if o.env.StdoutTTY {
		return &terminal.VisibleLines{Out: o.env.Stdout}
	}
	return o.env.Stdout
}

// tell says which organisations were left out, and what is in the file.
func (o *exportOptions) tell(parts []export.Part) (int, error) {
	code, contacts, orgs := exitOK, 0, 0
	for _, part := range parts {
		if part.Refused != nil {
			code = exitRows
			printError(o.env, &stop.Error{
				Message: fmt.Sprintf("organisation %d can't be read with this application token: its contacts are not in the export", part.Org),
				Hint:    "check --org, and that the token belongs to this organisation or to one above it",
				Err:     part.Refused,
			})
			continue
		}
		contacts += len(part.Contacts)
		orgs++
	}
	if o.toStream() {
		return code, nil
	}
	_, err := fmt.Fprintf(o.env.Stdout, "%s of %s written to %s\n", terminal.Counted(contacts, "contact"), terminal.Counted(orgs, "organisation"), terminal.Printable(o.file))
	return code, err
}

// untilSignal is the context of a command that only looks: the first signal ends it, since nothing has to be completed.
func untilSignal(env Env) (ctx context.Context, release func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		select {
		case s := <-env.Signals:
			cancel(&stop.Error{
				Cause: stop.CauseInterrupted, Message: fmt.Sprintf("ended by a signal (%s)", s), Hint: "run the same command again",
			})
		case <-done:
		}
	}()
	return ctx, func() {
		close(done)
		<-ended
		cancel(nil)
	}
}
