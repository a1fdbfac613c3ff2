package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/contactsync/contactsync/cmd/internal/option"
	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/source"
	"github.com/contactsync/contactsync/importer/stop"
	"github.com/contactsync/contactsync/mapping"
	"github.com/contactsync/contactsync/mapping/detect"
	"github.com/contactsync/contactsync/report"
)

// sampleRows is how many rows a mapping is detected from.
const sampleRows = 500

// inputs are a run's files, opened and mapped.
type inputs []check.Input

func (in inputs) close() {
	for _, i := range in {
		_ = i.Source.Close() // only read from
	}
}

// openInputs opens the files and binds their columns to fields. Without a person to look at it, a mapping in doubt is an
// error.
func openInputs(cmd *cobra.Command, env Env, from option.Origins, o option.Input, names []string) (inputs, error) {
	opts, err := o.Source()
	if err != nil {
		return nil, err
	}
	bind, err := newBinder(o, from)
	if err != nil {
		return nil, err
	}
	if err := onlyOneStdin(names); err != nil {
		return nil, err
	}
	var opened inputs
	for _, name := range names {
		src, err := source.Open(sourceEnv(env), name, opts)
		if err != nil {
			opened.close()
			return nil, unclearEncoding(cmd, env, err)
		}
		opened = append(opened, check.Input{Name: report.Visible(src.Name()), Source: src})
		m, err := bindInput(src, bind)
		if err == nil {
			opened[len(opened)-1].Mapping = m
			err = from.ApplyDefaults(cmd, m.Defaults)
		}
		if err != nil {
			opened.close()
			return nil, err
		}
	}
	if err := checkFormFlags(opened, opts); err != nil {
		opened.close()
		return nil, err
	}
	return opened, nil
}

// checkFormFlags refuses what is said of tables where no input is one: it would do nothing.
func checkFormFlags(opened inputs, opts source.Options) error {
	flag := ""
	switch {
	case opts.Delimiter != 0:
		flag = "--delimiter"
	case opts.HeaderLine != 0:
		flag = "--header-line"
	}
	if flag == "" || slices.ContainsFunc(opened, func(in check.Input) bool { return in.Source.Detected().Separator() != "" }) {
		return nil
	}
	return &stop.UsageError{Message: flag + " is for CSV, and no input is CSV", Hint: "leave it away"}
}

// unclearEncoding makes a matter of the command of an encoding that can't be told: --encoding settles it. How a word reads
// is shown to a person only: what a run without one says ends in a log.
func unclearEncoding(cmd *cobra.Command, env Env, err error) error {
	var unclear *source.EncodingError
	if !errors.As(err, &unclear) {
		return err
	}
	hint := unclear.Hint()
	if show, _ := cmd.Flags().GetBool("show-values"); (show || env.StderrTTY) && !env.screen.SpeaksJSON() {
		for _, r := range unclear.Readings {
			hint += fmt.Sprintf("\nas %s it reads %q", r.Encoding, r.Sample)
		}
	}
	return &stop.UsageError{Message: unclear.Error(), Hint: hint}
}

// bindInput maps the columns of one input. That they can't be mapped is a matter of the command: which file, which
// profile, which --map.
func bindInput(src *source.Input, bind binder) (*mapping.Mapping, error) {
	cells, err := sample(src)
	if err != nil {
		return nil, err
	}
	if src.IsEmpty() {
		return &mapping.Mapping{Profile: mapping.Detected, Unmapped: []string{}}, nil
	}
	m, err := bind(src.Header(), cells)
	if err == nil && len(cells) == 0 {
		m.Doubts = nil // nothing is made of any column
	}
	if err != nil {
		return nil, &stop.UsageError{
			Message: fmt.Sprintf("%s: %v", src.Name(), err),
			Hint:    "contactsync inspect shows what was detected",
		}
	}
	return m, nil
}

func onlyOneStdin(names []string) error {
	seen := map[string]bool{}
	for _, n := range names {
		if n == "-" && seen[n] {
			return &stop.UsageError{Message: "standard input (-) is named twice, but can be read only once"}
		}
		seen[n] = true
	}
	return nil
}

func sourceEnv(env Env) source.Env {
	return source.Env{
		Open:  func(name string) (io.ReadCloser, error) { return os.Open(name) },
		Stdin: env.Stdin,
		TempFile: func() (*os.File, error) {
			return os.CreateTemp("", "contactsync-*") // mode 0600
		},
	}
}

// binder finds out which columns make which field.
type binder func(header []string, sample [][]string) (*mapping.Mapping, error)

// newBinder returns how columns are mapped: by the profile that the user named, a built-in one or a file, or by what the
// columns are called and hold.
func newBinder(o option.Input, from option.Origins) (binder, error) {
	switch {
	case o.Mapping == "":
		return func(header []string, sample [][]string) (*mapping.Mapping, error) {
			return detect.Columns(header, sample, o.Maps...)
		}, nil
	case mapping.IsBuiltin(o.Mapping):
		return func(header []string, _ [][]string) (*mapping.Mapping, error) {
			return mapping.Named(o.Mapping, header, o.Maps...)
		}, nil
	}
	profile, err := readProfile(o.Mapping, from)
	if err != nil {
		return nil, err
	}
	return func(header []string, _ [][]string) (*mapping.Mapping, error) {
		return profile.Bind(header, o.Maps...)
	}, nil
}

// readProfile reads a profile that is no built-in one.
func readProfile(name string, from option.Origins) (*mapping.Profile, error) {
	data, err := readBounded(name, maxProfileFile)
	if err != nil {
		return nil, &stop.UsageError{
			Message: fmt.Sprintf("%s: reading the mapping profile: %v", from.Of("mapping"), err),
			Hint:    "give a YAML file, or one of " + strings.Join(mapping.BuiltinNames(), ", "),
		}
	}
	profile, err := mapping.Parse(name, data)
	if err != nil {
		return nil, &stop.UsageError{Message: err.Error()}
	}
	return profile, nil
}

// sample returns the cells of the input's first rows.
func sample(src *source.Input) ([][]string, error) {
	rows, err := src.Sample(sampleRows)
	if err != nil {
		return nil, err
	}
	var cells [][]string
	for _, r := range rows {
		if r.Defect == nil {
			cells = append(cells, r.Cells)
		}
	}
	return cells, nil
}
