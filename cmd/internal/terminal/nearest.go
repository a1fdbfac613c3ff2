package terminal

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"

	"github.com/contactsync/contactsync/importer/question"
	"github.com/contactsync/contactsync/report"
)

// Nearest are names in the order of how much they are like one that somebody wrote; of those that are equally like it the one
// that came first.
func Nearest(name string, names []string) []string {
	names = slices.Clone(names)
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(slips(name, a), slips(name, b)) })
	return names
}

// Meant is the name that one which somebody wrote looks like a slip of: one letter in three may be wrong, and upper case is lower
// case. Empty: none of them.
func Meant(name string, names []string) string {
	near := Nearest(name, names)
	if len(near) == 0 || 3*slips(name, near[0]) > min(utf8.RuneCountInString(name), utf8.RuneCountInString(near[0])) {
		return ""
	}
	return near[0]
}

// slips is how many letters there are to change.
func slips(a, b string) int {
	return levenshtein.ComputeDistance(strings.ToLower(a), strings.ToLower(b))
}

// mostNearJobs is how many jobs are named where one is not known.
const mostNearJobs = 10

// NearJobs tells which jobs there are, those first that a name which is not known may be a slip of.
func NearJobs(name string, names []string) string {
	text := ""
	if meant := Meant(name, names); meant != "" {
		text = fmt.Sprintf("did you mean %q? ", meant)
	}
	names = Nearest(name, names)
	for i := range names {
		names[i] = strconv.Quote(names[i])
	}
	text += "the jobs known here: " + strings.Join(names[:min(mostNearJobs, len(names))], ", ")
	if more := len(names) - mostNearJobs; more > 0 {
		text += fmt.Sprintf(" and %d more (contactsync jobs lists all)", more)
	}
	return text
}

// ShowJob points out what there is to know of a run's job.
func (s *Screen) ShowJob(p question.Preview) { showJob(s.sheet(), p) }

func showJob(w io.Writer, p question.Preview) {
	showNewJob(w, p)
	if p.Shape != "" {
		fmt.Fprintln(w, report.Visible(p.Shape))
	}
}

// showNewJob points out that a job has no run before this one: its name may be misspelt, or the ledger another one.
func showNewJob(w io.Writer, p question.Preview) {
	const unguarded = "and --max-creates has no default"
	switch name := strconv.Quote(p.NewJob); {
	case p.NewJob == "":
	case p.NewLedger:
		fmt.Fprintf(w, "This ledger knows no earlier run: no contact belongs to the job %s, %s. "+
			"If there were runs before, it is another ledger or a lost one (see --state).\n", report.Visible(name), unguarded)
	case len(p.KnownJobs) == 0:
		fmt.Fprintf(w, "The job %s has no earlier run in this ledger, and neither has any other: no contact belongs to it yet, %s. "+
			"If that is not right, see --state and --job.\n", report.Visible(name), unguarded)
	default:
		near := strings.Replace(NearJobs(p.NewJob, p.KnownJobs), "? the", "? The", 1)
		fmt.Fprintf(w, "The job %s has no earlier run in this ledger: no contact belongs to it yet, %s. %s.\n",
			report.Visible(name), unguarded, report.Visible(strings.ToUpper(near[:1])+near[1:]))
	}
}
