package simulator

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// Contact is one as the server keeps it.
type Contact struct {
	ID, Org             int64
	Type                int64 // a ContactType's ID
	Country             int64 // a number of the country table; 0 for none
	Name                string
	Title               string
	Department          string
	Street              string
	SecondaryAddress    string
	Zipcode             string
	City                string
	State               string
	Email               string
	Phone               string
	Mobile              string
	PurchaseOrderNumber string
	// Created is when it was stored.
	Created time.Time
}

// ContactType is a type of contact with the number that this server uses.
type ContactType struct {
	ID          int64
	Description string
}

// invoiceType is the type that may carry a purchase order number.
const invoiceType = 4

// ContactTypes returns the six documented types in documented order. The numbers are not documented; these are neither
// in that order nor without gaps, so that nobody can guess them.
func ContactTypes() []ContactType {
	return []ContactType{
		{7, "Commercial"}, {3, "Technical"}, {12, "Finance"},
		{5, "Shipping address"}, {9, "Company address"}, {invoiceType, "Invoice address"},
	}
}

func typeDescription(id int64) (string, bool) {
	for _, t := range ContactTypes() {
		if t.ID == id {
			return t.Description, true
		}
	}
	return "", false
}

// firstContactID is the smallest id that is given out.
const firstContactID = 81_001

// store holds the contacts. A stored contact is never changed in place: a change puts a new one in its stead, so that a
// listing can be written without the lock.
type store struct {
	mu     sync.Mutex
	orgs   map[int64]*[]*Contact // by id, ascending
	nextID int64
}

func newStore(o Options) *store {
	st := &store{orgs: map[int64]*[]*Contact{}, nextID: firstContactID}
	for _, org := range o.Organisations {
		st.orgs[org.ID] = &[]*Contact{}
		if !o.Bare && !org.Forbidden {
			for _, c := range firstContacts() {
				c.Org = org.ID
				st.add(c)
			}
		}
	}
	for _, c := range o.Contacts {
		if c.Org == 0 {
			c.Org = o.Organisations[0].ID
		}
		st.add(c)
	}
	return st
}

// add stores a contact and returns its id; one without an id gets the next.
func (st *store) add(c Contact) int64 {
	st.mu.Lock()
	defer st.mu.Unlock()
	if c.ID == 0 {
		c.ID = st.nextID
	}
	st.nextID = max(st.nextID, c.ID+1)
	if c.Created.IsZero() {
		c.Created = time.Now()
	}
	if st.orgs[c.Org] == nil {
		st.orgs[c.Org] = &[]*Contact{}
	}
	list := st.orgs[c.Org]
	at, found := find(*list, c.ID)
	if found {
		(*list)[at] = &c
	} else {
		*list = slices.Insert(*list, at, &c)
	}
	return c.ID
}

// list returns the contacts of an organisation as they are now, by id. The caller must not change them.
func (st *store) list(org int64) []*Contact {
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.orgs[org] == nil {
		return nil
	}
	return slices.Clone(*st.orgs[org])
}

// oldest is the contact of an organisation with the lowest id, 0 if it has none.
func (st *store) oldest(org int64) int64 {
	if list := st.list(org); len(list) > 0 {
		return list[0].ID
	}
	return 0
}

func (st *store) get(org, id int64) (Contact, bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if list := st.orgs[org]; list != nil {
		if at, found := find(*list, id); found {
			return *(*list)[at], true
		}
	}
	return Contact{}, false
}

// update replaces a contact by what change makes of it, unless change returns a refusal.
func (st *store) update(org, id int64, change func(*Contact) *answer) (refusal *answer, found bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	list := st.orgs[org]
	if list == nil {
		return nil, false
	}
	at, found := find(*list, id)
	if !found {
		return nil, false
	}
	c := *(*list)[at]
	if refusal := change(&c); refusal != nil {
		return refusal, true
	}
	// A listing under way holds a copy of the slice, so only the element is replaced here.
	(*list)[at] = &c
	return nil, true
}

func (st *store) remove(org, id int64) bool {
	st.mu.Lock()
	defer st.mu.Unlock()
	list := st.orgs[org]
	if list == nil {
		return false
	}
	at, found := find(*list, id)
	if found {
		*list = slices.Delete(*list, at, at+1)
	}
	return found
}

func find(list []*Contact, id int64) (int, bool) {
	// Nearly every search is for the end: ids are given out in ascending order.
	if n := len(list); n > 0 && list[n-1].ID < id {
		return n, false
	}
	return slices.BinarySearchFunc(list, id, func(c *Contact, id int64) int { return cmp.Compare(c.ID, id) })
}

// firstContacts are invented people, one for each type: the ids of the types are learned from them.
func firstContacts() []Contact {
	return []Contact{
		{Type: 7, Name: "Ines Vega", Email: "ines.vega@example.com", Phone: "+34912345678", Country: 182, City: "Madrid"},
		{Type: 3, Name: "Operations Desk", Email: "noc@example.com"},
		{Type: 12, Name: "Oskar Lindqvist", Title: "Dr", Department: "Finance", Email: "accounts@example.com"},
		{Type: 5, Name: "Goods Inward", Street: "Dock 4", Zipcode: "50667", City: "Köln", Country: 74},
		{Type: 9, Name: "Example Networks", Street: "Beispielweg 1", Zipcode: "10115", City: "Berlin", Country: 74, State: "Berlin"},
		{Type: invoiceType, Name: "Accounts Payable", Email: "invoices@example.com", PurchaseOrderNumber: "PO-2024-0001"},
	}
}
