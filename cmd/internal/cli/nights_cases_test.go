package cli_test

import "testing"

// TestNightsCases plays what has once broken a promise, as TestNights plays what is drawn. One that rapid has reduced is added as
// it was printed.
func TestNightsCases(t *testing.T) {
	t.Parallel()
	three := func(steps ...happening) season {
		return season{people: 3, orgs: 1, ids: true, page: -1, steps: steps}
	}
	night, again := happening{what: "sync"}, happening{what: "sync", c: 8}
	for name, s := range map[string]season{
		"an id in rows of two people (2.1)":                     three(happening{"row's id shared", 1, 0, 0}, again, night),
		"an id that comes to stand in rows of two people (2.1)": three(night, happening{"row's id shared", 1, 0, 0}, again, night),
		"a prune that dies at its second delete (2.2)": {people: 8, orgs: 1, ids: true, page: 3, steps: []happening{
			night, {"row dropped", 0, 0, 0}, {"row dropped", 0, 0, 0}, {"row dropped", 0, 0, 0}, {"row dropped", 0, 0, 0}, {"sync", 0, 0, 17}, {"undo", 0, 0, 8}, night,
		}},
		"an undo that dies at its second delete, and is undone": three(night, happening{"undo", 0, 0, 17}, happening{"undo", 0, 0, 0},
			happening{"row dropped", 0, 0, 0}, again),
		"an adoption that is taken back (2.4)": three(happening{"portal makes an equal", 0, 0, 0}, happening{"portal makes an equal", 1, 0, 0},
			happening{"sync", 32, 0, 0}, happening{"undo", 0, 0, 8}, happening{"row dropped", 1, 0, 0}, again),
		"a contact that leaves the file, and that somebody has changed (2.5)": three(night, happening{"row dropped", 0, 0, 0}, happening{"portal's city", 0, 1, 0},
			happening{"sync", 0, 2, 8}, happening{"sync", 0, 1, 8}, again),
		"ids that rotate among people (2.6)": three(night, happening{"rows' ids swapped", 0, 1, 0}, happening{"rows' ids swapped", 1, 2, 0}, again,
			happening{"sync", 6, 0, 0}, again),
		"ids of another column for one night (2.6)": three(happening{"rows' ids swapped", 0, 1, 0}, night, happening{"rows' ids swapped", 0, 1, 0}, again,
			happening{"sync", 6, 0, 8}),
		"an id that a contact had once comes to another (2.6)": three(night, happening{"row's id new", 0, 0, 0}, night, happening{"row added", 0, 0, 0},
			happening{"row's id given", 3, 1, 0}, again),
		"a contact that somebody has deleted (2.9)":                        three(night, happening{"portal deletes", 0, 0, 0}, night, again),
		"a contact that somebody has deleted, left so (2.9)":               three(night, happening{"portal deletes", 0, 0, 0}, happening{"sync", 0, 1, 8}, night),
		"a contact that somebody has deleted, for a person to say (2.9)":   three(night, happening{"portal deletes", 0, 0, 0}, happening{"sync", 0, 2, 8}, night),
		"a contact that somebody has changed, and a run that dies (2.11)":  three(night, happening{"portal's city", 0, 1, 0}, happening{"sync", 0, 1, 1}, night),
		"a contact that somebody has deleted, and a run that dies (2.11)":  without(three(night, happening{"portal deletes", 0, 0, 0}, happening{"sync", 0, 0, 1}, night)),
		"a contact under another name, and a run that dies at its update":  without(three(night, happening{"portal's name", 0, 1, 0}, happening{"sync", 0, 0, 1}, night)),
		"a person who stands twice, and whose second row has the known id": three(night, happening{"row twice", 0, 0, 0}, happening{"row's id new", 0, 0, 0}, again),
		"an outdated contact of a name that stands twice in the file (2.14)": without(three(night, happening{"row's e-mail", 0, 0, 0}, happening{"sync", 1, 0, 0},
			happening{"row twice", 0, 0, 0}, night, again)),
		"plans that fit, and plans that do not": three(night, happening{"row's city", 0, 1, 0}, happening{"plan", 0, 0, 0}, happening{"row's city", 0, 2, 0},
			happening{"plan", 0, 0, 3}, happening{"plan", 0, 0, 2}, happening{"runs pruned", 0, 0, 0}, happening{"export", 0, 0, 0}, again),
		"a city that somebody has changed, beside an update, and then emptied": {people: 2, orgs: 1, page: -1, steps: []happening{
			night, {"row's cell emptied", 1, 48, 62}, {"portal's city", 7, 6, 1}, {"portal's phone", 11, 44, 20}, {"sync", 44, 63, 32}, {"sync", 63, 16, 1},
		}},
		"a row that is handed over, and back (2.7)": {people: 3, jobs: 2, orgs: 1, page: -1, steps: []happening{
			night, {"turn", 1, 0, 0}, {"row added", 0, 0, 0}, night, {"turn", 0, 0, 0}, {"row dropped", 1, 0, 0}, again, {"turn", 1, 0, 0},
			{"row in both files", 0, 0, 0}, {"turn", 0, 0, 0}, night, again, {"turn", 1, 0, 0}, {"row dropped", 0, 0, 0}, again,
		}},
		"a row that is handed over to a file whose night comes first (2.7)": {people: 2, jobs: 2, orgs: 1, page: -1, steps: []happening{
			night, {"turn", 1, 0, 0}, night, {"turn", 0, 0, 0}, {"row dropped", 1, 0, 0}, again, {"turn", 1, 0, 0}, {"row added", 0, 0, 0},
			{"row dropped", 0, 0, 0}, again,
		}},
		"a row that is handed over to a file whose night comes last (2.7)": {people: 3, jobs: 2, orgs: 1, page: -1, steps: []happening{
			night, {"row handed over", 0, 1, 0}, again, {"turn", 1, 0, 0}, again,
		}},
		"a person in two files with other values, and a run that dies (2.7)": {people: 2, jobs: 2, orgs: 1, page: -1, steps: []happening{
			night, {"turn", 1, 0, 0}, {"row's city", 0, 2, 0}, {"sync", 0, 1, 1}, {"turn", 0, 0, 0}, {"sync", 0, 1, 1}, {"turn", 1, 0, 0}, {"sync", 32, 1, 1},
			{"undo", 0, 0, 0}, {"turn", 0, 0, 0}, {"undo", 0, 0, 0},
		}},
		"a contact that is let go by a run that dies, which is taken back (2.7)": {people: 2, jobs: 2, orgs: 1, page: -1, steps: []happening{
			night, {"turn", 1, 0, 0}, night, {"turn", 0, 0, 0}, {"row dropped", 1, 0, 0}, {"row added", 0, 0, 0}, {"sync", 0, 0, 1}, {"undo", 0, 0, 8}, night,
		}},
		"a contact that one job takes over from another (2.7)": {people: 2, jobs: 2, orgs: 1, page: -1, steps: []happening{
			night, {"turn", 1, 0, 0}, {"sync", 32, 0, 8}, {"turn", 0, 0, 0}, {"row dropped", 1, 0, 0}, again, {"undo", 0, 0, 0}, {"turn", 1, 0, 0}, {"undo", 0, 0, 8},
			{"undo", 0, 0, 8}, {"row added", 0, 0, 0}, {"row dropped", 0, 0, 0}, again,
		}},
		"an id whose contact is gone, accepted by a run that dies": three(night, happening{"undo", 0, 0, 0}, happening{"portal makes an equal", 0, 0, 0},
			happening{"sync", 7, 0, 1}),
		"an organisation's number that is mistyped (2.3)": {people: 4, jobs: 1, orgs: 2, ids: true, page: -1, steps: []happening{
			night, {"row's organisation mistyped", 1, 0, 0}, again, {"row's name", 1, 0, 0}, {"row's e-mail", 1, 0, 0}, again, {"row moved", 1, 1, 0}, again,
		}},
		"an organisation's number that is mistyped, without ids (2.3)": {people: 4, jobs: 1, orgs: 2, page: -1, steps: []happening{
			night, {"row's organisation mistyped", 1, 0, 0}, {"row's e-mail", 1, 0, 0}, again, {"row moved", 1, 1, 0}, {"row's name", 1, 1, 0}, {"row's organisation mistyped", 1, 0, 0}, night,
		}},
		"an organisation that can't be seen any more (2.13)": {people: 4, jobs: 2, orgs: 2, ids: true, page: -1, steps: []happening{
			night, {"row dropped", 3, 0, 0}, {"token loses an organisation", 0, 0, 0}, again, {"row dropped", 1, 0, 0}, again, {"turn", 1, 0, 0}, again, {"turn", 0, 0, 0},
			{"token sees all", 0, 0, 0}, again,
		}},
		"a duplicate that is as its contact was made, under another name by now": without(three(night, happening{"row twice", 2, 0, 0},
			happening{"row's city", 2, 0, 0}, happening{"portal's name", 2, 1, 0}, night, again)),
		"a name that changes wholly (2.14)": three(night, happening{"row's name", 0, 1, 0}, again),
	} {
		t.Run(name, func(t *testing.T) {
			if err := s.play(t, t.TempDir(), map[string]int{}); err != nil {
				t.Errorf("%v\n%s", err, s)
			}
		})
	}
}

// without is a season whose file has no ids.
func without(s season) season {
	s.ids = false
	return s
}
