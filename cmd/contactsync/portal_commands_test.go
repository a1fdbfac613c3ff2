//go:build unix

package main

import (
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/contactsync/contactsync/importer/simulator"
)

// portal is somebody in the portal, who deletes the contacts of a name or gives one of their fields a value: portal delete NAME,
// portal city NAME CITY.
func portal(ts *testscript.TestScript, neg bool, args []string) {
	deletes := len(args) == 2 && args[0] == "delete"
	if neg || !deletes && len(args) != 3 {
		ts.Fatalf("usage: portal delete NAME, portal city|department|email|name NAME VALUE")
	}
	server, org, met := serverOf(ts), simulator.DefaultOrganisations()[0].ID, 0
	for _, c := range server.Contacts(org) {
		switch {
		case c.Name != args[1]:
			continue
		case deletes:
			server.Remove(org, c.ID)
		default:
			server.Edit(org, c.ID, func(c *simulator.Contact) {
				field := map[string]*string{"city": &c.City, "department": &c.Department, "email": &c.Email, "name": &c.Name}[args[0]]
				if field == nil {
					ts.Fatalf("nobody changes %q in the portal", args[0])
				}
				*field = args[2]
			})
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
