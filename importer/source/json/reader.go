package json

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// MaxRecord is the longest record that is read, in bytes.
const MaxRecord = 1 << 20

// Reader gives the records of a text, one after the other.
type Reader struct {
	text    *text
	form    Form
	cell    Cell
	ordinal int // of an array's element that was read last, from 1
	over    bool
}

// NewReader reads a text of that form. It calls cell for each value of a record before it returns that, in the record's order, with
// the value's path and its text: of a string itself, of a number the digits that it has, true or false, nothing of null. What is
// within an array or object is told by itself, under its name or number behind a dot; dots in names are \. and backslashes \\.
// A path is valid during the call only.
func NewReader(feed Feed, form Form, cell Cell) *Reader {
	return &Reader{text: newText(feed), form: form, cell: cell}
}

// Next returns the next record, io.EOF behind the last one. One with a fault may have called cell for some of its values.
func (r *Reader) Next() (Record, error) {
	if r.over {
		return Record{}, io.EOF
	}
	rec, err := r.next()
	if failure := r.text.failure(); failure != nil {
		err = failure
	}
	if err != nil {
		r.over = true
		return Record{}, err
	}
	r.over = rec.Fault == Rest
	return rec, nil
}

func (r *Reader) next() (Record, error) {
	switch r.form.Layout {
	case Lines:
		return r.byLine()
	case Values:
		return r.byValue()
	default:
		return r.byElement()
	}
}

// byLine reads a line: whatever is wrong with it, the next one stands for itself.
func (r *Reader) byLine() (Record, error) {
	for r.text.more() {
		k, line := kept{most: MaxRecord}, r.text.line
		r.text.lineOf(&k)
		raw := bytes.Trim(k.raw, " \t\r\x1E")
		if len(raw) == 0 {
			continue
		}
		rec, err := r.record(line, raw, k.long)
		if err != nil {
			rec.Fault, rec.Message = Broken, "the line is no JSON: "+err.Error()
			rec.Fix = "correct the line: it must be one object"
		}
		return rec, nil
	}
	return Record{}, io.EOF
}

func (r *Reader) byValue() (Record, error) {
	r.text.blank()
	if !r.text.more() {
		return Record{}, io.EOF
	}
	return r.value(r.text.line), nil
}

// value reads a value. If it is broken, nobody knows where the next one begins.
func (r *Reader) value(line int) Record {
	k, at := kept{most: MaxRecord}, r.text.line
	whole := r.text.value(&k)
	if len(k.raw) == 0 {
		return r.rest(line, at, k.raw, "a value is missing")
	}
	if !whole {
		return r.rest(line, at, k.raw, "it ends before it is complete")
	}
	rec, err := r.record(line, k.raw, k.long)
	if err != nil {
		var syntax *syntaxError
		if errors.As(err, &syntax) {
			at += syntax.lines
		}
		return r.rest(line, at, k.raw, err.Error())
	}
	return rec
}

// record reads the values of a record; an error says that it is no JSON.
func (r *Reader) record(line int, raw []byte, long bool) (Record, error) {
	rec := Record{Line: line, Raw: raw}
	if long {
		rec.Fault, rec.Message = TooLong, fmt.Sprintf("the object is longer than %d bytes", MaxRecord)
		rec.Fix = "shorten it, or leave out what is no contact's"
		return rec, nil
	}
	err := walk(raw, r.cell)
	var wrong *recordError
	if errors.As(err, &wrong) {
		rec.Fault, rec.Message = wrong.fault, wrong.message
		rec.Fix = "make it an object in which each name stands once, as {\"name\": ...}"
		return rec, nil
	}
	return rec, err
}

// rest is the record that stands for all that can't be read any more.
func (r *Reader) rest(line, at int, raw []byte, why string) Record {
	rec := Record{Line: line, Raw: raw, Fault: Rest,
		Message: fmt.Sprintf("the JSON is broken in line %d, and what stands from there on was not read: %s", at, why),
		Fix:     "correct it there, or export the file again; what stands before it was read"}
	for k := (kept{raw: raw, most: MaxRecord}); r.text.more(); r.text.piece = nil { // to the end, which shows that the bytes are those of the first time
		k.add(r.text.piece)
		rec.Raw = k.raw
	}
	return rec
}

// byElement reads the array's next element.
func (r *Reader) byElement() (Record, error) {
	if r.ordinal == 0 && !r.enter() {
		return r.rest(1, r.text.line, nil, "the array is not there"), nil
	}
	r.text.blank()
	at := r.text.line
	if r.ordinal > 0 && r.text.more() && r.text.piece[0] == ',' {
		r.text.next()
		r.text.blank()
	} else if r.ordinal > 0 && r.text.more() && r.text.piece[0] != ']' {
		return r.rest(r.ordinal+1, at, nil, "the element is not followed by a comma"), nil
	}
	if r.text.more() && r.text.piece[0] == ']' {
		r.text.next()
		return r.leave()
	}
	r.ordinal++
	if !r.text.more() {
		return r.rest(r.ordinal, at, nil, "the array ends before it is complete"), nil
	}
	return r.value(r.ordinal), nil
}

// enter goes to the array's first element; false if it is not there any more.
func (r *Reader) enter() bool {
	h := holder{text: r.text}
	for _, name := range r.form.Path {
		r.text.blank()
		if !r.text.more() || r.text.piece[0] != '{' {
			return false
		}
		r.text.next()
		if !h.find(name) {
			return false
		}
	}
	r.text.blank()
	if !r.text.more() || r.text.piece[0] != '[' {
		return false
	}
	r.text.next()
	return true
}

// find goes to the value of one member of an object that has been entered.
func (h *holder) find(name string) bool {
	for {
		h.blank()
		key, ok := h.key()
		if !ok {
			return false
		}
		if key == name {
			return true
		}
		if !h.member(nil) {
			return false
		}
		h.blank()
		if !h.more() || h.piece[0] != ',' {
			return false
		}
		h.next()
	}
}

// leave holds what stands behind the array to being complete: where it is not, the array may not be either.
func (r *Reader) leave() (Record, error) {
	h := holder{text: r.text}
	for range r.form.Path {
		if !h.others(nil) {
			return r.rest(r.ordinal+1, r.text.line, nil, "what holds the array ends before it is complete"), nil
		}
	}
	r.text.blank()
	if r.text.more() {
		return r.rest(r.ordinal+1, r.text.line, nil, "something stands behind the end"), nil
	}
	return Record{}, io.EOF
}
