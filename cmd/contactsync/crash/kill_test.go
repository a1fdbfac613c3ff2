//go:build unix

package crash

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"
)

// killsInARow is how often one input is killed before it may end.
const killsInARow = 5

// TestKill kills runs at random times, in the midst of settling what an earlier one left too, and lets the last one end.
func TestKill(t *testing.T) {
	t.Parallel()
	seed := chance(t)
	n := *crashPoints
	if n == 0 {
		n = 500
	}
	var ended atomic.Int64
	points(t, seed, (n+killsInARow-1)/killsInARow, func(p *point) error {
		if err := p.setFaults("late=10%/60ms", "lose=10%", "late-commit=5%/60ms"); err != nil {
			return err
		}
		for kills := 0; kills < killsInARow; {
			dead, err := p.killSometime()
			if err != nil {
				return err
			}
			if dead {
				kills++
			} else {
				p.addRows(20)
				ended.Add(1)
			}
		}
		return p.heal()
	})
	t.Logf("%d kills each; %d runs had ended before they were killed", killsInARow, ended.Load())
}

// killSometime starts a run and kills it, either after some time or after some requests. It reports whether it did: the
// run may have ended before.
func (p *point) killSometime() (bool, error) {
	after := p.server.Count() + 1 + p.rnd.IntN(40)
	wait := time.Duration(p.rnd.IntN(900)) * time.Millisecond
	if p.rnd.IntN(3) > 0 {
		wait = time.Minute
	} else {
		after = 1 << 30
	}
	cmd, err := p.start()
	if err != nil {
		return false, err
	}
	type end struct {
		code int
		err  error
	}
	ended := make(chan end, 1)
	go func() {
		code, err := exitOf(cmd)
		ended <- end{code, err}
	}()
	patience := time.After(wait)
	for p.server.Count() < after {
		select {
		case e := <-ended:
			if e.err == nil && e.code != 0 {
				e.err = fmt.Errorf("a run that nobody killed ended with %d", e.code)
			}
			return false, e.err
		case <-patience:
			after = 0
		case <-time.After(time.Millisecond):
		}
	}
	// A run that has just ended is not there any more to be killed.
	_ = cmd.Process.Kill()
	e := <-ended
	return e.code < 0, e.err
}
