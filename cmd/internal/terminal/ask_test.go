package terminal

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// TestAskEnds: a run that is told to end while somebody looks at its plan puts the question no more.
func TestAskEnds(t *testing.T) {
	t.Parallel()
	told := errors.New("told to end")
	ctx, cancel := context.WithCancelCause(t.Context())
	var b strings.Builder
	yes, err := NewScreen(&b, View{}, false).Ask(ctx, strings.NewReader("v\ny\n"), "Do it?", func(context.Context) error {
		cancel(told)
		return nil
	})
	if yes || !errors.Is(err, told) || strings.Count(b.String(), "Do it?") != 1 {
		t.Errorf("yes %v, error %v:\n%s", yes, err, b.String())
	}
}
