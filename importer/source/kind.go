package source

import (
	"bytes"
	"strings"

	"github.com/contactsync/contactsync/importer/source/charset"
)

// notText recognises what is no table of text at all, by how such files begin. It answers with what it looks like and
// what to do, or with empty texts.
func notText(head []byte) (looks, fix string) {
	const saveAs = "open it in the program that made it and save it as CSV (UTF-8)"
	magic := []struct{ prefix, looks, fix string }{
		{"\xD0\xCF\x11\xE0", "an old Excel workbook (.xls), or one with a password", saveAs},
		{"%PDF", "a PDF document", "export the contacts as CSV instead"},
		{"\x1F\x8B", "a gzip archive", "unpack it first (gunzip), or pipe it: gunzip -c FILE | contactsync import -"},
		{"7z\xBC\xAF", "a 7-Zip archive", "unpack it first"},
		{"Rar!", "a RAR archive", "unpack it first"},
		{"BZh", "a bzip2 archive", "unpack it first"},
		{"\xFD7zXZ", "an xz archive", "unpack it first"},
		{"\x28\xB5\x2F\xFD", "a zstd archive", "unpack it first"},
		{"SQLite format 3", "an SQLite database", "export its table as CSV"},
		{"{\\rtf", "a rich text document", "export the contacts as CSV instead"},
		{"\x89PNG", "a PNG image", "export the contacts as CSV instead"},
		{"\xFF\xD8\xFF", "a JPEG image", "export the contacts as CSV instead"},
		{"PAR1", "a Parquet file", "export its table as CSV"},
		{"\xFF\xFE\x00\x00", "text in UTF-32", "save it as CSV (UTF-8)"},
		{"\x00\x00\xFE\xFF", "text in UTF-32", "save it as CSV (UTF-8)"},
	}
	for _, m := range magic {
		if bytes.HasPrefix(head, []byte(m.prefix)) {
			return m.looks, m.fix
		}
	}
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06")) {
		part := head[:min(len(head), 64<<10)]
		switch {
		case bytes.Contains(part, []byte("xl/")) || bytes.Contains(part, []byte("[Content_Types].xml")):
			return "an Excel workbook (.xlsx)", saveAs
		case bytes.Contains(part, []byte("opendocument.spreadsheet")):
			return "a LibreOffice spreadsheet (.ods)", saveAs
		}
		return "a ZIP archive", "unpack it first"
	}
	return "", ""
}

// notTable recognises, from decoded text, other things than a table.
func notTable(text string) (looks, fix string) {
	start := strings.TrimLeft(text[:min(len(text), 4096)], " \t\r\n\uFEFF")
	lower := strings.ToLower(start[:min(len(start), 512)])
	switch {
	case strings.HasPrefix(lower, "<!doctype html"), strings.HasPrefix(lower, "<html"), strings.HasPrefix(lower, "<table"),
		strings.HasPrefix(lower, "<meta"), strings.HasPrefix(lower, "<style"), strings.HasPrefix(lower, "<head"):
		return "a web page (HTML)", "it may be the log-in page of the system it was fetched from, or a report saved as HTML: export it again as CSV"
	case strings.HasPrefix(lower, "<?xml"):
		return "an XML document", "export the contacts as CSV instead"
	case strings.HasPrefix(lower, "begin:vcard"):
		return "a vCard file", "export the contacts as CSV instead"
	case strings.HasPrefix(start, "{\"") || strings.HasPrefix(start, "[{") || strings.HasPrefix(start, "{\n") || strings.HasPrefix(start, "{\r\n"):
		return "JSON", "export the contacts as CSV instead"
	}
	if charset.LooksBinary(text) {
		return "binary data, not text", "export the contacts as CSV"
	}
	return "", ""
}
