package simulator

import (
	"fmt"
	"math/rand/v2"
	"sync"
)

// strangers are contacts of somebody who writes beside the client: made, edited and deleted without any request. What
// the client has made is left alone.
type strangers struct {
	mu   sync.Mutex
	made []int64
}

// others lets somebody else write once, and then judges the request. Which of their contacts it is, and what becomes of
// it, depends on seed and number of the request only.
func others(x *exchange) {
	x.s.strangers.write(x.s, x.number)
	x.send(x.handle())
}

func (st *strangers) write(s *Server, number int) {
	st.mu.Lock()
	defer st.mu.Unlock()
	rng := rand.New(rand.NewPCG(s.opts.Seed, ^uint64(number)))
	org := s.opts.Organisations[0].ID
	what, at := rng.IntN(3), 0
	if n := len(st.made); n > 0 {
		at = rng.IntN(n)
	} else {
		what = 0
	}
	switch what {
	case 0:
		st.made = append(st.made, s.store.add(Contact{
			Org: org, Type: ContactTypes()[rng.IntN(6)].ID, Name: fmt.Sprintf("Stranger %d", number),
			Email: fmt.Sprintf("stranger%d@example.org", number),
		}))
	case 1:
		s.Edit(org, st.made[at], func(c *Contact) { c.City = fmt.Sprintf("Town %d", number) })
	case 2:
		s.Remove(org, st.made[at])
		st.made = append(st.made[:at], st.made[at+1:]...)
	}
}
