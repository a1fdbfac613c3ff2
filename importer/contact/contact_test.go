package contact

import "testing"

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
