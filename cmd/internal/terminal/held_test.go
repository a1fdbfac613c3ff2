package terminal

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// TestHeldKeepsOrder: what was held comes out in its order on each stream, also where it is long enough for a file, which
// is gone then.
func TestHeldKeepsOrder(t *testing.T) {
	t.Parallel()
	for name, size := range map[string]int{"short": 10, "long": heldInMemory} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			var both bytes.Buffer // as with 2>&1
			h := NewHeld(func() (*os.File, error) { return os.CreateTemp(dir, "held") })
			out, errs := h.Stream(&both), h.Stream(&marked{&both})
			part := strings.Repeat("x", size)
			for _, w := range []func() error{
				func() error { _, err := out.Write([]byte(part + "a")); return err },
				func() error { _, err := errs.Write([]byte("b")); return err },
				func() error { _, err := errs.Write([]byte("c")); return err },
				func() error { _, err := out.Write([]byte("d")); return err },
			} {
				if err := w(); err != nil {
					t.Fatal(err)
				}
			}
			if both.Len() > 0 {
				t.Errorf("%d bytes came out before the end", both.Len())
			}
			if err := h.Release(); err != nil {
				t.Fatal(err)
			}
			if _, err := out.Write([]byte("e")); err != nil {
				t.Fatal(err)
			}
			if got := strings.NewReplacer("[", "", "]", "").Replace(strings.TrimPrefix(both.String(), part)); got != "abcde" {
				t.Errorf("came out as %q behind the long part", got)
			}
			left, err := os.ReadDir(dir)
			if err != nil || len(left) > 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
}

// TestHeldIsDropped: what nobody wants never comes out.
func TestHeldIsDropped(t *testing.T) {
	t.Parallel()
	var both bytes.Buffer
	h := NewHeld(func() (*os.File, error) { return os.CreateTemp(t.TempDir(), "held") })
	for range 3 {
		if _, err := h.Stream(&both).Write(make([]byte, heldInMemory/2)); err != nil {
			t.Fatal(err)
		}
	}
	h.Drop()
	if _, err := h.Stream(&both).Write([]byte("late")); err != nil || both.Len() > 0 {
		t.Errorf("%d bytes came out, %v", both.Len(), err)
	}
}

// marked brackets each write, so that the two streams can be told apart.
type marked struct{ out *bytes.Buffer }

func (m *marked) Write(p []byte) (int, error) {
	m.out.WriteString("[" + string(p) + "]")
	return len(p), nil
}
