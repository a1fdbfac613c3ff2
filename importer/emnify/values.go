package emnify

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
)

var errNotJSON = errors.New("the answer is not the JSON that was asked for")

// number is a whole number that may come as a text too, as "276", and is 0 where it is null or nonsense.
type number int64

// UnmarshalJSON reads any JSON value.
func (n *number) UnmarshalJSON(raw []byte) error {
	*n = 0
	s := strings.TrimSpace(strings.Trim(string(raw), `"`))
	if i, err := strconv.ParseInt(s, 10, 64); err == nil {
		*n = number(i)
		return nil
	}
	// 1.7e9 is a whole number too, up to where a float still tells neighbours apart.
	if f, err := strconv.ParseFloat(s, 64); err == nil && f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		*n = number(f)
	}
	return nil
}

// text is a text that may be null, or come as a number; what is neither is empty.
type text string

// UnmarshalJSON reads any JSON value.
func (t *text) UnmarshalJSON(raw []byte) error {
	raw = bytes.TrimSpace(raw)
	*t = ""
	switch {
	case len(raw) == 0, raw[0] == 'n', raw[0] == '{', raw[0] == '[':
	case raw[0] == '"':
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			return err
		}
		*t = text(s)
	default:
		*t = text(raw)
	}
	return nil
}

// ref is a reference to something that has a number and a name: {"id":1,"description":"..."}, a bare number or name,
// or null.
type ref struct {
	id   number
	name text
}

// UnmarshalJSON reads any JSON value.
func (r *ref) UnmarshalJSON(raw []byte) error {
	*r = ref{}
	raw = bytes.TrimSpace(raw)
	switch {
	case len(raw) == 0 || raw[0] == 'n':
	case raw[0] == '{':
		var object struct {
			ID          number `json:"id"`
			Name        text   `json:"name"`
			Description text   `json:"description"`
		}
		if err := json.Unmarshal(raw, &object); err != nil {
			return err
		}
		r.id, r.name = object.ID, object.Description
		if r.name == "" {
			r.name = object.Name
		}
	default:
		if err := r.id.UnmarshalJSON(raw); err != nil {
			return err
		}
		if r.id == 0 {
			return r.name.UnmarshalJSON(raw)
		}
	}
	return nil
}
