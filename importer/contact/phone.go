package contact

import (
	"errors"
	"strings"
)

// phone is the rule of both phone numbers. A mobile number in the phone column stays there. region is the ISO code by
// which a national number is read.
func (f *findings) phone(field Field, s, region string) string {
	if s == "" {
		return ""
	}
	text, ok := f.legible(field, s)
	if !ok || text == "" || !f.short(field, s, text) {
		return ""
	}
	p := phoneReader{parse: f.plans.parse, region: region, former: f.former}
	r, err := p.cell(plainLines(s, text))
	f.noteFormer(field, p, text, r, err)
	if err != nil {
		if f.judge(phoneProblem(field, s, region, err), "kept as it is") {
			return text
		}
		return ""
	}
	f.warnBeside(field, s, r)
	return r.number
}

// noteFormer notes if version 1 read the text of a cell otherwise.
func (f *findings) noteFormer(field Field, p phoneReader, text string, r phoneReading, err error) {
	if f.former || err == nil && !r.odd && (!f.lenient[field] || oneNumber(text)) {
		return
	}
	now := r.number
	if err != nil && f.lenient[field] {
		now = text
	}
	was, ok := formerPhone(p.parse, text, p.region)
	if !ok && f.lenient[field] {
		was, ok = text, true
	}
	f.reformed = f.reformed || ok && was != now
}

// warnBeside tells what of a cell is not taken, and what was made of the number.
func (f *findings) warnBeside(field Field, value string, r phoneReading) {
	warn := func(what, message, fix string) {
		f.warn(Problem{Code: what, Field: field, Value: value, Message: message, Fix: fix})
	}
	switch {
	case r.number == "":
		warn(code(field, whatFax), "a fax number, "+join(r.faxes)+", and no phone number; the field is left empty",
			"write a phone number, or take the word away if it is one")
	case len(r.faxes) > 0:
		warn(code(field, whatFax), "a fax number beside the phone number; "+r.number+" is taken, and not the fax "+join(r.faxes),
			"nothing; a contact has no field for it")
	}
	if r.decimals {
		warn(codeRepairedDecimals, "a spreadsheet's decimals or thousands separators, which no phone number has; "+r.number+" is taken",
			"format the column as text in the spreadsheet")
	}
	if r.renumbered != "" {
		warn(codeRepairedRenumbered, "a number from before a renumbering ("+r.renumbered+"); "+r.number+", which it became, is taken",
			"nothing, if that is right; else correct the number")
	}
	if r.machine != "" {
		warn(code(field, whatMachine), "a number of a range for machines (M2M) of "+r.machine+"; "+r.number+" is taken, and not checked further",
			"nothing, if it is the number of a device; else correct it")
	}
	if len(r.others) > 0 {
		f.warn(Problem{
			Code: code(field, whatSeveral), Field: field, Value: value,
			Message: "several numbers in one cell; the first, " + r.number + ", is taken, and not " + join(r.others),
			Fix:     "give the others a column or row of their own",
		})
	}
	if r.remark != "" {
		f.warn(Problem{
			Code: code(field, whatRemark), Field: field, Value: value,
			Message: "words beside the number; " + r.number + " is taken, without " + r.remark,
			Fix:     "nothing, if that is right; else correct the number",
		})
	}
}

func phoneProblem(field Field, value, region string, err error) Problem {
	p := Problem{
		Code: code(field, whatUnparsable), Field: field, Value: value, Message: err.Error(),
		Fix: "correct it; --lenient " + string(field) + " keeps it as it is",
	}
	var outdated outdatedError
	switch {
	case errors.Is(err, errScientific):
		p.Code, p.Fix = code(field, whatScientific), fillAnew
	case errors.Is(err, errCalculated), errors.Is(err, errDate):
		p.Code, p.Fix = code(field, whatCalculated), fillAnew
	case errors.As(err, &outdated):
		p.Code = code(field, whatRenumbered)
		p.Fix = "write " + outdated.current + ", if it is the one from before " + outdated.since + "; else correct it"
	case errors.Is(err, errMachine):
	case errors.Is(err, errNoCountry):
		p.Fix = "write it with its country's code, as +49 30 1234567, fill in the row's country, or give --country"
	case region != "" && !strings.ContainsAny(value, "+＋"):
		p.Message += " (read as one of " + region + ")"
	}
	return p
}

// fillAnew is the only cure for a number that a spreadsheet has lost.
const fillAnew = "format the column as text in the spreadsheet and fill it anew from the source"

// Why a text is no phone number.
var (
	errNotPhone    = errors.New("not a phone number")
	errNoCountry   = errors.New("a number without its country's code, and the row's country is not known")
	errTooShort    = errors.New("too short for a phone number")
	errTooLong     = errors.New("too long for a phone number")
	errNoSuch      = errors.New("no number that its country's numbering plan has")
	errWords       = errors.New("words among the digits")
	errScientific  = errors.New("a spreadsheet turned the number into a power of ten, and its last digits are lost")
	errSeveralNone = errors.New("several numbers in one cell, and the first is none that its country's numbering plan has")
	errCalculated  = errors.New("a number that a spreadsheet calculated, or the formula; the phone number is lost")
	errDate        = errors.New("a date or a time, into which a spreadsheet turned the number; it is lost")
	errMachine     = errors.New("not of the numbering plan for people; it may be a number of a range for machines (M2M)")
)
