package contact

import (
	"errors"
	"strings"

	"github.com/contactsync/contactsync/importer/contact/phone"
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
	r, err := f.readPhone(plainLines(s, text), region)
	f.noteFormer(field, text, region, r, err)
	if err != nil {
		if f.judge(phoneProblem(field, s, region, err), "kept as it is") {
			return text
		}
		return ""
	}
	f.warnBeside(field, s, r)
	return r.Number
}

func (f *findings) readPhone(text, region string) (phone.Reading, error) {
	if f.former {
		number, err := f.phones.Former(text, region)
		return phone.Reading{Number: number}, err
	}
	return f.phones.Read(text, region)
}

// noteFormer notes if version 1 read the text of a cell otherwise.
func (f *findings) noteFormer(field Field, text, region string, r phone.Reading, err error) {
	lenient := f.lenient[field]
	if f.former || err == nil && (r.Formerly == phone.FormerlySame || r.Formerly == phone.FormerlySameOrNone && !lenient) {
		return
	}
	now := r.Number
	if err != nil && lenient {
		now = text
	}
	was, refused := f.phones.Former(text, region)
	if refused != nil && lenient {
		was, refused = text, nil
	}
	f.reformed = f.reformed || refused == nil && was != now
}

// warnBeside tells what of a cell is not taken, and what was made of the number.
func (f *findings) warnBeside(field Field, value string, r phone.Reading) {
	warn := func(what, message, fix string) {
		f.warn(Problem{Code: what, Field: field, Value: value, Message: message, Fix: fix})
	}
	switch {
	case r.Number == "":
		warn(code(field, whatFax), "a fax number, "+join(r.Faxes)+", and no phone number; the field is left empty",
			"write a phone number, or take the word away if it is one")
	case len(r.Faxes) > 0:
		warn(code(field, whatFax), "a fax number beside the phone number; "+r.Number+" is taken, and not the fax "+join(r.Faxes),
			"nothing; a contact has no field for it")
	}
	if r.Decimals {
		warn(codeRepairedDecimals, "a spreadsheet's decimals or thousands separators, which no phone number has; "+r.Number+" is taken",
			"format the column as text in the spreadsheet")
	}
	if r.Renumbered != "" {
		warn(codeRepairedRenumbered, "a number from before a renumbering ("+r.Renumbered+"); "+r.Number+", which it became, is taken",
			"nothing, if that is right; else correct the number")
	}
	if r.Machine != "" {
		warn(code(field, whatMachine), "a number of a range for machines (M2M) of "+r.Machine+"; "+r.Number+" is taken, and not checked further",
			"nothing, if it is the number of a device; else correct it")
	}
	if len(r.Others) > 0 {
		f.warn(Problem{
			Code: code(field, whatSeveral), Field: field, Value: value,
			Message: "several numbers in one cell; the first, " + r.Number + ", is taken, and not " + join(r.Others),
			Fix:     "give the others a column or row of their own",
		})
	}
	if r.Remark != "" {
		f.warn(Problem{
			Code: code(field, whatRemark), Field: field, Value: value,
			Message: "words beside the number; " + r.Number + " is taken, without " + r.Remark,
			Fix:     "nothing, if that is right; else correct the number",
		})
	}
}

func phoneProblem(field Field, value, region string, err error) Problem {
	p := Problem{
		Code: code(field, whatUnparsable), Field: field, Value: value, Message: err.Error(),
		Fix: "correct it; --lenient " + string(field) + " keeps it as it is",
	}
	var outdated phone.OutdatedError
	switch {
	case errors.Is(err, phone.ErrScientific):
		p.Code, p.Fix = code(field, whatScientific), fillAnew
	case errors.Is(err, phone.ErrCalculated), errors.Is(err, phone.ErrDate):
		p.Code, p.Fix = code(field, whatCalculated), fillAnew
	case errors.As(err, &outdated):
		p.Code = code(field, whatRenumbered)
		p.Fix = "write " + outdated.Current + ", if it is the one from before " + outdated.Since + "; else correct it"
	case errors.Is(err, phone.ErrMachine):
	case errors.Is(err, phone.ErrNoCountry):
		p.Fix = "write it with its country's code, as +49 30 1234567, fill in the row's country, or give --country"
	case region != "" && !strings.ContainsAny(value, "+＋"):
		p.Message += " (read as one of " + region + ")"
	}
	return p
}

// fillAnew is the only cure for a number that a spreadsheet has lost.
const fillAnew = "format the column as text in the spreadsheet and fill it anew from the source"
