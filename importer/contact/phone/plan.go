package phone

import (
	"math"
	"regexp/syntax"
	"strconv"
	"sync"

	"github.com/nyaruka/phonenumbers"
)

// numberingPlan is what one region's metadata say, made ready for digits. Its parts are made when they are first asked
// for, since a file has few of the world's 250 plans.
type numberingPlan struct {
	data *phonenumbers.PhoneMetadata
	code string // the calling code
	// kinds matches the general description, as bit 0, and each kind of number; leading the digits that tell the
	// region from others of the same code; international and national the prefixes that are dialled before a number.
	// They are nil where the plan has none, or none that an automaton could follow.
	kinds, leading, international, national func() *automaton
	// rewrites is how long a national prefix is at least by which the number is written anew, as Argentine mobiles are.
	rewrites func() int
	// allowed has for each length the descriptions that numbers of that length can have.
	allowed [maxSignificant + 1]uint16
}

// Lengths of a number without its calling code, as the library takes them.
const (
	minSignificant = 2
	maxSignificant = 17
)

// general is the bit of the general description.
const general = 1

// descriptions are the general one and those of the kinds that make a number valid, as the library asks for them.
func descriptions(data *phonenumbers.PhoneMetadata) []*phonenumbers.PhoneNumberDesc {
	kinds := []*phonenumbers.PhoneNumberDesc{
		data.GetGeneralDesc(), data.GetPremiumRate(), data.GetTollFree(), data.GetSharedCost(), data.GetVoip(),
		data.GetPersonalNumber(), data.GetPager(), data.GetUan(), data.GetVoicemail(), data.GetFixedLine(),
	}
	if !data.GetSameMobileAndFixedLinePattern() {
		kinds = append(kinds, data.GetMobile())
	}
	return kinds
}

func newNumberingPlan(data *phonenumbers.PhoneMetadata) *numberingPlan {
	p := &numberingPlan{data: data, code: strconv.Itoa(int(data.GetCountryCode()))}
	kinds := descriptions(data)
	for i, d := range kinds {
		for length := range p.allowed {
			if hasLength(d, length) {
				p.allowed[length] |= 1 << i
			}
		}
	}
	p.kinds = sync.OnceValue(func() *automaton {
		var expressions []string
		for _, d := range kinds {
			expressions = append(expressions, "^(?:"+d.GetNationalNumberPattern()+")$")
		}
		return newAutomaton(expressions, false)
	})
	prefix := func(expression string) func() *automaton {
		return sync.OnceValue(func() *automaton { return newAutomaton([]string{"^(?:" + expression + ")"}, true) })
	}
	p.leading = prefix(data.GetLeadingDigits())
	p.international = prefix(data.GetInternationalPrefix())
	p.national = prefix(data.GetNationalPrefixForParsing())
	p.rewrites = sync.OnceValue(func() int {
		if data.GetNationalPrefixTransformRule() == "" {
			return math.MaxInt
		}
		return shortestGroup(data.GetNationalPrefixForParsing())
	})
	return p
}

// hasLength reports whether a description has numbers of a length. One that names no length has those of its pattern.
func hasLength(d *phonenumbers.PhoneNumberDesc, length int) bool {
	lengths := d.GetPossibleLength()
	for _, l := range lengths {
		if int(l) == length {
			return true
		}
	}
	return len(lengths) == 0
}

// valid reports whether the plan has a number.
func (p *numberingPlan) valid(number []byte) (valid, known bool) {
	kinds := p.kinds()
	if kinds == nil || len(number) > maxSignificant {
		return false, false
	}
	found := kinds.matching(number) & p.allowed[len(number)]
	return found&general != 0 && found != general, true
}

// dialled takes away the national prefix, as in 030 for 30, where the number is not one of the plan with it alone.
func (p *numberingPlan) dialled(number []byte) (rest []byte, known bool) {
	if len(number) == 0 || p.data.GetNationalPrefixForParsing() == "" {
		return number, true
	}
	national, kinds := p.national(), p.kinds()
	if national == nil || kinds == nil {
		return nil, false
	}
	end, found := national.prefix(number)
	switch {
	case !found:
		return number, true
	case end >= p.rewrites():
		return nil, false // the prefix is perhaps not only taken away: the number is written anew
	case kinds.matching(number)&general != 0 && kinds.matching(number[end:])&general == 0:
		return number, true
	}
	return number[end:], true
}

// shortestGroup returns the fewest digits that the last group of an expression matches. A number is written anew only if
// that group takes part, and in fewer digits it can't. It is 0 where there is no group, or none that can be judged.
func shortestGroup(expression string) int {
	tree, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		return 0
	}
	last := tree.MaxCap()
	var walk func(*syntax.Regexp) int
	walk = func(at *syntax.Regexp) int {
		if at.Op == syntax.OpCapture && at.Cap == last {
			return shortest(at.Sub[0])
		}
		found := 0
		for _, sub := range at.Sub {
			found = max(found, walk(sub))
		}
		return found
	}
	return walk(tree)
}

// shortest returns the fewest characters that an expression matches, or less.
func shortest(at *syntax.Regexp) int {
	sum := 0
	switch at.Op {
	case syntax.OpLiteral:
		return len(at.Rune)
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return 1
	case syntax.OpCapture, syntax.OpPlus:
		return shortest(at.Sub[0])
	case syntax.OpRepeat:
		return at.Min * shortest(at.Sub[0])
	case syntax.OpConcat:
		for _, sub := range at.Sub {
			sum += shortest(sub)
		}
		return sum
	case syntax.OpAlternate:
		sum = shortest(at.Sub[0])
		for _, sub := range at.Sub {
			sum = min(sum, shortest(sub))
		}
		return sum
	}
	return 0 // a condition, or what may be left out
}

// lengthOf tells how the length of a number stands to the plan's.
func (p *numberingPlan) lengthOf(number []byte) lengthVerdict {
	desc := p.data.GetGeneralDesc()
	length := int32(len(number))
	for _, local := range desc.GetPossibleLengthLocalOnly() {
		if local == length {
			return lengthWrong
		}
	}
	lengths := desc.GetPossibleLength()
	switch {
	case len(lengths) == 0 || lengths[0] == -1 || length < lengths[0]:
		return lengthWrong
	case length > lengths[len(lengths)-1]:
		return lengthOver
	}
	for _, possible := range lengths {
		if possible == length {
			return lengthRight
		}
	}
	return lengthWrong
}

// lengthVerdict is what the library makes of a length when it looks for prefixes.
type lengthVerdict int

const (
	lengthWrong lengthVerdict = iota // too short, only within one town, or in a gap
	lengthRight
	lengthOver
)
