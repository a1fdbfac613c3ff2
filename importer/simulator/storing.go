package simulator

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// storeName is the fault that is none of a request: what the service makes of what it stores, whatever else goes wrong.
const storeName = "store"

// clockName is another: what the service's clock shows.
const clockName = "clock"

// storing is a way in which values are stored otherwise than they were sent.
type storing struct {
	most   int // characters that are stored; 0: all
	upper  bool
	fields []string
}

// parseStoring reads "cut:40" and "upper", behind an @ with the field that it is for. Without one it is for all texts but the
// e-mail address and the numbers.
func parseStoring(text string) (*storing, error) {
	how, field, given := strings.Cut(text, "@")
	s := &storing{upper: how == "upper"}
	if number, ok := strings.CutPrefix(how, "cut:"); ok {
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("%q is no number of characters", number)
		}
		s.most = n
	} else if !s.upper {
		return nil, fmt.Errorf("%q is neither cut:N nor upper", how)
	}
	for _, f := range textFields() {
		if given && f.name == field || !given && !slices.Contains([]string{"email", "phone", "mobile"}, f.name) {
			s.fields = append(s.fields, f.name)
		}
	}
	if len(s.fields) == 0 {
		return nil, fmt.Errorf("%q is no text that is stored", field)
	}
	return s, nil
}

// apply makes of a contact's values what is stored of them. Others than those that were sent stay.
func (s *storing) apply(c *Contact, sent members) {
	for _, f := range textFields() {
		if !slices.Contains(s.fields, f.name) || !slices.ContainsFunc(sent, func(m member) bool { return m.name == f.name }) {
			continue
		}
		v := f.of(c)
		if runes := []rune(*v); s.most > 0 && len(runes) > s.most {
			*v = string(runes[:s.most])
		}
		if s.upper {
			*v = strings.ToUpper(*v)
		}
	}
}

// stored makes of a contact's values what all faults of the kind make of them.
func (x *exchange) stored(c *Contact, sent members) {
	for _, s := range x.storings {
		s.apply(c, sent)
	}
}

// storings are the faults that are none of a request. It is guarded by the server's lock.
func (p *faultPlan) storings() (all []*storing) {
	for i := range p.faults {
		if p.faults[i].storing != nil {
			all = append(all, p.faults[i].storing)
		}
	}
	return all
}
