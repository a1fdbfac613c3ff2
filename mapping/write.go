package mapping

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/contactsync/contactsync/importer/contact"
)

// WriteYAML writes the profile so that [Parse] reads the same from it: fields in the order of [contact.Fields], short
// forms where nothing is lost by them.
func (p *Profile) WriteYAML(w io.Writer) error {
	doc := yaml.MapSlice{}
	put := func(key string, v any) { doc = append(doc, yaml.MapItem{Key: key, Value: v}) }
	if p.Name != "" {
		put("name", p.Name)
	}
	fields := yaml.MapSlice{}
	for _, f := range contact.Fields() {
		if fm, ok := p.Fields[f]; ok {
			fields = append(fields, yaml.MapItem{Key: string(f), Value: fm.document()})
		}
	}
	put("fields", fields)
	if len(p.Ignore) > 0 {
		put("ignore", p.Ignore)
	}
	if d := p.Defaults.document(); len(d) > 0 {
		put("defaults", d)
	}
	if p.Partial {
		put("partial", true)
	}
	if len(p.Detect) > 0 {
		put("detect", p.Detect)
	}
	if p.Exclusive {
		put("exclusive", true)
	}
	var b strings.Builder
	emit(&b, doc, "")
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("writing the mapping profile: %w", err)
	}
	return nil
}

func (fm FieldMap) document() any {
	if len(fm.Columns) > 0 && len(fm.Fallback) == 0 && len(fm.Values) == 0 && fm.Default == "" && fm.Constant == "" && fm.Join == " " {
		return fm.Columns
	}
	doc := yaml.MapSlice{}
	put := func(key string, v any) { doc = append(doc, yaml.MapItem{Key: key, Value: v}) }
	if len(fm.Columns) > 0 {
		put("columns", fm.Columns)
	}
	if len(fm.Columns) > 0 && fm.Join != " " {
		put("join", fm.Join)
	}
	if len(fm.Fallback) > 0 {
		put("fallback", fm.Fallback)
	}
	if fm.Constant != "" {
		put("constant", fm.Constant)
	}
	if len(fm.Values) > 0 {
		values := yaml.MapSlice{}
		for _, k := range sortedKeys(fm.Values) {
			values = append(values, yaml.MapItem{Key: k, Value: fm.Values[k]})
		}
		put("values", values)
	}
	if fm.Default != "" {
		put("default", fm.Default)
	}
	return doc
}

func (d Defaults) document() yaml.MapSlice {
	doc := yaml.MapSlice{}
	if d.Type != "" {
		doc = append(doc, yaml.MapItem{Key: "type", Value: d.Type})
	}
	if d.Country != "" {
		doc = append(doc, yaml.MapItem{Key: "country", Value: d.Country})
	}
	if len(d.MatchOn) > 0 {
		doc = append(doc, yaml.MapItem{Key: "match_on", Value: d.MatchOn})
	}
	return doc
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// emit writes YAML by hand: lists in one line, and quotes only where a text could be read as something else.
func emit(b *strings.Builder, doc yaml.MapSlice, indent string) {
	for _, item := range doc {
		b.WriteString(indent + scalar(item.Key.(string)) + ":")
		switch v := item.Value.(type) {
		case yaml.MapSlice:
			b.WriteByte('\n')
			emit(b, v, indent+"  ")
		case []string:
			quoted := make([]string, len(v))
			for i, s := range v {
				quoted[i] = scalar(s)
			}
			b.WriteString(" [" + strings.Join(quoted, ", ") + "]\n")
		case bool:
			fmt.Fprintf(b, " %t\n", v)
		case string:
			b.WriteString(" " + scalar(v) + "\n")
		}
	}
}

// plainScalar is a text that YAML, in any version, reads as that text.
var plainScalar = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*([ /.-]+[A-Za-z0-9_]+)*$`)

func scalar(s string) string {
	if plainScalar.MatchString(s) {
		switch strings.ToLower(s) {
		case "y", "n", "yes", "no", "true", "false", "on", "off", "null", "nan", "inf":
		default:
			return s
		}
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case r < ' ' || (r >= 0x7f && r < 0xa0) || r == 0x2028 || r == 0x2029 || r == 0xfeff:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
