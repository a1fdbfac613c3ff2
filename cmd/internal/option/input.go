package option

import (
	"errors"
	"io"
	"io/fs"
	"strings"

	"github.com/spf13/pflag"

	"github.com/contactsync/contactsync/importer/source"
	"github.com/contactsync/contactsync/importer/stop"
)

// Input says how a file is read and how its columns become fields.
type Input struct {
	Format, Encoding, Delimiter string
	HeaderLine                  int
	Mapping                     string
	Maps                        []string
	// AllowEmpty takes an input without a row; which commands let it be said is their matter.
	AllowEmpty bool
}

// Register makes the flags.
func (o *Input) Register(flags *pflag.FlagSet) {
	flags.StringVar(&o.Format, "format", "", "the files' format: "+enumerated(source.Formats(), "or")+" (default: detected)")
	SetWords(flags, "format", source.Formats()...)
	flags.StringVar(&o.Encoding, "encoding", "", "the files' encoding, as utf-8 or windows-1252 (default: detected)")
	flags.StringVar(&o.Delimiter, "delimiter", "", "what stands between cells: "+strings.Join(delimiterNames(), ", ")+" or the character (default: detected)")
	SetWords(flags, "delimiter", delimiterNames()...)
	flags.IntVar(&o.HeaderLine, "header-line", 0, "the line that holds the column names, from 1 (default: detected)")
	registerMapping(flags, &o.Mapping)
	flags.StringArrayVar(&o.Maps, "map", nil, "map one field by hand: FIELD=COLUMN[+COLUMN...]; FIELD= unmaps it; repeatable")
}

func registerMapping(flags *pflag.FlagSet, mapping *string) {
	flags.StringVar(mapping, "mapping", "", "a mapping profile (YAML file), or the name of a built-in one")
	FromEnv(flags, "mapping", "CONTACTSYNC_MAPPING")
}

// Source are the flags in the form in which an input takes them.
func (o Input) Source() (source.Options, error) {
	opts := source.Options{Format: o.Format, Encoding: o.Encoding, HeaderLine: o.HeaderLine, AllowEmpty: o.AllowEmpty}
	var err error
	if opts.Delimiter, err = parseDelimiter(o.Delimiter); err != nil {
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
