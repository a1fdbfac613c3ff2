package mapping

import (
	"strings"
	"testing"
)

// TestForeignFilesAreNotTold shows that a file which is no profile is refused without anything of what it holds.
func TestForeignFilesAreNotTold(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"root:$6$SECRET$abc:19000:0:99999:7:::\ndaemon:*:1:0\n", "SECRET.a.b\n", "SECRET: x\nother: y\n", "- SECRET\n", "\"SECRET\n",
		"SECRET: [a, b\n", "{SECRET", "SECRET: a: b\n", "%SECRET\n", "%YAML SECRET\n---\na: b\n", "&SECRET\n", "*SECRET\n", "!SECRET x\n",
		"a: *SECRET\n", "SECRET\tx: y\n", "SECRET: 1\nSECRET: 2\n", "? SECRET\n: b\n", "@SECRET", "'SECRET", "SECRET: |\nfoo\n", "<<: SECRET",
		"\x01SECRET: y", "-----BEGIN PRIVATE KEY-----\nSECRET\n", "a=SECRET\n[x]\nfoo: bar", `{"SECRET": 1}`, `["SECRET"]`, "a: \"\\SECRET\"\n",
		"a: !!SECRET\n", "--- SECRET\n--- SECRET\n",
	} {
		_, err := Parse("file", []byte(text))
		if err == nil || strings.Contains(err.Error(), "SECRET") || strings.Contains(err.Error(), "$6$") {
			t.Errorf("%q: %v", text, err)
		}
	}
	for text, want := range map[string]string{
		"fields: {name: A}\nfeilds: {}\n":                   `"feilds" is no key`,
		"fields:\n  nome: A\n":                              `"nome" is no field`,
		"fields:\n  name: A\nfields:\n  email: B\n":         `mapping key "fields" already defined`,
		"fields:\n  name: A\n  name: B\n":                   `mapping key "name" already defined`,
		"other: x\n":                                        "it is no mapping profile: it has none of the keys name, fields",
		"fields:\n  name: A\n  email: \"a\\qb\"\nx: \"\"\n": "unknown escape character",
	} {
		if _, err := Parse("file", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
