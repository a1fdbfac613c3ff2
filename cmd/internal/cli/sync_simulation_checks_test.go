package cli_test

import (
	"slices"
	"strings"
	"time"
)

// checkBudget holds the server's count of arrivals to the rate.
func (n *nights) checkBudget() {
	n.Helper()
	if got := n.server.MaxInWindow(time.Minute); got > n.rate {
		n.Errorf("%d requests in a minute, allowed are %d", got, n.rate)
	}
}

// checkTold holds the report of a night's first run to telling what it has run over: there is nothing to carry over then.
func (n *nights) checkTold(run int) {
	n.Helper()
	if run != 1 || n.remote || len(n.moved) > 0 {
		return
	}
	rows := n.report()
	i := 0
	for _, row := range n.sorted() {
		if got := rows[i]; n.portal[row.name] != "" && !strings.Contains(got.codes, "conflict") {
			n.Errorf("%s was changed in the portal to %s, and run over without a word: %+v", row.name, n.portal[row.name], got)
		}
		i++
	}
}

// checkPeople holds every contact to be one person: no name ever stands beside another person's address, and nobody is
// given somebody else's contact unless that has been allowed.
func (n *nights) checkPeople() {
	n.Helper()
	for _, c := range n.server.Contacts(ownOrg) {
		if !n.isAlien(c.ID) && !slices.Contains(n.emails[c.Name], c.Email) {
			n.Errorf("contact %d is %s with the address %s, which never was that person's", c.ID, c.Name, c.Email)
		}
		if was := n.bearer[c.ID]; was != "" && was != c.Name && !n.trust {
			n.Errorf("contact %d was %s, and is %s now", c.ID, was, c.Name)
		}
		n.bearer[c.ID] = c.Name
	}
}

// checkMoved reports whether a run has ended with rows whose ids were those of people who have left, and holds it to
// having failed these and no others for that. Those people's contacts are there still.
func (n *nights) checkMoved(code int) bool {
	n.Helper()
	if code != 3 || n.trust {
		return false
	}
	rows, i, found := n.report(), 0, false
	for _, row := range n.sorted() {
		got := rows[i]
		i++
		other := got.status == "failed" && strings.Contains(got.codes, "external_id.other_person")
		found = found || other
		switch {
		case other && n.moved[row.name] == "":
			n.Errorf("%s is told to be somebody else: %+v", row.name, got)
		case other && len(n.idsOf(n.moved[row.name])) != 1:
			n.Errorf("%s stands %d times; nobody has taken that contact over", n.moved[row.name], len(n.idsOf(n.moved[row.name])))
		case strings.Contains(got.codes, "external_id.shared") && !row.sharesID():
			n.Errorf("%s is told to share an id: %+v", row.name, got)
		}
	}
	return found
}

// check holds the organisation to the file.
func (n *nights) check() {
	n.Helper()
	contacts := n.server.Contacts(ownOrg)
	for _, c := range n.alien {
		if !slices.Contains(contacts, c) {
			n.Errorf("%s is not the job's, and not as it was", c.Name)
		}
	}
	spared := 0
	for name := range n.spared {
		spared += len(n.idsOf(name))
	}
	if got, want := len(contacts), len(n.alien)+len(n.rows)+spared; got != want {
		n.Errorf("the organisation has %d contacts, want %d", got, want)
	}
	for _, row := range n.sorted() {
		c := n.contact(row.name)
		if first := n.born[row.name]; row.decimals && first != 0 && first != c.ID {
			n.Errorf("%s was contact %d, and has been made anew as %d", row.name, first, c.ID)
		}
		n.born[row.name] = c.ID
		want := row.city
		if city, ok := n.kept[row.name]; ok {
			want = city
		}
		if c.Email != row.email || c.Phone != n.sent(row) || c.City != want {
			n.Errorf("%s is %s, %s, %s; want %s, %s, %s", row.name, c.Email, c.Phone, c.City, row.email, n.sent(row), want)
		}
	}
}
