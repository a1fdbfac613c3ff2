package cli

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/cmd/internal/notify"
	"github.com/contactsync/contactsync/cmd/internal/option"
	"github.com/contactsync/contactsync/importer/emnify"
	"github.com/contactsync/contactsync/importer/ending"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/stop"
	"github.com/contactsync/contactsync/report"
)

// audience is whom to tell how a command ends, and what its outcome is one of.
type audience struct {
	to     notify.Address
	always bool
	log    zerolog.Logger
	// of is asked at the end: a saved plan, or a run that is taken back, may have named the job meanwhile.
	of func() outcomeOf
}

// outcomeOf is what an outcome is one of, and what is needed to compare it with the one before.
type outcomeOf struct {
	command, job, host, state string
	org                       int64 // 0: not known, or all
	grace                     time.Duration
}

// subject is what outcomes of this kind are compared of.
func (o outcomeOf) subject() ledger.Subject {
	nightly := o.command == "import" || o.command == "sync"
	switch {
	case o.job == "":
		return ledger.Subject{Command: o.command, Host: o.host, Org: o.org}
	case nightly:
		return ledger.Subject{Job: o.job}
	default:
		return ledger.Subject{Command: o.command, Job: o.job}
	}
}

// isOne reports whether an earlier run of the ledger is one of them. Of runs without a job the ledger does not know whose
// organisation they were.
func (o outcomeOf) isOne(r ledger.Run) bool {
	s := outcomeOf{command: r.Command, job: r.Job}.subject()
	return r.Job != "" && s == o.subject() && !r.Simulated && !r.DryRun && r.ExitCode != ledger.StillOpen && notify.IsOutcome(r.ExitCode)
}

// listen takes down whom to tell how the command ends. What can't be meant is told now, and never shown. rehearsal: a simulated
// run, or a dry one, which tells nobody.
func (e *commandEnd) listen(env Env, from option.Origins, o option.Notify, api option.API, log zerolog.Logger, rehearsal bool, of func() outcomeOf) error {
	if o.URL == "" {
		if o.Always {
			return &stop.UsageError{Message: "--notify-always needs --notify: nobody is named who could be told", Hint: "give --notify URL, or set CONTACTSYNC_NOTIFY"}
		}
		return nil
	}
	to, err := notify.ParseAddress(o.URL)
	if err != nil {
		return &stop.UsageError{
			Message: fmt.Sprintf("%s: %v (it may hold a secret, and is not shown)", from.Of(option.NotifyFlag), err),
			Hint:    "write it like https://hooks.example.com/PATH; in a user name or password each of %@:/?# is written as % and two digits",
		}
	}
	if to.Plain() && !api.InsecureHTTP && !isLoopback(to.Hostname()) {
		return &stop.UsageError{
			Message: fmt.Sprintf("%s: it begins with http: and %q is another machine: the secret in it would go there readable for everybody on the way", from.Of(option.NotifyFlag), to.Hostname()),
			Hint:    "give its https address; --insecure-http (CONTACTSYNC_INSECURE_HTTP) allows it in a network that you trust",
		}
	}
	if err := checkProxies(env, zerolog.Nop()); err != nil { // else it could go past a proxy without a word
		return err
	}
	if err := checkCertificates(env); err != nil {
		return err
	}
	if e != nil && !rehearsal {
		e.audience = &audience{to: to, always: o.Always, log: log.With().Stringer("receiver", to).Logger(), of: of}
	}
	return nil
}

// tellAudience tells of the end whoever is to be told, if it is another than before. What keeps it from that is a warning, and
// told by the next run.
func (e *commandEnd) tellAudience(env Env, command string, code int, err error, begun time.Time) {
	a := e.audience
	if a == nil || !notify.IsOutcome(code) {
		return
	}
	ctx, release := e.patience(env, a.of().grace)
	defer release()
	n := e.notification(env, command, code, err, begun)
	of := a.of()
	of.command = command
	if orgs := n.Summary.Organisations; len(orgs) == 1 {
		of.org = orgs[0].OrgID
	}
	own := ledger.Notice{
		ID: cmp.Or(n.Summary.RunID, runID(n.Summary.Finished)), Run: n.Summary.RunID, Subject: of.subject(), ExitCode: code, At: n.Summary.Finished,
	}
	m := openMemo(ctx, env, of, own, a.log)
	defer m.close()
	decision := notify.Decide(code, m.past, a.always)
	m.own.Pending = decision.Own
	m.save(m.own)
	if decision.Why == "" {
		return
	}
	n.About.Why = string(decision.Why)
	n.About.Previous = notified(decision.Previous)
	for _, o := range m.past.Pending {
		n.About.Undelivered = append(n.About.Undelivered, *notified(&o))
	}
	n.Text = textOf(n, e.reasonOf(code, err))
	if err := a.send(ctx, env, n); err != nil {
		told := "the notification was not delivered; the next run that has --notify tells it"
		if m.book == nil {
			told = "the notification was not delivered"
		}
		a.log.Warn().Err(err).Str("why", n.About.Why).Msg(told)
		return
	}
	a.log.Info().Str("why", n.About.Why).Msg("the notification was delivered")
	m.delivered()
}

func (a *audience) send(ctx context.Context, env Env, n report.Notification) error {
	var body bytes.Buffer
	if err := n.WriteJSON(&body); err != nil {
		return err
	}
	transport := env.Receiver
	if transport == nil {
		own := emnify.NewTransport()
		defer own.CloseIdleConnections()
		transport = own
	}
	return notify.Sender{Transport: transport, UserAgent: "contactsync/" + versionOf(env)}.Send(ctx, a.to, body.Bytes())
}

// patience is how long telling may go on: after a signal the grace time, and after two of them not at all.
func (e *commandEnd) patience(env Env, grace time.Duration) (ctx context.Context, release func()) {
	ctx, cancel := context.WithCancel(context.Background())
	if e.signals.Load() > 1 {
		cancel()
		return ctx, cancel
	}
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		var timeout <-chan time.Time
		for asked, timed := e.signals.Load(), false; ; asked = e.signals.Add(1) {
			switch {
			case asked > 1:
				cancel()
			case asked == 1 && !timed:
				timer := time.NewTimer(grace)
				defer timer.Stop()
				timeout, timed = timer.C, true
			}
			select {
			case s := <-env.Signals:
				fmt.Fprintf(env.Stderr, "contactsync: %s: the notification has %s at most to get through (again to stop at once)\n", s, grace)
			case <-timeout:
				cancel()
				<-done
				return
			case <-done:
				return
			}
		}
	}()
	return ctx, func() {
		close(done)
		<-ended
		cancel()
	}
}

// notification is what is told of the end: what summary.json holds, or as much of it as there is.
func (e *commandEnd) notification(env Env, command string, code int, err error, begun time.Time) report.Notification {
	about := e.about
	if about.ID == "" {
		about = e.unstarted
	}
	n := report.Notification{About: report.NotificationAbout{Job: cmp.Or(about.Job, e.audience.of().job), Report: report.Visible(e.dir)}}
	if e.summary != nil {
		n.Summary = *e.summary
	}
	s := &n.Summary
	if s.Started.IsZero() {
		s.RunID, s.Command, s.Version, s.Started, s.Finished = about.ID, command, versionOf(env), begun, time.Now()
	}
	s.ExitCode = code
	if code != exitOK && code != exitRows {
		s.Stopped = cmp.Or(s.Stopped, ending.ReasonOf(err), e.reason, ended(code))
	}
	return n
}

func notified(o *notify.Outcome) *report.NotifiedOutcome {
	if o == nil {
		return nil
	}
	return &report.NotifiedOutcome{RunID: o.Run, ExitCode: o.ExitCode, Finished: o.At.UTC()}
}

// textOf says it in one sentence, and what was before in another.
func textOf(n report.Notification, reason string) string {
	text := "contactsync " + n.Summary.Command
	if n.About.Job != "" {
		text += " (job " + n.About.Job + ")"
	}
	what := ended(n.Summary.ExitCode)
	switch {
	case n.About.Why == string(notify.Recovery):
		what += " again"
	case reason != "" && !strings.HasPrefix(reason, what):
		what += ": " + reason
	case reason != "":
		what = reason
	}
	text += fmt.Sprintf(": %s (exit code %d).", what, n.Summary.ExitCode)
	if p := n.About.Previous; p != nil {
		text += fmt.Sprintf(" Before: exit code %d (%s).", p.ExitCode, p.Finished.Format(time.RFC3339))
	}
	if list := n.About.Undelivered; len(list) > 0 {
		var told []string
		for _, o := range list[max(0, len(list)-5):] {
			told = append(told, fmt.Sprintf("exit code %d (%s)", o.ExitCode, o.Finished.Format(time.RFC3339)))
		}
		text += fmt.Sprintf(" Not delivered until now: %s.", strings.Join(told, ", "))
	}
	return report.Visible(text)
}

// memo is what the ledger remembers of what was told before.
type memo struct {
	book    ledger.Ledger // nil: it can't be opened
	own     ledger.Notice
	past    notify.Past
	pending []ledger.Notice
	log     zerolog.Logger
}

// openMemo reads what was before. What can't be read may have been anything.
func openMemo(ctx context.Context, env Env, of outcomeOf, own ledger.Notice, log zerolog.Logger) *memo {
	m := &memo{own: own, log: log}
	ctx = context.WithoutCancel(ctx)
	err := checkPlace(env, of.state, ledgerUse{}, zerolog.Nop())
	if err == nil {
		var book ledger.Ledger
		if book, err = openLedger(ctx, env, of.state, ledgerUse{}); err == nil { // beside an error it is no nil interface
			m.book = book
			err = m.read(ctx, of)
		}
	}
	if err != nil {
		m.past = notify.Past{Unknown: true}
		log.Warn().Err(err).Msg("the ledger can't tell what was notified before")
	}
	return m
}

func (m *memo) read(ctx context.Context, of outcomeOf) error {
	runs, err := m.book.Runs(ctx)
	if err != nil {
		return err
	}
	notices, err := m.book.Notices(ctx)
	if err != nil {
		return err
	}
	for _, n := range slices.Backward(notices) {
		if n.ID == m.own.ID || !n.Subject.Covers(m.own.Subject) {
			continue
		}
		if len(m.past.Last) == 0 {
			m.past.Last = []notify.Outcome{{Run: n.Run, ExitCode: n.ExitCode, At: n.At}}
		}
		if n.Pending {
			m.pending = append(m.pending, n)
		}
	}
	slices.Reverse(m.pending)
	for _, n := range m.pending {
		m.past.Pending = append(m.past.Pending, notify.Outcome{Run: n.Run, ExitCode: n.ExitCode, At: n.At})
	}
	var last *ledger.Run
	for i := range runs {
		if r := &runs[i]; r.ID != m.own.ID && of.isOne(*r) && (last == nil || !r.Finished.Before(last.Finished)) {
			last = r
		}
	}
	if last != nil && (len(m.past.Last) == 0 || m.past.Last[0].Run != last.ID && !last.Finished.Before(m.past.Last[0].At)) {
		m.past.Last = slices.Insert(m.past.Last, 0, notify.Outcome{Run: last.ID, ExitCode: last.ExitCode, At: last.Finished})
	}
	return nil
}

// delivered notes that all has got through.
func (m *memo) delivered() {
	all := append(slices.Clone(m.pending), m.own)
	for i := range all {
		all[i].Pending = false
	}
	m.save(all...)
}

func (m *memo) save(notices ...ledger.Notice) {
	if m.book == nil {
		return
	}
	if err := m.book.SaveNotices(context.Background(), notices...); err != nil {
		m.log.Warn().Err(err).Msg("the ledger could not note what was notified: it may be told again")
	}
}

func (m *memo) close() {
	if m.book == nil {
		return
	}
	if err := m.book.Close(); err != nil {
		m.log.Warn().Err(err).Msg("closing the ledger")
	}
}
