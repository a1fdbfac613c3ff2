package simulator

import (
	"encoding/json"
	"testing"
)

// FuzzParseFault: what is taken can be taken again and hits by a rule; what is not is an error, never a panic.
func FuzzParseFault(f *testing.F) {
	for _, k := range kinds() {
		f.Add(k.name + "=10%")
	}
	for _, text := range []string{"lose=every:3@POST", "late=first:2/5s", "x=", "=@/", "429=after:0@ANY", "lose=1e309%", "at=at:at"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		fault, err := ParseFault(text)
		if err != nil {
			return
		}
		again, err := ParseFault(fault.String())
		if err != nil || again.schedule != fault.schedule || again.On != fault.On || again.Wait != fault.Wait {
			t.Errorf("%q: %+v, again %+v, %v", text, fault, again, err)
		}
		if fault.kind.act == nil || len(fault.targets) == 0 || fault.schedule.kind == never {
			t.Errorf("%q: taken, but it does nothing: %+v", text, fault)
		}
		for nth := 1; nth < 5; nth++ {
			_ = fault.schedule.hits(nth, 0.5)
		}
	})
}

// FuzzDecodeContact: a body that is taken is valid JSON, is read back as valid JSON, and has a type that exists.
func FuzzDecodeContact(f *testing.F) {
	for _, text := range []string{`{"type":{"id":3},"name":"A"}`, `{"type":{"id":4},"purchase_order_number":"\u0000"}`, `{`, `[]`, `{"a":1}{`,
		`{"type":{"id":1e2}}`, `{"type":{"id":3},"email":"a@b.c","country":{"id":74}}`, "{\"name\":\"\xff\"}", `{"name":"\ud800"}`} {
		f.Add([]byte(text))
	}
	x := &exchange{s: New(Options{})}
	f.Fuzz(func(t *testing.T, body []byte) {
		m, refusal := decodeContact(body)
		if (refusal == nil) != (m != nil || string(body) != "" && json.Valid(body) && len(m) == 0 && refusal == nil) {
			t.Errorf("%q: members %v and refusal %v", body, m, refusal)
		}
		if refusal != nil {
			return
		}
		if !json.Valid(body) {
			t.Errorf("%q was taken", body)
		}
		c := Contact{ID: 1}
		if len(m.apply(&c, x.knowsCountry, true)) > 0 {
			return
		}
		if _, known := typeDescription(c.Type); !known {
			t.Errorf("%q: type %d was taken", body, c.Type)
		}
		if text := x.appendContact(nil, &c, Organisation{}); !json.Valid(text) {
			t.Errorf("%q is read back as %q", body, text)
		}
	})
}
