package mapping

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/mapping/heading"
)

// maxProfile is the largest profile, in bytes, that is read.
const maxProfile = 1 << 20

// maxEntries is how many lines a profile may have, together with what commas part. No table has so many columns that are
// read; the parser looks for the second of a name among all others, which takes minutes for what fits into maxProfile.
const maxEntries = 10_000

// ProfileError is a mistake in a profile, with the place where it stands.
type ProfileError struct {
	Name         string // the file or profile, as the caller named it
	Line, Column int    // from 1; 0 if unknown
	Message      string // one lower-case clause
}

func (e *ProfileError) Error() string {
	at := ""
	if e.Line > 0 {
		at = fmt.Sprintf(", line %d, column %d", e.Line, e.Column)
	}
	return fmt.Sprintf("reading mapping profile %q%s: %s", e.Name, at, e.Message)
}

// Parse reads a profile from YAML. The name is for messages, and becomes the profile's where it has none itself. Every
// error is a *[ProfileError].
func Parse(name string, data []byte) (*Profile, error) {
	r := reader{name: name}
	root, err := r.root(data)
	if err != nil {
		return nil, err
	}
	p := &Profile{Name: name, Fields: map[contact.Field]FieldMap{}}
	if err := r.profile(root, p); err != nil {
		return nil, err
	}
	if len(p.Fields) == 0 {
		return nil, r.fail(root, "it maps no field: give at least one under fields")
	}
	return p, nil
}

// reader walks the YAML tree itself: strictness, short forms and places in errors are what a decoder does not give
// together.
type reader struct{ name string }

func (r reader) fail(n ast.Node, format string, args ...any) error {
	e := &ProfileError{Name: r.name, Message: fmt.Sprintf(format, args...)}
	switch m := n.(type) { // the token of a mapping is its first colon
	case *ast.MappingNode:
		if len(m.Values) > 0 {
			n = m.Values[0].Key
		}
	case *ast.MappingValueNode:
		n = m.Key
	}
	if n != nil {
		if t := n.GetToken(); t != nil && t.Position != nil {
			e.Line, e.Column = t.Position.Line, t.Position.Column
		}
	}
	return e
}

func (r reader) root(data []byte) (node ast.Node, err error) {
	if len(data) > maxProfile {
		return nil, r.fail(nil, "it is larger than %d bytes", maxProfile)
	}
	if !utf8.Valid(data) {
		return nil, r.fail(nil, "it is not UTF-8")
	}
	if line := tooDeep(data); line > 0 {
		return nil, &ProfileError{Name: r.name, Line: line, Column: 1, Message: fmt.Sprintf("it is nested deeper than %d levels", maxNesting)}
	}
	if bytes.Count(data, []byte("\n"))+bytes.Count(data, []byte(",")) > maxEntries {
		return nil, r.fail(nil, "it has more than %d lines, or entries of lists", maxEntries)
	}
	defer func() { // the parser has been seen to panic on damaged input
		if p := recover(); p != nil {
			node, err = nil, r.fail(nil, "it is not YAML that can be read")
		}
	}()
	file, err := parser.ParseBytes([]byte(strings.TrimPrefix(string(data), "\ufeff")), 0)
	if err != nil {
		return nil, r.syntax(err)
	}
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		if node != nil {
			return nil, r.fail(doc.Body, "it holds more than one YAML document")
		}
		node = doc.Body
	}
	if node == nil {
		return nil, r.fail(nil, "it is empty")
	}
	return node, nil
}

// syntax turns the parser's error into ours.
func (r reader) syntax(err error) error {
	out := &ProfileError{Name: r.name, Message: "it is not valid YAML"}
	var y yaml.Error
	if errors.As(err, &y) {
		out.Message = "not valid YAML: " + quoteless(y.GetMessage())
		if t := y.GetToken(); t != nil && t.Position != nil {
			out.Line, out.Column = t.Position.Line, t.Position.Column
		}
	}
	return out
}

// entries calls do for each key of a mapping, refusing a key that is there twice.
func (r reader) entries(n ast.Node, what string, do func(key string, keyNode, value ast.Node) error) error {
	var pairs []*ast.MappingValueNode
	switch m := n.(type) {
	case *ast.MappingNode:
		pairs = m.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{m}
	default:
		return r.fail(n, "%s must be keys with values, not %s", what, describe(n))
	}
	seen := map[string]bool{}
	for _, pair := range pairs {
		key, err := r.text(pair.Key, "a key")
		if err != nil {
			return err
		}
		if seen[key] {
			return r.fail(pair.Key, "%q is there twice", key)
		}
		seen[key] = true
		if err := do(key, pair.Key, pair.Value); err != nil {
			return err
		}
	}
	return nil
}

func (r reader) profile(n ast.Node, p *Profile) error {
	if isMapping(n) && !r.isProfile(n) {
		return r.fail(n, "it is no mapping profile: it has none of the keys %s", profileKeys)
	}
	return r.entries(n, "a profile", func(key string, at, v ast.Node) (err error) {
		switch key {
		case "name":
			var own string
			if own, err = r.text(v, "name"); own != "" {
				p.Name = own
			}
		case "fields":
			err = r.fields(v, p)
		case "ignore":
			p.Ignore, err = r.list(v, "ignore")
		case "detect":
			p.Detect, err = r.list(v, "detect")
		case "defaults":
			err = r.defaults(v, &p.Defaults)
		case "partial":
			p.Partial, err = r.flag(v, "partial")
		case "exclusive":
			p.Exclusive, err = r.flag(v, "exclusive")
		default:
			return r.fail(at, "%q is no key of a profile; it has %s", key, profileKeys)
		}
		return err
	})
}

func (r reader) fields(n ast.Node, p *Profile) error {
	return r.entries(n, "fields", func(key string, at, v ast.Node) error {
		f := contact.Field(key)
		if !slices.Contains(contact.Fields(), f) {
			return r.fail(at, "%q is no field; the fields are %s", key, fieldNames())
		}
		fm, err := r.field(key, v)
		if err != nil {
			return err
		}
		p.Fields[f] = fm
		return nil
	})
}

func (r reader) field(name string, n ast.Node) (FieldMap, error) {
	fm := FieldMap{Join: " ", Confidence: 1, Why: "profile"}
	var err error
	if !isMapping(n) {
		fm.Columns, err = r.list(n, name)
		if err == nil && len(fm.Columns) == 0 {
			err = r.fail(n, "%s has no columns", name)
		}
		return fm, err
	}
	err = r.entries(n, name, func(key string, at, v ast.Node) (err error) {
		switch key {
		case "columns":
			fm.Columns, err = r.list(v, "columns")
		case "join":
			fm.Join, err = r.text(v, "join")
		case "fallback":
			fm.Fallback, err = r.list(v, "fallback")
		case "constant":
			fm.Constant, err = r.text(v, "constant")
		case "default":
			fm.Default, err = r.text(v, "default")
		case "values":
			fm.Values, err = r.values(v)
		default:
			return r.fail(at, "%q is no key of a field; it has columns, join, fallback, constant, values and default", key)
		}
		return err
	})
	if err != nil {
		return fm, err
	}
	if len(fm.Columns) == 0 {
		fm.Join = " "
	}
	switch {
	case fm.Constant != "" && (len(fm.Columns) > 0 || len(fm.Fallback) > 0 || fm.Default != "" || len(fm.Values) > 0):
		return fm, r.fail(n, "%s has a constant, which excludes columns, fallback, values and default", name)
	case fm.Constant == "" && len(fm.Columns) == 0 && len(fm.Fallback) == 0 && fm.Default == "":
		return fm, r.fail(n, "%s has neither columns nor a fallback, a constant or a default", name)
	}
	return fm, nil
}

func (r reader) values(n ast.Node) (map[string]string, error) {
	out := map[string]string{}
	err := r.entries(n, "values", func(key string, at, v ast.Node) error {
		to, err := r.text(v, "a value")
		if err != nil {
			return err
		}
		folded := heading.Fold(key)
		if _, twice := out[folded]; twice {
			return r.fail(at, "%q is there twice: case and outer blanks do not count", key)
		}
		out[folded] = to
		return nil
	})
	if len(out) == 0 {
		out = nil
	}
	return out, err
}

func (r reader) defaults(n ast.Node, d *Defaults) error {
	return r.entries(n, "defaults", func(key string, at, v ast.Node) (err error) {
		switch key {
		case "type":
			d.Type, err = r.text(v, "type")
		case "country":
			d.Country, err = r.text(v, "country")
		case "match_on":
			d.MatchOn, err = r.list(v, "match_on")
		default:
			return r.fail(at, "%q is no key of defaults; it has type, country and match_on", key)
		}
		return err
	})
}

func (r reader) flag(n ast.Node, what string) (bool, error) {
	b, ok := n.(*ast.BoolNode)
	if !ok {
		return false, r.fail(n, "%s must be true or false, not %s", what, describe(n))
	}
	return b.Value, nil
}

// list reads a list of texts, or one text as a list of one.
func (r reader) list(n ast.Node, what string) ([]string, error) {
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		s, err := r.text(n, what)
		if err == nil && s == "" {
			err = r.fail(n, "%s is empty", what)
		}
		return []string{s}, err
	}
	var out []string
	for _, item := range seq.Values {
		s, err := r.text(item, "an item of "+what)
		if err != nil {
			return nil, err
		}
		if s == "" {
			return nil, r.fail(item, "%s has an empty item", what)
		}
		if slices.Contains(out, s) {
			return nil, r.fail(item, "%s has %q twice", what, s)
		}
		out = append(out, s)
	}
	return out, nil
}

// text reads a scalar as it is written: a column may be called 2024, and a country NO.
func (r reader) text(n ast.Node, what string) (string, error) {
	switch v := n.(type) {
	case *ast.StringNode:
		return v.Value, nil
	case *ast.LiteralNode:
		return v.Value.Value, nil
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, nil
	case *ast.MappingKeyNode:
		return r.text(v.Value, what)
	}
	return "", r.fail(n, "%s must be a text, not %s", what, describe(n))
}

func isMapping(n ast.Node) bool {
	switch n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return true
	}
	return false
}

func describe(n ast.Node) string {
	switch n.(type) {
	case nil, *ast.NullNode:
		return "nothing"
	case *ast.MappingNode, *ast.MappingValueNode:
		return "keys with values"
	case *ast.SequenceNode:
		return "a list"
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode, *ast.MergeKeyNode:
		return "an anchor, an alias or a tag, which profiles do not have"
	case *ast.BoolNode:
		return "true or false"
	}
	return "a text"
}

func fieldNames() string {
	var names []string
	for _, f := range contact.Fields() {
		names = append(names, string(f))
	}
	return strings.Join(names, ", ")
}
