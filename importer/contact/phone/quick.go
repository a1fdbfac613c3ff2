package phone

import (
	"bytes"
	"sync"

	"github.com/nyaruka/phonenumbers"
)

// numberingPlans reads phone numbers of the common shapes without the library's search through regular expressions:
// digits with the usual punctuation of ASCII, perhaps a plus sign before them. For these it takes the library's steps
// one by one, on the library's own metadata, with automata for its expressions. It says nothing but "valid, and this is
// its form"; wherever it can't, the library is asked, so that faults are the library's too. The zero value is ready,
// and safe for concurrent use.
type numberingPlans struct {
	once    sync.Once
	regions map[string]*numberingPlan
	// codes has the plans of each calling code, the main region's first, as the library tries them.
	codes [][]*numberingPlan
}

// parse is a parser that gives the library's answers.
func (n *numberingPlans) parse(text, region string) (string, error) {
	if number, ok := n.read(text, region); ok {
		return number, nil
	}
	return byLibrary(text, region)
}

// load takes the library's metadata. Nothing is compiled yet.
func (n *numberingPlans) load() {
	n.regions, n.codes = map[string]*numberingPlan{}, make([][]*numberingPlan, 1000)
	collection, err := phonenumbers.MetadataCollection()
	if err != nil {
		return // every number goes to the library
	}
	global := map[int]*numberingPlan{}
	for _, data := range collection.GetMetadata() {
		if plan := newNumberingPlan(data); data.GetId() == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY {
			global[int(data.GetCountryCode())] = plan
		} else {
			n.regions[data.GetId()] = plan
		}
	}
	for code := range phonenumbers.GetSupportedCallingCodes() {
		if code < 1 || code >= len(n.codes) {
			continue
		}
		for _, region := range phonenumbers.GetRegionCodesForCountryCode(code) {
			plan := n.regions[region]
			if region == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY {
				plan = global[code]
			}
			n.codes[code] = append(n.codes[code], plan)
		}
	}
}

// read reads a number of a common shape; ok is false if it is of another, or not surely valid.
func (n *numberingPlans) read(text, region string) (number string, ok bool) {
	var buf [maxDialled]byte
	dialled, plus, ok := commonShape(&buf, text)
	if !ok {
		return "", false
	}
	n.once.Do(n.load)
	home := n.regions[region]
	if home == nil && (region != "" || !plus) || home != nil && !phonenumbers.GetSupportedRegions()[region] {
		return "", false
	}
	abroad, international := dialled, plus
	if !plus {
		if abroad, international, ok = home.abroad(dialled); !ok {
			return "", false
		}
	}
	if international {
		return n.international(abroad)
	}
	return n.national(dialled, home)
}

// international reads a number that begins with its calling code.
func (n *numberingPlans) international(dialled []byte) (string, bool) {
	if len(dialled) <= minSignificant || dialled[0] == '0' {
		return "", false
	}
	code := 0
	for i := 0; i < 3 && i < len(dialled); i++ {
		code = code*10 + int(dialled[i]-'0')
		if plans := n.codes[code]; plans != nil {
			return n.significant(dialled[i+1:], plans[0], plans)
		}
	}
	return "", false
}

// national reads a number as it is dialled within a region, which may begin with the region's own calling code, too.
func (n *numberingPlans) national(dialled []byte, home *numberingPlan) (string, bool) {
	plans := n.codes[home.data.GetCountryCode()]
	if len(plans) == 0 {
		return "", false
	}
	rest, coded := bytes.CutPrefix(dialled, []byte(home.code))
	if !coded {
		return n.significant(dialled, home, plans)
	}
	// The code counts as one if that makes a number where there was none.
	rest, known := home.dialled(rest)
	kinds := home.kinds()
	if !known || kinds == nil {
		return "", false
	}
	full, without := kinds.matching(dialled)&general != 0, kinds.matching(rest)&general != 0
	if !full && without || home.lengthOf(dialled) == lengthOver {
		return n.significant(rest, plans[0], plans)
	}
	return n.significant(dialled, home, plans)
}

// significant takes the national prefix from a number without its calling code, by the plan of one region, and writes
// it if a region of the code has it.
func (n *numberingPlans) significant(number []byte, by *numberingPlan, plans []*numberingPlan) (string, bool) {
	if by == nil || len(number) < minSignificant {
		return "", false
	}
	rest, known := by.dialled(number)
	if !known {
		return "", false
	}
	if by.lengthOf(rest) != lengthWrong {
		number = rest
	}
	if len(number) < minSignificant || len(number) > maxSignificant || !validIn(plans, number) {
		return "", false
	}
	return "+" + by.code + string(number), true
}

// validIn reports whether one of the regions of a calling code surely has a number. Where leading digits tell that it is
// a region's, that region decides.
func validIn(plans []*numberingPlan, number []byte) bool {
	for _, p := range plans {
		if p == nil {
			return false
		}
		if len(plans) > 1 && p.data.GetLeadingDigits() != "" {
			leading := p.leading()
			if leading == nil {
				return false
			}
			if _, found := leading.prefix(number); !found {
				continue
			}
			valid, known := p.valid(number)
			return valid && known
		}
		if valid, known := p.valid(number); valid || !known {
			return valid
		}
	}
	return false
}

// abroad takes the international prefix from a number that is dialled from a region, where it has one.
func (p *numberingPlan) abroad(dialled []byte) (rest []byte, international, known bool) {
	prefix := p.international()
	if prefix == nil {
		return nil, false, false
	}
	end, found := prefix.prefix(dialled)
	// No calling code begins with 0.
	if !found || end < len(dialled) && dialled[end] == '0' {
		return dialled, false, true
	}
	return dialled[end:], true, true
}

// maxDialled is the most digits of a common shape: the longest number with its code and prefixes.
const maxDialled = 26

// minDialled is the fewest digits that the library takes for a number with punctuation among them.
const minDialled = 3

// commonShape takes the digits of a text, if it is of a common shape.
func commonShape(buf *[maxDialled]byte, text string) (digits []byte, plus, ok bool) {
	n := 0
	for i := range len(text) {
		switch c := text[i]; c {
		case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
			if n == len(buf) {
				return nil, false, false
			}
			buf[n] = c
			n++
		case ' ', '.', '-', '/', '(', ')', '[', ']':
		case '+':
			if n > 0 || plus {
				return nil, false, false
			}
			plus = true
		default:
			return nil, false, false
		}
	}
	if n < minDialled || len(text) > maxShape {
		return nil, false, false
	}
	return buf[:n], plus, true
}

// maxShape bounds the punctuation of a common shape, far below what the library refuses.
const maxShape = 64
