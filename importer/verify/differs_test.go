package verify

import "testing"

func TestMadeOf(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		sent, shown string
		made        bool
	}{
		{"Long Street of the Two Rivers 17", "Long Street of the T", true},
		{"Köln", "KOLN", true},
		{"Köln", "Koeln", true},
		{"Müller", "M?ller", true},
		{"Frankfurt-Höchst", "frankfurt hoechst", true},
		{"+493012345", "", true},
		{"Ann Lee", "Ms. Ann Lee", true},
		{"Berlin", "Portal 3", false},
		{"Berlin", "Hamburg", false},
		{"+493012345", "+493054321", false},
	} {
		if got := madeOf(test.sent, test.shown); got != test.made {
			t.Errorf("%q shown as %q: made of it %t, want %t", test.sent, test.shown, got, test.made)
		}
	}
}
