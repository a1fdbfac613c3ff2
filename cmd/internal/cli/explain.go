package cli

import (
	"strings"

	"github.com/contactsync/contactsync/importer/result"
)

// explain tells what a code means and what to do about it, without any value.
func explain(code string) (meaning, fix string) {
	for _, c := range result.Codes() {
		if c.Code == code {
			plain := strings.NewReplacer("`", "") // which the README needs around flags
			return plain.Replace(c.Meaning), plain.Replace(c.Fix)
		}
	}
	return "", ""
}
