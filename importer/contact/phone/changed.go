package phone

import (
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/nyaruka/phonenumbers"
)

// renumbering is a change of a country's numbering plan by which the new number follows from the old one alone.
type renumbering struct {
	code int32
	// old matches the whole of an old number without its calling code; current is what it became, in E.164.
	old, current string
	// since is when the old number stopped to be dialled, and who says so.
	since string
}

// renumberings are those that lists of contacts still hold numbers of. They are asked only where the library refuses the
// old number, and count only where it accepts the new one. Changes by which a number went to one of several operators,
// and those of which the old numbers have been given to others since, are left out.
var renumberings = []renumbering{
	{52, `(?:1|0(?:1|4[45]))(\d{10})`, "+52$1", "3 August 2019, IFT: one way to dial, without 1, 01, 044 and 045"},
	{229, `([24-69]\d{7})`, "+22901$1", "30 November 2024, ARCEP Benin: ten digits, 01 before all numbers"},
	{225, `((?:0[1-3]|[457][0-3])\d{6})`, "+22501$1", "31 January 2021, ARTCI: ten digits, mobile numbers of Moov"},
	{225, `([04-9][4-6]\d{6})`, "+22505$1", "31 January 2021, ARTCI: ten digits, mobile numbers of MTN"},
	{225, `([04-9][7-9]\d{6})`, "+22507$1", "31 January 2021, ARTCI: ten digits, mobile numbers of Orange"},
	{55, `([1-9]{2})([6-9]\d{7})`, "+55${1}9$2", "2012 to 2016, by area, Anatel: a ninth digit for mobile numbers"},
	{57, `([124-8]\d{7})`, "+5760$1", "1 September 2021, CRC: 60 before all fixed lines"},
	{84, `12([0268])(\d{7})`, "+847$1$2", "2018, MIC: ten digits for mobile numbers of MobiFone; 121 became 79"},
	{84, `121(\d{7})`, "+8479$1", "the same"},
	{84, `12([345])(\d{7})`, "+848$1$2", "2018, MIC: ten digits for mobile numbers of VinaPhone"},
	{84, `127(\d{7})`, "+8481$1", "the same"},
	{84, `129(\d{7})`, "+8482$1", "the same"},
	{84, `16([2-9])(\d{7})`, "+843$1$2", "2018, MIC: ten digits for mobile numbers of Viettel"},
	{84, `18([68])(\d{7})`, "+845$1$2", "2018, MIC: ten digits for mobile numbers of Vietnamobile"},
	{84, `199(\d{7})`, "+8459$1", "2018, MIC: ten digits for mobile numbers of Gmobile"},
	{84, `4([2-8]\d{7})`, "+8424$1", "17 June 2017, MIC: area code of Hanoi"},
	{237, `([79]\d{7})`, "+2376$1", "21 November 2014, ART: nine digits, mobile numbers"},
	{237, `([23]\d{7})`, "+2372$1", "21 November 2014, ART: nine digits, fixed lines"},
	{593, `([89]\d{7})`, "+5939$1", "30 September 2012, Conatel: nine digits for mobile numbers"},
	{56, `2(\d{7})`, "+5622$1", "24 November 2012, Subtel: eight digits in Santiago"},
	{56, `([3-7]\d)(\d{6})`, "+56${1}2$2", "2013 to 2014, by area, Subtel: seven digits elsewhere"},
	{20, `1([069])(\d{7})`, "+2010$1$2", "6 October 2011, NTRA: mobile numbers of Vodafone"},
	{20, `1([14])(\d{7})`, "+2011$1$2", "6 October 2011, NTRA: mobile numbers of Etisalat"},
	{20, `1([278])(\d{7})`, "+2012$1$2", "6 October 2011, NTRA: mobile numbers of Mobinil"},
	{599, `(5\d{6})`, "+1721$1", "30 September 2011, ITU: Sint Maarten joined the North American plan"},
	{41, `1(\d{7})`, "+4144$1", "31 March 2007, OFCOM: area code of Zürich"},
	{39, `([124-79]\d{7,9})`, "+390$1", "1998, Agcom: the 0 is part of the numbers of fixed lines"},
	{39, `0(3\d{8,9})`, "+39$1", "2001, Agcom: mobile numbers without 0"},
	{44, `1([78])1(\d{7})`, "+4420$1$2", "22 April 2000, Oftel: area codes of London"},
	{44, `1203(\d{6})`, "+442476$1", "22 April 2000, Oftel: area code of Coventry"},
	{44, `1222(\d{6})`, "+442920$1", "22 April 2000, Oftel: area code of Cardiff"},
	{44, `1232(\d{6})`, "+442890$1", "22 April 2000, Oftel: area code of Belfast"},
	{44, `1703(\d{6})`, "+442380$1", "22 April 2000, Oftel: area code of Southampton"},
	{44, `1705(\d{6})`, "+442392$1", "22 April 2000, Oftel: area code of Portsmouth"},
}

// machineRange is a range of numbers for devices (M2M). The library leaves such ranges out on purpose; most have numbers
// that are longer than the plan's.
type machineRange struct {
	code int32
	// begin are the first digits of the range without the calling code, length how many its numbers have in all.
	begin  string
	length int // 0: not sure, so that none is taken, and the range told
	// whose is the country for people, source who says so.
	whose, source string
}

var machineRanges = []machineRange{
	{47, "58", 12, "Norway", "Nkom, E.164 numbering plan: 12 digits"},
	{47, "59", 8, "Norway", "Nkom, E.164 numbering plan: 8 digits"},
	{46, "719", 13, "Sweden", "PTS, numbering plan for telephony: telematic services"},
	{46, "710", 13, "Sweden", "PTS, numbering plan for telephony: mobile data"},
	{45, "37", 12, "Denmark", "Danish numbering plan, M2M"},
	{33, "700", 13, "France", "Arcep, decision 2012-0855: numbers of extended length"},
	{34, "59", 13, "Spain", "resolution of 2010 on the numbering of M2M services"},
	{31, "97", 11, "the Netherlands", "ACM, 097 numbers: 12 digits with the 0"},
	{32, "77", 0, "Belgium", "BIPT, decision of 6 September 2011 on M2M"},
	{86, "1064", 13, "China", "MIIT, numbers of the internet of things: 13 digits"},
}

// changed reads a number that its plan does not have (any more), if it surely became another one or is one of machines.
// ok is false if nothing is known of it. Else an error tells that it is known, but not surely what it is now.
func (p cellReader) changed(text string) (r Reading, ok bool, err error) {
	if rest, found := strings.CutPrefix(text, "00"); found {
		text = "+" + rest
	}
	n := p.parsed(text)
	if n == nil || hasWords(text) {
		return Reading{}, false, nil
	}
	code, number := n.GetCountryCode(), phonenumbers.GetNationalSignificantNumber(n)
	extension := ""
	if ext := n.GetExtension(); ext != "" {
		extension = extensionMark + ext
	}
	prefix := "+" + strconv.Itoa(int(code))
	trunk := number // without the trunk prefix, which the library leaves where it knows no number behind it
	if phonenumbers.GetNddPrefixForRegion(phonenumbers.GetRegionCodeForCountryCode(int(code)), true) == "0" {
		trunk = strings.TrimPrefix(number, "0")
	}
	for _, c := range oldNumbers() {
		from := number
		if c.code == code && !c.old.MatchString(from) {
			from = trunk
		}
		if c.code != code || !c.old.MatchString(from) {
			continue
		}
		current, err := p.parse(c.old.ReplaceAllString(from, c.current), "")
		switch {
		case err != nil:
		case strings.HasPrefix(current, prefix) && len(current) == len(prefix)+len(from)+1:
			return Reading{}, true, OutdatedError{current + extension, c.since}
		default:
			return Reading{Number: current + extension, Renumbered: c.since}, true, nil
		}
	}
	for _, m := range machineRanges {
		if m.code != code || !strings.HasPrefix(trunk, m.begin) {
			continue
		}
		if m.length == 0 {
			return Reading{}, true, ErrMachine
		}
		if len(trunk) == m.length {
			return Reading{Number: prefix + trunk + extension, Machine: m.whose}, true, nil
		}
	}
	return Reading{}, false, nil
}

// parsed takes a text apart as the library does, also a number that no plan has; nil if it is none.
func (p cellReader) parsed(text string) *phonenumbers.PhoneNumber {
	n := new(phonenumbers.PhoneNumber)
	if phonenumbers.ParseToNumber(text, p.region, n) != nil {
		return nil
	}
	return n
}

// oldNumber is a [renumbering], ready to be asked.
type oldNumber struct {
	code    int32
	old     *regexp.Regexp
	current string
	since   string
}

var oldNumbers = sync.OnceValue(func() []oldNumber {
	out := make([]oldNumber, 0, len(renumberings))
	for _, r := range renumberings {
		out = append(out, oldNumber{r.code, regexp.MustCompile("^(?:" + r.old + ")$"), r.current, r.since})
	}
	return out
})
