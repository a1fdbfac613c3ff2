package email

import (
	"strings"
	"testing"
)

func TestIsEmailErrorsAreRefused(t *testing.T) {
	t.Parallel()
	errors := isEmailErrors()
	if len(errors) != 66 {
		t.Fatalf("%d addresses, want all 66", len(errors))
	}
	for _, e := range errors {
		if got, fault := Normal(e.address); fault.What == "" {
			t.Errorf("%q (%s) passes as %q", e.address, e.diagnosis, got)
		}
	}
}

func TestIsEmailValidAreAccepted(t *testing.T) {
	t.Parallel()
	for _, address := range isEmailValid() {
		got, fault := Normal(address)
		if address == "test@io" { // a domain has a dot, in practice
			if fault.What == "" {
				t.Errorf("%q passes", address)
			}
			continue
		}
		if fault.What != "" || !strings.EqualFold(got, address) {
			t.Errorf("%q is %q, refused as %q", address, got, fault.Message)
		}
	}
}

func TestIsEmailUnusualAreRefused(t *testing.T) {
	t.Parallel()
	for _, address := range isEmailUnusual() {
		if strings.TrimSpace(address) == "test@iana.org" {
			continue
		}
		if got, fault := Normal(address); fault.What == "" {
			t.Errorf("%q passes as %q", address, got)
		}
	}
}

func FuzzEmail(f *testing.F) {
	for _, e := range isEmailErrors() {
		f.Add(e.address)
	}
	for _, s := range append(isEmailValid(), "anna@Müller.example", "a@b.c; d@e.f", "A <a@b.c>", "mailto:a@b.c?x", "a@ẞ.ß", "a@xn--.com") {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		address, fault := Normal(s)
		if fault.What != "" {
			return
		}
		if again, fault := Normal(address); fault.What != "" || again != address {
			t.Errorf("%q is %q, and again %q (%s)", s, address, again, fault.Message)
		}
		if len(address) > 254 || strings.Count(address, "@") != 1 || strings.ContainsAny(address, " \t\r\n<>\"(),:;[]\\") || !strings.Contains(address, ".") {
			t.Errorf("%q passes as %q", s, address)
		}
		for _, r := range address {
			if r < 0x21 || r > 0x7e {
				t.Errorf("%q passes as %q", s, address)
			}
		}
	})
}
