package json

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Fault is what is wrong with a record.
type Fault int

// The faults.
const (
	NoFault Fault = iota
	// Broken: it is no JSON, or none that means one thing.
	Broken
	// NotObject: it is a value of another kind.
	NotObject
	// TooLong: it has more bytes than are read of one.
	TooLong
	// Rest: from here on nothing can be read.
	Rest
)

// Record is one record as found.
type Record struct {
	// Line is the physical line on which it starts, from 1; of an array's element its ordinal.
	Line int
	// Raw is its text, as far as that is kept.
	Raw []byte
	// Fault says whether it can be used, Message in one lower-case clause why not, and Fix what to do now.
	Fault        Fault
	Message, Fix string
}

// appendName takes a name into a path: a dot in it is \., a backslash two.
func appendName(path []byte, name string) []byte {
	if !strings.ContainsAny(name, `.\`) {
		return append(path, name...)
	}
	return append(path, escaper.Replace(name)...)
}

var escaper = strings.NewReplacer(`\`, `\\`, `.`, `\.`)

// recordError says why a record that is JSON can't be used.
type recordError struct {
	fault   Fault
	message string
}

func (e *recordError) Error() string { return e.message }

// Kind is what kind of value a cell was made of.
type Kind int

// The kinds.
const (
	Null Kind = iota
	Bool
	Number
	String
)

// Cell takes a value: its path, which is valid during the call only, its text and its kind.
type Cell func(path []byte, text string, kind Kind)

// walk calls cell for each value of an object, in the object's order. A *recordError says that it is JSON, and can't be used all
// the same.
func walk(raw []byte, cell Cell) error {
	if !json.Valid(raw) {
		return brokenBy(raw, json.Unmarshal(raw, new(json.RawMessage)))
	}
	w := walker{raw: raw, cell: cell}
	if w.blank(); raw[w.at] != '{' {
		return &recordError{NotObject, "it is no object"}
	}
	w.value(make([]byte, 0, 128), 0)
	if w.wrong == nil {
		return nil
	}
	return w.wrong
}

// syntaxError says why a text is no JSON.
type syntaxError struct {
	lines   int // from its start to where it breaks
	message string
}

func (e *syntaxError) Error() string { return e.message }

func brokenBy(raw []byte, err error) error {
	e := &syntaxError{message: strings.TrimPrefix(err.Error(), "json: ")}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		e.lines = bytes.Count(raw[:min(max(0, syntax.Offset-1), int64(len(raw)))], []byte("\n"))
	}
	if e.message == "unexpected end of JSON input" {
		e.message = "it ends before it is complete"
	}
	return e
}

// walker goes through a text that is known to be JSON.
type walker struct {
	raw   []byte
	at    int // what is next
	cell  Cell
	wrong error // the first *recordError
}

func (w *walker) refuse(format string, args ...any) {
	if w.wrong == nil {
		w.wrong = &recordError{Broken, fmt.Sprintf(format, args...)}
	}
}

func (w *walker) blank() {
	for isBlank(w.raw[w.at]) {
		w.at++
	}
}

// value takes a value. path is that of the value, depth the number of arrays and objects around it.
func (w *walker) value(path []byte, depth int) {
	switch w.blank(); w.raw[w.at] {
	case '{', '[':
		if depth < maxNesting {
			w.within(path, depth+1)
			return
		}
		w.refuse("its values are nested deeper than %d levels", maxNesting)
		w.skip()
	case '"':
		w.cell(path, w.text(), String)
	case 't', 'f':
		w.cell(path, w.word(), Bool)
	case 'n':
		w.word()
		w.cell(path, "", Null)
	default:
		w.cell(path, w.word(), Number)
	}
}

// within takes an array or object.
func (w *walker) within(path []byte, depth int) {
	isObject := w.raw[w.at] == '{'
	seen := names{}
	w.at++
	for i := 0; ; i++ {
		w.blank()
		switch w.raw[w.at] {
		case '}', ']':
			w.at++
			return
		case ',':
			w.at++
			w.blank()
		}
		at := path
		if depth > 1 {
			at = append(at, '.')
		}
		if !isObject {
			w.value(strconv.AppendInt(at, int64(i), 10), depth)
			continue
		}
		name := w.text()
		if !seen.add(name) {
			w.refuse("the member %q stands twice in one object", name)
		}
		w.blank()
		w.at++ // the colon
		w.value(appendName(at, name), depth)
	}
}

// text takes a string.
func (w *walker) text() string {
	from := w.at
	w.at++
	escapes := false
	for w.raw[w.at] != '"' {
		if w.raw[w.at] == '\\' {
			escapes = true
			w.at++
		}
		w.at++
	}
	w.at++
	if !escapes {
		return string(w.raw[from+1 : w.at-1])
	}
	var s string
	_ = json.Unmarshal(w.raw[from:w.at], &s) // it is known to be a string
	return s
}

// word takes a number, or true, false or null.
func (w *walker) word() string {
	from := w.at
	for w.at < len(w.raw) && !isBlank(w.raw[w.at]) && bytes.IndexByte([]byte(",]}"), w.raw[w.at]) < 0 {
		w.at++
	}
	return string(w.raw[from:w.at])
}

// skip goes behind an array or object.
func (w *walker) skip() {
	for depth := 0; ; {
		switch w.raw[w.at] {
		case '"':
			w.text()
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		w.at++
		if depth == 0 {
			return
		}
	}
}

// names are those of an object's members.
type names struct {
	few  []string
	many map[string]bool
}

// add takes one more; false if it is there already.
func (n *names) add(name string) bool {
	const fewest = 24
	if n.many != nil {
		if n.many[name] {
			return false
		}
		n.many[name] = true
		return true
	}
	for _, have := range n.few {
		if have == name {
			return false
		}
	}
	n.few = append(n.few, name)
	if len(n.few) > fewest {
		n.many = map[string]bool{}
		for _, have := range n.few {
			n.many[have] = true
		}
	}
	return true
}
