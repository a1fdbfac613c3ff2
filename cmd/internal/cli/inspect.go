package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/google/renameio/v2/maybe"
	"github.com/spf13/cobra"

	"github.com/contactsync/contactsync/cmd/internal/option"
	"github.com/contactsync/contactsync/cmd/internal/terminal"
	"github.com/contactsync/contactsync/importer/source"
	"github.com/contactsync/contactsync/importer/stop"
	"github.com/contactsync/contactsync/mapping"
)

type inspectOptions struct {
	env   Env
	cmd   *cobra.Command
	input option.Input
	json  bool
	write string
	runF  func(*inspectOptions, string) error
}

func newInspect(env Env) *cobra.Command {
	o := &inspectOptions{env: env, runF: runInspect}
	cmd := &cobra.Command{
		Use:   "inspect FILE",
		Short: "Show what was detected in a file, and which column goes where",
		Long: `Show the file's format, encoding and delimiter, and for each column which field it makes, how certain that is, and
some of its values. What is shown can be saved as a mapping profile, edited, and used with --mapping.

` + shortExitHelp,
		Example: `  contactsync inspect crm-export.csv
  contactsync inspect --write-mapping mapping.yaml crm-export.csv
  contactsync inspect --json crm-export.csv`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return o.runF(o, args[0]) },
	}
	o.cmd = cmd
	o.input.Register(cmd.Flags())
	option.RegisterJSON(cmd.Flags(), &o.json)
	cmd.Flags().StringVar(&o.write, "write-mapping", "", "save the mapping as a profile (YAML)")
	return cmd
}

func runInspect(o *inspectOptions, name string) error {
	from, err := resolveWithoutLog(o.cmd, o.env)
	if err != nil {
		return err
	}
	if err := o.checkOutput(name); err != nil {
		return err
	}
	opened, err := unlessInterrupted(o.env, func() (inputs, error) {
		return openCounted(o.cmd, o.env, from, o.input, name)
	})
	if err != nil {
		return err
	}
	defer opened.close()
	src, m := opened[0].Source, opened[0].Mapping
	if o.write != "" {
		if err := writeMapping(o.write, m); err != nil {
			return err
		}
	}
	if o.json {
		return printInspection(o.env.Stdout, src, m)
	}
	cells, err := sample(src)
	if err != nil {
		return err
	}
	return terminal.Print(o.env.Stdout, func(w io.Writer) { showInspection(w, o.env.Width, src, m, cells) })
}

// openCounted opens an input and reads it to its end.
func openCounted(cmd *cobra.Command, env Env, from option.Origins, o option.Input, name string) (inputs, error) {
	opened, err := openInputs(cmd, env, from, o, []string{name})
	if err != nil {
		return nil, err
	}
	if err := countRows(opened[0].Source); err != nil {
		opened.close()
		return nil, err
	}
	return opened, nil
}

// countRows reads an input to its end, so that the number of its rows is known.
func countRows(src *source.Input) error {
	r, err := src.Read()
	if err != nil {
		return err
	}
	for {
		if _, err := r.Next(); errors.Is(err, io.EOF) {
			return r.Close()
		} else if err != nil {
			return errors.Join(err, r.Close())
		}
	}
}

func printInspection(w io.Writer, src *source.Input, m *mapping.Mapping) error {
	d := src.Detected()
	in := m.Inspect()
	in.Format, in.Encoding, in.Delimiter = d.Format, d.Encoding, d.Separator()
	_, in.Rows = src.Sum()
	return terminal.PrintJSON(w, in)
}

// checkOutput finds out, before the file is read, whether there is a place for the mapping.
func (o *inspectOptions) checkOutput(name string) error {
	if o.write == "" {
		return nil
	}
	needs := append(neededInputs(o.env, []string{name}), neededAlways(o.env, "", "", o.input.Mapping)...)
	return firstError(checkOutputs(outputAt("--write-mapping", o.write), needs), checkAbsent(o.write))
}

// checkAbsent refuses a place for a mapping where something is: it may have been edited by hand, and stays.
func checkAbsent(path string) error {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return &stop.UsageError{
			Message: fmt.Sprintf("--write-mapping: %q exists already", path), Hint: "give another name, or remove it first",
		}
	}
	return nil
}

// writeMapping saves a mapping as a profile.
func writeMapping(path string, m *mapping.Mapping) error {
	if err := checkAbsent(path); err != nil {
		return err
	}
	var b strings.Builder
	if err := m.AsProfile().WriteYAML(&b); err != nil {
		return fmt.Errorf("writing the mapping: %w", err)
	}
	if err := maybe.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		return fmt.Errorf("writing the mapping: %w", err)
	}
	return nil
}

func showInspection(w io.Writer, width int, src *source.Input, m *mapping.Mapping, cells [][]string) {
	d := src.Detected()
	_, rows := src.Sum()
	if d.Delimiter == 0 {
		fmt.Fprintf(w, "%s: %s, %s, %d rows, %d columns: the paths of values\n",
			terminal.Printable(src.Name()), d.Format, d.Encoding, rows, len(src.Header()))
	} else {
		fmt.Fprintf(w, "%s: %s, %s, delimiter %s, header in line %d, %d rows\n",
			terminal.Printable(src.Name()), d.Format, d.Encoding, option.DelimiterName(d.Delimiter), d.HeaderLine, rows)
		fmt.Fprintf(w, "%s\n", formText(d))
	}
	fmt.Fprintf(w, "mapping: %s\n\n", terminal.Printable(m.Profile))
	table := [][]string{{"COLUMN", "FIELD", "SURE", "VALUES"}}
	for _, c := range m.Columns(cells) {
		table = append(table, []string{c.Column, useText(c), sureText(c), strings.Join(c.Samples, " | ")})
	}
	terminal.Table{Rows: table, Widest: widest, Edge: width}.Write(w)
	for _, c := range m.Unmapped {
		if why := m.Reasons[c]; why != "" {
			fmt.Fprintf(w, "\nNot used: %s: %s\n", terminal.Printable(c), terminal.Printable(why))
		}
	}
	for _, doubt := range m.Doubts {
		fmt.Fprintf(w, "\nIn doubt: %s%s\n  %s\n", doubtful(doubt), terminal.Printable(doubt.Reason), terminal.Printable(settleWith(doubt)))
	}
}

// formText tells how lines end, and what stands around the table without belonging to it.
func formText(d source.Detected) string {
	parts := []string{"lines end with " + d.NewlineName()}
	if d.MixedNewlines {
		parts[0] = "most " + parts[0]
	}
	if d.SepLine {
		parts = append(parts, "a sep line names the delimiter")
	}
	if d.Preamble > 0 {
		parts = append(parts, fmt.Sprintf("left out above the header: %d", d.Preamble))
	}
	switch d.Quoting {
	case source.QuotedRows:
		parts = append(parts, "rows stand as a whole within quotes")
	case source.BackslashQuotes:
		parts = append(parts, "quotes within cells have a backslash before them")
	case source.SingleQuotes:
		parts = append(parts, "single quotes stand around cells")
	}
	if d.BlankRows > 0 {
		parts = append(parts, fmt.Sprintf("blank rows left out: %d", d.BlankRows))
	}
	if d.Footer > 0 {
		parts = append(parts, fmt.Sprintf("left out below the rows: %d", d.Footer))
	}
	return strings.Join(parts, "; ")
}

func useText(c mapping.ColumnUse) string {
	switch c.Use {
	case mapping.UseField:
		if c.Part > 1 {
			return fmt.Sprintf("%s (part %d)", c.Field, c.Part)
		}
		return string(c.Field)
	case mapping.UseFallback:
		return fmt.Sprintf("%s, if empty", c.Field)
	case mapping.UseIgnored:
		return "(ignored)"
	default:
		return "-"
	}
}

func sureText(c mapping.ColumnUse) string {
	if c.Use != mapping.UseField && c.Use != mapping.UseFallback {
		return ""
	}
	return fmt.Sprintf("%.0f%% %s", 100*c.Confidence, c.Why)
}

// widest is how wide a column of a table may get; the last one takes what the terminal leaves.
const widest = 40
