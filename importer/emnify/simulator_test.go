package emnify

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/emnify/credential"
	"github.com/contactsync/contactsync/importer/limit"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/stop"

	"github.com/contactsync/contactsync/importer/simulator"
)

// TestReceiptsAreTrue runs every fault of the simulator against the client, in virtual time over real HTTP, and holds
// what the receipts say against what the server has.
func TestReceiptsAreTrue(t *testing.T) {
	t.Parallel()
	for _, name := range simulator.FaultNames() {
		for _, when := range []string{"15%", "every:3"} {
			t.Run(name.Name+"="+when, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { receiptsUnder(t, name.Name+"="+when) })
			})
		}
	}
}

func receiptsUnder(t *testing.T, faultText string) {
	fault, err := simulator.ParseFault(faultText)
	if err != nil {
		t.Fatal(err)
	}
	server := simulator.New(simulator.Options{Seed: 7, Faults: []simulator.Fault{fault}, Latency: 80 * time.Millisecond})
	defer server.Close()
	rates := []limit.Rate{{N: 1800, Per: 5 * time.Minute}, {N: 100, Per: time.Second}}
	c, err := New(Config{
		BaseURL: "https://cdn.emnify.net", Token: credential.New("t"), Transport: server.RoundTripper(), Budget: limit.New(rates),
		Rand: rand.New(rand.NewPCG(1, 2)), Log: zerolog.Nop(),
	})
	if err != nil {
		t.Fatal(err)
	}
	type row struct {
		receipt outcome.Receipt
		err     error
	}
	var mu sync.Mutex
	rows := map[string]row{}
	org, err := c.MyOrganisation(t.Context())
	if err != nil {
		assertStop(t, err)
		return
	}
	kind := int(simulator.ContactTypes()[0].ID)
	workers(8, func(worker int) {
		for i := range 15 {
			name := fmt.Sprintf("Row %d of %d", i, worker)
			got := row{}
			got.receipt, got.err = c.CreateContact(background(), org.ID, contact.Contact{Type: contact.Type{ID: kind}, Name: name}, remote.Hooks{})
			mu.Lock()
			rows[name] = got
			mu.Unlock()
		}
	})
	time.Sleep(time.Hour) // what commits late has done so by now
	stored := map[string][]int64{}
	for _, s := range server.Contacts(org.ID) {
		stored[s.Name] = append(stored[s.Name], s.ID)
	}
	for name, r := range rows {
		ids := stored[name]
		switch {
		case len(ids) > 1 && fault.Name != "rival": // whose second contact is somebody else's
			t.Errorf("%s stands %d times", name, len(ids))
		case lies(fault.Name): // who compares what an answer names with what was there before is not the client
		case r.receipt.Effect == outcome.EffectDone && len(ids) == 0:
			t.Errorf("%s is told to be made, and is not there", name)
		case r.receipt.Effect == outcome.EffectNone && len(ids) != 0:
			t.Errorf("%s is told not to be made (%v), and is there", name, r.err)
		case r.receipt.ContactID != 0 && !slices.Contains(ids, r.receipt.ContactID):
			t.Errorf("%s has the number %d, told was %d", name, ids, r.receipt.ContactID)
		case (r.err == nil) != (r.receipt.Effect == outcome.EffectDone):
			t.Errorf("%s: %v with effect %d", name, r.err, r.receipt.Effect)
		}
	}
	for _, rate := range rates {
		if got := server.MaxInWindow(rate.Per); got > rate.N {
			t.Errorf("%d requests in %s, allowed are %d", got, rate.Per, rate.N)
		}
	}
}

// lies reports whether a fault answers 201 with the number of another contact.
func lies(fault string) bool {
	return fault == "listed-location" || fault == "same-location" || fault == "stranger-location" || fault == "not-made"
}

func assertStop(t *testing.T, err error) {
	t.Helper()
	var stop *stop.Error
	var refusal *outcome.Refusal
	if !errors.As(err, &stop) && !errors.As(err, &refusal) {
		t.Errorf("neither a stop nor a refusal: %v", err)
	}
}

// TestReadAndDelete goes through the calls on single contacts against the simulator.
func TestReadAndDelete(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		server := simulator.New(simulator.Options{Bare: true, PageSize: 2})
		defer server.Close()
		c, err := New(Config{BaseURL: "https://cdn.emnify.net", Token: credential.New("t"), Transport: server.RoundTripper(), Log: zerolog.Nop()})
		if err != nil {
			t.Fatal(err)
		}
		const org = 5417
		kind := contact.Type{ID: int(simulator.ContactTypes()[0].ID)}
		var ids []int64
		for _, name := range []string{"a", "b", "c", "d", "e"} {
			made, err := c.CreateContact(t.Context(), org, contact.Contact{Type: kind, Name: name}, noHooks())
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, made.ContactID)
		}
		l, err := c.List(t.Context(), org, nil)
		if err != nil || len(l.Contacts) != 5 || l.Cached {
			t.Errorf("%+v, %v", l, err)
		}
		got, found, err := c.Contact(t.Context(), org, ids[2])
		if err != nil || !found || got.Draft.Name != "c" || got.Type.ID != kind.ID || got.Type.Name == "" {
			t.Errorf("%+v, %t, %v", got, found, err)
		}
		for range 2 { // the second one finds nothing, which is what was wanted
			if receipt, err := c.DeleteContact(t.Context(), org, ids[2], noHooks()); err != nil || receipt.Effect != outcome.EffectDone {
				t.Errorf("%+v, %v", receipt, err)
			}
		}
		if _, found, err := c.Contact(t.Context(), org, ids[2]); err != nil || found {
			t.Errorf("after its delete: %t, %v", found, err)
		}
		if left := server.Contacts(org); len(left) != 4 {
			t.Errorf("%d contacts are left", len(left))
		}
	})
}

// TestCachedListings: a cache that hides the newest contacts, whatever it is asked, is told.
func TestCachedListings(t *testing.T) {
	t.Parallel()
	for when, want := range map[string]struct {
		cached bool
		seen   int
	}{"first:1": {false, 1}, "100%": {true, 0}} {
		t.Run(when, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				fault, err := simulator.ParseFault("cached=" + when)
				if err != nil {
					t.Fatal(err)
				}
				server := simulator.New(simulator.Options{Bare: true, Faults: []simulator.Fault{fault}})
				defer server.Close()
				c, err := New(Config{BaseURL: "https://cdn.emnify.net", Token: credential.New("t"), Transport: server.RoundTripper(), Log: zerolog.Nop()})
				if err != nil {
					t.Fatal(err)
				}
				server.Add(simulator.Contact{Type: simulator.ContactTypes()[0].ID, Name: "new"})
				l, err := c.List(t.Context(), 5417, nil)
				if err != nil || l.Cached != want.cached || len(l.Contacts) != want.seen {
					t.Errorf("%+v, %v", l, err)
				}
			})
		})
	}
}
