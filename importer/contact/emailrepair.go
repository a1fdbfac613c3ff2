package contact

import (
	"strings"

	"github.com/contactsync/contactsync/importer/contact/email"
)

const (
	codeRepairedApostrophe = "repaired.apostrophe"
	codeRepairedWidth      = "repaired.width"
)

// emailRepairs are what is taken off the text of an e-mail cell because it can't belong to an address.
func emailRepairs() []CodeInfo {
	const right = "nothing, if the address is right now"
	return []CodeInfo{
		{codeRepairedApostrophe, "warning: an apostrophe before an address, with which spreadsheets protect a cell, is left out", right},
		{codeRepairedWidth, "warning: full-width letters or signs of an address (`＠`) are read as the usual ones", right},
	}
}

func (f *findings) warnOfRepair(code, message, value string) {
	f.warn(Problem{Code: code, Field: Email, Value: value, Message: message, Fix: "nothing, if the address is right now"})
}

// warnOfSlip warns of a domain that is one slip away from one that very many people have.
func (f *findings) warnOfSlip(address, value string) {
	domain := address[strings.LastIndexByte(address, '@')+1:]
	meant := email.MeantDomain(domain)
	if meant == "" {
		return
	}
	f.warn(Problem{
		Code: code(Email, whatSuspicious), Field: Email, Value: value,
		Message: "the domain " + domain + " looks misspelt", Fix: "did you mean " + meant + "?",
	})
}
