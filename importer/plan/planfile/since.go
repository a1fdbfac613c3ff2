package planfile

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
)

// Since tells, in words without personal data, what is not as it was when the plan was saved; nothing: the plan holds.
// now is the plan as it would be made now.
//
// Where a run that did a part of the plan is gone on with, ours tells which contacts runs of the same ledger made: what
// they did of the plan is no change. It is nil where nothing is gone on with.
func (s File) Since(now File, ours func(id int64) bool) []string {
	c := &sinceComparison{was: s, now: now, ours: ours, left: map[string]bool{}, planned: map[target]Change{}}
	for _, ch := range now.Changes {
		c.left[ch.key()] = true
	}
	for _, ch := range s.Changes {
		if ch.ID != 0 && ch.Action != outcome.None && !c.left[ch.key()] {
			c.planned[target{ch.Org, ch.ID}] = ch
		}
	}
	c.context()
	c.organisations()
	c.changes()
	return c.told
}

// target is a contact of an organisation.
type target struct{ org, id int64 }

type sinceComparison struct {
	was, now File
	ours     func(id int64) bool
	left     map[string]bool   // what is still to be done, by key
	planned  map[target]Change // what was to be done with a contact and is not any more
	told     []string
}

func (c *sinceComparison) tell(format string, args ...any) {
	c.told = append(c.told, fmt.Sprintf(format, args...))
}

// context compares command, host, options and inputs.
func (c *sinceComparison) context() {
	if c.was.Command != c.now.Command {
		c.tell("the plan is one of %s, not of %s", c.was.Command, c.now.Command)
	}
	if c.was.Host != c.now.Host {
		c.tell("the API was %s, now it is %s", c.was.Host, c.now.Host)
	}
	names := map[string]bool{}
	for _, options := range []map[string][]string{c.was.Options, c.now.Options} {
		for name := range options {
			names[name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if was, now := c.was.Options[name], c.now.Options[name]; !slices.Equal(was, now) {
			c.tell("--%s was %s, now it is %s", name, optionText(was), optionText(now))
		}
	}
	if len(c.was.Inputs) != len(c.now.Inputs) {
		c.tell("there were %d inputs, now there are %d", len(c.was.Inputs), len(c.now.Inputs))
		return
	}
	for i, was := range c.was.Inputs {
		if now := c.now.Inputs[i]; was.SHA256 != now.SHA256 {
			c.tell("input %s has other content: %d rows then, %d now", now.Source, was.Rows, now.Rows)
		}
	}
}

func optionText(values []string) string {
	if len(values) == 0 {
		return "not given"
	}
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = fmt.Sprintf("%q", v)
	}
	return strings.Join(quoted, ", ")
}

// organisations compares what the organisations have.
func (c *sinceComparison) organisations() {
	was, now := byOrganisation(c.was), byOrganisation(c.now)
	for _, org := range union(was, now) {
		before, planned := was[org]
		after, there := now[org]
		switch {
		case !planned:
			c.tell("organisation %d is not in the plan", org)
		case !there:
			c.tell("organisation %d is not in the input any more", org)
		default:
			c.contacts(org, before.Contacts, after.Contacts)
		}
	}
}

func (c *sinceComparison) contacts(org int64, was, now map[int64]contact.FieldHashes) {
	for _, id := range union(was, now) {
		before, had := was[id]
		after, has := now[id]
		done := c.done(target{org, id})
		switch fields := after.Changed(before); {
		case !had && !c.made(id):
			c.tell("organisation %d: contact %d was added", org, id)
		case had && !has && done.Action != outcome.Delete:
			c.tell("organisation %d: contact %d was removed", org, id)
		case had && has && len(fields) > 0 && !done.covers(fields):
			c.tell("organisation %d: contact %d was changed in %s", org, id, fieldNames(fields))
		}
	}
}

// done is what the run that is gone on with did of the plan to a contact; the zero value: nothing.
func (c *sinceComparison) done(t target) Change {
	if c.ours == nil {
		return Change{}
	}
	return c.planned[t]
}

func (c *sinceComparison) made(id int64) bool { return c.ours != nil && c.ours(id) }

// changes compares what is to be done. What follows from another input, other options or other contacts has been told.
func (c *sinceComparison) changes() {
	if len(c.told) > 0 {
		return
	}
	was := map[string]bool{}
	for _, ch := range c.was.Changes {
		was[ch.key()] = true
		if c.ours == nil && !c.left[ch.key()] {
			c.tell("%s is not to be done any more, by what earlier runs know", ch.name())
		}
	}
	for _, ch := range c.now.Changes {
		if !was[ch.key()] {
			c.tell("%s is not in the plan", ch.name())
		}
	}
}

func (c Change) covers(fields []contact.Field) bool {
	return c.Action == outcome.Update && !slices.ContainsFunc(fields, func(f contact.Field) bool { return !slices.Contains(c.Fields, f) })
}

// key is equal for equal changes.
func (c Change) key() string {
	var becomes contact.FieldHashes
	if c.Becomes != nil {
		becomes = *c.Becomes
	}
	return fmt.Sprint(c.Action, c.Row, c.Org, c.ID, c.Fields, [len(becomes)]uint64(becomes), c.Code, len(c.From), c.From)
}

// name tells of a change by its row and contact.
func (c Change) name() string {
	text := cmp.Or(c.Code, string(c.Action))
	if c.Row != "" {
		text += " for row " + c.Row
	}
	if c.ID != 0 {
		text += fmt.Sprintf(" of contact %d", c.ID)
	}
	return text
}

func byOrganisation(s File) map[int64]Organisation {
	m := make(map[int64]Organisation, len(s.Organisations))
	for _, o := range s.Organisations {
		m[o.ID] = o
	}
	return m
}

// union returns the keys of both maps, ascending.
func union[V any](a, b map[int64]V) []int64 {
	var keys []int64
	keys = slices.AppendSeq(keys, maps.Keys(a))
	keys = slices.AppendSeq(keys, maps.Keys(b))
	slices.Sort(keys)
	return slices.Compact(keys)
}

func fieldNames(fields []contact.Field) string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = string(f)
	}
	return strings.Join(names, ", ")
}
