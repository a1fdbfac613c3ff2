package plan

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/dedupe"
	"github.com/contactsync/contactsync/importer/diff"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/source"
)

// maker makes a plan.
type maker struct {
	world   *World
	options Options
	rows    *check.Checker
	ids     *ids
	decider *decider
	plan    *Plan
	see     func()
	seen    map[contact.Hash]bool // by which the ledger knows the rows
	leftOut map[contact.Hash]bool // of those in whose place another one counts now
	// inputTypes are those of the rows that are in order.
	inputTypes map[int]bool
	put        held
	continues  map[int32]bool
	missing    map[int64]int // by organisation
}

func (m *maker) owner(org, id int64) (int, bool) {
	seq, taken := m.plan.owners[org][id]
	return seq, taken
}

func (m *maker) knows(content contact.Hash) bool { return m.seen[content] }

// Make reads all rows and decides on each of them. Rows are read until reading ends; what was read by then is in the plan, and
// why it ended in Ended. see is told each row. Its own error, or one of the context whole, leaves no plan.
func Make(whole, reading context.Context, rows check.Checker, w *World, o Options, see func()) (*Plan, error) {
	p := &Plan{
		Inputs: append([]check.Input(nil), rows.Inputs...), Names: check.NewNames(rows.Inputs, rows.Range), Groups: dedupe.NewGroups(),
		Links: map[int]Link{}, ResumedAs: map[outcome.Status]int{}, Agreed: map[int64]map[int64]contact.FieldHashes{}, Protected: diff.NewProtected(w.Key),
		world: w, options: o, do: []Verb{Undecided}, several: map[int][]int64{}, owners: owners{}, before: map[int]Attempts{}, lost: map[int64][]int64{},
	}
	rows.Inputs, rows.Merging = p.Inputs, nil
	p.ids = &ids{groups: p.Groups}
	p.Rows = &rows
	m := &maker{
		world: w, options: o, rows: p.Rows, ids: p.ids, plan: p, see: see,
		seen: map[contact.Hash]bool{}, leftOut: map[contact.Hash]bool{}, inputTypes: map[int]bool{}, continues: map[int32]bool{}, missing: map[int64]int{},
	}
	m.decider = &decider{world: w, options: o, inputs: p.Inputs, ids: p.ids, sofar: m}
	at := ends{whole: whole.Err, reading: reading.Err}
	if err := m.identify(reading); err != nil && !m.endsAt(at, err) {
		return nil, err
	}
	p.Columns = check.NewColumns(p.Inputs)
	if err := m.group(reading, at); err != nil {
		return nil, err
	}
	if err := m.count(whole, reading, at); err != nil {
		return nil, err
	}
	return p, nil
}

// ends tell whether the run has been told to end, and whether only the reading has.
type ends struct{ whole, reading func() error }

// endsAt reports whether an error ends the reading of the input in a way that the rows read so far can be told of: it can't
// be read again, or the run was told to stop.
func (m *maker) endsAt(at ends, err error) bool {
	var changed *source.ChangedError
	switch {
	case err == nil:
		return false
	case errors.As(err, &changed):
		err = check.Changed(changed)
	case at.reading() != nil && at.whole() == nil:
		m.plan.Cut = true
	default:
		return false
	}
	if m.plan.Ended == nil {
		m.plan.Ended = err
	}
	m.plan.Protected.Refuse("the input was not read to its end") // rows that keep contacts may stand behind
	return true
}

// group finds out, before any row is decided on, which rows are the same contact, where a later row says what counts: the
// last one, or all of them together. Otherwise that is known when rows have been counted.
func (m *maker) group(ctx context.Context, at ends) error {
	p := m.plan
	if !m.options.OnDuplicate.AfterAll() {
		return nil
	}
	for row, err := range m.rows.Rows(ctx, check.Selection{}) {
		if m.endsAt(at, err) {
			break
		}
		if err != nil {
			return err
		}
		p.Names.Note(row)
		if row.Valid() {
			p.Groups.Add(uint32(row.Seq), row.Keys)
		}
	}
	if err := m.resolve(ctx, at); err != nil {
		return err
	}
	if m.options.OnDuplicate == dedupe.KeepLast {
		p.Groups.KeepLast()
		return nil
	}
	p.Groups.NoteLast()
	p.Rows.Merging = &check.Merging{Groups: p.Groups, Name: p.Names.Of}
	return nil
}

// count decides on every row, and afterwards tells duplicates from namesakes.
func (m *maker) count(whole, reading context.Context, at ends) error {
	p := m.plan
	ambiguous := map[int]bool{}
	for row, err := range m.rows.Rows(reading, check.Selection{}) {
		if m.endsAt(at, err) {
			break // the rows that were read so far are told of
		}
		if err != nil {
			return err
		}
		p.Names.Note(row)
		p.Columns.Count(row)
		m.add(row)
		if p.do[row.Seq] == Ambiguous {
			ambiguous[row.Seq] = true
		}
		m.see()
	}
	if !m.options.OnDuplicate.AfterAll() {
		if err := m.resolve(reading, at); err != nil {
			return err
		}
	}
	if err := m.decideHeld(whole, at, ambiguous); err != nil {
		return err
	}
	if err := m.protectAmbiguous(whole, at, ambiguous); err != nil {
		return err
	}
	for seq := 1; seq < len(p.do); seq++ {
		if p.Groups.DuplicateOf(uint32(seq)) != 0 && p.do[seq] != Resumed {
			p.do[seq] = Duplicate
			if m.options.OnDuplicate == dedupe.KeepError {
				p.do[seq] = Invalid
			}
		}
		p.Counts[p.do[seq]]++
	}
	slices.SortStableFunc(p.Missing, func(a, b Missing) int { return cmp.Compare(a.Org, b.Org) })
	p.countTakes()
	m.planDeletes()
	m.resumeDeletes()
	m.countOrphans()
	return nil
}

// add decides on one row, and takes note of what that means.
func (m *maker) add(row *check.Row) {
	p := m.plan
	var d Decision
	var e effects
	if m.options.OnDuplicate.AfterAll() && p.Groups.DuplicateOf(uint32(row.Seq)) != 0 {
		d, e = m.decider.leftOut(row)
		if e.content != (contact.Hash{}) {
			m.leftOut[e.content] = true
		}
	} else {
		d, e = m.decider.decide(row)
		if e.content != (contact.Hash{}) {
			m.seen[e.content] = true
		}
	}
	if d.Do == Undecided {
		d = m.putOff(row)
	}
	p.do = append(p.do, d.Do)
	m.keep(row, d)
	m.apply(row, d, e)
	if d.Do == Invalid {
		m.countMissingID(row)
		return
	}
	m.inputTypes[row.Checked.Contact.Type.ID] = true
	if !m.options.OnDuplicate.AfterAll() {
		p.Groups.Add(uint32(row.Seq), row.Keys)
	}
	p.withTypeID++
}

// keep keeps what is decided for a row, beyond the verb.
func (m *maker) keep(row *check.Row, d Decision) {
	p := m.plan
	if d.Target != 0 && (d.Do != Exists || p.IsSync() || len(row.Found.Same) == 0) {
		p.targets.Set(uint32(row.Seq), d.Target)
	}
	if f := (masks{d.Changes, d.Conflicts, d.Kept, d.Stored}); f != (masks{}) {
		p.fields.Set(uint32(row.Seq), f)
	}
	if d.Do == Exists && !p.IsSync() {
		p.Compared++
		if contact.MaskOf(row.Found.Differs...)&^d.Stored != 0 {
			p.Differing++
		}
	}
}

// apply takes note of what a decision means beyond its row.
func (m *maker) apply(row *check.Row, d Decision, e effects) {
	p := m.plan
	if e.from != nil {
		m.continues[e.from.Run] = true
		if d.Do == Resumed {
			p.Resumed = append(p.Resumed, resumed(m.world.Runs, row.Seq, e.from))
			p.ResumedAs[e.from.Status]++
		}
	}
	if len(e.several) > 0 {
		p.several[row.Seq] = e.several
	}
	if p.IsSync() {
		m.applySync(row, d, e)
	}
	if e.missing != 0 && m.missing[row.Org] < mostMissing {
		m.missing[row.Org]++
		p.Missing = append(p.Missing, Missing{Org: row.Org, ID: e.missing})
	}
	if d.Do.Writes() {
		m.countBefore(row)
	}
	if m.mustKeepID(row) {
		p.unkept = append(p.unkept, uint32(row.Seq))
	}
}

func (m *maker) applySync(row *check.Row, d Decision, e effects) {
	p := m.plan
	if e.claim != 0 {
		p.owners.claim(row.Org, e.claim, row.Seq)
	}
	if e.take != diff.TakeNone && !m.options.DryRun {
		if _, run, taking := m.world.Orgs[row.Org].Before.Taking(d.Target); taking {
			m.continues[run] = true
		}
	}
	if e.link {
		p.Links[row.Seq] = Link{Contact: d.Target, Take: e.take}
	}
	if e.agreed != nil {
		if p.Agreed[row.Org] == nil {
			p.Agreed[row.Org] = map[int64]contact.FieldHashes{}
		}
		p.Agreed[row.Org][d.Target] = *e.agreed
	}
	p.Protected.Keep(e.keep...)
	if e.protect {
		p.Protected.Add(row, p.Names.InFile(row), m.ids.linked(m.world, row) != 0)
	}
}

// mostMissing is how many contacts of an organisation are asked for one by one when its listing does not show them: if as
// many are gone, the listing is right.
const mostMissing = 20

// countBefore takes note of what was sent before for a row that is to be sent.
func (m *maker) countBefore(row *check.Row) {
	o := m.world.Orgs[row.Org]
	if o == nil {
		return
	}
	if known, _, ok := o.Before.Of(row); ok && known.Attempts > 0 && !known.HasContact() {
		m.plan.before[row.Seq] = Attempts{Sent: int(known.Attempts), Unclear: int(known.Unclear)}
	}
}

// resolve reads the rows again whose names must be seen to tell a duplicate from another person with the same mailbox.
func (m *maker) resolve(ctx context.Context, at ends) error {
	contested := m.plan.Groups.Contested()
	if len(contested) == 0 {
		m.plan.Groups.Resolve(nil)
		return nil
	}
	names := make(map[uint32]string, len(contested))
	wanted := check.Of(contested)
	for row, err := range m.rows.Rows(ctx, wanted) {
		if m.endsAt(at, err) {
			break
		}
		if err != nil {
			return err
		}
		names[uint32(row.Seq)] = strings.Clone(row.Checked.Contact.Name)
	}
	m.plan.Groups.Resolve(names)
	return nil
}

// countMissingID counts the rows that lack nothing but the number of their type: if no row's type has one, the run has
// no chance, and the user hears that instead of a report full of invalid rows.
func (m *maker) countMissingID(row *check.Row) {
	for _, p := range row.Checked.Problems {
		if p.Code == codeTypeNoID {
			m.plan.withoutTypeID++
			return
		}
	}
}

// codeTypeNoID is that of a row whose type has no known number, as the rules of contacts give it.
const codeTypeNoID = "type.no_id"
