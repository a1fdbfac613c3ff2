package source

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/contactsync/contactsync/importer/source/csv"
	"github.com/contactsync/contactsync/importer/source/json"
	"github.com/contactsync/contactsync/importer/source/spool"
)

// objects are the records of an input in JSON, as a table: a column for each path at which any of them has a value.
type objects struct {
	form  json.Form
	paths []string       // in the order in which they come first
	at    map[string]int // their columns
	texts []bool         // whether a column has more than true and false
}

func (o *objects) detected(in *Input) Detected {
	d := Detected{Format: formatJSONLines, Encoding: in.text.Name, BOM: in.text.Mark > 0, EncodingTold: in.told.Encoding != ""}
	if o.form.Layout == json.Array {
		d.Format = formatJSON
	}
	return d
}

// detectObjects finds the objects of an input, and looks through all of them for their columns.
func (in *Input) detectObjects(head string, whole bool) error {
	form, err := in.findObjects(head, whole)
	if err != nil {
		return err
	}
	in.objects = &objects{form: form, at: map[string]int{}}
	in.text.Former = nil // there were no such inputs
	all, usable, err := in.collectColumns()
	if err != nil {
		return err
	}
	if all == 0 {
		if in.empty = in.told.AllowEmpty; in.empty {
			return nil
		}
		return in.unusable("there is no object in the JSON", "check the export's filter; "+fixEmpty)
	}
	if usable == 0 {
		return in.unusable("there is no object in the JSON that could be a contact",
			"give an array of objects, an object that holds one such array, or one object a line")
	}
	in.header = nameColumns(in.objects.paths)
	return nil
}

func (in *Input) findObjects(head string, whole bool) (json.Form, error) {
	if in.told.Format == formatJSONLines && !json.Looks(head) {
		return json.Form{}, in.unusable("it is not JSON Lines: it does not begin with an object", "look at its first line, or leave --format away")
	}
	pass, err := in.file.Pass()
	if err != nil {
		return json.Form{}, err
	}
	form, err := json.Find(in.decoded(pass), head, whole)
	var wrong *json.FormError
	if errors.As(err, &wrong) {
		err = &FormatError{File: in.name, Line: wrong.Line, Message: wrong.Message, Fix: wrong.Fix}
	}
	if err != nil {
		return form, joinClose(err, pass.Close)
	}
	if err := pass.Close(); err != nil {
		return form, err
	}
	lines := form.Layout != json.Array
	switch {
	case in.told.Format == formatJSON && lines:
		return form, in.unusable("it holds no array of objects, but one object or several", "give --format jsonl, or leave --format away")
	case in.told.Format == formatJSONLines && !lines && len(form.Path) == 0:
		return form, in.unusable("it is an array, and not one object after the other", "give --format json, or leave --format away")
	case in.told.Format == formatJSONLines && !lines:
		return json.Form{Layout: json.Values}, nil // one contact, that has a list of something
	}
	return form, nil
}

// collectColumns reads all records once. It returns how many there are, and how many can be used.
func (in *Input) collectColumns() (all, usable int, err error) {
	o := in.objects
	var unknown []string // of the record that is being read
	texts := map[string]bool{}
	r, err := in.passObjects(func(path []byte, _ string, kind json.Kind) {
		if _, known := o.at[string(path)]; !known {
			unknown = append(unknown, string(path))
		}
		if kind >= json.Number && !texts[string(path)] {
			texts[string(path)] = true
		}
	})
	if err != nil {
		return 0, 0, err
	}
	for {
		rec, err := r.records.Next()
		if errors.Is(err, io.EOF) {
			o.noteTexts(texts)
			return all, usable, r.Close()
		}
		if err == nil && rec.Fault == json.NoFault {
			usable++
			if err = o.add(unknown); err != nil {
				err = in.unusable(err.Error(), "export fewer of them: what is no contact's has no place")
			}
		}
		unknown = unknown[:0]
		if err != nil {
			return 0, 0, joinClose(err, r.Close)
		}
		all++
	}
}

// noteTexts notes which columns have more than true and false: texts at that path, or an array or object in other records.
func (o *objects) noteTexts(texts map[string]bool) {
	for _, path := range o.paths {
		for i := range len(path) {
			if path[i] == '.' {
				texts[path[:i]] = true
			}
		}
	}
	for _, path := range o.paths {
		o.texts = append(o.texts, texts[path])
	}
}

// add takes paths for columns.
func (o *objects) add(paths []string) error {
	for _, path := range paths {
		if len(o.paths) == maxColumns {
			return fmt.Errorf("the objects have values at more than %d different paths", maxColumns)
		}
		o.at[path] = len(o.paths)
		o.paths = append(o.paths, path)
	}
	return nil
}

// objectReader is a pass over the rows of JSON.
type objectReader struct {
	in      *Input
	pass    *spool.Pass
	records *json.Reader
	cells   []string // of the record that is being read
	rows    int
	err     error
}

// passObjects starts a pass in which cell sees each value.
func (in *Input) passObjects(cell json.Cell) (*objectReader, error) {
	pass, err := in.file.Pass()
	if err != nil {
		return nil, err
	}
	return &objectReader{in: in, pass: pass, records: json.NewReader(in.decoded(pass), in.objects.form, cell)}, nil
}

func (in *Input) readObjects() (*objectReader, error) {
	var r *objectReader
	r, err := in.passObjects(func(path []byte, text string, kind json.Kind) {
		column, ok := in.objects.at[string(path)]
		if !ok || kind == json.Bool && text == "false" && in.objects.texts[column] {
			return // where others have a text, false is how a system without null says that there is none
		}
		r.cells[column] = text
	})
	return r, err
}

// Next implements [Reader].
func (r *objectReader) Next() (Row, error) {
	if r.err != nil {
		return Row{}, r.err
	}
	r.cells = make([]string, len(r.in.header))
	rec, err := r.records.Next()
	if err != nil {
		r.err = err
		if errors.Is(err, io.EOF) && !r.in.complete {
			r.in.complete, r.in.rows = true, r.rows
		}
		return Row{}, err
	}
	r.rows++
	row := Row{Number: r.rows, Line: rec.Line, Cells: r.cells}
	if row.Defect = r.defect(&rec); row.Defect != nil {
		row.Raw = shown(rec.Raw)
		if rec.Fault != json.NoFault {
			row.Cells = nil
		}
	}
	return row, nil
}

// shown is a record's text as rejects have it: all of it in one cell, in a form that no contact's first cell has.
func shown(raw []byte) string {
	text := clip(string(raw))
	if !strings.ContainsAny(text, "\"\n") {
		text += "\n"
	}
	return text
}

// defect tells what is wrong with a record.
func (r *objectReader) defect(rec *json.Record) *Defect {
	switch rec.Fault {
	case json.NoFault:
	case json.TooLong:
		return &Defect{Code: CodeRowTooLong, Message: rec.Message, Fix: rec.Fix}
	case json.Broken, json.NotObject, json.Rest:
		return &Defect{Code: CodeJSON, Message: rec.Message, Fix: rec.Fix}
	}
	if !r.in.text.Sound && r.in.text.Wrong(string(rec.Raw)) {
		return &Defect{Code: CodeEncoding, Column: 1 + slices.IndexFunc(r.cells, func(c string) bool { return strings.ContainsRune(c, utf8.RuneError) }),
			Message: fmt.Sprintf("the object has bytes that mean nothing in %s", r.in.text.Name),
			Fix:     "correct the characters, or give the file's encoding with --encoding"}
	}
	if len(rec.Raw) <= csv.MaxCell {
		return nil
	}
	for i, c := range r.cells {
		if len(c) > csv.MaxCell && r.in.isUsed(i) {
			return &Defect{Code: CodeCellTooLong, Column: i + 1,
				Message: fmt.Sprintf("the value of %q has %d bytes; %d is the most that is read", r.in.header[i], len(c), csv.MaxCell), Fix: "shorten it"}
		}
	}
	return nil
}

// Close implements [Reader].
func (r *objectReader) Close() error {
	if r.err == nil {
		r.err = errClosed
	}
	return r.pass.Close()
}
