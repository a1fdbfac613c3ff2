package cli

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/contactsync/contactsync/report/contactfile"
)

type validateOptions struct {
	jobOptions
	accepted string
	runF     func(*validateOptions) error
}

func newValidate(env Env) *cobra.Command {
	o := &validateOptions{jobOptions: jobOptions{env: env}, runF: runValidate}
	cmd := &cobra.Command{
		Use:   "validate FILE...",
		Short: "Check files: no network, no credentials",
		Long: `Read the files and check every row as import does, without the network and without credentials. The report is the
same; a row that passes is valid. FILE may be - for standard input; several files make one run.

` + exitHelp,
		Example: `  contactsync validate --type Technical contacts.csv
  contactsync validate --country DE --max-invalid 5% --report-dir out crm-export.csv
  contactsync validate --write-contacts accepted.csv contacts.csv`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, files []string) error {
			err := o.complete(files)
			if err == nil {
				err = o.runF(o)
			}
			return err
		},
	}
	o.err = o.register(cmd)
	cmd.Flags().StringVar(&o.accepted, "write-contacts", "", "save the accepted contacts, normalised, as CSV")
	return cmd
}

func runValidate(o *validateOptions) error {
	if o.err != nil {
		return o.err
	}
	if err := o.checkOutputs(); err != nil {
		return err
	}
	if err := o.claimReport(0); err != nil {
		return err
	}
	defer o.releaseReport()
	in, err := o.open()
	if err != nil {
		return err
	}
	defer in.close()
	if err := o.settleDoubts(in, o.attended()); err != nil {
		return err
	}
	j := o.importOf("validate", in)
	if o.accepted == "" {
		return endWith(o.finish(&j.Base, in, 0, j.Run))
	}
	accepted, err := contactfile.CreateContacts(o.accepted, j.About.ID)
	if err != nil {
		return err
	}
	j.Accepted = accepted
	code, err := o.finish(&j.Base, in, 0, j.Run)
	if err != nil || code == exitFailed { // not all of the accepted rows could be written
		return endWith(code, errors.Join(err, accepted.Abort()))
	}
	return endWith(code, accepted.Close())
}

func (o *validateOptions) checkOutputs() error {
	outputs := append(reportFiles(&o.output, o.files), outputAt("--write-contacts", o.accepted)...)
	return o.env.end.checked(checkOutputs(
		append(outputs, metricsFile(&o.output)...),
		append(neededInputs(o.env, o.files), neededAlways(o.env, "", "", o.input.Mapping)...),
	))
}
