package source_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/contactsync/contactsync/importer/source"
)

// TestEncodingNames takes the usual names of encodings, and writes and reads a text in each.
func TestEncodingNames(t *testing.T) {
	t.Parallel()
	tests := map[string][]string{
		"windows-1252": {"cp1252", "1252", "windows1252", "ANSI", "x-cp1252"},
		"iso-8859-1":   {"latin1", "latin-1", "ISO_8859-1", "l1"},
		"iso-8859-9":   {"latin5", "ISO 8859-9"},
		"windows-1254": {"cp1254", "1254"},
		"cp850":        {"850", "ibm850", "CP850", "ibm-code-page-850"},
		"cp866":        {"866", "ibm866", "csIBM866"},
		"koi8-u":       {"KOI8-U", "koi8u"},
		"windows-874":  {"tis-620", "iso-8859-11", "874"},
		"shift_jis":    {"Shift-JIS", "sjis", "cp932", "windows-31j", "MS_Kanji"},
		"euc-jp":       {"EUC-JP", "x-euc-jp"},
		"iso-2022-jp":  {"ISO-2022-JP", "csISO2022JP"},
		"euc-kr":       {"EUC-KR", "cp949", "ks_c_5601-1987", "uhc"},
		"gbk":          {"gbk", "GB2312", "cp936", "936"},
		"gb18030":      {"GB18030"},
		"big5":         {"Big5", "big5-hkscs", "cp950"},
		"hz-gb-2312":   {"HZ-GB-2312"},
	}
	for name, aliases := range tests {
		for _, alias := range append(slices.Clone(aliases), name) {
			in := open(t, string(encode(t, "Name;City\nAnn;Ulm\n", name)), source.Options{Encoding: alias})
			if got := in.Detected(); got.Encoding != name || !got.EncodingTold {
				t.Errorf("%s is taken for %q, want %q", alias, got.Encoding, name)
			}
		}
	}
	for _, unknown := range []string{"klingon", "iso-2022-kr", "replacement", "utf-7"} {
		if _, err := source.Open(fileEnv("a\nb\n"), "a.csv", source.Options{Encoding: unknown}); err == nil {
			t.Errorf("%s is taken", unknown)
		}
	}
}

// TestSeveralBytesOverBlocks has characters of several bytes at every place where a block may end.
func TestSeveralBytesOverBlocks(t *testing.T) {
	t.Parallel()
	for encoding, cell := range map[string]string{"shift_jis": "ソ能表山田", "gb18030": "㐀王丽", "euc-kr": "김민수", "iso-2022-jp": "山田", "big5": "許功蓋"} {
		for _, header := range []string{"a;b\n", "ab;b\n", "abc;b\n"} {
			data := encode(t, header+string(bytes.Repeat([]byte(cell+";\n"), 40_000)), encoding)
			for i, row := range everyRow(t, open(t, string(data), source.Options{Encoding: encoding})) {
				if row.Defect != nil || row.Cells[0] != cell || row.Line != i+2 {
					t.Fatalf("%s, %q, row %d: %+v", encoding, header, i, row)
				}
			}
		}
	}
}
