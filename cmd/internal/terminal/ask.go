package terminal

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"
)

// Ask puts a question that only "y" or "yes" answers with yes. It ends with the context: whoever interrupts has answered.
func (s *Screen) Ask(ctx context.Context, in io.Reader, question string) (bool, error) {
	fmt.Fprint(s, question, " [y/N] ")
	if s.asJSON {
		s.Flush()
	}
	type answer struct {
		text string
		err  error
	}
	answers := make(chan answer, 1)
	go func() { // a read from a terminal can't be cancelled; it ends with the process
		text, err := bufio.NewReader(in).ReadString('\n')
		answers <- answer{text, err}
	}()
	select {
	case a := <-answers:
		if a.err != nil && a.text == "" {
			return false, nil
		}
		switch strings.ToLower(strings.TrimSpace(a.text)) {
		case "y", "yes":
			return true, nil
		}
		return false, nil
	case <-ctx.Done():
		fmt.Fprintln(s)
		return false, context.Cause(ctx)
	}
}
