package plan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/stop"
)

// Limits are what a run may do at most without being asked.
type Limits struct {
	Invalid, Creates, Updates, Deletes Limit
	// Accepted is up to how many invalid rows a run ends well; AllowEmpty tells that it may have no valid one.
	Accepted   Limit
	AllowEmpty bool
}

// LimitsOf are the user's limits, and once the job has a good run behind it, where the user gave none: half of the rows for
// creates, since a renamed column, another --type or a lost ledger must not make everybody anew, and half of the contacts for
// updates, since a column that is shifted by a row must not make everybody somebody else. A simulator has nothing of what real
// runs made.
func LimitsOf(user Limits, w *World, job string, simulated bool) Limits {
	if job == "" || simulated || !w.Runs.HasGoodRun() {
		return user
	}
	if !user.Creates.IsSet() {
		user.Creates = Half()
	}
	if !user.Updates.IsSet() {
		user.Updates = Half()
	}
	return user
}

// Guard decides whether anything of the plan may be sent: nil, or all that speaks against it, with what others say.
func (p *Plan) Guard(l Limits, others ...stop.Exceeded) error {
	if p.needTypeID() {
		return p.noTypeID()
	}
	return stop.Guards(slices.Concat(
		p.guardRows(l), p.guardMoved(), p.guardDeletes(l.Deletes), p.guardWaits(l.Deletes), p.guardUpdates(l.Updates), p.guardCreates(l.Creates), others,
	)...)
}

// GuardRows decides whether the rows of a run that only checks them may count as checked.
func (p *Plan) GuardRows(l Limits) error { return stop.Guards(p.guardRows(l)...) }

func (p *Plan) guardRows(l Limits) []stop.Exceeded {
	return append(p.guardInvalid(l.Invalid), p.guardNothing(l)...)
}

// BearsInvalid reports whether no more rows are invalid than are accepted.
func (p *Plan) BearsInvalid(l Limits) bool {
	n := p.Counts[Invalid]
	return n == 0 || l.Accepted.IsSet() && !l.Accepted.Exceeded(n, p.Len())
}

// guardNothing stops a run that has no valid row and would end well all the same.
func (p *Plan) guardNothing(l Limits) []stop.Exceeded {
	if p.HasValid() || l.AllowEmpty || !p.BearsInvalid(l) || p.Len() == 0 && p.Rows.Range.To != 0 {
		return nil
	}
	return exceeded("allow-empty", p.Len(), fmt.Sprintf("none of %d rows is valid", p.Len()),
		"look at the export: is it the right one? If the job's input may be without a valid row, say so with --allow-empty")
}

// exceeded is what a guard says that a run does not pass.
func exceeded(flag string, figure int, says, hint string) []stop.Exceeded {
	return []stop.Exceeded{{Pass: stop.Pass{Flag: flag, Figure: strconv.Itoa(figure)}, Says: says, Hint: hint}}
}

// guardInvalid stops a run with more invalid rows than the user bears.
func (p *Plan) guardInvalid(l Limit) []stop.Exceeded {
	n, rows := p.Counts[Invalid], p.Len()
	if !l.Exceeded(n, rows) {
		return nil
	}
	return exceeded("max-invalid", n, fmt.Sprintf("%d of %d rows are invalid, more than --max-invalid %s allows", n, rows, l),
		"correct the rows in rejects.csv, or let so many pass once with a higher --max-invalid")
}

// guardCreates stops a run that would make more than the user bears.
func (p *Plan) guardCreates(l Limit) []stop.Exceeded {
	n, rows := p.Counts[Create], p.inputRows()
	if !l.Exceeded(n, rows) {
		return nil
	}
	return exceeded("max-creates", n, fmt.Sprintf("%d of %d rows would be created, more than --max-creates %s allows", n, rows, l),
		"if so many new contacts are right, let them pass once with a higher --max-creates")
}

// fewUpdates is how many updates never stop a run, unless the user counted them.
const fewUpdates = 10

// guardUpdates stops a run that would change more than the user bears.
func (p *Plan) guardUpdates(l Limit) []stop.Exceeded {
	n, total := p.Counts[Update], p.contacts()
	if !l.IsSet() || n <= l.Most(total, fewUpdates) {
		return nil
	}
	return exceeded("max-updates", n, fmt.Sprintf("%d of %d contacts would be updated, more than --max-updates %s allows", n, total, l),
		"if so many changes are right, let them pass once with a higher --max-updates")
}

// contacts counts those that belong to the job or that a row is about. A row that --rows leaves out counts as one: a trial of
// a few is not the whole file.
func (p *Plan) contacts() int {
	n := 0
	for org, o := range p.world.Orgs {
		n += len(p.owners[org])
		for id := range o.Before.Members() {
			if o.Now.Has(id) && p.Owner(org, id) == 0 {
				n++
			}
		}
	}
	return max(n, p.Counts[Update]+p.inputRows()-p.Len())
}

// guardDeletes stops a run that would delete more than the user bears, by default a tenth of the job's contacts. A share holds
// for each organisation too: a customer whose rows are all missing is few of many. A number holds for all of them together,
// so that none can lose more.
func (p *Plan) guardDeletes(l Limit) []stop.Exceeded {
	all, each := p.losses()
	var over []string
	if l.IsPercent() {
		for _, loss := range each {
			if loss.exceeds(l) {
				over = append(over, loss.String())
			}
		}
	}
	switch {
	case all.exceeds(l):
		says := fmt.Sprintf("%d of the job's %d contacts would be deleted", all.ours, all.of)
		if all.others > 0 {
			says += fmt.Sprintf(", and with --prune-unmanaged %d more that it did not make:", all.others)
		} else {
			says += ","
		}
		says += fmt.Sprintf(" more than --max-deletes %s allows", l)
		if len(p.world.Orgs) > 1 && len(over) > 0 {
			says += " (" + strings.Join(over, ", ") + ")"
		}
		return exceeded("max-deletes", len(p.Deletes), says,
			"if the input really has so many contacts less, let them pass once with a higher --max-deletes")
	case len(over) > 0:
		return exceeded("max-deletes", len(p.Deletes),
			fmt.Sprintf("of the job's contacts %s would be deleted, more than --max-deletes %s allows in one organisation", strings.Join(over, ", "), l),
			"if the input really has so many contacts less there, let them pass once with a number as --max-deletes, which holds for all "+
				"organisations together")
	}
	return nil
}

// guardWaits stops a run in which the wait of more contacts would begin than it could delete: they would be held to be the job's
// all the same, so that their wait would never end.
func (p *Plan) guardWaits(l Limit) []stop.Exceeded {
	if len(p.Waiting) == 0 || !l.IsSet() {
		return nil
	}
	var over []string
	n := 0
	for _, org := range p.world.Numbers() {
		if p.world.Orgs[org].Refused != nil {
			continue
		}
		if _, gone, had := p.had(org); len(gone) > l.Most(had, 1) {
			over = append(over, fmt.Sprintf("%d of %d in organisation %d", len(gone), had, org))
			n += len(gone)
		}
	}
	if len(over) == 0 {
		return nil
	}
	return exceeded("max-deletes", n,
		fmt.Sprintf("of the job's contacts %s would begin to wait to be deleted, more than --max-deletes %s allows", strings.Join(over, ", "), l),
		"if the input really has so many contacts less, let their wait begin once with a higher --max-deletes")
}

// loss is how many of the job's contacts are to be deleted, in one organisation or in all of them (0), and how many that it did
// not make.
type loss struct {
	org              int64
	ours, of, others int
}

func (s loss) exceeds(l Limit) bool { return s.ours+s.others > l.Most(s.of, 1) }

func (s loss) String() string {
	text := fmt.Sprintf("%d of %d in organisation %d", s.ours, s.of, s.org)
	if s.others > 0 {
		text += fmt.Sprintf(" and %d there that it did not make", s.others)
	}
	return text
}

// losses are what all organisations together lose, and each that loses any.
func (p *Plan) losses() (all loss, each []loss) {
	by := map[int64]*loss{}
	for _, d := range p.Deletes {
		if by[d.Org] == nil {
			by[d.Org] = &loss{org: d.Org}
		}
		if p.world.Orgs[d.Org].Before.Belongs(d.ID) {
			by[d.Org].ours++
		} else {
			by[d.Org].others++
		}
	}
	for _, org := range p.world.Numbers() {
		of := p.world.Orgs[org].members()
		all.of += of
		if s := by[org]; s != nil {
			s.of = of
			all.ours, all.others = all.ours+s.ours, all.others+s.others
			each = append(each, *s)
		}
	}
	return all, each
}

// noTypeID tells of a run in which no row's contact type has a number. The API documents the names only.
func (p *Plan) noTypeID() error {
	known := "no contact there has a type yet"
	var names []string
	for _, t := range p.world.Types {
		names = append(names, fmt.Sprintf("%q (%d)", t.Name, t.ID))
	}
	if len(names) > 0 {
		known = "the types with a known id are " + strings.Join(names, ", ")
	}
	return &stop.UsageError{
		Message: "the id of the rows' contact type is not known: the API does not document it, and " + known,
		Hint: "either give it with --type-id NAME=ID (for example --type-id \"Technical=2\"), or make one contact of that type " +
			"in the portal and run this command again: the id is then learned from it",
	}
}

// NeedRows refuses a range of rows that no input reaches: a run of nothing would end well.
func (p *Plan) NeedRows() error {
	of := p.Rows.Range
	if of.To == 0 || p.Len() > 0 || p.inputRows() == 0 {
		return nil
	}
	most := 0
	for _, in := range p.Inputs {
		most = max(most, rowsOf(in))
	}
	return &stop.UsageError{
		Message: fmt.Sprintf("--rows %d-%d: the longest input has %d rows", of.From, of.To, most), Hint: "give rows that there are",
	}
}

// Short are the inputs that end before the range of rows that the run takes.
func (p *Plan) Short() []int {
	var short []int
	for i, in := range p.Inputs {
		if p.Rows.Range.To != 0 && !p.Names.HasRows(i) && !p.Cut && rowsOf(in) > 0 {
			short = append(short, i)
		}
	}
	return short
}

// inputRows is how many rows the inputs have, also those that --rows leaves out: a trial of one new row is not the whole
// file anew.
func (p *Plan) inputRows() int {
	if p.Rows.Range.To == 0 {
		return p.Len()
	}
	n := 0
	for _, in := range p.Inputs {
		n += rowsOf(in)
	}
	return max(n, p.Len())
}

func rowsOf(in check.Input) int {
	_, rows := in.Source.Sum()
	return rows
}
