package terminal

import (
	"os"

	"golang.org/x/term"
)

// View is how a stream is seen.
type View struct {
	Terminal bool // a person sees it
	Steers   bool // and the terminal understands control sequences
	Colour   bool // and wants colour
	Width    int  // how wide it is, in cells; 0: nobody knows
}

// noColour is the variable that asks for no colour.
const noColour = "NO_COLOR" //nolint:misspell // as no-color.org spells it

// ViewOf tells how a stream is seen that is a terminal, so wide, or none: nothing steers a dumb one, and whoever wants no colour
// says so (no-color.org).
func ViewOf(isTerminal bool, width int, lookupEnv func(string) (string, bool)) View {
	name, _ := lookupEnv("TERM")
	plain, _ := lookupEnv(noColour)
	steers := isTerminal && name != "dumb"
	if !isTerminal {
		width = 0
	}
	return View{Terminal: isTerminal, Steers: steers, Colour: steers && plain == "", Width: width}
}

// Is reports whether a file is a terminal.
func Is(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// Width is a terminal's, in cells; 0: it is none.
func Width(f *os.File) int {
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return width
}
