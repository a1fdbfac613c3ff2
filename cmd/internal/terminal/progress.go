package terminal

import (
	"fmt"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/contactsync/contactsync/importer/ending"
	"github.com/contactsync/contactsync/importer/outcome"
)

// Progress shows how far a run is: a bar on a terminal, now and then a line, or an event, anywhere else.
func (s *Screen) Progress() ending.Progress {
	if s.view.Terminal && !s.asJSON && !s.held() {
		return &bars{screen: s}
	}
	return &lines{screen: s}
}

// bars is a progress bar for each pass.
type bars struct {
	screen *Screen
	bar    *progressbar.ProgressBar
	counts tally
	pass   ending.Pass
	rows   atomic.Int64
}

func (b *bars) Start(p ending.Pass, total int) {
	if total == 0 {
		total = -1
	}
	b.pass = p
	b.counts.reset()
	b.rows.Store(0)
	b.bar = progressbar.NewOptions(total,
		progressbar.OptionSetWriter(bar{b.screen}), progressbar.OptionSetDescription(string(p)),
		progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString("rows"),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionSetPredictTime(true),
		progressbar.OptionSetSpinnerChangeInterval(0), // else a goroutine of its own draws, and outlives the bar

		progressbar.OptionSetWidth(20), progressbar.OptionClearOnFinish(),
		progressbar.OptionEnableColorCodes(b.screen.view.Colour), progressbar.OptionUseANSICodes(b.screen.view.Steers))
}

// refreshRows is how often the bar is told: it locks, and rows come by the hundred thousand a second.
const refreshRows = 64

func (b *bars) Row(s outcome.Status) {
	b.counts.add(s)
	n := b.rows.Add(1)
	if b.pass == ending.PassSend {
		b.bar.Describe(string(b.pass) + " " + b.counts.String())
		_ = b.bar.Add(1) // a bar that can't be drawn is no reason to stop
	} else if n%refreshRows == 0 {
		_ = b.bar.Add(refreshRows)
	}
}

func (b *bars) End() {
	_ = b.bar.Finish()
	bar{b.screen}.gone()
}

// lines is a line for each pass, and one in between every half minute.
type lines struct {
	screen  *Screen
	pass    ending.Pass
	total   int
	counts  tally
	rows    atomic.Int64
	mu      sync.Mutex
	started time.Time
	last    time.Time
}

const lineEvery = 30 * time.Second

func (l *lines) Start(p ending.Pass, total int) {
	l.pass, l.total = p, total
	l.counts.reset()
	l.rows.Store(0)
	l.started = time.Now()
	l.last = l.started
}

func (l *lines) Row(s outcome.Status) {
	l.counts.add(s)
	n := l.rows.Add(1)
	if n%refreshRows != 0 && l.pass != ending.PassSend {
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
	if l.screen.asJSON {
		log := l.screen.Log()
		log.Info().Str("event", "progress").Str("pass", string(l.pass)).Int64("rows", n).Int("total", l.total).
			Float64("seconds", now.Sub(l.started).Round(time.Millisecond).Seconds()).Interface("statuses", l.counts.all()).
			Msg(string(l.pass))
		return
	}
	rows := Counted(int(n), "row")
	if l.total > 0 {
		rows = fmt.Sprintf("%d of %s", n, Counted(l.total, "row"))
	}
	elapsed, rate := now.Sub(l.started), ""
	if elapsed >= time.Second {
		rate = fmt.Sprintf(", %.0f rows/s", float64(n)/elapsed.Seconds())
	}
	fmt.Fprintf(l.screen, "%s: %s, %s%s%s\n",
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
