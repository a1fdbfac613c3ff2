package contact

import (
	"reflect"
	"slices"
	"testing"
)

func TestFieldsAreDistinct(t *testing.T) {
	seen := map[Field]bool{}
	for _, f := range Fields() {
		if f == "" || seen[f] {
			t.Errorf("field %q is empty or stands twice", f)
		}
		seen[f] = true
	}
	if len(seen) != 16 {
		t.Errorf("%d fields, want 16", len(seen))
	}
}

// Each field is a column of the files that are read and written, under its own name, and nothing else is one.
func TestDraftHasAColumnForEachField(t *testing.T) {
	var columns []Field
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Draft]()) {
		columns = append(columns, Field(f.Tag.Get("csv")))
	}
	fields := Fields()
	slices.Sort(columns)
	slices.Sort(fields)
	if !slices.Equal(columns, fields) {
		t.Errorf("columns %q, fields %q", columns, fields)
	}
}
