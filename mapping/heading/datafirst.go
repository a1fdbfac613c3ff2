package heading

import "strings"

// DataFirst guesses that what was taken for the names of the columns is data.
func DataFirst(header []string) bool {
	for _, h := range header {
		if LooksEmail(strings.TrimSpace(h)) {
			return true
		}
	}
	return false
}

// LooksEmail reports whether a text has the form of an e-mail address.
func LooksEmail(v string) bool {
	v = strings.TrimPrefix(v, "mailto:")
	at := strings.LastIndexByte(v, '@')
	return at > 0 && at < len(v)-3 && strings.Contains(v[at:], ".") && !strings.ContainsAny(v, " \t\n")
}
