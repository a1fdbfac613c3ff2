package contact

import (
	"strings"

	"github.com/contactsync/contactsync/importer/contact/email"
)

// email is the rule of the e-mail address.
func (f *findings) email(s string) string {
	text, ok := f.legible(Email, s)
	if !ok || text == "" {
		return ""
	}
	narrow := text
	if !f.former { // version 1 left them
		narrow = email.Narrowed(text)
	}
	first, others := email.Split(narrow)
	bare := f.bare(first)
	f.reformed = f.reformed || narrow != text || bare != first
	address, fault := email.Normal(bare)
	kept := text
	if fault.What == "" && !f.former { // version 1 took any end of a domain
		fault, kept = email.TopLevelFault(address), address
	}
	if fault.What != "" {
		fault = fault.WithoutEnd(bare)
		p := Problem{Code: code(Email, fault.What), Field: Email, Value: s, Message: fault.Message, Fix: fault.Fix()}
		if !f.judge(p, "kept as it is") {
			return ""
		}
		f.short(Email, s, kept)
		return kept
	}
	if narrow != text {
		f.warnOfRepair(codeRepairedWidth, "full-width letters or signs in the address are read as the usual ones: "+address, s)
	}
	if bare != first {
		f.warnOfRepair(codeRepairedApostrophe, "the apostrophe before the address, with which spreadsheets protect a cell, is left out", s)
	}
	f.warnOfOthers(address, others, s)
	f.warnOfSlip(address, s)
	return address
}

func (f *findings) warnOfOthers(address string, others []string, value string) {
	var left []string
	for _, o := range others {
		o = f.bare(o)
		if a, fault := email.Normal(o); fault.What == "" {
			o = a
		}
		if !strings.EqualFold(o, address) {
			left = append(left, o)
		}
	}
	if len(left) > 0 {
		f.warn(Problem{
			Code: code(Email, whatSeveral), Field: Email, Value: value,
			Message: "several addresses in one cell; the first, " + address + ", is taken, and not " + join(left),
			Fix:     "give the others rows of their own",
		})
	}
}

// bare is an address without an apostrophe before it; version 1 left it.
func (f *findings) bare(address string) string {
	if f.former {
		return address
	}
	return email.WithoutApostrophe(address)
}
