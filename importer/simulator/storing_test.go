package simulator

import (
	"strconv"
	"testing"
)

// TestStoring: values are stored as the faults say, whatever else goes wrong, and those that were not sent stay.
func TestStoring(t *testing.T) {
	t.Parallel()
	c := newClient(t, Options{Bare: true, Limit: -1})
	c.do("POST", home, `{"type":{"id":3},"name":"Ann Lee","state":"Bavaria"}`)
	c.server.SetFaults(faults(t, "store=cut:6@street", "store=upper@city", "store=cut:3@name", "202=every:2")...)
	c.do("POST", home, `{"type":{"id":3},"name":"Bob Ray","street":"Straße 17","city":"Köln","email":"bob@example.com"}`)
	first := c.server.Contacts(5417)
	c.do("PATCH", home+"/"+strconv.FormatInt(first[0].ID, 10), `{"street":"Main Street 1","state":"Bremen"}`)
	got := c.server.Contacts(5417)
	if len(got) != 2 || got[0].Name != "Ann Lee" || got[0].Street != "Main S" || got[0].State != "Bremen" {
		t.Errorf("after a change: %+v", got)
	}
	if got[1].Name != "Bob" || got[1].Street != "Straße" || got[1].City != "KÖLN" || got[1].Email != "bob@example.com" {
		t.Errorf("created: %+v", got)
	}
}
