package decode

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
)

// ErrNotJSON says that an answer is something else than what was asked for.
var ErrNotJSON = errors.New("the answer is not the JSON that was asked for")

// Number is a whole number that may come as a text too, as "276", and is 0 where it is null or nonsense.
type Number int64

// UnmarshalJSON reads any JSON value.
func (n *Number) UnmarshalJSON(raw []byte) error {
	*n = 0
	s := strings.TrimSpace(strings.Trim(string(raw), `"`))
	if i, err := strconv.ParseInt(s, 10, 64); err == nil {
		*n = Number(i)
		return nil
	}
	// 1.7e9 is a whole number too, up to where a float still tells neighbours apart.
	if f, err := strconv.ParseFloat(s, 64); err == nil && f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		*n = Number(f)
	}
	return nil
}

// Text is a text that may be null, or come as a number; what is neither is empty.
type Text string

// UnmarshalJSON reads any JSON value.
func (t *Text) UnmarshalJSON(raw []byte) error {
	raw = bytes.TrimSpace(raw)
	*t = ""
	switch {
	case len(raw) == 0, raw[0] == 'n', raw[0] == '{', raw[0] == '[':
	case raw[0] == '"':
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			return err
		}
		*t = Text(s)
	default:
		*t = Text(raw)
	}
	return nil
}

// Ref is a reference to something that has a number and a name: {"id":1,"description":"..."}, a bare number or name,
// or null.
type Ref struct {
	ID   Number
	Name Text
}

// UnmarshalJSON reads any JSON value.
func (r *Ref) UnmarshalJSON(raw []byte) error {
	*r = Ref{}
	raw = bytes.TrimSpace(raw)
	switch {
	case len(raw) == 0 || raw[0] == 'n':
	case raw[0] == '{':
		var object struct {
			ID          Number `json:"id"`
			Name        Text   `json:"name"`
			Description Text   `json:"description"`
		}
		if err := json.Unmarshal(raw, &object); err != nil {
			return err
		}
		r.ID, r.Name = object.ID, object.Description
		if r.Name == "" {
			r.Name = object.Name
		}
	default:
		if err := r.ID.UnmarshalJSON(raw); err != nil {
			return err
		}
		if r.ID == 0 {
			return r.Name.UnmarshalJSON(raw)
		}
	}
	return nil
}
