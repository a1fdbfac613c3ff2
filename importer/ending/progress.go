package ending

import (
	"time"

	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/report"
)

// Pass is one walk over the input.
type Pass string

// The passes, as a person reads them.
const (
	PassCheck  Pass = "checking"
	PassSend   Pass = "sending"
	PassReport Pass = "reporting"
)

// Progress is told how far a run is. Row is called from many goroutines.
type Progress interface {
	// Start begins a pass over total rows; 0: it is not known how many.
	Start(p Pass, total int)
	// Row tells that one more row is done, with its status where it has one.
	Row(s outcome.Status)
	End()
}

// Passes are a progress that notes how long each pass took. A pass that is made again adds to itself.
type Passes struct {
	to    Progress
	took  map[Pass]time.Duration
	pass  Pass
	begun time.Time
}

// NewPasses tells to what it is told itself.
func NewPasses(to Progress) *Passes { return &Passes{to: to, took: map[Pass]time.Duration{}} }

// Start begins a pass.
func (t *Passes) Start(p Pass, total int) {
	t.pass, t.begun = p, time.Now()
	t.to.Start(p, total)
}

// Row tells that one more row is done.
func (t *Passes) Row(s outcome.Status) { t.to.Row(s) }

// End ends the pass.
func (t *Passes) End() {
	t.took[t.pass] += time.Since(t.begun)
	t.to.End()
}

// seconds are those of each pass, to the millisecond.
func (t *Passes) seconds() report.PassSeconds {
	of := func(p Pass) float64 { return t.took[p].Round(time.Millisecond).Seconds() }
	return report.PassSeconds{Checking: of(PassCheck), Sending: of(PassSend), Reporting: of(PassReport)}
}
