package json

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Layout is how records stand in a text.
type Layout int

// The layouts.
const (
	// Array: the elements of one array.
	Array Layout = iota
	// Lines: each line is one.
	Lines
	// Values: they stand one after the other, over lines of any number.
	Values
)

// Form is how records stand in a text, and where.
type Form struct {
	Layout Layout
	// Path leads to the array through the objects that hold it; empty if the text is the array.
	Path []string
}

// Looks reports whether a text, by how it begins, is JSON and no table.
func Looks(head string) bool {
	head = strings.TrimLeft(head, " \t\r\n\uFEFF\x1E")
	if head == "" {
		return false
	}
	second := strings.TrimLeft(head[1:], " \t\r\n")
	switch head[0] {
	case '{':
		return second != "" && (second[0] == '"' || second[0] == '}')
	case '[':
		return second != "" && strings.ContainsRune(`{["]`, rune(second[0]))
	}
	return false
}

// FormError says why no records are found in a text.
type FormError struct {
	Line int // from 1; 0 if it is about the whole text
	// Message is one lower-case clause, Fix what to do now.
	Message, Fix string
}

func (e *FormError) Error() string { return e.Message }

// Find finds the records of a text. head is its start, in which the lines are looked at; whole says that it is all of it.
func Find(feed Feed, head string, whole bool) (Form, error) {
	if areLines(head, whole) {
		return Form{Layout: Lines}, nil
	}
	t := newText(feed)
	t.blank()
	if t.more() && t.piece[0] == '[' {
		return Form{Layout: Array}, nil
	}
	line := t.line
	h := holder{text: t}
	complete := h.object(nil)
	if err := t.failure(); err != nil {
		return Form{}, err
	}
	switch t.blank(); {
	case !complete && len(h.arrays) == 1 && h.cut:
		return Form{Layout: Array, Path: h.arrays[0]}, nil // what is before the cut can be read
	case !complete:
		return Form{}, &FormError{Line: h.line, Message: "the JSON is broken here", Fix: "correct it there, or export the file again"}
	case t.more():
		if err := t.failure(); err != nil {
			return Form{}, err
		}
		return Form{Layout: Values}, nil
	case len(h.arrays) == 0:
		return Form{Layout: Values}, nil
	case len(h.arrays) == 1:
		return Form{Layout: Array, Path: h.arrays[0]}, t.failure()
	}
	var paths []string
	for _, p := range h.arrays {
		paths = append(paths, fmt.Sprintf("%q", strings.Join(p, ".")))
	}
	return Form{}, &FormError{Line: line,
		Message: "the object holds several arrays of objects: " + strings.Join(paths, ", "),
		Fix:     "make a file that is the array with the contacts, and nothing else: jq '." + strings.Join(h.arrays[0], ".") + "' FILE"}
}

// areLines reports whether the lines of a text's start are objects each: most of them, since one that is broken costs itself.
func areLines(head string, whole bool) bool {
	all, objects := 0, 0
	for line := range strings.Lines(head) {
		if !strings.HasSuffix(line, "\n") && !whole {
			break
		}
		b := bytes.Trim([]byte(line), " \t\r\n\x1E")
		if len(b) == 0 {
			continue
		}
		all++
		if b[0] == '{' && json.Valid(b) {
			objects++
		}
	}
	return all > 1 && 2*objects >= all
}

// holder looks through an object for the arrays of objects that it holds.
type holder struct {
	*text
	arrays [][]string
	line   int  // where it is broken
	cut    bool // the text ends within the last of the arrays
}

// maxNesting is how deep values may be nested.
const maxNesting = 64

func (h *holder) broken() bool {
	h.line = h.text.line
	return false
}

// object takes an object, which is a member of others by its path; false if it is broken.
func (h *holder) object(path []string) bool {
	if !h.more() || h.piece[0] != '{' || len(path) > maxNesting {
		return h.broken()
	}
	h.next()
	h.blank()
	if h.more() && h.piece[0] == '}' {
		h.next()
		return true
	}
	key, ok := h.key()
	return ok && h.member(append(path[:len(path):len(path)], key)) && h.others(path)
}

// others takes what is left of an object behind a member.
func (h *holder) others(path []string) bool {
	for {
		h.blank()
		switch {
		case h.more() && h.piece[0] == '}':
			h.next()
			return true
		case !h.more() || h.piece[0] != ',':
			return h.broken()
		}
		h.next()
		h.blank()
		key, ok := h.key()
		if !ok || !h.member(append(path[:len(path):len(path)], key)) {
			return false
		}
	}
}

// key takes a member's name and the colon behind it.
func (h *holder) key() (string, bool) {
	k := kept{most: maxKey}
	if !h.more() || h.piece[0] != '"' || !h.quoted(&k) || k.long {
		return "", h.broken()
	}
	var name string
	if json.Unmarshal(k.raw, &name) != nil {
		return "", h.broken()
	}
	h.blank()
	if !h.more() || h.piece[0] != ':' {
		return "", h.broken()
	}
	h.next()
	h.blank()
	return name, true
}

// maxKey is the longest name of a member that is read, in bytes.
const maxKey = 64 << 10

// member takes a member's value.
func (h *holder) member(path []string) bool {
	if !h.more() {
		return h.broken()
	}
	switch h.piece[0] {
	case '{':
		return h.object(path)
	case '[':
		return h.array(path)
	}
	if !h.value(&kept{}) {
		return h.broken()
	}
	return true
}

// array takes an array, and notes it if it is one of objects.
func (h *holder) array(path []string) bool {
	h.next()
	h.blank()
	of := h.more() && h.piece[0] == '{'
	if of {
		h.arrays = append(h.arrays, path)
	}
	for depth := 1; h.more(); {
		switch h.piece[0] {
		case '"':
			if !h.quoted(&kept{}) {
				h.cut = of
				return h.broken()
			}
			continue
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		}
		h.next()
		if depth == 0 {
			return true
		}
	}
	h.cut = of
	return h.broken()
}
