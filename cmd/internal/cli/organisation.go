package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/contactsync/contactsync/cmd/internal/terminal"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/stop"
	"github.com/contactsync/contactsync/mapping"
)

// holdToOrg holds the rows of each input to the organisation that the command names, unless the same command says that the
// rows choose theirs: what a file says in a column never beats --org. A column that names emnify's organisation is then in
// doubt no more, since no row goes elsewhere because of it.
func (o *importOptions) holdToOrg(in inputs) {
	if !o.cmd.Flags().Changed("org") || o.mapsByHand(contact.Org) {
		return
	}
	// A profile that stands in the environment says less than an --org in the command.
	profile := o.input.Mapping != "" && (!o.from.IsSet("mapping") || o.from.IsSet("org"))
	for i := range in {
		m := in[i].Mapping
		if _, mapped := m.Fields[contact.Org]; !mapped || profile && !m.InDoubt(contact.Org) {
			continue
		}
		in[i].OnlyOrg = true
		m.Settle(contact.Org)
	}
}

// mapsByHand reports whether a --map is about a field.
func (o *jobOptions) mapsByHand(f contact.Field) bool {
	return slices.ContainsFunc(o.input.Maps, func(spec string) bool {
		name, _, _ := strings.Cut(spec, "=")
		return strings.TrimSpace(name) == string(f)
	})
}

// askOrganisations asks whoever is there whether rows go to the organisations that a column names. The preview's question
// is about what is to be done, and would be answered without a look at where.
func (o *importOptions) askOrganisations(in inputs) error {
	for i := range in {
		for _, d := range in[i].Mapping.Doubts {
			if d.Field != contact.Org {
				continue
			}
			question := fmt.Sprintf("%s: send each row to the organisation that %q names?", in[i].Source.Name(), d.Column)
			yes, err := unlessInterrupted(o.env, func() (bool, error) {
				return o.env.screen.Ask(context.Background(), o.env.Stdin, terminal.Printable(question), nil)
			})
			if err != nil {
				return err
			}
			if !yes {
				return &stop.UsageError{
					Message: fmt.Sprintf("%s: nobody has said where the rows go; nothing was sent", in[i].Source.Name()), Hint: settleWith(d),
				}
			}
		}
	}
	return o.noteAnswer(in)
}

// noteAnswer takes a yes for the --map that it stands for, so that a saved plan and the next command have it too. Where the
// inputs have columns of different names no --map says it, and it holds for this run only.
func (o *importOptions) noteAnswer(in inputs) error {
	columns := map[string]bool{}
	asked := false
	for i := range in {
		m := in[i].Mapping
		columns[strings.Join(m.Fields[contact.Org].Columns, "+")] = true
		asked = asked || m.InDoubt(contact.Org)
		m.Settle(contact.Org)
	}
	if !asked || len(columns) != 1 {
		return nil
	}
	for column := range columns {
		return o.cmd.Flags().Set("map", string(contact.Org)+"="+column)
	}
	return nil
}

func settleWith(d mapping.Doubt) string { return "settle it with " + d.Settle }
