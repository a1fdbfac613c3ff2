package importer

import (
	"time"

	"github.com/contactsync/contactsync/report"
)

// timed is a progress that notes how long each pass took. A pass that is made again adds to itself.
type timed struct {
	Progress
	took  map[Pass]time.Duration
	pass  Pass
	begun time.Time
}

// time has the passes of a job timed from now on.
func (j *Job) time() *timed {
	t := &timed{Progress: j.Progress, took: map[Pass]time.Duration{}}
	j.Progress = t
	return t
}

func (t *timed) Start(p Pass, total int) {
	t.pass, t.begun = p, time.Now()
	t.Progress.Start(p, total)
}

func (t *timed) End() {
	t.took[t.pass] += time.Since(t.begun)
	t.Progress.End()
}

// seconds are those of each pass, to the millisecond.
func (t *timed) seconds() report.PassSeconds {
	of := func(p Pass) float64 { return t.took[p].Round(time.Millisecond).Seconds() }
	return report.PassSeconds{Checking: of(PassCheck), Sending: of(PassSend), Reporting: of(PassReport)}
}
