package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/contactsync/contactsync/importer/shape"
	"github.com/contactsync/contactsync/importer/stop"
	"github.com/contactsync/contactsync/mapping"
)

func (o *importOptions) registerShape(flags *pflag.FlagSet) {
	flags.BoolVar(&o.acceptShape, "accept-shape", false,
		"let a file pass once whose shape differs from that of the last good run of the --job: rows, columns, empty cells, invalid rows, rows that match a contact, rows to be updated, cells with damaged letters")
}

// checkShape refuses what has no meaning without a job.
func (o *importOptions) checkShape() error {
	if o.acceptShape && o.write.Job == "" {
		return &stop.UsageError{
			Message: "--accept-shape needs --job: only the file of a recurring job has a shape that it is held to", Hint: "give the job's name too, or leave --accept-shape out",
		}
	}
	return nil
}

// shapeRule is how the input is held to the job's last good run. It is asked for when all options are known, those of a mapping
// profile too.
func (o *importOptions) shapeRule() (shape.Rule, error) {
	said, err := o.saidMapping()
	return shape.Rule{Accept: o.acceptShape, Settings: shape.Settings{Mapping: said, Type: o.rules.TypeName, Country: o.rules.Country}}, err
}

// saidMapping stands for what was said of the mapping: the same for the same, wherever the profile lies and in whatever order fields
// were mapped by hand. Empty: nothing was said.
func (o *importOptions) saidMapping() (string, error) {
	parts := slices.Sorted(slices.Values(o.input.Maps))
	switch {
	case mapping.IsBuiltin(o.input.Mapping):
		parts = append(parts, o.input.Mapping)
	case o.input.Mapping != "":
		data, err := readBounded(o.input.Mapping, maxProfileFile)
		if err != nil {
			return "", fmt.Errorf("reading the mapping profile: %w", err)
		}
		parts = append(parts, string(data))
	}
	if len(parts) == 0 {
		return "", nil
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:]), nil
}
