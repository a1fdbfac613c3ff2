package charset

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// UndecidedError says that a text's encoding can't be told for sure: several ways to read it make sense, or none does.
type UndecidedError struct {
	// Offset is where the byte that decides stands, from the start of the input; Value is that byte.
	Offset int64
	Value  byte
	// Readings are the ways to read the input, the likeliest first.
	Readings []Reading
	// Senseless says that none of them makes sense.
	Senseless bool
}

// Reading is one way to read an input.
type Reading struct {
	// Encoding is its name, as --encoding takes it.
	Encoding string
	// Language is what the text seems to be written in, in English.
	Language string
	// Sample is the word that decides, as this reading has it. It is a value of a row: for a person's eyes, not for logs.
	Sample string
}

// mostReadings is how many ways to read an input are named.
const mostReadings = 4

func (e *UndecidedError) Error() string {
	var ways []string
	for _, r := range e.Readings {
		ways = append(ways, fmt.Sprintf("%s (%s)", r.Encoding, r.Language))
	}
	if e.Senseless {
		message := "the encoding can't be told: its letters make no sense in any encoding that is known"
		if len(ways) > 0 {
			message += "; the nearest is " + ways[0]
		}
		return message
	}
	return "the encoding can't be told for sure: it may be " + orList(ways)
}

// Hint says what to do now.
func (e *UndecidedError) Hint() string {
	const save = "save the file as CSV in UTF-8 with the program that made it"
	if e.Senseless {
		return save + ", or give its encoding with --encoding"
	}
	var flags []string
	for _, r := range e.Readings {
		flags = append(flags, "--encoding "+r.Encoding)
	}
	return "give the right one: " + orList(flags) + "; or " + save
}

func orList(items []string) string {
	if n := len(items); n > 1 {
		return strings.Join(items[:n-1], ", ") + " or " + items[n-1]
	}
	return strings.Join(items, "")
}

// doubt makes the error of a word that decides between rivals, or that makes no sense in the nearest readings.
func (e *evidence) doubt(word int, rivals, nearest []reading) *UndecidedError {
	err := &UndecidedError{Senseless: len(rivals) == 0}
	if word < len(e.words) {
		w := e.words[word]
		at := deciding(w.text, rivals)
		err.Value, err.Offset = w.text[at], w.at+int64(at)
	}
	for _, r := range slices.Concat(rivals, nearest)[:min(mostReadings, len(rivals)+len(nearest))] {
		err.Readings = append(err.Readings, Reading{Encoding: r.Name, Language: languageName(r.language), Sample: r.words[word]})
	}
	return err
}

// deciding returns which byte of a word two readings differ in; else its first one outside ASCII.
func deciding(word string, rivals []reading) int {
	first := asciiLen([]byte(word))
	for i := first; i < len(word); i++ {
		for _, r := range rivals {
			if r.table == nil || rivals[0].table == nil {
				return first
			}
			if r.table.DecodeByte(word[i]) != rivals[0].table.DecodeByte(word[i]) {
				return i
			}
		}
	}
	return first
}

func languageName(code string) string {
	return display.English.Tags().Name(language.MustParse(code))
}
