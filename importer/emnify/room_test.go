package emnify

import (
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// scarceWire has files for so many connections only.
type scarceWire struct {
	*fakeAPI
	places int64
	busy   atomic.Int64
	tries  atomic.Int64
}

func (w *scarceWire) RoundTrip(req *http.Request) (*http.Response, error) {
	w.tries.Add(1)
	defer w.busy.Add(-1)
	if w.busy.Add(1) > w.places {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("socket", syscall.EMFILE)}
	}
	return w.fakeAPI.RoundTrip(req)
}

// TestFewFilesMakeItSlow shows that requests share the connections that there are files for, instead of failing.
func TestFewFilesMakeItSlow(t *testing.T) {
	t.Parallel()
	const callers = 16
	for _, places := range []int64{1, 3} {
		synctest.Test(t, func(t *testing.T) {
			var wire *scarceWire
			slow := func(r sentRequest, n int) answer {
				a := created
				a.after = time.Second
				return a
			}
			c, f := newFake(t, slow, func(cfg *Config, f *fakeAPI) {
				wire = &scarceWire{fakeAPI: f, places: places}
				cfg.Transport = wire
			})
			begun := time.Now()
			var all sync.WaitGroup
			for range callers {
				all.Go(func() {
					if receipt, err := c.CreateContact(t.Context(), 12, someone, noHooks()); err != nil || receipt.Attempts != 1 {
						t.Errorf("%d connections: %+v, %v", places, receipt, err)
					}
				})
			}
			all.Wait()
			if n := len(f.requests); n != callers {
				t.Errorf("%d connections: %d requests arrived", places, n)
			}
			if took, least := time.Since(begun), callers/time.Duration(places)*time.Second; took < least || took > 2*least {
				t.Errorf("%d connections: it took %s", places, took)
			}
			if n := wire.tries.Load(); n > callers*callers {
				t.Errorf("%d connections were tried", n)
			}
		})
	}
}

// TestNoFileAtAll shows that a request which can have no connection at all says why.
func TestNoFileAtAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, _ := newFake(t, always(created), func(cfg *Config, f *fakeAPI) { cfg.Transport = &scarceWire{fakeAPI: f} })
		_, err := c.CreateContact(t.Context(), 12, someone, noHooks())
		if err == nil || !strings.Contains(err.Error(), "too many open files") {
			t.Errorf("%v", err)
		}
	})
}
