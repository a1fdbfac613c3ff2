package option

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/mapping/lookup"
)

// ParseOrgs reads one of several organisations.
func ParseOrgs(s string) ([]int64, error) {
	org, err := ParseOrg(s)
	return []int64{org}, err
}

// ParseCount reads how many; 0: all.
func ParseCount(s string) (int, error) {
	if s == "0" {
		return 0, nil
	}
	return parsePositive(s)
}

// ParseAge reads a number of days, which lengths of time of Go lack, or a length of time.
func ParseAge(s string) (time.Duration, error) {
	const day = 24 * time.Hour
	if number, ok := strings.CutSuffix(s, "d"); ok {
		days, err := strconv.Atoi(number)
		if err != nil || days < 0 || days > math.MaxInt64/int(day) {
			return 0, fmt.Errorf("%q is no age like 30d", s)
		}
		return time.Duration(days) * day, nil
	}
	age, err := parseWait(s)
	if err != nil {
		return 0, fmt.Errorf("%q is no age like 30d or 12h", s)
	}
	return age, nil
}

// lenientFields are those whose values may be kept though they do not pass their rule.
func lenientFields() []string {
	return []string{string(contact.Phone), string(contact.Mobile), string(contact.Email), string(contact.CountryField)}
}

func parseLenient(s string) (contact.FieldSet, error) {
	set := contact.FieldSet{}
	for name := range strings.SplitSeq(s, ",") {
		switch word := strings.ToLower(strings.TrimSpace(name)); {
		case word == "":
		case slices.Contains(lenientFields(), word):
			set[contact.Field(word)] = true
		default:
			return nil, fmt.Errorf("%q can't be lenient: only %s can", name, enumerated(lenientFields(), "and"))
		}
	}
	return set, nil
}

func parseRange(s string) (check.Range, error) {
	from, to, ok := strings.Cut(s, "-")
	a, errA := strconv.Atoi(strings.TrimSpace(from))
	b, errB := strconv.Atoi(strings.TrimSpace(to))
	if !ok || errA != nil || errB != nil || a < 1 || b < a {
		return check.Range{}, fmt.Errorf("%q is no range of data rows like 1-20", s)
	}
	return check.Range{From: a, To: b}, nil
}

// parseWait reads how long to wait, which may be not at all.
func parseWait(s string) (time.Duration, error) {
	if d, err := time.ParseDuration(s); err == nil && d == 0 {
		return 0, nil
	}
	return parseSpan(s)
}

// parseSpan reads a length of time, which is never nothing.
func parseSpan(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil || d <= 0 {
		return 0, fmt.Errorf("%q is no length of time like 150s", s)
	}
	return d, nil
}

// OwnOrg stands for the organisation of the application token.
const OwnOrg = "my"

// ParseOrg reads the number of an organisation; 0: that of the application token.
func ParseOrg(s string) (int64, error) {
	if s == OwnOrg {
		return 0, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%q is neither the number of an organisation nor my", s)
	}
	return n, nil
}

func parsePositive(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%q is no number from 1", s)
	}
	return n, nil
}

func parseTypeID(s string) ([]contact.Type, error) {
	t, err := lookup.ParseTypeID(s)
	if err != nil {
		return nil, err
	}
	return []contact.Type{t}, nil
}
