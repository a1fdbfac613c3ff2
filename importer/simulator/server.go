package simulator

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"
)

// Defaults of [Options], all of them documented figures of the API.
const (
	defaultLimit     = 2000
	defaultWindow    = 5 * time.Minute
	defaultTokenLife = 240 * time.Minute
	defaultPageSize  = 1000
	defaultQuota     = 10_000_000
)

// maxPageSize is the largest page that was seen.
const maxPageSize = 2000

// Options say how a [Server] behaves. The zero value is the documented service, with three organisations and a contact
// of each type in each of them.
type Options struct {
	// Seed decides which requests a share of faults hits, and the request ids.
	Seed uint64
	// Faults are tried in order; the first that hits a request decides what happens to it.
	Faults []Fault
	// Limit is how many requests one address may send in any Window, refused ones counted too. 0 means defaultLimit,
	// less than 0 no limit.
	Limit int
	// Window is the length of the limit's window; 0 means defaultWindow.
	Window time.Duration
	// Quota is how many requests may be sent in a calendar month (UTC); 0 means defaultQuota, less than 0 none.
	Quota int
	// Organisations are those that the caller sees; the first is its own. Empty means DefaultOrganisations.
	Organisations []Organisation
	// Contacts are there from the start, beside those that Bare leaves out. A zero ID gets the next free number, a zero
	// Org the caller's own organisation.
	Contacts []Contact
	// Bare leaves out the six contacts, one of each type, with which every organisation begins.
	Bare bool
	// ApplicationToken is the only one that is accepted; empty accepts any.
	ApplicationToken string
	// TokenLife is exp - iat of the tokens given out; 0 means defaultTokenLife.
	TokenLife time.Duration
	// ClockSkew is added to the server's clock where a client can see it: iat, exp and the Date header.
	ClockSkew time.Duration
	// PageSize is the page of a contact list; 0 means defaultPageSize, less than 0 that lists do not page and have no
	// paging headers, as documented.
	PageSize int
	// Latency is how long an answer takes on average; each takes between half and one and a half of it.
	Latency time.Duration
	// Log gets a line a request on the level debug, without anything that stands in a contact. The zero value is silent.
	Log zerolog.Logger
}

// Organisation is one that the caller may know of.
type Organisation struct {
	ID   int64
	Name string
	// Forbidden ones exist, but every call to them is answered 403 instead of 404.
	Forbidden bool
}

// DefaultOrganisations returns the caller's own organisation and two children of it.
func DefaultOrganisations() []Organisation {
	return []Organisation{
		{ID: 5417, Name: "Example Networks"},
		{ID: 5460, Name: "Example Logistics"},
		{ID: 6023, Name: "Example Metering"},
	}
}

// Server is a simulated API. It is safe for concurrent use.
type Server struct {
	opts      Options
	countries []country
	log       *requestLog
	gate      *gate
	accounts  *accounts
	store     *store
	life      *life
	strangers strangers
	firstMade atomic.Int64 // the contact that the fault same-location names

	mu     sync.Mutex
	faults *faultPlan
	hidden map[int64]bool // organisations
}

// New returns a server with its initial contacts. A fault that ParseFault did not make is the caller's mistake and
// never hits. A server that is used in a synctest bubble must be made in it.
func New(o Options) *Server {
	o = o.withDefaults()
	s := &Server{
		opts:      o,
		countries: readCountries(),
		log:       newRequestLog(),
		gate:      newGate(o),
		accounts:  newAccounts(o),
		store:     newStore(o),
		life:      newLife(context.Background()),
		faults:    newFaultPlan(o.Seed, o.Faults),
		hidden:    map[int64]bool{},
	}
	return s
}

func (o Options) withDefaults() Options {
	if o.Limit == 0 {
		o.Limit = defaultLimit
	}
	if o.Window <= 0 {
		o.Window = defaultWindow
	}
	if o.Quota == 0 {
		o.Quota = defaultQuota
	}
	if len(o.Organisations) == 0 {
		o.Organisations = DefaultOrganisations()
	}
	for _, f := range o.Faults {
		o.ClockSkew += f.ahead
	}
	if o.TokenLife <= 0 {
		o.TokenLife = defaultTokenLife
	}
	if o.PageSize == 0 {
		o.PageSize = defaultPageSize
	}
	return o
}

// Close ends what faults hold back: late answers are cut, late commits that are still to come are dropped. What
// Serve answers ends with the context of Serve; Close waits for the rest. What the server has stays readable.
func (s *Server) Close() { s.life.finish() }

// SetFaults replaces all faults; their counts begin anew.
func (s *Server) SetFaults(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = newFaultPlan(s.opts.Seed, faults)
}

// Hide takes an organisation away from the application: every call to it is answered 404 from now on.
func (s *Server) Hide(org int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hidden[org] = true
}

// Show gives an organisation that was hidden back to the application.
func (s *Server) Show(org int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.hidden, org)
}

func (s *Server) isHidden(org int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hidden[org]
}

// Contacts returns what an organisation has, by id.
func (s *Server) Contacts(org int64) []Contact {
	stored := s.store.list(org)
	out := make([]Contact, len(stored))
	for i, c := range stored {
		out[i] = *c
	}
	return out
}

// Add stores contacts as somebody else would: no request, no check. Missing ids and organisations are filled in as for
// Options.Contacts. It returns the ids.
func (s *Server) Add(contacts ...Contact) []int64 {
	ids := make([]int64, len(contacts))
	for i, c := range contacts {
		if c.Org == 0 {
			c.Org = s.opts.Organisations[0].ID
		}
		ids[i] = s.store.add(c)
	}
	return ids
}

// Remove deletes a contact as somebody else would, and reports whether it was there.
func (s *Server) Remove(org, id int64) bool { return s.store.remove(org, id) }

// Edit changes a contact as somebody else would, without a check, and reports whether it was there.
func (s *Server) Edit(org, id int64, change func(*Contact)) bool {
	_, found := s.store.update(org, id, func(c *Contact) *answer { change(c); return nil })
	return found
}

// expireTokens ends every token given out so far, as the fault "expire" does.
func (s *Server) expireTokens() { s.accounts.expireAll() }

// Requests returns what arrived, in order of arrival; only the newest maxRequests are kept.
func (s *Server) Requests() []Request { return s.log.all() }

// Count returns how many requests have arrived.
func (s *Server) Count() int { return s.log.count() }

// MaxInWindow returns the largest number of requests, among those that Requests returns, that arrived in any window of
// length d. Two requests exactly d apart are in different windows.
func (s *Server) MaxInWindow(d time.Duration) int { return maxInWindow(s.log.all(), d) }

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l := lifeOf(r.Context(), s.life)
	if !l.enter() {
		panic(http.ErrAbortHandler)
	}
	defer l.leave()
	x := s.arrive(w, r, l)
	defer x.finish()
	x.run()
}
