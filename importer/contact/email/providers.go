package email

import "strings"

// provider is a domain for private mail, and what other endings it has.
type provider struct{ name, endings string }

// providers are those with the most users whose names are long enough for one slip to say something.
func providers() [10]provider {
	return [...]provider{
		{"gmail", " com "}, {"googlemail", " com de "}, {"hotmail", " com de fr es it nl be co.uk com.br "},
		{"outlook", " com de fr es it be pt com.br "}, {"yahoo", " com de fr es it co.uk com.br ca "},
		{"icloud", " com "}, {"protonmail", " com ch "}, {"t-online", " de "}, {"freenet", " de "}, {"libero", " it "},
	}
}

// MeantDomain returns the well-known domain that another one was probably meant to be; empty if there is none.
func MeantDomain(domain string) string {
	name, ending, _ := strings.Cut(domain, ".")
	switch name {
	case "email", "mail", "fmail", "ymail", "zmail", "rmail", "mymail": // domains of their own, near to gmail
		return ""
	}
	misspelt := false
	switch ending {
	case "con", "cmo", "ocm", "comm", "co", "cm", "om", "vom", "xom", "cpm", "coom", "ccom":
		ending, misspelt = "com", true
	}
	for _, p := range providers() {
		slip := name == p.name && misspelt || OneSlip(name, p.name)
		if slip && strings.Contains(p.endings, " "+ending+" ") {
			return p.name + "." + ending
		}
	}
	return ""
}
