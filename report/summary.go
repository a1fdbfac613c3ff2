package report

import (
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// summarySchema numbers the form of summary.json, which summary.schema.json beside this file describes. It grows when
// something is renamed, removed or comes to mean something else, and not when something is added.
const summarySchema = 1

// Summary is what summary.json holds.
type Summary struct {
	// Schema is summarySchema when it is written; 0 in a summary of a version that had no number.
	Schema   int       `json:"schema"`
	RunID    string    `json:"run_id"`
	Command  string    `json:"command"`
	Version  string    `json:"version"`
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished"`
	ExitCode int       `json:"exit_code"`
	Rows     Counts    `json:"rows"`
	// Simulated tells of a rehearsal: no API but a simulator has seen it.
	Simulated bool `json:"simulated,omitempty"`
	// PassSeconds is how long each pass over the rows took. What comes between them, listings and questions above all, is
	// in none: from Started to Finished can be longer than all of them.
	PassSeconds PassSeconds `json:"pass_seconds"`
	// Requests counts everything that was sent to the API; RateWaitSeconds is how long requests waited for the budget.
	Requests        int            `json:"requests"`
	RateWaitSeconds float64        `json:"rate_wait_seconds"`
	Inputs          []InputSummary `json:"inputs"`
	// Organisations counts the rows of each organisation, by number. Rows that could not be read belong to none.
	Organisations []OrganisationSummary `json:"organisations,omitempty"`
	// ResumedFrom is the id of the run that this one continued; empty if none.
	ResumedFrom string `json:"resumed_from"`
	// Orphans counts unclear attempts of earlier runs whose row is no longer in the input.
	Orphans int `json:"orphans"`
	// Prune counts the contacts that no row has any more and that were not simply deleted; nil: there are none.
	Prune *PruneSummary `json:"prune,omitempty"`
	// PairsLeftOut counts pairs of related rows that duplicates.csv does not list, since their group has too many.
	PairsLeftOut int `json:"pairs_left_out"`
	// Adopted counts the contacts that belong to the job from now on, and that were nobody's or another job's before (--adopt); in
	// a dry run, those that would.
	Adopted int `json:"adopted"`
	// Stopped says why the run ended before its rows did; empty if it did not.
	Stopped string `json:"stopped,omitempty"`
}

// PruneSummary is what summary.json says of the contacts that --prune was to delete.
type PruneSummary struct {
	// Changed counts those that somebody has changed in the portal since a run of ours wrote them, Kept those of them that stay
	// for it (--on-conflict).
	Changed int `json:"changed"`
	Kept    int `json:"kept"`
	// Waiting counts those that are deleted once they have been missing for longer (--prune-after).
	Waiting int `json:"waiting"`
}

// PassSeconds is how long the passes of a run took, in seconds. A pass that there was none of took 0.
type PassSeconds struct {
	Checking  float64 `json:"checking"`
	Sending   float64 `json:"sending"`
	Reporting float64 `json:"reporting"`
}

// OrganisationSummary is what summary.json says of one organisation.
type OrganisationSummary struct {
	OrgID int64 `json:"org_id"`
	// Name is empty where the API does not tell it: only that of the token's own organisation is known.
	Name string `json:"name"`
	Rows Counts `json:"rows"`
}

// InputSummary is what summary.json says of one input.
type InputSummary struct {
	Source    string `json:"source"`
	SHA256    string `json:"sha256"`
	Rows      int    `json:"rows"`
	Format    string `json:"format"`
	Encoding  string `json:"encoding"`
	Delimiter string `json:"delimiter"`
	// Newline is the most frequent line end of the records: LF, CRLF or CR. MixedNewlines says that there are others.
	Newline       string `json:"newline,omitempty"`
	MixedNewlines bool   `json:"mixed_newlines,omitempty"`
	// SepLine says that the first line names the delimiter, as "sep=;".
	SepLine bool `json:"sep_line,omitempty"`
	// HeaderLine is the header's physical line, from 1. PreambleLines are those above it, without the sep line;
	// FooterRecords stand below the last row and are none.
	HeaderLine    int `json:"header_line,omitempty"`
	PreambleLines int `json:"preamble_lines,omitempty"`
	FooterRecords int `json:"footer_records,omitempty"`
	// Quoting is how quotes are used where it is not as RFC 4180 has it: "rows" stand as a whole within quotes,
	// "backslash" stands before quotes that belong to the text, "single" quotes stand around cells.
	Quoting string `json:"quoting,omitempty"`
	// BlankRows have cells and nothing in them: rows that somebody cleared in a spreadsheet. They are no rows.
	BlankRows int `json:"blank_rows,omitempty"`
	// Mapping names the profile, or says that the mapping was detected; Fields are the columns of each field.
	Mapping string              `json:"mapping"`
	Fields  map[string][]string `json:"fields,omitempty"`
	// Unmapped counts the cells with a value of each column that goes nowhere.
	Unmapped map[string]int `json:"unmapped"`
	// Changed says that the file is no longer what was read when the run began, which is what the report is about. Change
	// says how: removed, replaced, appended, edited or unreadable.
	Changed bool   `json:"changed,omitempty"`
	Change  string `json:"change,omitempty"`
	// UnmappedReasons tells of some of these columns why they feed nothing though they look as if they could.
	UnmappedReasons map[string]string `json:"unmapped_reasons,omitempty"`
	// SharedIDs tells of a column of ids that a person or a profile named, although people share many of its values.
	SharedIDs *SharedIDs `json:"shared_ids,omitempty"`
}

// SharedIDs counts the different values of a column of ids, and those that stand in rows of different contacts: rows with
// one of these were matched without it.
type SharedIDs struct {
	Column string `json:"column"`
	Values int    `json:"values"`
	Shared int    `json:"shared"`
}

// String says it in one line without any value.
func (s SharedIDs) String() string {
	return fmt.Sprintf("%d of the %d ids in column %q stand in rows of different contacts: they identify nobody, and these rows are matched without them",
		s.Shared, s.Values, s.Column)
}

// WriteJSON writes the summary as indented JSON, its times in UTC.
func (s Summary) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(s.normal())
}

// normal is the summary as it is written.
func (s Summary) normal() Summary {
	s.Schema = summarySchema
	s.Started, s.Finished = s.Started.UTC(), s.Finished.UTC()
	inputs := make([]InputSummary, len(s.Inputs))
	for i, in := range s.Inputs {
		if in.Unmapped == nil {
			in.Unmapped = map[string]int{}
		}
		inputs[i] = in
	}
	s.Inputs = inputs
	return s
}
