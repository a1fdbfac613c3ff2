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
	r, err := readPhone(f.plans.parse, text, region)
	if err != nil {
		if f.judge(phoneProblem(field, s, region, err), "kept as it is") {
			return text
		}
		return ""
	}
	f.warnBeside(field, s, r)
	return r.number
}

// warnBeside tells what of a cell is not taken.
func (f *findings) warnBeside(field Field, value string, r phoneReading) {
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
	switch {
	case errors.Is(err, errScientific):
		p.Code = code(field, whatScientific)
		p.Fix = "format the column as text in the spreadsheet and fill it anew from the source"
	case errors.Is(err, errNoCountry):
		p.Fix = "write it with its country's code, as +49 30 1234567, fill in the row's country, or give --country"
	case region != "" && !strings.ContainsAny(value, "+＋"):
		p.Message += " (read as one of " + region + ")"
	}
	return p
}

// Why a text is no phone number.
var (
	errNotPhone   = errors.New("not a phone number")
	errNoCountry  = errors.New("a number without its country's code, and the row's country is not known")
	errTooShort   = errors.New("too short for a phone number")
	errTooLong    = errors.New("too long for a phone number")
	errNoSuch     = errors.New("no number that its country's numbering plan has")
	errWords      = errors.New("words among the digits")
	errScientific = errors.New("a spreadsheet turned the number into a power of ten, and its last digits are lost")
)
