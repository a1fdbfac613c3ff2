package cli

import (
	"fmt"
	"io"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/contactsync/contactsync/importer"
	"github.com/contactsync/contactsync/importer/outcome"
)

// newProgress shows how far a run is, on standard error: a bar on a terminal, now and then a line in a pipe.
func newProgress(env Env) importer.Progress {
	if s, ok := env.Stderr.(*screen); ok && (s.asJSON || s.held()) {
		return &lines{out: s, events: s.asJSON}
	}
	if env.StderrTTY {
		return &bars{out: env.Stderr, colour: colour(env, true), steers: steers(env)}
	}
	return &lines{out: env.Stderr}
}

// bars is a progress bar for each pass.
type bars struct {
	out    io.Writer
	colour bool
	steers bool
	bar    *progressbar.ProgressBar
	counts tally
	pass   importer.Pass
	rows   atomic.Int64
}

func (b *bars) Start(p importer.Pass, total int) {
	if total == 0 {
		total = -1
	}
	b.pass = p
	b.counts.reset()
	b.rows.Store(0)
	b.bar = progressbar.NewOptions(total,
		progressbar.OptionSetWriter(barWriter(b.out)), progressbar.OptionSetDescription(string(p)),
		progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString("rows"),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionSetPredictTime(true),
		progressbar.OptionSetSpinnerChangeInterval(0), // else a goroutine of its own draws, and outlives the bar

		progressbar.OptionSetWidth(20), progressbar.OptionClearOnFinish(),
		progressbar.OptionEnableColorCodes(b.colour), progressbar.OptionUseANSICodes(b.steers))
}

// refreshRows is how often the bar is told: it locks, and rows come by the hundred thousand a second.
const refreshRows = 64

func (b *bars) Row(s outcome.Status) {
	b.counts.add(s)
	n := b.rows.Add(1)
	if b.pass == importer.PassSend {
		b.bar.Describe(string(b.pass) + " " + b.counts.String())
		_ = b.bar.Add(1) // a bar that can't be drawn is no reason to stop
	} else if n%refreshRows == 0 {
		_ = b.bar.Add(refreshRows)
	}
}

func (b *bars) End() {
	_ = b.bar.Finish()
	barGone(b.out)
}

// lines is a line for each pass, and one in between every half minute.
type lines struct {
	out     io.Writer
	events  bool // out is a screen, and the lines are events
	pass    importer.Pass
	total   int
	counts  tally
	rows    atomic.Int64
	mu      sync.Mutex
	started time.Time
	last    time.Time
}

const lineEvery = 30 * time.Second

func (l *lines) Start(p importer.Pass, total int) {
	l.pass, l.total = p, total
	l.counts.reset()
	l.rows.Store(0)
	l.started = time.Now()
	l.last = l.started
}

func (l *lines) Row(s outcome.Status) {
	l.counts.add(s)
	n := l.rows.Add(1)
	if n%refreshRows != 0 && l.pass != importer.PassSend {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if now := time.Now(); now.Sub(l.last) >= lineEvery {
		l.last = now
		l.print(n, now)
	}
}

func (l *lines) End() {
	l.print(l.rows.Load(), time.Now())
}

func (l *lines) print(n int64, now time.Time) {
	if s, ok := l.out.(*screen); ok && l.events {
		log := s.log()
		log.Info().Str("event", "progress").Str("pass", string(l.pass)).Int64("rows", n).Int("total", l.total).
			Float64("seconds", now.Sub(l.started).Round(time.Millisecond).Seconds()).Interface("statuses", l.counts.all()).
			Msg(string(l.pass))
		return
	}
	rows := counted(int(n), "row")
	if l.total > 0 {
		rows = fmt.Sprintf("%d of %s", n, counted(l.total, "row"))
	}
	elapsed, rate := now.Sub(l.started), ""
	if elapsed >= time.Second {
		rate = fmt.Sprintf(", %.0f rows/s", float64(n)/elapsed.Seconds())
	}
	fmt.Fprintf(l.out, "%s: %s, %s%s%s\n",
		l.pass, rows, elapsed.Round(100*time.Millisecond), rate, prefixed(", ", l.counts.String()))
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

// tally counts statuses from many goroutines.
type tally struct {
	mu     sync.Mutex
	counts map[outcome.Status]int
}

func (t *tally) reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.counts = map[outcome.Status]int{}
}

func (t *tally) add(s outcome.Status) {
	if s == "" {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.counts[s]++
}

// all are the counts so far.
func (t *tally) all() map[outcome.Status]int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return maps.Clone(t.counts)
}

func (t *tally) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := ""
	for _, s := range outcome.Statuses() {
		if n := t.counts[s]; n > 0 {
			text += prefixed(map[bool]string{true: ", ", false: ""}[text != ""], fmt.Sprintf("%d %s", n, s))
		}
	}
	return text
}
