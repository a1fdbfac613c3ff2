package detect_test

import (
	"strings"
	"testing"
)

func FuzzDetect(f *testing.F) {
	f.Add("First Name|Last Name|E-mail 1 - Value|Phone #4", "Ann|Lee|a@example.com|+49 30 1")
	f.Add("Straße geschäftlich 2|Ort|\u00e4|\xff", "1|2|3|4")
	f.Add("POAddressLine1|SACity|名前|Имя", "")
	f.Fuzz(func(t *testing.T, header, row string) {
		h := distinct(strings.Split(header, "|"))
		if len(h) > 200 {
			return
		}
		r := strings.Split(row, "|")
		checkDetect(t, h, [][]string{r, r, r, r, r, r, r, r, r, r})
	})
}
