package lookup

import (
	"iter"
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// atlas is what names and codes mean, without any numbers of emnify's. Meanings are indexes into places, so that
// a map entry is small. It is read-only once made.
type atlas struct {
	places []place
	// regions are CLDR regions that are no country, with the country that their names mean.
	regions map[string]string
	byISO   map[string]int

	// exact has the names that are not plain ASCII as they are usually written; it saves folding them.
	exact map[string]int
	// folded has every code and name, folded; essences has the names' essences, for what is not found there.
	folded, essences map[string]int
	// named are all names in Latin letters, for Nearest.
	named []named
	// elsewhere are the folded names of places that are no slip of a country's name, however near.
	elsewhere map[string]bool

	// subdivisions are the codes of parts of countries; made when first needed.
	subdivisions     map[string]int
	subdivisionsOnce sync.Once

	// others has the names in all other languages; made when first needed, since few inputs ever need it.
	others     map[string]int
	othersOnce sync.Once
}

// named is a name as it is written, its fold, and the place that it means.
type named struct {
	name, folded string
	place        int
}

// nowhere marks a name that several countries share.
const nowhere = -1

// spoken are the languages whose names are known at once and proposed for what is misspelt: the eight that headers are
// understood in, with the variants in which countries are called otherwise. English is first: it wins ties.
func spoken() []language.Tag {
	var tags []language.Tag
	for _, s := range []string{"en", "de", "fr", "es", "it", "nl", "pl", "pt", "en-GB", "de-AT", "de-CH", "fr-CA", "es-419", "es-MX", "pt-PT"} {
		tags = append(tags, language.MustParse(s))
	}
	return tags
}

func newAtlas() *atlas {
	a := &atlas{
		byISO:    map[string]int{},
		exact:    make(map[string]int, 2048),
		folded:   make(map[string]int, 8192),
		essences: make(map[string]int, 8192),

		elsewhere: map[string]bool{},
	}
	for name := range dataLines(placesFile) {
		a.elsewhere[fold(name)] = true
	}
	a.places, a.regions = parsePlaces(countriesFile)
	a.addCodes()
	a.addOwnNames()
	a.addSpoken()
	return a
}

func (a *atlas) addCodes() {
	for i, p := range a.places {
		a.byISO[p.iso] = i
		a.folded[strings.ToLower(p.iso)] = i
		a.folded[strings.ToLower(p.iso3)] = i
	}
}

// addOwnNames comes before CLDR's: where they disagree, countries.txt decides.
func (a *atlas) addOwnNames() {
	for i, p := range a.places {
		a.add(p.name, i)
		for _, alias := range p.aliases {
			a.add(alias, i)
		}
	}
}

// add makes name mean place, unless it already means something.
func (a *atlas) add(name string, place int) {
	key := fold(name)
	if key == "" {
		return
	}
	if other, taken := a.folded[key]; taken {
		place = other
	} else {
		a.folded[key] = place
		if isASCII(key) {
			a.named = append(a.named, named{name: name, folded: key, place: place})
		}
		if short := essence(key); short != "" {
			claim(a.essences, short, place)
		}
	}
	if place != nowhere && !isASCII(name) {
		a.exact[name] = place
	}
}

// addSpoken adds CLDR's names in the spoken languages. A name that two countries have, each in another language, means
// neither, unless countries.txt has decided it.
func (a *atlas) addSpoken() {
	var names, variants []named
	for _, tag := range spoken() {
		for name, place := range a.cldr(tag) {
			names = append(names, named{name: name, folded: fold(name), place: place})
			for _, v := range variantsOf(name, tag) {
				variants = append(variants, named{name: v, folded: fold(v), place: place})
			}
		}
	}
	a.addAll(names)
	a.addAll(variants)
}

// addAll adds names of equal standing: one that two places claim means nowhere from then on.
func (a *atlas) addAll(names []named) {
	claims := make(map[string]int, len(names))
	for _, n := range names {
		claim(claims, n.folded, n.place)
	}
	for _, n := range names {
		switch {
		case claims[n.folded] != nowhere:
			a.add(n.name, n.place)
		case !has(a.folded, n.folded):
			a.folded[n.folded] = nowhere
		}
	}
}

// claim makes key mean place in names, or nowhere if it means another one already.
func claim(names map[string]int, key string, place int) {
	if other, claimed := names[key]; claimed && other != place {
		place = nowhere
	}
	names[key] = place
}

func has[K comparable](names map[K]int, key K) bool {
	_, ok := names[key]
	return ok
}

// variantsOf are the ways in which people cut a name of CLDR's short: "Myanmar (Burma)" without what is in parentheses,
// German umlauts written out.
func variantsOf(name string, tag language.Tag) []string {
	var variants []string
	if before, rest, ok := strings.Cut(name, " ("); ok {
		_, after, _ := strings.Cut(rest, ")")
		variants = append(variants, before+after)
	}
	if base, _ := tag.Base(); base.String() == "de" {
		if v := umlautsWrittenOut(name); v != name {
			variants = append(variants, v)
		}
	}
	return variants
}

// cldr yields CLDR's names in one language, with their places.
func (a *atlas) cldr(tag language.Tag) iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		namer := display.Regions(tag)
		if namer == nil {
			return
		}
		for i, p := range a.places {
			if name := namer.Name(language.MustParseRegion(p.iso)); name != "" && !yield(name, i) {
				return
			}
		}
		for region, iso := range a.regions {
			if name := namer.Name(language.MustParseRegion(region)); name != "" && !yield(name, a.byISO[iso]) {
				return
			}
		}
	}
}

// find returns the place that text means in any language; nowhere if it means none, or more than one.
func (a *atlas) find(text string) int {
	if place, ok := a.known(text); ok {
		return place
	}
	if place, ok := a.otherLanguages()[fold(text)]; ok {
		return place
	}
	return nowhere
}

// known returns the place that text means in a spoken language. It is true with nowhere for what several places share.
func (a *atlas) known(text string) (int, bool) {
	key := fold(text)
	if key == "" {
		return nowhere, true
	}
	if place, ok := a.folded[key]; ok {
		return place, true
	}
	if short := essence(key); short != "" {
		if place, ok := a.essences[short]; ok {
			return place, true
		}
	}
	place := a.agreed(text)
	return place, place != nowhere
}

// agreed is the place that every part of text means: "Germany (DE)", "Belgique / België". Nowhere if there is but one
// part, one means nothing, or two mean different places.
func (a *atlas) agreed(text string) int {
	place := nowhere
	for i, part := range partsOf(text) {
		p, ok := a.folded[fold(part)]
		if !ok || p == nowhere || i > 0 && p != place {
			return nowhere
		}
		place = p
	}
	return place
}

// partsOf takes a text apart at what people put between two names of a country.
func partsOf(text string) []string {
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("()[]/|,;:-–—", r) })
	kept := parts[:0]
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			kept = append(kept, p)
		}
	}
	return kept
}

// otherLanguages are CLDR's names in the languages that are not spoken here. Names of less than four bytes stay out:
// they are nearer to a slip than to a country. Two signs of an East Asian script are more.
func (a *atlas) otherLanguages() map[string]int {
	a.othersOnce.Do(func() {
		a.others = make(map[string]int, 1<<15)
		for _, tag := range display.Supported.Tags() {
			for name, place := range a.cldr(tag) {
				key := fold(name)
				if has(a.folded, key) || len(key) < 4 {
					continue
				}
				claim(a.others, key, place)
			}
		}
	})
	return a.others
}
