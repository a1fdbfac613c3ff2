//go:build unix

package main

import (
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/contactsync/contactsync/importer/simulator"
)

// portal is somebody in the portal, who deletes the contacts of a name or gives them a city: portal delete NAME, portal city
// NAME CITY.
func portal(ts *testscript.TestScript, neg bool, args []string) {
	deletes := len(args) == 2 && args[0] == "delete"
	if neg || !deletes && (len(args) != 3 || args[0] != "city") {
		ts.Fatalf("usage: portal delete NAME, portal city NAME CITY")
	}
	server, org, met := serverOf(ts), simulator.DefaultOrganisations()[0].ID, 0
	for _, c := range server.Contacts(org) {
		switch {
		case c.Name != args[1]:
			continue
		case deletes:
			server.Remove(org, c.ID)
		default:
			server.Edit(org, c.ID, func(c *simulator.Contact) { c.City = args[2] })
		}
		met++
	}
	if met == 0 {
		ts.Fatalf("nobody in the organisation is called %q", args[1])
	}
}

// hide takes an organisation away from the application token: hide ORG.
func hide(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: hide ORG")
	}
	org, err := strconv.ParseInt(args[0], 10, 64)
	ts.Check(err)
	serverOf(ts).Hide(org)
}
