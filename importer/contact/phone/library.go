package phone

import (
	"errors"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// parser reads one number. region is the ISO code of its country if it names none itself; empty: not known. The
// answer is what a person can read and dial: E.164, with " ext. 22" behind it where there is an extension.
//
// There are two, and they give the same answers: byLibrary, and numberingPlans.parse, which is quick.
type parser func(text, region string) (string, error)

// byLibrary is the parser that asks the library. It passes what the numbering plans have, not what merely has a
// possible length.
func byLibrary(text, region string) (string, error) {
	var n phonenumbers.PhoneNumber
	if err := phonenumbers.ParseToNumber(text, region, &n); err != nil {
		return "", reasonOf(text, region, err)
	}
	if !phonenumbers.IsValidNumber(&n) {
		switch phonenumbers.IsPossibleNumberWithReason(&n) {
		case phonenumbers.TOO_SHORT:
			return "", errTooShort
		case phonenumbers.TOO_LONG:
			return "", errTooLong
		}
		return "", errNoSuch
	}
	if hasWords(text) && !spelled(&n) {
		return "", errWords
	}
	number := phonenumbers.Format(&n, phonenumbers.E164)
	if ext := n.GetExtension(); ext != "" {
		number += extensionMark + ext
	}
	return number, nil
}

// extensionMark stands between a number and its extension.
const extensionMark = " ext. "

// spelled reports whether a number is of a kind that is advertised in letters: 1-800-FLOWERS. The letters of any other
// are no part of it.
func spelled(n *phonenumbers.PhoneNumber) bool {
	switch phonenumbers.GetNumberType(n) {
	case phonenumbers.TOLL_FREE, phonenumbers.PREMIUM_RATE, phonenumbers.SHARED_COST, phonenumbers.UAN:
		return true
	}
	return false
}

func reasonOf(text, region string, err error) error {
	switch {
	case errors.Is(err, phonenumbers.ErrInvalidCountryCode) && region == "" && !strings.ContainsAny(text, "+＋"):
		return ErrNoCountry
	case errors.Is(err, phonenumbers.ErrInvalidCountryCode):
		return errNoSuch
	case errors.Is(err, phonenumbers.ErrTooShortNSN), errors.Is(err, phonenumbers.ErrTooShortAfterIDD):
		return errTooShort
	case errors.Is(err, phonenumbers.ErrNumTooLong):
		return errTooLong
	}
	return errNotPhone
}
