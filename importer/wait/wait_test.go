package wait_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactsync/contactsync/importer/wait"
)

func TestSleep(t *testing.T) {
	t.Parallel()
	why := errors.New("why")
	for _, tt := range []struct {
		name            string
		d, cancel, took time.Duration
		err             error
	}{
		{"to its end", time.Minute, time.Hour, time.Minute, nil},
		{"cut short", time.Hour, time.Minute, time.Minute, why},
		{"none", 0, time.Hour, 0, nil},
		{"less than none", -time.Minute, time.Hour, 0, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				defer time.AfterFunc(tt.cancel, func() { cancel(why) }).Stop()
				begun := time.Now()
				err := wait.Sleep(ctx, tt.d)
				if took := time.Since(begun); took != tt.took || !errors.Is(err, tt.err) {
					t.Errorf("%v after %v, want %v after %v", err, took, tt.err, tt.took)
				}
			})
		})
	}
}
