package cli

import "github.com/contactsync/contactsync/importer"

// explain tells what a code means and what to do about it, without any value.
func explain(code string) (meaning, fix string) {
	for _, c := range importer.Codes() {
		if c.Code == code {
			return c.Meaning, c.Fix
		}
	}
	return "", ""
}
