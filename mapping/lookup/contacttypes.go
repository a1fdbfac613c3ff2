package lookup

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/contactsync/contactsync/importer/contact"
)

var _ contact.Types = (*TypeTable)(nil)

// TypeTable resolves what people write for a contact type. It is made by [Types] and safe for concurrent use.
type TypeTable struct {
	known  []contact.Type
	needID bool

	once sync.Once
	// What follows is made once, and read-only from then on.
	types  []contact.Type
	byName map[string]int
	byID   map[int]int

	answers memo[typeAnswer]
}

type typeAnswer struct {
	t  contact.Type
	ok bool
}

// Types returns the documented contact types, their synonyms, and the types that are known: those that the user names,
// then those that an organisation's contacts show. Where two of them give one name different ids, the first wins.
// needID says whether a type without an id can't be sent.
func Types(known []contact.Type, needID bool) *TypeTable {
	return &TypeTable{known: slices.Clone(known), needID: needID}
}

// NeedID reports whether a type without an id can't be sent.
func (t *TypeTable) NeedID() bool { return t.needID }

// Lookup returns the type that text means: a name or synonym without regard to case, accents and punctuation, or
// emnify's number. The type has no id if none is known for its name. A number that nobody named is taken at its word,
// with an empty name: only the API can tell whether it exists.
func (t *TypeTable) Lookup(text string) (contact.Type, bool) {
	if len(text) > longest {
		return contact.Type{}, false
	}
	t.once.Do(t.build)
	var buf [64]byte
	if key, ok := foldASCII(buf[:0], text); ok {
		if i, ok := t.byName[string(key)]; ok {
			return t.types[i], true
		}
	}
	a := t.answers.get(text, t.search)
	return a.t, a.ok
}

// search is Lookup for what is not found at once.
func (t *TypeTable) search(text string) typeAnswer {
	text = strings.ToValidUTF8(text, " ")
	if i, ok := t.byName[fold(text)]; ok {
		return typeAnswer{t.types[i], true}
	}
	id, ok := typeNumber(text)
	if !ok {
		return typeAnswer{}
	}
	if i, known := t.byID[id]; known {
		return typeAnswer{t.types[i], true}
	}
	return typeAnswer{contact.Type{ID: id}, true}
}

// typeNumber reads an id: a whole number from 1, also as a spreadsheet writes it, "7.0".
func typeNumber(text string) (int, bool) {
	text = strings.TrimSuffix(strings.TrimSpace(text), ".0")
	id, err := strconv.ParseUint(text, 10, 31)
	return int(id), err == nil && id > 0
}

// Names returns the types for messages, the documented ones first: those whose ids are known where an id is needed, else
// all. A type that has no name stands as its number. Lookup finds each of them.
func (t *TypeTable) Names() []string {
	t.once.Do(t.build)
	var names []string
	for _, known := range t.types {
		switch {
		case t.needID && known.ID == 0:
		case known.Name == "":
			names = append(names, strconv.Itoa(known.ID))
		default:
			names = append(names, known.Name)
		}
	}
	return names
}

func (t *TypeTable) build() {
	t.byName = map[string]int{}
	t.byID = map[int]int{}
	lines := parseTypes(typesFile)
	for i, line := range lines {
		t.types = append(t.types, contact.Type{Name: line.name})
		t.byName[fold(line.name)] = i
	}
	t.addKnown(documented(lines))
	for i, line := range lines {
		for _, synonym := range line.synonyms {
			// A type that the organisation calls so comes before a synonym.
			if key := fold(synonym); !has(t.byName, key) {
				t.byName[key] = i
			}
		}
	}
}

// addKnown adds the types whose ids are known. Types under a documented name come first, so that one that the
// organisation calls by a synonym ("Invoice") stands for the documented one only where that has no id of its own.
func (t *TypeTable) addKnown(meanings map[string]int) {
	var others []contact.Type
	for _, known := range t.known {
		if i, ok := t.byName[fold(known.Name)]; ok && known.Name != "" {
			t.give(i, known.ID)
		} else {
			others = append(others, known)
		}
	}
	for _, known := range others {
		if known.ID <= 0 || has(t.byID, known.ID) {
			continue
		}
		key := fold(known.Name)
		if i, ok := meanings[key]; ok && t.types[i].ID == 0 {
			t.give(i, known.ID)
			continue
		}
		t.byID[known.ID] = len(t.types)
		if key != "" && !has(t.byName, key) {
			t.byName[key] = len(t.types)
		}
		t.types = append(t.types, known)
	}
}

// give is for an id that is known for a type. A later id still means the type, but is not the one that is sent.
func (t *TypeTable) give(i, id int) {
	if id <= 0 {
		return
	}
	if t.types[i].ID == 0 {
		t.types[i].ID = id
	}
	if !has(t.byID, id) {
		t.byID[id] = i
	}
}

// documented returns which documented type each name and synonym means.
func documented(lines []typeLine) map[string]int {
	meanings := map[string]int{}
	for i, line := range lines {
		meanings[fold(line.name)] = i
		for _, synonym := range line.synonyms {
			meanings[fold(synonym)] = i
		}
	}
	return meanings
}

// ParseTypeID reads a type and its number as --type-id gives them, NAME=ID. The name may be a synonym; the type has the
// documented one.
func ParseTypeID(spec string) (contact.Type, error) {
	name, number, found := strings.Cut(spec, "=")
	lines := parseTypes(typesFile)
	if !found {
		return contact.Type{}, fmt.Errorf("%q is not NAME=ID, as in %q; the types are %s", spec, lines[0].name+"=7", quotedNames(lines))
	}
	i, ok := documented(lines)[fold(name)]
	if !ok {
		return contact.Type{}, fmt.Errorf("%q is no contact type; the types are %s", strings.TrimSpace(name), quotedNames(lines))
	}
	id, ok := typeNumber(number)
	if !ok {
		return contact.Type{}, fmt.Errorf("%q is no number of a contact type: it is a whole number from 1, as in %q",
			strings.TrimSpace(number), lines[i].name+"=7")
	}
	return contact.Type{ID: id, Name: lines[i].name}, nil
}

func quotedNames(lines []typeLine) string {
	var names []string
	for _, line := range lines {
		names = append(names, strconv.Quote(line.name))
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
