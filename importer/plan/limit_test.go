package plan_test

import (
	"testing"

	"github.com/contactsync/contactsync/importer/plan"
)

func TestLimit(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text     string
		n, total int
		exceeded bool
		of       int
	}{
		{"10", 10, 1000, false, 10},
		{"10", 11, 1000, true, 10},
		{"0", 1, 5, true, 0},
		{"0", 0, 5, false, 0},
		{"10%", 20, 200, false, 20},
		{"10%", 21, 200, true, 20},
		{"2.5%", 5, 200, false, 5},
		{"100%", 200, 200, false, 200},
		{" 50 % ", 1, 3, false, 1},
	}
	for _, test := range tests {
		l, err := plan.ParseLimit(test.text)
		if err != nil {
			t.Errorf("ParseLimit(%q): %v", test.text, err)
			continue
		}
		if got := l.Exceeded(test.n, test.total); got != test.exceeded {
			t.Errorf("%q: %d of %d exceeds it: %v, want %v", test.text, test.n, test.total, got, test.exceeded)
		}
		if got := l.Of(test.total); got != test.of {
			t.Errorf("%q of %d is %d, want %d", test.text, test.total, got, test.of)
		}
	}
}

func TestUnsetLimit(t *testing.T) {
	t.Parallel()
	var l plan.Limit
	if l.IsSet() || l.Exceeded(1_000_000, 1) {
		t.Error("the zero limit limits")
	}
}

func TestParseLimitRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "%", "ten", "-1", "-1%", "101%", "1.5", "NaN", "Inf", "1e99x"} {
		if l, err := plan.ParseLimit(text); err == nil {
			t.Errorf("ParseLimit(%q) gave %v, want an error", text, l)
		}
	}
}

func TestLimitMost(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text               string
		total, least, most int
	}{
		{"50%", 12, 10, 10},
		{"50%", 40, 10, 20},
		{"0%", 40, 10, 10},
		{"0", 40, 10, 0},
		{"9", 40, 10, 9},
	}
	for _, test := range tests {
		l, err := plan.ParseLimit(test.text)
		if err != nil {
			t.Errorf("ParseLimit(%q): %v", test.text, err)
			continue
		}
		if got := l.Most(test.total, test.least); got != test.most {
			t.Errorf("%q of %d, at least %d, is %d, want %d", test.text, test.total, test.least, got, test.most)
		}
	}
}
