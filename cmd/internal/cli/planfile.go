package cli

import (
	"fmt"
	"maps"
	"slices"

	"github.com/google/renameio/v2/maybe"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/contactsync/contactsync/cmd/internal/option"
	"github.com/contactsync/contactsync/importer/emnify"
	"github.com/contactsync/contactsync/importer/plan/planfile"
	"github.com/contactsync/contactsync/importer/stop"
)

// planFlags say where a run's plan is kept, and which plan is to be done.
type planFlags struct {
	out, in string
	exactly *planfile.File
}

func (p *planFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&p.out, "plan-out", "", "save the plan in this file, before anything is written")
	flags.StringVar(&p.in, "plan", "", "do exactly the plan that --plan-out saved in this file, or stop (exit code 6) and name what has changed since; files and options that are not given are those of the plan")
}

// plansNothing are the options that decide how a run does its work, how much of it, and what is told of it, not what it
// plans. All others must be those that a saved plan was made with: so are the limits that it passed. Where the API is, and
// what may be sent there, is never taken from a plan: whoever can write the file would choose who gets the token. The
// plan's host is compared instead.
func plansNothing() []string {
	return []string{
		"accept-invalid", "api-url", "application-token-file", "concurrency", "dry-run", "fail-on", "fault", "grace", "help", "insecure-http", "json", "log-format", "log-level",
		"max-attempts", "max-backoff", "max-duration", "max-failures", "metrics-file", "notify", "notify-always", "patience", "plan", "plan-out", "pushgateway", "quiet",
		"rate", "report-dir", "retry-lock", "seed", "settle", "show-values", "simulate", "state", "timeout", "yes",
	}
}

// complete takes files and options of a saved plan where the command gives none, and makes the log.
func (o *importOptions) complete(files []string) error {
	if err := o.jobOptions.complete(files); err != nil {
		return err
	}
	if err := o.listen(); err != nil {
		return err
	}
	if err := o.checkOutputs(); err != nil || o.plan.in == "" {
		return err
	}
	saved, err := readPlan(o.plan.in)
	if err != nil {
		return err
	}
	o.plan.exactly = &saved
	if len(o.files) == 0 {
		for _, in := range saved.Inputs {
			o.files = append(o.files, in.Source)
		}
	}
	if err := o.refuseForeignOptions(saved.Options); err != nil {
		return err
	}
	if err := o.takeOptions(saved.Options); err != nil {
		return err
	}
	return o.checkOutputs() // the plan has named inputs
}

func (o *importOptions) checkOutputs() error {
	if err := refuseLedger(o.env, o.files, o.write.State); err != nil {
		return err
	}
	needs := append(neededInputs(o.env, o.files), neededAlways(o.env, o.write.State, o.api.TokenFile, o.input.Mapping)...)
	if o.plan.in != "" {
		needs = append(needs, needed{what: "the plan (--plan)", path: o.plan.in})
	}
	outputs := append(reportFiles(&o.output, o.files), outputAt("--plan-out", o.plan.out)...)
	return o.env.end.checked(checkOutputs(append(outputs, metricsFile(&o.output)...), needs))
}

// refuseForeignOptions stops at a plan that sets what no plan sets.
func (o *importOptions) refuseForeignOptions(options map[string][]string) error {
	for _, where := range []string{"api-url", "simulate"} {
		delete(options, where) // earlier versions kept them; the plan's host is compared
	}
	for _, name := range slices.Sorted(maps.Keys(options)) {
		if slices.Contains(plansNothing(), name) || o.cmd.Flags().Lookup(name) == nil {
			return &stop.Error{
				Cause: stop.CauseGuard, Message: fmt.Sprintf("the plan %q sets the option %q, which no plan does; nothing was sent", o.plan.in, name),
				Hint: hintNewPlan,
			}
		}
	}
	return nil
}

// holdToHost stops a run that would go to another API than its saved plan is for, before that one gets the token.
func (o *importOptions) holdToHost() error {
	if o.plan.exactly == nil {
		return nil
	}
	host := simulatedHost
	if !o.api.Simulate {
		host = emnify.Host(o.api.URL)
	}
	if o.plan.exactly.Host == host || host == "" { // an address that can't be read has its own error
		return nil
	}
	hint := "a plan never says where the API is: if the plan's is right, name it with --api-url or EMNIFY_API_URL"
	if o.plan.exactly.Host == simulatedHost {
		hint = "give --simulate too, as the plan's run had it"
	}
	return &stop.Error{
		Cause:   stop.CauseGuard,
		Message: fmt.Sprintf("the plan is for the API at %q, and this run would go to %q; nothing was sent", o.plan.exactly.Host, host),
		Hint:    hint,
	}
}

// hintNewPlan says what to do about a plan that can't be done.
const hintNewPlan = "make a new plan with --dry-run --plan-out, look at it, and do that one"

// takeOptions sets the options of a plan that neither the command nor the environment has set.
func (o *importOptions) takeOptions(options map[string][]string) error {
	for name, values := range options {
		f := o.cmd.Flags().Lookup(name)
		if f == nil || f.Changed {
			continue
		}
		for _, v := range values {
			if err := o.cmd.Flags().Set(name, v); err != nil {
				return &stop.UsageError{Message: fmt.Sprintf("--plan %q: its option %s: %v", o.plan.in, name, err)}
			}
		}
		o.from[name] = "the saved plan"
	}
	return nil
}

// planningArgs asks for input files, unless a saved plan names them.
func (o *importOptions) planningArgs(cmd *cobra.Command, args []string) error {
	if o.plan.in != "" {
		return nil
	}
	return cobra.MinimumNArgs(1)(cmd, args)
}

// planning is how the run's plan is kept. It is asked for when all options are known, those of a mapping profile too.
func (o *importOptions) planning() planfile.Planning {
	p := planfile.Planning{Exactly: o.plan.exactly}
	if o.plan.in == "" && o.plan.out == "" {
		return p
	}
	p.Options = planOptions(o.cmd.Flags())
	if o.plan.out != "" {
		p.Save = func(s planfile.File) error { return writePlan(o.plan.out, s) }
	}
	return p
}

// planOptions are the options that decide what is planned, as they were given, without those that are as by default.
func planOptions(flags *pflag.FlagSet) map[string][]string {
	options := map[string][]string{}
	flags.Visit(func(f *pflag.Flag) {
		if slices.Contains(plansNothing(), f.Name) || f.Value.String() == f.DefValue {
			return
		}
		options[f.Name] = option.Texts(f)
	})
	return options
}

// writePlan saves a plan, complete or not at all. It tells who is in an organisation, if only by hashes: nobody but its
// owner may read it.
func writePlan(path string, s planfile.File) error {
	text, err := s.Encode()
	if err != nil {
		return err
	}
	return maybe.WriteFile(path, text, 0o600)
}

func readPlan(path string) (planfile.File, error) {
	text, err := readBounded(path, maxPlan)
	if err != nil {
		return planfile.File{}, fmt.Errorf("reading the plan: %w", err)
	}
	saved, intact, err := planfile.Decode(text)
	if err != nil {
		return planfile.File{}, fmt.Errorf("reading the plan %q: %w", path, err)
	}
	if !intact {
		return planfile.File{}, &stop.Error{
			Cause: stop.CauseGuard, Message: fmt.Sprintf("the plan %q is not as it was saved: its checksum does not fit; nothing was sent", path),
			Hint: hintNewPlan,
		}
	}
	return saved, nil
}
