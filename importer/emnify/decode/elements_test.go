package decode

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// isObject takes an element that is JSON.
func isObject(element []byte) error {
	if !json.Valid(element) {
		return ErrNotJSON
	}
	return nil
}

// TestElements: what is an array of objects, wholly, and what is none.
func TestElements(t *testing.T) {
	t.Parallel()
	deep := func(n int) string {
		return `[{"a":` + strings.Repeat("[", n-1) + strings.Repeat("]", n-1) + `}]`
	}
	for text, want := range map[string]error{
		"[]": nil, " [ ] \n": nil, "[{}]": nil, `[{"a":"}]\"\\"} , {"b":[{"c":1}]}]`: nil, deep(maxDepth): nil,
		"": ErrNotJSON, "null": ErrNotJSON, "{}": ErrNotJSON, "[": ErrNotJSON, "[{}": ErrNotJSON, "[{},]": ErrNotJSON, "[{}{}]": ErrNotJSON,
		"[null]": ErrNotJSON, "[1]": ErrNotJSON, "[[]]": ErrNotJSON, "[]]": ErrNotJSON, "[{}] x": ErrNotJSON, "\ufeff[]": ErrNotJSON, `[{"a":"}]`: ErrNotJSON,
		`[{a}]`: ErrNotJSON, `[{]]`: ErrNotJSON, deep(maxDepth + 1): errElement, `[{"a":"` + strings.Repeat("x", maxElement) + `"}]`: errElement,
	} {
		if err := Elements(iotest.OneByteReader(strings.NewReader(text)), isObject); !errors.Is(err, want) || (err == nil) != (want == nil) {
			t.Errorf("%.60q: %v, want %v", text, err, want)
		}
	}
}

// endless gives a text again and again.
type endless struct {
	text string
	read int
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.text)
	e.read += n
	return n, nil
}

// TestElementsAreBounded: what never ends is given up soon, and little of it is held.
func TestElementsAreBounded(t *testing.T) {
	t.Parallel()
	for name, parts := range map[string][2]string{
		"a string": {`[{"name":"`, "aaaaaaaaaaaaaaaa"}, "nesting": {`[{"name":`, "[[[[[[[["}, "fields": {`[{`, `"name":"a",`},
	} {
		source := &endless{text: parts[1]}
		err := Elements(io.MultiReader(strings.NewReader(parts[0]), source), isObject)
		if !errors.Is(err, errElement) || source.read > 4*maxElement {
			t.Errorf("%s: %v after %d bytes", name, err, source.read)
		}
	}
}

// country is an element whose values come in several ways.
type country struct {
	ID   Number `json:"id"`
	Name Text   `json:"name"`
	ISO  Text   `json:"iso_code"`
}

// FuzzElements reads a list as it arrives and as a whole.
func FuzzElements(f *testing.F) {
	f.Add([]byte(`[{"id":3,"name":"Afghanistan","country_code":"93","mcc":"412","iso_code":"af"},{"id":"0","name":"ANY","iso_code":null}]`))
	f.Add([]byte(`[{}]`))
	f.Add([]byte(`[{},`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var arrived []country
		got := Elements(bytes.NewReader(body), func(text []byte) error {
			var c country
			if json.Unmarshal(text, &c) != nil {
				return ErrNotJSON
			}
			arrived = append(arrived, c)
			return nil
		})
		if errors.Is(got, errElement) {
			return // what is too large is refused whatever it is
		}
		var rows []*country
		want := json.Unmarshal(body, &rows)
		if (got == nil) != (want == nil && rows != nil && !slices.Contains(rows, nil)) {
			t.Fatalf("read as it arrives: %v; read whole: %v", got, want)
		}
		if got != nil {
			return // what had arrived by then is used by nobody
		}
		for i := range arrived {
			if arrived[i] != *rows[i] {
				t.Fatalf("row %d is %+v, want %+v", i, arrived[i], *rows[i])
			}
		}
	})
}
