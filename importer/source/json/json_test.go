package json_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	_ "github.com/contactsync/contactsync/importer/rapidseed"
	jsonsource "github.com/contactsync/contactsync/importer/source/json"
)

// fed gives a text in pieces of so many bytes.
func fed(text string, piece int) jsonsource.Feed {
	return func() ([]byte, error) {
		if text == "" {
			return nil, io.EOF
		}
		n := min(piece, len(text))
		p := text[:n]
		text = text[n:]
		return []byte(p), nil
	}
}

// read is what a text holds, one line a record: where it stands, and its cells or what is wrong with it.
func read(t testing.TB, text string, piece int) (jsonsource.Form, []string) {
	t.Helper()
	form, err := jsonsource.Find(fed(text, piece), text, true)
	if err != nil {
		return form, []string{"refused: " + err.Error()}
	}
	var cells, out []string
	r := jsonsource.NewReader(fed(text, piece), form, func(path []byte, text string, _ jsonsource.Kind) {
		cells = append(cells, string(path)+"="+text)
	})
	for {
		cells = nil
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			return form, out
		}
		if err != nil {
			t.Fatal(err)
		}
		line := fmt.Sprintf("%d: %s", rec.Line, strings.Join(cells, " "))
		if rec.Fault != jsonsource.NoFault {
			line = fmt.Sprintf("%d: fault %d: %s", rec.Line, rec.Fault, rec.Message)
		}
		out = append(out, line)
	}
}

func TestRead(t *testing.T) {
	t.Parallel()
	const (
		broken    = jsonsource.Broken
		notObject = jsonsource.NotObject
		tooLong   = jsonsource.TooLong
		rest      = jsonsource.Rest
	)
	fault := func(line int, f jsonsource.Fault, text string) string {
		return fmt.Sprintf("%d: fault %d: %s", line, f, text)
	}
	cut := func(line, at int, why string) string {
		return fault(line, rest, fmt.Sprintf("the JSON is broken in line %d, and what stands from there on was not read: %s", at, why))
	}
	long := strings.Repeat("x", jsonsource.MaxRecord)
	deep := strings.Repeat(`{"a":`, 70) + "1" + strings.Repeat("}", 70)
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"an array":                          {`[{"a":1,"b":"x"},{"b":null,"c":true}]`, []string{"1: a=1 b=x", "2: b= c=true"}},
		"blanks everywhere":                 {" \r\n[ { \"a\" :\t1 }\n,\n{ } ]\n\n", []string{"1: a=1", "2: "}},
		"a byte order mark is not for here": {"{\"a\":1}\n{\"a\":2}\n", []string{"1: a=1", "2: a=2"}},
		"nested":                            {`[{"a":{"b":{"c":"d"}},"e":[1,[2],{"f":3}]}]`, []string{"1: a.b.c=d e.0=1 e.1.0=2 e.2.f=3"}},
		"names with dots and backslashes":   {`[{"a.b":1,"c\\d":{"e":2},"":3}]`, []string{`1: a\.b=1 c\\d.e=2 =3`}},
		"digits stay":                       {`[{"a":012345678901234567890}]`, []string{cut(1, 1, "invalid character '1' after object key:value pair")}},
		"long numbers stay":                 {`[{"a":12345678901234567890,"b":1.50,"c":-0,"d":4.9E+10}]`, []string{"1: a=12345678901234567890 b=1.50 c=-0 d=4.9E+10"}},
		"escapes":                           {`[{"a":"\u00e4\n\"\\\/","b":"\ud83d\ude00"}]`, []string{"1: a=ä\n\"\\/ b=😀"}},
		"brackets and quotes in texts":      {`[{"a":"}]\"{["},{"a":"\\"}]`, []string{`1: a=}]"{[`, `2: a=\`}},
		"an object that holds the array":    {`{"n":{"m":[1,2]},"data":{"rows":[{"a":1},{"a":2}]},"more":false}`, []string{"1: a=1", "2: a=2"}},
		"two arrays": {`{"a":[{"x":1}],"b":{"c":[{"x":1}]}}`,
			[]string{`refused: the object holds several arrays of objects: "a", "b.c"`}},
		"an array of numbers is none to choose": {`{"a":[1],"b":[{"x":1}]}`, []string{"1: x=1"}},
		"one object":                            {`{"a":1,"b":[1,2]}`, []string{"1: a=1 b.0=1 b.1=2"}},
		"objects over several lines":            {"{\n\"a\":1\n}\n{\n\"a\":2\n}\n", []string{"1: a=1", "4: a=2"}},
		"a text sequence":                       {"\x1e{\"a\":1}\n\x1e{\"a\":2}\n", []string{"1: a=1", "2: a=2"}},
		"lines, some of them blank":             {"{\"a\":1}\n\n \n{\"a\":2}", []string{"1: a=1", "4: a=2"}},
		"lines that end with CR LF":             {"{\"a\":1}\r\n{\"a\":2}\r\n", []string{"1: a=1", "2: a=2"}},
		"a broken line costs itself": {"{\"a\":1}\n{\"a\":\"2}\n{\"a\":3}\n{\"a\":4",
			[]string{"1: a=1", fault(2, broken, "the line is no JSON: it ends before it is complete"), "3: a=3", fault(4, broken, "the line is no JSON: it ends before it is complete")}},
		"the first line is broken": {"{\"a\":1,}\n{\"a\":2}\n{\"a\":3}\n",
			[]string{fault(1, broken, "the line is no JSON: invalid character '}' looking for beginning of object key string"), "2: a=2", "3: a=3"}},
		"something behind an object": {"{\"a\":1}\n{\"a\":2} {\"a\":3}\n{\"a\":4}\n", []string{"1: a=1", fault(2, broken, "the line is no JSON: invalid character '{' after top-level value"), "3: a=4"}},
		"values that are no objects": {`[1,"x",null,[{"a":1}],{"a":2}]`,
			[]string{fault(1, notObject, "it is no object"), fault(2, notObject, "it is no object"), fault(3, notObject, "it is no object"), fault(4, notObject, "it is no object"), "5: a=2"}},
		"a name that stands twice": {`[{"a":{"b":1},"a":{"c":2}},{"a":3}]`, []string{fault(1, broken, `the member "a" stands twice in one object`), "2: a=3"}},
		"nested too deep":          {"[" + deep + `,{"a":1}]`, []string{fault(1, broken, "its values are nested deeper than 64 levels"), "2: a=1"}},
		"too long":                 {`[{"a":"` + long + `"},{"a":1}]`, []string{fault(1, tooLong, "the object is longer than 1048576 bytes"), "2: a=1"}},
		"a line that is too long":  {"{\"a\":1}\n{\"a\":\"" + long + "\"}\n{\"a\":2}\n", []string{"1: a=1", fault(2, tooLong, "the object is longer than 1048576 bytes"), "3: a=2"}},
		"an array that is cut":     {`[{"a":1},{"a":2`, []string{"1: a=1", cut(2, 1, "it ends before it is complete")}},
		"one that is cut between":  {"[{\"a\":1}\n", []string{"1: a=1", cut(2, 2, "the array ends before it is complete")}},
		"one that is cut in what holds it": {"{\"x\":[\n{\"a\":1}\n,{\"a\":2}],\n\"y\"",
			[]string{`refused: the JSON is broken here`}},
		"one that is held, and cut":         {"{\"x\":[\n{\"a\":1}\n,{\"a\":2", []string{"1: a=1", cut(2, 3, "it ends before it is complete")}},
		"an array that is broken":           {`[{"a":1},{"a" 2},{"a":3}]`, []string{"1: a=1", cut(2, 1, "invalid character '2' after object key")}},
		"a line within an object is broken": {"[{\"a\":1},\n{\n\"a\": 2\n\"b\": 3}]", []string{"1: a=1", cut(2, 4, "invalid character '\"' after object key:value pair")}},
		"a comma is missing":                {"[{\"a\":1}\n{\"a\":2}]", []string{"1: a=1", cut(2, 2, "the element is not followed by a comma")}},
		"a comma too many":                  {`[{"a":1},,{"a":2}]`, []string{"1: a=1", cut(2, 1, "a value is missing")}},
		"a comma at the end says nothing":   {`[{"a":1},]`, []string{"1: a=1"}},
		"something behind the array":        {"[{\"a\":1}]\nx", []string{"1: a=1", cut(2, 2, "something stands behind the end")}},
		"an array twice":                    {"[{\"a\":1}]\n[{\"a\":2}]", []string{"1: a=1", cut(2, 2, "something stands behind the end")}},
		"a quote that is never closed":      {`[{"a":"x},{"a":"y"}]`, []string{cut(1, 1, "it ends before it is complete")}},
		"an empty array":                    {"[]", nil},
		"brackets of two kinds":             {`[{"a":[1}],{"a":2}]`, []string{cut(1, 1, "invalid character '}' after array element")}},
		"objects one after the other, cut":  {"{\n\"a\":1\n}\n{\n\"a\":", []string{"1: a=1", cut(4, 4, "it ends before it is complete")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, piece := range []int{1 << 20, 7, 1} {
				if piece == 1 && len(c.text) > 1<<16 {
					continue
				}
				if _, got := read(t, c.text, piece); !slices.Equal(got, c.want) {
					t.Errorf("in pieces of %d bytes:\n%s\nshould be:\n%s", piece, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
				}
			}
		})
	}
}

func TestLooks(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		`{"a":1}`: true, "[\n {": true, " \n{ \"": true, "\uFEFF[{": true, "{}": true, "[]": true, `["a"]`: true, "[[1]]": true, "\x1e{\"a\":1}": true,
		"": false, "{": false, "[Name],[Email]": false, "{name},{email}": false, "a,b": false, "[1]": false, "{'a': 1}": false,
	} {
		if got := jsonsource.Looks(text); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
}

// value draws a value, and gives its text with blanks in any place.
func value(t *rapid.T, depth int) string {
	blank := func() string { return rapid.SampledFrom([]string{"", "", " ", "\t"}).Draw(t, "blank") }
	kinds := 4
	if depth > 0 {
		kinds = 6
	}
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 0:
		data, _ := json.Marshal(rapid.String().Draw(t, "text"))
		return string(data)
	case 1:
		return rapid.SampledFrom([]string{"0", "-1", "1.50", "1e9", "12345678901234567890"}).Draw(t, "number")
	case 2:
		return "null"
	case 3:
		return "false"
	case 4:
		return object(t, depth-1)
	}
	var parts []string
	for range rapid.IntRange(0, 3).Draw(t, "elements") {
		parts = append(parts, blank()+value(t, depth-1)+blank())
	}
	return "[" + strings.Join(parts, ",") + "]"
}

func object(t *rapid.T, depth int) string {
	names := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c.d", "", `\`, "é", "name"}), 0, 4, rapid.ID[string]).Draw(t, "names")
	var parts []string
	for _, n := range names {
		name, _ := json.Marshal(n)
		parts = append(parts, string(name)+":"+value(t, depth))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// flat is what an object's cells are, by the standard library's own reading of it.
func flat(t *rapid.T, text string) map[string]string {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	var walk func(path []string, v any)
	walk = func(path []string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for name, inner := range v {
				walk(append(slices.Clone(path), strings.NewReplacer(`\`, `\\`, ".", `\.`).Replace(name)), inner)
			}
		case []any:
			for i, inner := range v {
				walk(append(slices.Clone(path), fmt.Sprint(i)), inner)
			}
		case nil:
			out[strings.Join(path, ".")] = ""
		default:
			out[strings.Join(path, ".")] = fmt.Sprint(v)
		}
	}
	walk(nil, v)
	return out
}

// TestAnyObjects: objects come out as they went in, each once and in order, in whatever layout and pieces, and a line that is broken
// costs itself.
func TestAnyObjects(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var objects []string
		for range rapid.IntRange(2, 8).Draw(t, "objects") {
			objects = append(objects, object(t, 3))
		}
		broken := -1
		var text string
		switch rapid.IntRange(0, 2).Draw(t, "layout") {
		case 0:
			text = "[" + strings.Join(objects, rapid.SampledFrom([]string{",", " ,\n"}).Draw(t, "between")) + "]"
		case 1:
			text = `{"x":{"y":[` + strings.Join(objects, ",") + `], "z":0}}`
		default:
			lines := slices.Clone(objects)
			if len(lines) > 2 && rapid.Bool().Draw(t, "break") {
				broken = rapid.IntRange(0, len(lines)-1).Draw(t, "broken")
				lines[broken] = lines[broken][:len(lines[broken])-1]
			}
			text = strings.Join(lines, "\n") + "\n"
		}
		form, err := jsonsource.Find(fed(text, 13), text, true)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		var cells map[string]string
		r := jsonsource.NewReader(fed(text, rapid.IntRange(1, 40).Draw(t, "piece")), form, func(path []byte, text string, _ jsonsource.Kind) {
			if _, twice := cells[string(path)]; twice {
				t.Fatalf("%q twice", path)
			}
			cells[string(path)] = text
		})
		for i, o := range objects {
			cells = map[string]string{}
			rec, err := r.Next()
			if err != nil {
				t.Fatalf("object %d of %s: %v", i, text, err)
			}
			if (rec.Fault != jsonsource.NoFault) != (i == broken) {
				t.Fatalf("object %d of %s: fault %d, %s", i, text, rec.Fault, rec.Message)
			}
			if want := flat(t, o); i != broken && fmt.Sprint(cells) != fmt.Sprint(want) {
				t.Fatalf("%s: %v, should be %v", o, cells, want)
			}
		}
		if rec, err := r.Next(); !errors.Is(err, io.EOF) {
			t.Fatalf("behind the last: %+v, %v", rec, err)
		}
	})
}

// FuzzRead: whatever the text, its records are the same in whatever pieces it comes, and none is longer than may be.
func FuzzRead(f *testing.F) {
	for _, s := range []string{`[{"a":1},{"b":[1,{"c":null}]}]`, "{\"a\":1}\n{\"a\":2\n{\"a\":3}", `{"x":[{"a":1}],"y":2}`, `[{"a":"\u00`, "{\n}\n{}", `[]]`, `{"a":[{]}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		form, one := read(t, text, len(text)+1)
		again, other := read(t, text, 3)
		if fmt.Sprint(form) != fmt.Sprint(again) || !slices.Equal(one, other) {
			t.Errorf("as a whole %v %q, in pieces %v %q", form, one, again, other)
		}
	})
}
