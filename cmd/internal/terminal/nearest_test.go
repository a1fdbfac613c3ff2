package terminal

import (
	"slices"
	"testing"
)

func TestNearest(t *testing.T) {
	t.Parallel()
	names := []string{"shop", "crm", "crm-old", "Sales", "ab"}
	if got := Nearest("crm-olt", names); !slices.Equal(got, []string{"crm-old", "crm", "shop", "Sales", "ab"}) {
		t.Errorf("the nearest: %q", got)
	}
	if names[0] != "shop" {
		t.Error("the names were put in another order")
	}
	for name, want := range map[string]string{
		"crm-olt": "crm-old", "crn": "crm", "CRM": "crm", "sales": "Sales", "slaes": "", "shop2": "shop", "a": "", "warehouse": "", "": "",
	} {
		if got := Meant(name, names); got != want {
			t.Errorf("meant by %q: %q, want %q", name, got, want)
		}
	}
	if got := Meant("crm", nil); got != "" {
		t.Errorf("meant of none: %q", got)
	}
}
