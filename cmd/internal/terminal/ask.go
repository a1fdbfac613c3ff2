package terminal

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"
)

// Ask puts a question that only "y" or "yes" answers with yes. It ends with the context: whoever interrupts has answered.
// "v" or "view" lets view show more, and the question is put again; nil: there is no more to be seen.
func (s *Screen) Ask(ctx context.Context, in io.Reader, question string, view func(context.Context) error) (bool, error) {
	keys := "y/N"
	if view != nil {
		keys += ", v to view all"
	}
	for lines := bufio.NewReader(in); ; {
		fmt.Fprintf(s, "%s [%s] ", question, keys)
		if s.asJSON {
			s.Flush()
		}
		text, err := s.answer(ctx, lines)
		switch {
		case err != nil:
			return false, err
		case text == "y", text == "yes":
			return true, nil
		case view == nil || text != "v" && text != "view":
			return false, nil
		}
		err = view(ctx)
		switch {
		case ctx.Err() != nil:
			return false, context.Cause(ctx)
		case err != nil:
			s.TellError(err, "--dry-run has all of it in its report")
		}
	}
}

// answer is a line of somebody's, in small letters; empty if there is none.
func (s *Screen) answer(ctx context.Context, lines *bufio.Reader) (string, error) {
	answers := make(chan string, 1)
	go func() { // a read from a terminal can't be cancelled; it ends with the process
		text, _ := lines.ReadString('\n') // what ends without a line's end, or at once, is an answer too
		answers <- strings.ToLower(strings.TrimSpace(text))
	}()
	select {
	case text := <-answers:
		return text, nil
	case <-ctx.Done():
		fmt.Fprintln(s)
		return "", context.Cause(ctx)
	}
}
