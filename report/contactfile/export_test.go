package contactfile

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"github.com/contactsync/contactsync/importer/contact"
	_ "github.com/contactsync/contactsync/importer/rapidseed"
)

func exported(t *testing.T, format Format, drafts ...contact.Draft) []byte {
	t.Helper()
	var out bytes.Buffer
	e, err := NewExport(&out, format)
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range drafts {
		if err := e.Write(int64(i+1), 1<<60, d); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestExportColumns: every field of a contact has its column, under its own name, in all formats.
func TestExportColumns(t *testing.T) {
	t.Parallel()
	want := map[string]string{"id": "1", "org_id": "1152921504606846976"}
	var d contact.Draft
	for _, f := range contact.Fields() {
		if f == contact.Org || f == contact.ExternalID { // the first is a number of its own, emnify keeps none of the others
			continue
		}
		want[string(f)] = "=" + string(f)
	}
	v := reflect.ValueOf(&d).Elem()
	for i := range v.NumField() {
		name := exportName(v.Type().Field(i).Name)
		v.Field(i).SetString("=" + name)
	}
	for _, format := range Formats() {
		got := cellsOf(t, format, exported(t, format, d))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", format, diff)
		}
	}
	if columns := slices.Clone(columns()); len(columns) != len(want) {
		t.Errorf("%d columns, want %d", len(columns), len(want))
	}
}

// exportName is the column of a field of a draft: SecondaryAddress is secondary_address.
func exportName(field string) string {
	var b strings.Builder
	for i, r := range field {
		if i > 0 && r >= 'A' && r <= 'Z' {
			b.WriteByte('_')
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}

// cellsOf are the values of the one contact of an export, by column.
func cellsOf(t *testing.T, format Format, data []byte) map[string]string {
	t.Helper()
	cells := map[string]string{}
	if format == JSON {
		d := json.NewDecoder(bytes.NewReader(data))
		d.UseNumber()
		var object map[string]any
		if err := d.Decode(&object); err != nil {
			t.Fatal(err)
		}
		for name, value := range object {
			if number, ok := value.(json.Number); ok {
				value = number.String()
			}
			cells[name] = value.(string)
		}
		return cells
	}
	rows := tableOf(t, format, data)
	if len(rows) != 2 {
		t.Fatalf("%d rows in %s", len(rows), format)
	}
	for i, name := range rows[0] {
		cells[name] = rows[1][i]
	}
	return cells
}

func tableOf(t *testing.T, format Format, data []byte) [][]string {
	t.Helper()
	if format == CSV {
		rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	book, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = book.Close() }()
	rows, err := book.GetRows(sheetName)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// TestWorkbookKeepsTexts: what a workbook takes, it gives back, and no cell is anything but a text.
func TestWorkbookKeepsTexts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
			"=1+1", "007", "+49301234567", "1E+11", "TRUE", " a ", "a\nb", "a\r\nb", "\ta", "_x0041_", "_x005F_x0041_", "_x000D_", "&<>\"'", "👍", "עברית", "]]>",
		})).Draw(r, "name")
		var out bytes.Buffer
		e, err := NewExport(&out, XLSX)
		if err != nil {
			r.Fatal(err)
		}
		err = e.Write(1, 2, contact.Draft{Name: text, Mobile: "x"})
		if unfit(text) != "" {
			var cell *CellError
			if !errors.As(err, &cell) || cell.Column != "name" || strings.Contains(cell.Error(), text) && len(text) > 2 {
				r.Fatalf("%q: error %v", text, err)
			}
			return
		}
		if err = errors.Join(err, e.Close()); err != nil {
			r.Fatal(err)
		}
		book, err := excelize.OpenReader(&out)
		if err != nil {
			r.Fatal(err)
		}
		defer func() { _ = book.Close() }()
		got, err := book.GetCellValue(sheetName, "D2", excelize.Options{RawCellValue: true})
		kind, errKind := book.GetCellType(sheetName, "D2")
		formula, errFormula := book.GetCellFormula(sheetName, "D2")
		if got != text || err != nil || errKind != nil || kind != excelize.CellTypeInlineString && text != "" || formula != "" || errFormula != nil {
			r.Fatalf("%q came back as %q, type %v, formula %q (%v)", text, got, kind, formula, errors.Join(err, errKind, errFormula))
		}
	})
}

func TestWorkbookRefusesWhatItWouldChange(t *testing.T) {
	t.Parallel()
	for text, part := range map[string]string{
		"a\x01b": "U+0001", "a\uffffb": "U+FFFF", strings.Repeat("x", 32768): "32767", strings.Repeat("👍", 16384): "32767",
	} {
		e, err := NewExport(new(bytes.Buffer), XLSX)
		if err != nil {
			t.Fatal(err)
		}
		err = e.Write(7, 12, contact.Draft{City: text})
		if err == nil || !strings.Contains(err.Error(), "contact 7 of organisation 12: city") || !strings.Contains(err.Error(), part) {
			t.Errorf("error %v, want one with %q", err, part)
		}
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestExportFile: complete, and for nobody else to read; absent if it failed, or was given up.
func TestExportFile(t *testing.T) {
	t.Parallel()
	for _, format := range Formats() {
		dir := t.TempDir()
		path := filepath.Join(dir, "contacts")
		for _, keep := range []bool{false, true, true} { // the third takes the place of the second
			e, err := CreateExport(path, "run", format)
			if err != nil {
				t.Fatal(err)
			}
			for range 200 { // more than are written at once
				if err := e.Write(1, 2, contact.Draft{Name: "Ann"}); err != nil {
					t.Fatal(err)
				}
			}
			if !keep {
				err = e.Abort()
			} else {
				err = e.Close()
			}
			if err != nil {
				t.Fatal(err)
			}
			info, err := os.Stat(path)
			if keep && (err != nil || info.Mode().Perm() != 0o600) || !keep && !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s, kept %v: %v, %v", format, keep, info, err)
			}
		}
		if names, err := os.ReadDir(dir); len(names) != 1 || err != nil {
			t.Errorf("%s left %q (%v)", format, names, err)
		}
	}
}
