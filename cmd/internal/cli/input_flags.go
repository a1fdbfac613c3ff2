package cli

import (
	"errors"
	"io"
	"io/fs"
	"strings"

	"github.com/spf13/pflag"

	"github.com/contactsync/contactsync/importer/source"
	"github.com/contactsync/contactsync/importer/stop"
)

// inputFlags say how a file is read and how its columns become fields.
type inputFlags struct {
	format, encoding, delimiter string
	headerLine                  int
	mapping                     string
	maps                        []string
}

func (o *inputFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&o.format, "format", "", "the files' format: csv (default: detected)")
	setWords(flags, "format", "csv")
	flags.StringVar(&o.encoding, "encoding", "", "the files' encoding, as utf-8 or windows-1252 (default: detected)")
	flags.StringVar(&o.delimiter, "delimiter", "", "what stands between cells: "+strings.Join(delimiterNames(), ", ")+" or the character (default: detected)")
	setWords(flags, "delimiter", delimiterNames()...)
	flags.IntVar(&o.headerLine, "header-line", 0, "the line that holds the column names, from 1 (default: detected)")
	flags.StringVar(&o.mapping, "mapping", "", "a mapping profile (YAML file), or the name of a built-in one")
	fromEnv(flags, "mapping", "CONTACTSYNC_MAPPING")
	flags.StringArrayVar(&o.maps, "map", nil, "map one field by hand: FIELD=COLUMN[+COLUMN...]; FIELD= unmaps it; repeatable")
}

// sourceOptions are the flags in the form in which an input takes them.
func (o inputFlags) sourceOptions() (source.Options, error) {
	opts := source.Options{Format: o.format, Encoding: o.encoding, HeaderLine: o.headerLine}
	var err error
	if opts.Delimiter, err = parseDelimiter(o.delimiter); err != nil {
		return opts, err
	}
	return opts, checkSourceOptions(opts)
}

// checkSourceOptions tells before any file is looked at whether the options can be right for one. An input that is not
// there is complained of only once they have passed.
func checkSourceOptions(opts source.Options) error {
	nothing := source.Env{Open: func(string) (io.ReadCloser, error) { return nil, fs.ErrNotExist }}
	_, err := source.Open(nothing, "", opts)
	var wrong *source.FormatError
	if errors.As(err, &wrong) {
		return &stop.UsageError{Message: wrong.Message, Hint: wrong.Fix}
	}
	return nil
}
