package emnify

import (
	"fmt"
	"net"
	"os"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/contactsync/contactsync/importer/contact"
)

// seenRequests notes what an observer is told.
type seenRequests struct {
	mu   sync.Mutex
	seen []string
	took time.Duration
}

func (s *seenRequests) Request(call, code string, sent bool, took time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, fmt.Sprintf("%s %s %t", call, code, sent))
	s.took += took
}

func observed(s *seenRequests) func(*Config, *fakeAPI) {
	return func(cfg *Config, _ *fakeAPI) { cfg.Observer, cfg.MaxAttempts = s, 1 }
}

// TestObserverHearsOfEachRequest: by its call, whatever comes of it, and of all names there are.
func TestObserverHearsOfEachRequest(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for name, test := range map[string]struct {
		do     func(c *Client)
		answer answer
		want   string
	}{
		"create":          {func(c *Client) { _, _ = c.CreateContact(background(), 12, someone, noHooks()) }, created, "create 201 true"},
		"create, refused": {func(c *Client) { _, _ = c.CreateContact(background(), 12, someone, noHooks()) }, answer{status: 422}, "create 422 true"},
		"update": {func(c *Client) {
			_, _ = c.UpdateContact(background(), 12, 7, someone, []contact.Field{contact.Name}, noHooks())
		}, answer{status: 204}, "update 204 true"},
		"delete":       {func(c *Client) { _, _ = c.DeleteContact(background(), 12, 7, noHooks()) }, answer{status: 204}, "delete 204 true"},
		"read":         {func(c *Client) { _, _, _ = c.Contact(background(), 12, 7) }, answer{status: 404}, "read 404 true"},
		"list":         {func(c *Client) { _, _ = c.List(background(), 12, nil) }, answer{status: 200, body: "[]"}, "list 200 true"},
		"organisation": {func(c *Client) { _, _ = c.MyOrganisation(background()) }, answer{status: 200, body: `{"id":1}`}, "organisation 200 true"},
		"countries":    {func(c *Client) { _, _ = c.Countries(background()) }, answer{status: 200, body: "[]"}, "countries 200 true"},
		"too slow":     {func(c *Client) { _, _ = c.DeleteContact(background(), 12, 7, noHooks()) }, answer{after: time.Hour}, "delete timeout true"},
		"never left": {
			func(c *Client) { _, _ = c.DeleteContact(background(), 12, 7, noHooks()) },
			answer{err: &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}, notSent: true}, "delete refused false",
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			var seen seenRequests
			c, _ := newFake(t, always(test.answer), observed(&seen))
			test.do(c)
			if d := cmp.Diff([]string{"authenticate 200 true", test.want}, seen.seen); d != "" {
				t.Errorf("%s (-want +got):\n%s", name, d)
			}
			if test.answer.after > 0 && seen.took != defaultTimeout {
				t.Errorf("%s: took %s", name, seen.took)
			}
		})
		var call string
		_, _ = fmt.Sscan(test.want, &call)
		names[call] = true
	}
	names[callAuthenticate] = true
	for call := range Calls() {
		if !names[call] {
			t.Errorf("the call %s is none that is made", call)
		}
		delete(names, call)
	}
	if len(names) > 0 {
		t.Errorf("calls that have no name: %v", names)
	}
}
